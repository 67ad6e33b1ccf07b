"""SNP pre-selection: sub-datasets of the SNPs that tell cases from controls among the training people.

A score of each SNP is computed once; every threshold then makes one sub-dataset.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.config.learning import PreselectionConfig, PreselectionRule
from gtl.domain.cohort import Population
from gtl.errors import InputError

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SubDataset:
    """SNPs that pass one threshold.

    Attributes
    ----------
    number : 1, 2, ... by threshold, strictest first; the number of a threshold that no SNP passes is left out
    threshold : of the rule
    rows : (n_snps,) intp, rows of the SNPs among those scored, ascending
    """

    number: int
    threshold: float
    rows: npt.NDArray[np.intp]


def thresholds_of(config: PreselectionConfig, population: Population) -> tuple[float, ...]:
    """Thresholds that the settings give the population for their rule.

    >>> thresholds_of(PreselectionConfig(p_values_small=(0.01, 0.05)), Population.SMALL)
    (0.01, 0.05)
    """
    kind = "p_values" if config.rule is PreselectionRule.PVALUE else "differences"
    thresholds: tuple[float, ...] = getattr(config, f"{kind}_{population.value}")
    return thresholds


def scores_of(association: pd.DataFrame, rule: PreselectionRule) -> Array:
    """Score of each SNP under ``rule``, from the training people's table (:data:`gtl.schema.ASSOCIATION`).

    p-value: the table's. Mutation difference: absolute difference of the alt allele frequency between cases and
    controls, 0 to 1.
    """
    if rule is PreselectionRule.PVALUE:
        return association["p_value"].to_numpy(dtype=np.float64)
    difference = association["frequency_case"] - association["frequency_control"]
    return difference.abs().to_numpy(dtype=np.float64)


def preselect(scores: Array, thresholds: tuple[float, ...], rule: PreselectionRule) -> list[SubDataset]:
    """One sub-dataset a threshold; those without SNPs are left out (the paper's Module 4, tables 1 and 2).

    Parameters
    ----------
    scores : (n_variants,) float64
        From :func:`scores_of`; nan never passes.
    thresholds : tuple of float
        In any order; equal ones count once.
    rule : PreselectionRule
        p-value: at most the threshold passes; mutation difference: at least the threshold.

    Raises
    ------
    InputError
        If no SNP passes any threshold.

    >>> scores = np.array([0.001, 0.5, 0.02])
    >>> [(sub.number, sub.rows.tolist()) for sub in preselect(scores, (0.05, 1e-4, 0.01), PreselectionRule.PVALUE)]
    [(2, [0]), (3, [0, 2])]
    """
    strictest_first = sorted(set(thresholds), reverse=rule is PreselectionRule.MUTATION_DIFFERENCE)
    passed = (np.flatnonzero(passes(scores, threshold, rule)) for threshold in strictest_first)
    numbered = enumerate(zip(strictest_first, passed, strict=True), start=1)
    subsets = [SubDataset(number, threshold, rows) for number, (threshold, rows) in numbered if len(rows)]
    if not subsets:
        raise InputError(
            f"pre-selection: none of {len(scores)} SNPs passes {rule.value} threshold {strictest_first[-1]:g}, the "
            "widest; widen preselection's thresholds for this population"
        )
    return subsets


def with_the_strongest(scores: Array, thresholds: tuple[float, ...], rule: PreselectionRule) -> tuple[float, ...]:
    """The thresholds, or where no SNP passes any of them the one that the strongest SNP alone passes.

    A trait of real people that nothing is associated with is an answer, not a mistake in the settings.

    >>> with_the_strongest(np.array([0.3, 0.2]), (0.01, 0.05), PreselectionRule.PVALUE)
    (0.2,)
    """
    known = scores[~np.isnan(scores)]
    if not len(known) or any(passes(known, threshold, rule).any() for threshold in thresholds):
        return thresholds
    return (float(known.min() if rule is PreselectionRule.PVALUE else known.max()),)


def passes(scores: Array, threshold: float, rule: PreselectionRule) -> npt.NDArray[np.bool_]:
    """Tell which SNPs pass one threshold of ``rule``, (n_variants,) bool; nan never does."""
    return scores <= threshold if rule is PreselectionRule.PVALUE else scores >= threshold
