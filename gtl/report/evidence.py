"""The verdict and what stands beside the figures, as the page shows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from gtl.evaluate.advice import MANY, advice, looked_at, recommendation, screening
from gtl.evaluate.outcomes import OVERALL, recommended
from gtl.evaluate.wording import level_words, metric_words
from gtl.methods.registry import BASELINE, method_title
from gtl.report.scores import ordered_codes

Row = dict[str, Any]

PERMUTED = (
    "Labels were permuted: case status was shuffled among the people of each cohort, so whatever is found here is "
    "chance (phenotypes.permute_labels)."
)
"""What stands beside every figure of such a study."""


@dataclass(frozen=True)
class VerdictPart:
    """The verdicts on traits of one metric.

    Attributes
    ----------
    metric
        Its registry name; ``words`` for people.
    overall
        Rows of VERDICT for all traits, a method each.
    traits
        Names in their order.
    single
        (trait, method) → row of VERDICT.
    single_level, overall_level
        Levels of the intervals in words.
    """

    metric: str
    words: str
    overall: list[Row]
    traits: list[str]
    single: dict[tuple[str, str], Row]
    single_level: str
    overall_level: str

    @property
    def shows_all(self) -> bool:
        """Whether the row over all traits says more than that of the only one."""
        return len(self.traits) > 1 or self.single_level != self.overall_level


@dataclass(frozen=True)
class EvidenceViews:
    """What the page's template reads; empty parts are not shown.

    Attributes
    ----------
    advice
        What to do, in words; empty without a table of verdicts.
    transfer
        Whether a method helps overall.
    verdicts
        A part a metric.
    looked_at
        Traits and methods that single intervals hold for together, such as ``14 traits × 3 methods``.
    others
        Said where the intervals hold for other small populations, too; else empty.
    screened
        Rows of VERDICT that a screening finds; empty for few traits.
    selection
        (trait, method) → row of SELECTION.
    attainable, calibration
        Rows of the tables.
    """

    advice: str = ""
    transfer: bool = False
    verdicts: list[VerdictPart] = field(default_factory=list)
    looked_at: str = ""
    others: str = ""
    screened: list[Row] = field(default_factory=list)
    selection: dict[tuple[str, str], Row] = field(default_factory=dict)
    attainable: list[Row] = field(default_factory=list)
    calibration: list[Row] = field(default_factory=list)


def evidence_views(
    tables: Mapping[str, pd.DataFrame],
    baseline: str = BASELINE,
    declared: str = "",
    why: str = "",
    populations: int = 1,
) -> EvidenceViews:
    """Arrange the tables VERDICT, SELECTION, ATTAINABLE and CALIBRATION for the page.

    Parameters
    ----------
    tables
        By name: verdict, selection, attainable, calibration; any may be absent.
    baseline
        Method that the others were measured against.
    declared, why
        Method that was declared before the data were seen, and the reason; empty where none was.
    populations
        Small populations of the study, of which the tables are of one.
    """
    verdicts = tables.get("verdict")
    views: dict[str, Any] = {} if verdicts is None else _of_verdicts(verdicts, baseline, declared, why)
    return EvidenceViews(
        **views,
        others=" with those of the other small populations" if populations > 1 else "",
        selection={(row["phenotype"], row["method"]): row for row in _rows(tables.get("selection"))},
        attainable=_rows(tables.get("attainable")),
        calibration=_rows(tables.get("calibration")),
    )


def _of_verdicts(verdicts: pd.DataFrame, baseline: str, declared: str, why: str) -> dict[str, Any]:
    words = recommendation(verdicts, declared, baseline, why) if declared else advice(verdicts, baseline)
    traits, methods = looked_at(verdicts)
    return {
        "advice": words,
        "transfer": recommended(verdicts) is not None,
        "verdicts": [_part(str(metric), own, declared) for metric, own in verdicts.groupby("metric", sort=False)],
        "looked_at": f"{traits} trait{'s' if traits != 1 else ''} × {methods} method{'s' if methods != 1 else ''}",
        "screened": _rows(screening(verdicts)) if traits > MANY else [],
    }


def _part(metric: str, verdicts: pd.DataFrame, declared: str) -> VerdictPart:
    single = {(row["phenotype"], row["method"]): row for row in _rows(verdicts) if row["phenotype"] != OVERALL}
    overall = [row for row in _rows(verdicts) if row["phenotype"] == OVERALL]
    overall.sort(key=lambda row: row["method"] != declared)  # the one that a reader looks for first
    levels = [level_words(rows[0]["level"]) for rows in (list(single.values()), overall)]
    return VerdictPart(
        metric, metric_words(metric), overall, ordered_codes({name for name, _ in single}), single, *levels
    )


def _rows(table: pd.DataFrame | None) -> list[Row]:
    if table is None:
        return []
    records = [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]
    return [row | {"title": method_title(row["method"])} for row in records]
