"""The ladder of SNP variance, effect correlation and sample size, as the page of results shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from scipy.stats import norm

from gtl.errors import InputError
from gtl.evaluate.intervals import wilson
from gtl.evaluate.repetitions import follow_summary, method_summary
from gtl.evaluate.verdict import REFERENCES, recommended
from gtl.methods.registry import BASELINE, method_title

AXES = {
    "phenotypes.genetic_variance": "variance",
    "phenotypes.effect_correlation": "correlation",
    "phenotypes.causal_overlap": "overlap",
    "cohorts.small": "small",
}
"""Settings that the ladder varies → what the page calls them."""

CONFIDENCE = 0.95
METRIC = "accuracy"

GOAL_VARIANCE, GOAL_GAIN, GOAL_GAP = 0.3, 0.08, 0.05
"""From this SNP variance on, with the same effects: what the recommended method has to gain, and may miss."""

GOAL_SHARE, GOAL_COST = 0.05, 0.01
"""Where nothing is alike the verdict recommends transfer in no larger share; following it costs no more on average."""


@dataclass(frozen=True)
class LadderViews:
    """What the page's template and the figures read.

    Attributes
    ----------
    methods
        A row a cell where both populations have the same causal SNPs, and method: variance, correlation, small,
        ceiling, method, title, repetitions; score, gain, gap with _low and _high.
    cells
        A row a such cell: variance, correlation, small, ceiling; recommended (title, or empty) with its gain and gap
        (and _low, _high), goal (met or not; None where none is set), repetitions, share (of verdicts that recommend
        transfer), follow, follow_low, follow_high.
    elsewhere
        The same of the cells where the large population's causal SNPs are others.
    """

    methods: pd.DataFrame
    cells: pd.DataFrame
    elsewhere: pd.DataFrame

    @property
    def unrelated(self) -> pd.DataFrame:
        """Those of ``cells`` with unrelated effects."""
        return self.cells[self.cells["correlation"] == 0]


def over_cells(cells: pd.DataFrame) -> dict[str, Any]:
    """All ``cells`` together: repetitions, verdicts that recommend transfer, and the worst mean gain of following.

    The share of verdicts has Wilson's interval, as if the repetitions of several cells were independent.
    """
    repetitions = int(cells["repetitions"].sum())
    recommended = round(float((cells["share"] * cells["repetitions"]).sum()))
    low, high = wilson(recommended / repetitions, repetitions, float(norm.isf((1 - CONFIDENCE) / 2)))
    worst = float(cells["follow"].min())
    return {"repetitions": repetitions, "recommended": recommended, "low": low, "high": high, "worst": worst}


def ladder_views(tables: Mapping[str, pd.DataFrame]) -> LadderViews:
    """Arrange a sweep's tables (:data:`gtl.steps.sweep.TABLES`) that varies the settings of :data:`AXES`.

    Raises
    ------
    InputError
        If it does not vary these settings.
    """
    results = tables["results"]
    absent = [setting for setting in AXES if setting not in results]
    if absent:
        raise InputError(f"ladder: the sweep does not vary {', '.join(absent)}; name a sweep that does")
    settings = results.drop_duplicates("study").set_index("study")[[*AXES, "ceiling"]].rename(columns=AXES)
    summary = method_summary(results, METRIC, CONFIDENCE)
    methods = summary.join(settings, on="study").assign(title=summary["method"].map(method_title))
    follow = follow_summary(tables["following"], CONFIDENCE)
    follow = follow.rename(columns={"recommended": "share", "gain": "follow", "gain_low": "follow_low",
                                    "gain_high": "follow_high"})  # fmt: skip
    chosen = pd.DataFrame([_recommended(study, methods, tables["verdicts"]) for study in follow["study"]])
    cells = follow.join(settings, on="study").merge(chosen, on="study")
    goal = pd.Series([_goal(cell) for cell in cells.to_dict("records")], dtype=object)
    same = cells["overlap"] == 1
    cells = cells.assign(goal=goal)
    return LadderViews(methods[methods["overlap"] == 1], cells[same], cells[~same])


def judged(methods: pd.DataFrame) -> pd.DataFrame:
    """Rows of methods that somebody could choose in place of no transfer."""
    return methods[~methods["method"].isin({*REFERENCES, BASELINE})]


def _recommended(study: str, methods: pd.DataFrame, verdicts: pd.DataFrame) -> dict[str, Any]:
    method = recommended(verdicts[verdicts["study"] == study])
    ends = [f"{figure}{end}" for figure in ("gain", "gap") for end in ("", "_low", "_high")]
    own = methods[(methods["study"] == study) & (methods["method"] == method)]
    if own.empty:
        return {"study": study, "recommended": "", **dict.fromkeys(ends, float("nan"))}
    return {"study": study, "recommended": own["title"].iloc[0], **{end: own[end].iloc[0] for end in ends}}


def _goal(cell: Mapping[Any, Any]) -> bool | None:
    if cell["correlation"] != 1 or cell["variance"] < GOAL_VARIANCE:
        return None
    return bool(cell["gain"] >= GOAL_GAIN and cell["gain_low"] > 0 and cell["gap"] <= GOAL_GAP)
