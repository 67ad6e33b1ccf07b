"""What each score says on top of the covariates, as the page shows it."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from gtl.domain.trait import TraitKind
from gtl.evaluate.metric_names import LIABILITY_R2, NAGELKERKE_R2, kind_of
from gtl.evaluate.scoring import COVARIATES
from gtl.evaluate.wording import metric_words
from gtl.methods.registry import method_title
from gtl.report.scores import scores_of

MOST_OPEN = 24
"""Rows up to which a table is shown at once; a longer one opens at a click."""

_HEADINGS = {
    "auc": "AUC",
    NAGELKERKE_R2: "Nagelkerke R²",
    LIABILITY_R2: "Liability R²",
    "partial_r2": "Partial R²",
}


@dataclass(frozen=True)
class OnTopPart:
    """Traits of one kind.

    Attributes
    ----------
    metric, words
        The metric of the gain: its registry name, and in words.
    covariates
        Whether there are covariates to be on top of.
    prevalence
        Whether the liability scale could be reached.
    figures
        Metric of the table RESULTS → heading of its column, of those that these traits have.
    rows
        Rows of ON_TOP with ``title`` and, by metric, the :class:`gtl.report.scores.Score` of each figure.
    """

    metric: str
    words: str
    covariates: bool
    prevalence: bool
    figures: dict[str, str]
    rows: list[dict[str, Any]]

    @property
    def binary(self) -> bool:
        """Whether the traits are case/control status."""
        return kind_of(self.metric) is TraitKind.BINARY

    @property
    def open(self) -> bool:
        """Whether the table is short enough to be shown at once."""
        return len(self.rows) <= MOST_OPEN


def on_top_parts(table: pd.DataFrame | None, results: pd.DataFrame) -> list[OnTopPart]:
    """A part for binary and one for quantitative traits; of the latter only where there are covariates.

    Parameters
    ----------
    table
        Table ON_TOP; None for no part.
    results
        Table RESULTS, for the figures' intervals.
    """
    if table is None:
        return []
    parts = [_part(str(metric), own, results) for metric, own in table.groupby("metric", sort=False)]
    return [part for part in parts if part.covariates or part.binary]


def _part(metric: str, table: pd.DataFrame, results: pd.DataFrame) -> OnTopPart:
    scores = {name: scores_of(results, "final", name) for name in _HEADINGS}
    shown = {name: heading for name, heading in _HEADINGS.items() if table[name].notna().any()}
    rows = [
        {str(name): value for name, value in row.items()}
        | {
            "title": method_title(row["method"]),
            "figures": {name: scores[name].get((row["phenotype"], row["method"])) for name in shown},
        }
        for row in _in_order(table).to_dict("records")
    ]
    return OnTopPart(
        metric, metric_words(metric), bool((table["method"] == COVARIATES).any()), LIABILITY_R2 in shown, shown, rows
    )


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Of each trait first covariates alone, which the others rise from."""
    first = [
        own.iloc[(own["method"] != COVARIATES).to_numpy().argsort(kind="stable")]
        for _, own in table.groupby("phenotype", sort=False)
    ]
    return pd.concat(first)
