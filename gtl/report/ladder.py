"""The ladder of SNP variance, effect correlation and sample size, as the page of results shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gtl.errors import InputError
from gtl.evaluate.clusters import clustered_wilson
from gtl.evaluate.means import mean_with_interval
from gtl.evaluate.outcomes import recommended
from gtl.evaluate.repetitions import follow_summary, method_summary
from gtl.evaluate.verdict import REFERENCES
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
        A row a such cell: variance, correlation, small, ceiling; recommended (by the verdict on all repetitions: title,
        or empty); repetitions, share (of verdicts that recommend transfer); gain of following these verdicts and
        gap to the oracle, on people who gave no verdict (and _low, _high); goal (met or not; None where none is set).
    elsewhere
        The same of the cells where the large population's causal SNPs are others.
    repetitions
        A row a repetition of any cell: study, hit (its verdict recommends transfer), followed (so does the verdict on
        half of the final people), gain of following that on the others, cluster. Those of one cluster share people:
        they have one number and seed.
    """

    methods: pd.DataFrame
    cells: pd.DataFrame
    elsewhere: pd.DataFrame
    repetitions: pd.DataFrame

    @property
    def unrelated(self) -> pd.DataFrame:
        """Those of ``cells`` with unrelated effects."""
        return self.cells[self.cells["correlation"] == 0]

    def over_cells(self, cells: pd.DataFrame) -> dict[str, Any]:
        """All ``cells`` together: repetitions, how many share no people, verdicts that recommend transfer, worst gain.

        The share of verdicts has an interval that allows for repetitions that share people
        (:func:`gtl.evaluate.clusters.clustered_wilson`); the worst gain is the least mean gain of following.
        ``followed`` counts the verdicts that were followed, ``followed_gain`` is the mean of what these gained, of
        the clusters' means.
        """
        own = self.repetitions[self.repetitions["study"].isin(cells["study"])]
        gains = own[own["followed"]].groupby("cluster")["gain"].mean()
        low, high = clustered_wilson(own["hit"].to_numpy(), own["cluster"].to_numpy(), CONFIDENCE)
        return {
            "repetitions": len(own), "independent": own["cluster"].nunique(), "recommended": int(own["hit"].sum()),
            "low": low, "high": high, "worst": float(cells["gain"].min()),
            "followed": int(own["followed"].sum()), "followed_gain": mean_with_interval(gains, CONFIDENCE),
        }  # fmt: skip


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
    chosen = [_recommended(study, tables["verdicts"]) for study in follow["study"]]
    cells = follow.rename(columns={"recommended": "share"}).assign(recommended=chosen).join(settings, on="study")
    goal = pd.Series([_goal(cell) for cell in cells.to_dict("records")], dtype=object)
    same = cells["overlap"] == 1
    cells = cells.assign(goal=goal)
    repetitions = _repetitions(tables["following"], results)
    return LadderViews(methods[methods["overlap"] == 1], cells[same], cells[~same], repetitions)


def judged_share(all_cells: Mapping[str, Any]) -> str:
    """Whether the goal for the share of verdicts is met, as far as :meth:`LadderViews.over_cells` can say."""
    if all_cells["high"] <= GOAL_SHARE:
        return "met"
    return "not met" if all_cells["low"] > GOAL_SHARE else "undecided"


def judged(methods: pd.DataFrame) -> pd.DataFrame:
    """Rows of methods that somebody could choose in place of no transfer."""
    return methods[~methods["method"].isin({*REFERENCES, BASELINE})]


def _recommended(study: str, verdicts: pd.DataFrame) -> str:
    method = recommended(verdicts[verdicts["study"] == study])
    return method_title(method) if method else ""


def _repetitions(following: pd.DataFrame, results: pd.DataFrame) -> pd.DataFrame:
    seeds = results.drop_duplicates("study").set_index("study")["seed"]
    cluster = following["study"].map(seeds).astype(str) + " " + following["phenotype"]
    hit, followed = following["recommended"] != "", following["followed"] != ""
    return pd.DataFrame(
        {"study": following["study"], "hit": hit, "followed": followed, "gain": following["gain"], "cluster": cluster}
    )


def _goal(cell: Mapping[Any, Any]) -> bool | None:
    if cell["correlation"] != 1 or cell["variance"] < GOAL_VARIANCE:
        return None
    return bool(cell["gain"] >= GOAL_GAIN and cell["gain_low"] > 0 and cell["gap"] <= GOAL_GAP)
