"""Association of each SNP with case status (the paper's Module 3; its Fisher p-values also pre-select SNPs)."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.association.chi_squared import allelic_chi_squared
from gtl.association.counts import CaseControlCounts, check_both_classes, check_case
from gtl.association.estimates import Estimates
from gtl.association.fisher import fisher_exact
from gtl.association.logistic import logistic_additive
from gtl.association.variant_tests import VariantTests
from gtl.config.learning import AssociationTest
from gtl.domain.dosages import MISSING, Dosages, allele_frequency, is_called
from gtl.domain.genotypes import GenotypeMatrix

Array = npt.NDArray[np.float64]
People = npt.NDArray[np.bool_]


def associate(
    genotypes: GenotypeMatrix, case: npt.NDArray[np.int8], test: AssociationTest = AssociationTest.FISHER
) -> pd.DataFrame:
    """Test every SNP by itself; a missing genotype leaves its person out of that SNP only.

    Parameters
    ----------
    genotypes : GenotypeMatrix
        People and SNPs. The tests count alleles: imputed dosages are rounded to the nearest call for them.
    case : (n_samples,) int8
        1 = case, 0 = control.
    test : AssociationTest
        ``fisher``: exact test on allele counts (PLINK ``--assoc fisher``); ``allelic``: chi-squared on them
        (``--assoc``); both with the odds ratio (case alt x control ref) / (case ref x control alt). ``logistic``:
        additive Wald test (``--logistic``), with the odds ratio of one more alt allele; by penalised likelihood
        where genotypes separate cases from controls.

    Returns
    -------
    DataFrame
        One row a variant, :data:`gtl.schema.ASSOCIATION`. Where a test cannot be made (one genotype only) p is nan;
        Fisher's p is then 1.

    Raises
    ------
    InputError
        If ``case`` does not fit the people, or there is no case or no control.
    """
    check_case(case, genotypes.n_samples)
    check_both_classes(case)
    counts = CaseControlCounts.of(nearest_calls(genotypes.dosages), case)
    return tests_of_counts(counts, genotypes.dosages, case == 1, case == 0, test).table(genotypes.variants)


def tests_of_counts(
    counts: CaseControlCounts, dosages: Dosages, cases: People, controls: People, test: AssociationTest
) -> VariantTests:
    """The tests of :func:`associate`, from counts.

    Parameters
    ----------
    counts
        Of the nearest calls.
    dosages
        (n_variants, n_people); imputed ones' frequencies are from these.
    cases, controls
        (n_people,) bool.
    test
        Which.
    """
    if test is AssociationTest.LOGISTIC:
        found = logistic_additive(counts)
        odds_ratio = np.exp(found.beta)
    else:
        odds_ratio, p_value = odds_ratio_and_p(counts, test)
        found = allelic_estimates(counts, p_value)
    frequencies = _frequencies(dosages, cases, controls, counts)
    return VariantTests.of(frequencies, odds_ratio, found, called_people(counts))


def nearest_calls(dosages: Dosages) -> npt.NDArray[np.int8]:
    """Dosages as hard calls; imputed ones rounded.

    >>> nearest_calls(np.float32([[0.2, 1.6, np.nan]])).tolist()
    [[0, 2, -1]]
    """
    if dosages.dtype == np.int8:
        return dosages
    return np.where(is_called(dosages), np.rint(np.nan_to_num(dosages)), MISSING).astype(np.int8)


def called_people(counts: CaseControlCounts) -> npt.NDArray[np.int32]:
    """(n_variants,) people with a genotype."""
    return np.asarray(counts.case.sum(axis=1) + counts.control.sum(axis=1), dtype=np.int32)


def odds_ratio_and_p(counts: CaseControlCounts, test: AssociationTest) -> tuple[Array, Array]:
    """Odds ratio and two-sided p of every SNP, (n_variants,) each; see :func:`associate`."""
    if test is AssociationTest.LOGISTIC:
        found = logistic_additive(counts)
        return np.exp(found.beta), found.p_value
    tables = counts.alleles
    p_value = fisher_exact(tables) if test is AssociationTest.FISHER else allelic_chi_squared(tables)
    return _odds_ratio(tables), p_value


def allelic_estimates(counts: CaseControlCounts, p_value: Array) -> Estimates:
    """Log odds ratio of alleles and its standard error (Woolf 1955), beside a test's p.

    Half a count is added to each cell where one is empty (Haldane 1956); nan where an allele, the cases or the
    controls were not seen at all.
    """
    tables = counts.alleles
    cells = np.ascontiguousarray(tables.reshape(-1, 4).T, dtype=np.float64)
    empty = (cells == 0).any(axis=0)
    unseen = np.flatnonzero(empty)
    unseen = unseen[(tables[unseen].sum(axis=1) == 0).any(axis=1) | (tables[unseen].sum(axis=2) == 0).any(axis=1)]
    cells[:, empty] += 0.5
    case_alt, case_ref, control_alt, control_ref = cells
    beta, se = np.log(case_alt * control_ref / (case_ref * control_alt)), np.sqrt((1 / cells).sum(axis=0))
    beta[unseen] = se[unseen] = np.nan
    return Estimates(beta, se, p_value)


def _frequencies(
    dosages: Dosages, cases: People, controls: People, counts: CaseControlCounts
) -> tuple[Array, Array, Array]:
    """Frequencies of everybody, cases and controls, nan where nobody was called: of dosages, not of nearest calls."""
    if dosages.dtype == np.int8:
        return _of_calls(counts)
    everybody, in_cases, in_controls = (
        allele_frequency(dosages[:, group]) for group in (cases | controls, cases, controls)
    )
    return everybody, in_cases, in_controls


def _of_calls(counts: CaseControlCounts) -> tuple[Array, Array, Array]:
    (case_alt, case_ref), (control_alt, control_ref) = np.moveaxis(counts.alleles, 0, -1)
    alt, ref = case_alt + control_alt, case_ref + control_ref
    with np.errstate(invalid="ignore"):
        return alt / (alt + ref), case_alt / (case_alt + case_ref), control_alt / (control_alt + control_ref)


def _odds_ratio(tables: npt.NDArray[np.int64]) -> Array:
    (case_alt, case_ref), (control_alt, control_ref) = np.moveaxis(tables, 0, -1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((case_alt * control_ref) / (case_ref * control_alt))
