"""Association of each SNP with case status, by PLINK (the paper's Module 3; its p-values also pre-select SNPs)."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.association.counts import CaseControlCounts, check_both_classes, check_case
from gtl.association.estimates import Estimates
from gtl.association.logistic import is_separated, logistic_additive
from gtl.association.single_snp import allelic_estimates, called_people
from gtl.association.variant_tests import VariantTests
from gtl.config.learning import AssociationTest
from gtl.domain.genotypes import GenotypeMatrix
from gtl.engines.anonymous import anonymous_genotypes
from gtl.engines.plink.fileset import columns, output_path, plink_argv, write_fileset
from gtl.engines.tool import Tool, read_table

Array = npt.NDArray[np.float64]

_TESTS = {
    AssociationTest.FISHER: (["--assoc", "fisher", "counts"], "assoc.fisher"),
    AssociationTest.ALLELIC: (["--assoc", "counts"], "assoc"),
    AssociationTest.LOGISTIC: (["--assoc", "counts", "--logistic", "--ci", "0.95"], "assoc"),
}
"""Options of each test, and the suffix of the table with its allele counts."""


class PlinkAssociation:
    """An :data:`gtl.steps.engines.AssociationEngine`: as :func:`gtl.association.associate`, computed by PLINK.

    p-values and odds ratios have the four digits that PLINK prints; frequencies are exact, from its allele counts. The
    odds ratio, which PLINK prints as NA where a cell is empty, is there inf or nan as the built-in engine's. Where
    genotypes separate cases from controls, or are all alike, what PLINK's ``logistic`` prints means nothing; the
    built-in engine's penalised estimates, or nan, take its place.

    Parameters
    ----------
    tool : Tool
        Runs ``plink1.9``.
    """

    def __init__(self, tool: Tool) -> None:
        self._tool = tool

    def __call__(
        self, genotypes: GenotypeMatrix, case: npt.NDArray[np.int8], test: AssociationTest = AssociationTest.FISHER
    ) -> pd.DataFrame:
        """Test every SNP; parameters, result and errors are those of :func:`gtl.association.associate`.

        Raises
        ------
        ToolError
            If PLINK fails, or its output is not complete.
        """
        check_case(case, genotypes.n_samples)
        check_both_classes(case)
        with self._tool.scratch() as folder:
            unnamed = anonymous_genotypes(genotypes)
            write_fileset(unnamed, folder, case)
            self._tool.run(association_argv(test), folder)
            tables = _read_tables(folder, test, unnamed.variants.rsid.tolist())
        counts = CaseControlCounts.of(genotypes.dosages, case)
        found = _logistic(tables, counts) if test is AssociationTest.LOGISTIC else _allelic(tables, counts)
        frequencies = tables.frequency(), tables.frequency("A"), tables.frequency("U")
        return VariantTests.of(frequencies, *found, called_people(counts)).table(genotypes.variants)


def association_argv(test: AssociationTest) -> list[str]:
    """Command line of one test.

    >>> " ".join(association_argv(AssociationTest.FISHER)[5:9])
    '--assoc fisher counts --freq'
    """
    options, _ = _TESTS[test]
    return plink_argv(*options, "--freq", "case-control")


@dataclass(frozen=True, eq=False)
class _Tables:
    """What PLINK printed: alleles counted, alleles called, and the logistic test where it was asked for."""

    counted: pd.DataFrame
    called: pd.DataFrame
    logistic: pd.DataFrame | None

    def frequency(self, groups: str = "AU") -> Array:
        """(n_variants,) alt allele frequency in cases (A), controls (U), or both."""
        alt = sum(self.counted[f"C_{group}"].fillna(0) for group in groups)
        called = sum(self.called[f"NCHROBS_{group}"] for group in groups)
        return np.asarray(alt / called, dtype=np.float64)


def _read_tables(folder: Path, test: AssociationTest, rows: list[str]) -> _Tables:
    counted = read_table(output_path(folder, _TESTS[test][1]), columns("SNP", ["C_A", "C_U", "P", "OR"]), rows)
    called = read_table(output_path(folder, "frq.cc"), columns("SNP", ["NCHROBS_A", "NCHROBS_U"]), rows)
    if test is not AssociationTest.LOGISTIC:
        return _Tables(counted, called, None)
    tested = read_table(output_path(folder, "assoc.logistic"), columns("SNP", ["OR", "SE", "P"]), rows)
    return _Tables(counted, called, tested)


def _allelic(tables: _Tables, counts: CaseControlCounts) -> tuple[Array, Estimates]:
    """Odds ratio and estimates; PLINK has no standard error, so that is from the counts."""
    empty = pd.Series(_odds_ratio(tables.frequency("A"), tables.frequency("U")))
    p_value = tables.counted["P"].to_numpy()
    return tables.counted["OR"].fillna(empty).to_numpy(), allelic_estimates(counts, p_value)


def _logistic(tables: _Tables, counts: CaseControlCounts) -> tuple[Array, Estimates]:
    printed, without_maximum = tables.logistic, np.flatnonzero(is_separated(counts) | _has_one_dosage(counts))
    assert printed is not None  # noqa: S101 - read for this test
    odds_ratio, se, p_value = (printed[name].to_numpy() for name in ("OR", "SE", "P"))
    with np.errstate(divide="ignore"):
        found = Estimates(np.log(odds_ratio), se, p_value)
    found = found.replaced(without_maximum, logistic_additive(counts.take(without_maximum)))
    return np.exp(found.beta), found


def _has_one_dosage(counts: CaseControlCounts) -> npt.NDArray[np.bool_]:
    """(n_variants,) where everybody called has the same dosage: where it is 2 PLINK prints a number all the same."""
    return np.asarray((counts.case + counts.control > 0).sum(axis=1) < 2)


def _odds_ratio(case: Array, control: Array) -> Array:
    """Odds ratio from allele frequencies: inf where only its denominator is 0, nan where both are."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(case * (1 - control) / ((1 - case) * control))
