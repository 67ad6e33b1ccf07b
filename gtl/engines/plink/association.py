"""Association of each SNP with case status, by PLINK (the paper's Module 3; its p-values also pre-select SNPs)."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.association.counts import check_both_classes, check_case
from gtl.config.learning import AssociationTest
from gtl.domain.genotypes import GenotypeMatrix
from gtl.engines.anonymous import anonymous_genotypes
from gtl.engines.plink.fileset import columns, output_path, plink_argv, write_fileset
from gtl.engines.tool import Tool, read_table

Array = npt.NDArray[np.float64]

_TESTS = {
    AssociationTest.FISHER: (["--assoc", "fisher", "counts"], "assoc.fisher"),
    AssociationTest.ALLELIC: (["--assoc", "counts"], "assoc"),
    AssociationTest.LOGISTIC: (["--assoc", "counts", "--logistic"], "assoc"),
}
"""Options of each test, and the suffix of the table with its allele counts."""


class PlinkAssociation:
    """An :data:`gtl.steps.engines.AssociationEngine`: as :func:`gtl.association.associate`, computed by PLINK.

    p-values and odds ratios have the four digits that PLINK prints; frequencies are exact, from its allele counts. The
    odds ratio, which PLINK prints as NA where a cell is empty, is there inf or nan as the built-in engine's. On
    separated genotypes ``logistic`` has where PLINK gave up (no small p) and the built-in engine has nan.

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
            statistics = _read_statistics(folder, test, unnamed.variants.rsid.tolist())
        variants = genotypes.variants
        names = {name: getattr(variants, name) for name in ("chrom", "pos", "rsid", "ref", "alt")}
        return pd.DataFrame(names | statistics)


def association_argv(test: AssociationTest) -> list[str]:
    """Command line of one test.

    >>> " ".join(association_argv(AssociationTest.FISHER)[5:9])
    '--assoc fisher counts --freq'
    """
    options, _ = _TESTS[test]
    return plink_argv(*options, "--freq", "case-control")


def _read_statistics(folder: Path, test: AssociationTest, rows: list[str]) -> dict[str, Array]:
    counted = read_table(output_path(folder, _TESTS[test][1]), columns("SNP", ["C_A", "C_U", "P", "OR"]), rows)
    called = read_table(output_path(folder, "frq.cc"), columns("SNP", ["NCHROBS_A", "NCHROBS_U"]), rows)
    frequency = {group: (counted[f"C_{group}"] / called[f"NCHROBS_{group}"]).to_numpy() for group in "AU"}
    if test is AssociationTest.LOGISTIC:
        tested = read_table(output_path(folder, "assoc.logistic"), columns("SNP", ["OR", "P"]), rows)
    else:
        tested = counted.assign(OR=counted["OR"].fillna(pd.Series(_odds_ratio(frequency["A"], frequency["U"]))))
    return {
        "frequency_case": frequency["A"],
        "frequency_control": frequency["U"],
        "odds_ratio": tested["OR"].to_numpy(),
        "p_value": tested["P"].to_numpy(),
    }


def _odds_ratio(case: Array, control: Array) -> Array:
    """Odds ratio from allele frequencies: inf where only its denominator is 0, nan where both are."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(case * (1 - control) / ((1 - case) * control))
