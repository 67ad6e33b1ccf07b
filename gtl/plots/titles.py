"""Titles that say what is seen, of whom and by what test, without the code at hand."""

from gtl.config.learning import AssociationTest

_TESTS = {
    AssociationTest.FISHER: "Fisher's exact test",
    AssociationTest.ALLELIC: "allelic chi-squared test",
    AssociationTest.LOGISTIC: "logistic regression",
}


def association_title(
    code: str, population: str, n_snps: int, test: AssociationTest, n_cases: int, n_controls: int
) -> str:
    """Title of a Manhattan or QQ plot.

    >>> print(association_title("YRI_5_1", "CEU", 62283, AssociationTest.FISHER, 502, 498))
    YRI_5_1 in CEU: association of 62,283 SNPs with case status
    (Fisher's exact test, 502 cases / 498 controls)
    """
    return (
        f"{code} in {population}: association of {n_snps:,} SNPs with case status\n"
        f"({_TESTS[test]}, {n_cases:,} cases / {n_controls:,} controls)"
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
