"""Titles that say what is seen, of whom and by what test, without the code at hand."""

from gtl.config.learning import AssociationTest

_TESTS = {
    AssociationTest.FISHER: "Fisher's exact test",
    AssociationTest.ALLELIC: "allelic chi-squared test",
    AssociationTest.LOGISTIC: "logistic regression",
}


def association_title(
    code: str, population: str, n_snps: int, test: AssociationTest, n_cases: int, n_controls: int, covariates: int = 0
) -> str:
    """Title of a Manhattan or QQ plot of a binary trait; with covariates the test is logistic regression.

    >>> print(association_title("YRI_5_1", "CEU", 62283, AssociationTest.FISHER, 502, 498))
    YRI_5_1 in CEU: association of 62,283 SNPs with case status
    (Fisher's exact test, 502 cases / 498 controls)
    """
    how = _TESTS[AssociationTest.LOGISTIC if covariates else test] + _beside(covariates)
    return (
        f"{code} in {population}: association of {n_snps:,} SNPs with case status\n"
        f"({how}, {n_cases:,} cases / {n_controls:,} controls)"
    )


def quantitative_title(trait: str, population: str, n_snps: int, n_people: int, covariates: int = 0) -> str:
    """Title of a Manhattan or QQ plot of a quantitative trait.

    >>> print(quantitative_title("seed_length", "indica", 36901, 160, covariates=2))
    seed_length in indica: association of 36,901 SNPs with the trait
    (linear regression beside 2 covariates, 160 people)
    """
    return (
        f"{trait} in {population}: association of {n_snps:,} SNPs with the trait\n"
        f"(linear regression{_beside(covariates)}, {n_people:,} people)"
    )


def statistics_title(trait: str, population: str, n_snps: int, n_people: int) -> str:
    """Title of a Manhattan or QQ plot of summary statistics.

    >>> print(statistics_title("height", "EUR", 36901, 80000))
    height in EUR: association of 36,901 SNPs with the trait
    (summary statistics of 80,000 people)
    """
    return (
        f"{trait} in {population}: association of {n_snps:,} SNPs with the trait\n"
        f"(summary statistics of {n_people:,} people)"
    )


def linkage_title(code: str, population: str, n_snps: int, centre: str) -> str:
    """Title of an LD heat map of ``n_snps`` SNPs around the one called ``centre``.

    >>> print(linkage_title("YRI_5_1", "CEU", 60, "rs2824"))
    YRI_5_1 in CEU: linkage disequilibrium of 60 SNPs
    around rs2824, the strongest association
    """
    return (
        f"{code} in {population}: linkage disequilibrium of {n_snps} SNPs\naround {centre}, the strongest association"
    )


def frequency_title(populations: tuple[str, str], n_variants: int, correlation: float) -> str:
    """Title of a scatter of allele frequencies.

    >>> print(frequency_title(("CEU", "YRI"), 39786, 0.6472))
    CEU and YRI: allele frequencies of 39,786 shared variants
    (correlation 0.65;
    near −1: alleles swapped, near 0: other variants)
    """
    return (
        f"{populations[0]} and {populations[1]}: allele frequencies of {n_variants:,} shared variants\n"
        f"(correlation {correlation:.2f};\nnear −1: alleles swapped, near 0: other variants)"
    )


def _beside(covariates: int) -> str:
    return f" beside {covariates} covariate{'s' if covariates > 1 else ''}" if covariates else ""
