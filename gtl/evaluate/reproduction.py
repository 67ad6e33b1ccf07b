"""Where the paper's figures lie among those of the same study repeated many times.

The paper has four iterations of each number of risk SNPs. Our iterations of a number are draws of the same thing, so
each figure of the paper is set against all of them, and its means of eight phenotypes against means of as many draws.
"""

from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import t as student

from gtl.domain.phenotype_code import PhenotypeCode
from gtl.errors import InputError
from gtl.evaluate.paper import CODES, FINAL, PaperFigure, paper_figures
from gtl.methods.registry import BASELINE

Figures = npt.NDArray[np.float64]

DRAWS = 10_000
"""Experiments of the paper's size that are drawn from ours."""

_NUMBERS = tuple(dict.fromkeys(code.risk_snps for code in CODES))


@dataclass(frozen=True)
class Place:
    """Where a figure of the paper lies among ours.

    Attributes
    ----------
    paper, mean, sd, low, high
        The figure; mean, standard deviation and central 95 % of ours (same unit).
    percentile
        Share of ours below it, ties counted half, 0 to 100.
    """

    paper: float
    mean: float
    sd: float
    low: float
    high: float
    percentile: float

    @property
    def inside(self) -> bool:
        """Whether it lies within the central 95 % of ours."""
        return self.low <= self.paper <= self.high


def place(paper: float, ours: Figures) -> Place:
    """Where ``paper`` lies among ``ours``, (n,) float64.

    >>> place(52.0, np.array([48.0, 50, 52, 54]))
    Place(paper=52.0, mean=51.0, sd=2.581988897471611, low=48.15, high=53.85, percentile=62.5)
    """
    low, high = np.quantile(ours, (0.025, 0.975))
    percentile = 100 * float(np.mean(ours < paper) + np.mean(ours == paper) / 2)
    return Place(paper, float(ours.mean()), float(ours.std(ddof=1)), float(low), float(high), percentile)


def place_figures(results: pd.DataFrame) -> pd.DataFrame:
    """Every accuracy of the paper's tables among ours of the same method, people and number of risk SNPs.

    Parameters
    ----------
    results
        Table RESULTS of a study with the paper's numbers of risk SNPs and several iterations.

    Returns
    -------
    Columns table, method, split, phenotype (5_1, ...), and in percent those of :class:`Place`, with ``inside``.

    Raises
    ------
    InputError
        If the study lacks one of the paper's methods or numbers of risk SNPs, or has a single iteration.
    """
    ours = {split: accuracies(results, split) for split in ("test", "final")}
    return pd.DataFrame(_row(one, ours[one.split]) for one in paper_figures())


def accuracies(results: pd.DataFrame, split: str) -> pd.DataFrame:
    """Accuracies in percent: a row a phenotype, indexed by risk SNPs and iteration, a column a method."""
    rows = results[(results["metric"] == "accuracy") & (results["split"] == split)]
    codes = [PhenotypeCode.parse(code) for code in rows["phenotype"]]
    named = rows.assign(risk_snps=[c.risk_snps for c in codes], iteration=[c.iteration for c in codes])
    # Rounded, so that 100 * 0.58 is the paper's 58.
    return (100 * named.pivot(index=["risk_snps", "iteration"], columns="method", values="value")).round(9)


def draw_experiments(final: pd.DataFrame, rng: np.random.Generator) -> dict[str, Figures]:
    """Experiments of the paper's size: four of our iterations of each number of risk SNPs, with replacement.

    Parameters
    ----------
    final
        From :func:`accuracies`.

    Returns
    -------
    Method → (DRAWS, 8) float64 percent, the paper's order of phenotypes; all methods meet the same iterations.
    """
    drawn = [_draw(final, risk_snps, rng) for risk_snps in _NUMBERS]
    return {method: np.concatenate([own[method] for own in drawn], axis=1) for method in FINAL}


def share_significant(experiments: dict[str, Figures], method: str, risk_snps: int) -> float:
    """How often a method is better with p < 0.05 by the paper's unpaired t-test on its four phenotypes."""
    chosen = [code.risk_snps == risk_snps for code in CODES]
    own, base = experiments[method][:, chosen], experiments[BASELINE][:, chosen]
    n, difference = own.shape[1], own.mean(axis=1) - base.mean(axis=1)
    error = np.sqrt((own.var(axis=1, ddof=1) + base.var(axis=1, ddof=1)) / n)
    return float(np.mean(difference > student.isf(0.025, 2 * n - 2) * np.maximum(error, 1e-9)))


def _row(one: PaperFigure, ours: pd.DataFrame) -> dict[str, object]:
    placed = place(one.percent, _of(ours, one.code.risk_snps, one.method))
    phenotype = f"{one.code.risk_snps}_{one.code.iteration}"
    named = {"table": one.table, "method": one.method, "split": one.split, "phenotype": phenotype}
    return {**named, **asdict(placed), "inside": placed.inside}


def _draw(final: pd.DataFrame, risk_snps: int, rng: np.random.Generator) -> dict[str, Figures]:
    own = {method: _of(final, risk_snps, method) for method in FINAL}
    chosen = rng.integers(0, len(own[BASELINE]), (DRAWS, len(CODES) // len(_NUMBERS)))
    return {method: figures[chosen] for method, figures in own.items()}


def _of(figures: pd.DataFrame, risk_snps: int, method: str) -> Figures:
    own = figures[figures.index.get_level_values("risk_snps") == risk_snps]
    if method not in own or len(own) < 2:
        raise InputError(
            f"reproduction: the study has no two iterations of {method} with {risk_snps} risk SNPs, which the paper "
            "has; run the preset reproduction"
        )
    return own[method].to_numpy(dtype=float)
