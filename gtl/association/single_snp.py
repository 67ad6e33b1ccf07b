"""Association of each SNP with case status (the paper's Module 3; its Fisher p-values also pre-select SNPs)."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.association.chi_squared import allelic_chi_squared
from gtl.association.counts import CaseControlCounts
from gtl.association.fisher import fisher_exact
from gtl.association.logistic import logistic_additive
from gtl.config.learning import AssociationTest
from gtl.domain.genotypes import GenotypeMatrix

Array = npt.NDArray[np.float64]


def associate(
    genotypes: GenotypeMatrix, case: npt.NDArray[np.int8], test: AssociationTest = AssociationTest.FISHER
) -> pd.DataFrame:
    """Test every SNP by itself; a missing genotype leaves its person out of that SNP only.

    Parameters
    ----------
    genotypes : GenotypeMatrix
        People and SNPs.
    case : (n_samples,) int8
        1 = case, 0 = control.
    test : AssociationTest
        ``fisher``: exact test on allele counts (PLINK ``--assoc fisher``); ``allelic``: chi-squared on them
        (``--assoc``); both with the odds ratio (case alt x control ref) / (case ref x control alt). ``logistic``:
        additive Wald test (``--logistic``), with the odds ratio of one more alt allele.

    Returns
    -------
    DataFrame
        One row a variant, :data:`gtl.schema.ASSOCIATION`. Where a test cannot be made (one genotype only, or
        separated genotypes in ``logistic``) p is nan; Fisher's p is then 1.

    Raises
    ------
    InputError
        If ``case`` does not fit the people, or there is no case or no control.
    """
    counts = CaseControlCounts.of(genotypes.dosages, case)
    frequency_case, frequency_control = allele_frequencies(counts)
    odds_ratio, p_value = odds_ratio_and_p(counts, test)
    variants = genotypes.variants
    names = {name: getattr(variants, name) for name in ("chrom", "pos", "rsid", "ref", "alt")}
    return pd.DataFrame(
        names
        | {
            "frequency_case": frequency_case,
            "frequency_control": frequency_control,
            "odds_ratio": odds_ratio,
            "p_value": p_value,
        }
    )


def allele_frequencies(counts: CaseControlCounts) -> tuple[Array, Array]:
    """Alt allele frequency in cases and in controls, (n_variants,) each; nan where nobody was called."""
    alleles = counts.alleles()
    with np.errstate(invalid="ignore"):
        frequencies = alleles[:, :, 0] / alleles.sum(axis=2)
    return frequencies[:, 0], frequencies[:, 1]


def odds_ratio_and_p(counts: CaseControlCounts, test: AssociationTest) -> tuple[Array, Array]:
    """Odds ratio and two-sided p of every SNP, (n_variants,) each; see :func:`associate`."""
    if test is AssociationTest.LOGISTIC:
        return logistic_additive(counts)
    tables = counts.alleles()
    p_value = fisher_exact(tables) if test is AssociationTest.FISHER else allelic_chi_squared(tables)
    return _odds_ratio(tables), p_value


def _odds_ratio(tables: npt.NDArray[np.int64]) -> Array:
    (case_alt, case_ref), (control_alt, control_ref) = np.moveaxis(tables, 0, -1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((case_alt * control_ref) / (case_ref * control_alt))
