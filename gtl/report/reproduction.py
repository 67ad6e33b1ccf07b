"""The paper's figures beside those of the same study repeated, as the page of results shows them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gtl.evaluate.means import Mean, mean_with_interval
from gtl.evaluate.paper import FINAL, TABLES, paper_gain
from gtl.evaluate.reproduction import (
    Figures,
    Place,
    accuracies,
    draw_experiments,
    place,
    place_figures,
    share_significant,
)
from gtl.methods.registry import BASELINE, method_title
from gtl.random_streams import stream
from gtl.report.gains import gain_tests

CONFIDENCE = 0.95
SEED = 1
"""Of the draws of experiments from our iterations; the study's own seed is in its results."""

TRANSFER = [method for method in TABLES if method != BASELINE]


@dataclass(frozen=True)
class Claim:
    """One mean of the paper, ours, and what that says.

    Attributes
    ----------
    words
        What the figure is.
    place
        The paper's figure among those of experiments of its size drawn from our iterations.
    ours
        Our mean over all iterations.
    null
        What no effect would be: 0 points, 50 %.
    """

    words: str
    place: Place
    ours: Mean
    null: float

    @property
    def outcome(self) -> str:
        """Whether it reproduces: ours has to allow the paper's figure, and to show an effect of the same sign.

        >>> claim = Claim("gain", place(9.0, np.arange(12.0)), Mean(5.5, 2.0, 9.0, 12), 0.0)
        >>> claim.outcome
        'reproduces'
        """
        if not self.place.inside:
            return "does not reproduce: outside the central 95 % of experiments of the paper's size"
        shown = self.ours.low > self.null if self.place.paper > self.null else self.ours.high < self.null
        return "reproduces" if shown else "no effect is shown; the paper's figure is within chance"


@dataclass(frozen=True)
class ReproductionViews:
    """What the page's template and the figures read.

    Attributes
    ----------
    claims
        Mean gains and mean accuracies.
    figures
        From :func:`gtl.evaluate.reproduction.place_figures`, with the method's title.
    tests
        Rows of :func:`gtl.report.gains.gain_tests` for the paper's transfer methods.
    significant
        (method's title, risk SNPs, share of experiments of the paper's size with p < 0.05 in its unpaired test).
    final
        Accuracies in percent, :func:`gtl.evaluate.reproduction.accuracies`.
    gains
        Mean gains of deep transfer in experiments of the paper's size, points.
    """

    claims: list[Claim]
    figures: pd.DataFrame
    tests: pd.DataFrame
    significant: list[tuple[str, int, float]]
    final: pd.DataFrame
    gains: Figures

    def inside(self, method: str, split: str) -> dict[str, Any]:
        """How many of a table's figures lie within the central 95 % of ours, and both means (percent)."""
        own = self.figures[(self.figures["method"] == method) & (self.figures["split"] == split)]
        return {
            "inside": int(own["inside"].sum()),
            "of": len(own),
            "paper": own["paper"].mean(),
            "ours": own["mean"].mean(),
        }


def reproduction_views(results: pd.DataFrame) -> ReproductionViews:
    """Set a finished study's figures beside the paper's.

    Parameters
    ----------
    results
        Table RESULTS of the preset reproduction, or of any study with the paper's methods and numbers of risk SNPs.
    """
    final = accuracies(results, "final")
    experiments = draw_experiments(final, stream(SEED, "experiments of the paper's size"))
    figures = place_figures(results)
    tests = gain_tests(results[results["method"].isin({BASELINE, *TRANSFER})], SEED)
    return ReproductionViews(
        claims=[*_gains(final, experiments), *_levels(final, experiments)],
        figures=figures.assign(title=figures["method"].map(method_title)),
        tests=tests,
        significant=[
            (method_title(method), number, share_significant(experiments, method, number))
            for method in TRANSFER
            for number in dict.fromkeys(final.index.get_level_values("risk_snps"))
        ],
        final=final,
        gains=(experiments["deep_transfer"] - experiments[BASELINE]).mean(axis=1),
    )


def _gains(final: pd.DataFrame, experiments: dict[str, Figures]) -> list[Claim]:
    return [
        Claim(
            f"{method_title(method)}: mean gain over no transfer, points",
            place(paper_gain(method), (experiments[method] - experiments[BASELINE]).mean(axis=1)),
            mean_with_interval(final[method] - final[BASELINE], CONFIDENCE),
            0.0,
        )
        for method in TRANSFER
    ]


def _levels(final: pd.DataFrame, experiments: dict[str, Figures]) -> list[Claim]:
    return [
        Claim(
            f"{method_title(method)}: mean final accuracy, % (50 is guessing)",
            place(float(np.mean(FINAL[method])), experiments[method].mean(axis=1)),
            mean_with_interval(final[method], CONFIDENCE),
            50.0,
        )
        for method in TABLES
    ]
