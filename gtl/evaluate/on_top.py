"""What each score says on top of the covariates: its gain over them, and the field's figures of how much it explains.

Intervals here hold each by itself; those that hold together are of :mod:`gtl.evaluate.verdict`.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from gtl.domain.trait import TraitKind, trait_order
from gtl.evaluate.covariates import added_odds_ratio
from gtl.evaluate.intervals import Scored
from gtl.evaluate.logistic import odds_ratio
from gtl.evaluate.metric_names import LIABILITY_R2, NAGELKERKE_R2, kind_of
from gtl.evaluate.repeats import corrected_mean
from gtl.evaluate.scoring import COVARIATES
from gtl.evaluate.trait_gain import trait_gain
from gtl.evaluate.verdict import REFERENCES
from gtl.methods.registry import method_order

FIGURES = ("partial_r2", "auc", NAGELKERKE_R2, LIABILITY_R2)
"""Metrics of the table RESULTS that stand beside the gain, as means over the draws of the roles."""

_COLUMNS = ("phenotype", "method", "metric", "repeats", "people", "gain", "ci_low", "ci_high", *FIGURES,
            "odds_ratio", "odds_ratio_low", "odds_ratio_high")  # fmt: skip


def on_top_table(
    predictions: Mapping[str, pd.DataFrame],
    results: pd.DataFrame,
    metrics: Mapping[str, str],
    confidence: float,
    training: Mapping[str, int],
) -> pd.DataFrame:
    """A row for each trait and method, covariates alone among them.

    Parameters
    ----------
    predictions
        Name of a trait → table PREDICTIONS.
    results
        Table RESULTS of these traits.
    metrics
        Name of a trait → its declared metric, in which the gain is.
    confidence
        Level of each interval by itself.
    training
        Name of a trait → people of the small population from whom a repeat's models were learned and chosen.

    Returns
    -------
    Table ON_TOP. The gain is NaN without covariates, and of covariates alone; the odds ratio is then that of the whole
    score.
    """
    final = results[(results["split"] == "final") & results["metric"].isin(FIGURES)]
    figures = final.groupby(["phenotype", "method", "metric"])["value"].mean()
    rows = [
        row | {name: float(figures.get((trait, row["method"], name), math.nan)) for name in FIGURES}
        for trait in sorted(predictions, key=trait_order)
        for row in _rows_of_trait(trait, predictions[trait], metrics[trait], confidence, training[trait])
    ]
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _rows_of_trait(
    trait: str, predictions: pd.DataFrame, metric: str, confidence: float, training: int
) -> Iterator[dict[str, Any]]:
    by_method = {str(name): own for name, own in predictions.groupby("method") if name not in REFERENCES}
    alone = by_method.get(COVARIATES)
    for method in sorted(by_method, key=method_order):
        own, base = by_method[method], None if method == COVARIATES else alone
        row = {"phenotype": trait, "method": method, "metric": metric, "repeats": own["repeat"].nunique()}
        row |= {"people": int(own.groupby("repeat").size().max())}
        yield row | _gain(own, base, metric, confidence, training) | _odds(own, base, metric, confidence, training)


def _gain(
    own: pd.DataFrame, base: pd.DataFrame | None, metric: str, confidence: float, training: int
) -> dict[str, float]:
    gain = None if base is None else trait_gain(own, base, metric, confidence, training)
    ends = (math.nan,) * 3 if gain is None else (gain.value, gain.low, gain.high)
    return dict(zip(("gain", "ci_low", "ci_high"), ends, strict=True))


def _odds(
    own: pd.DataFrame, base: pd.DataFrame | None, metric: str, confidence: float, training: int
) -> dict[str, float]:
    ends = (math.nan,) * 3
    if kind_of(metric) is TraitKind.BINARY:
        found = list(_odds_by_repeat(own, base, confidence))
        ends = _together(found, training, confidence)
    return dict(zip(("odds_ratio", "odds_ratio_low", "odds_ratio_high"), ends, strict=True))


def _odds_by_repeat(own: pd.DataFrame, base: pd.DataFrame | None, confidence: float) -> Iterator[Scored]:
    given = None if base is None else base.set_index(["repeat", "sample"])["prediction"]
    for repeat, table in own.groupby("repeat"):
        covariates = None if given is None else given.loc[repeat].reindex(table["sample"]).to_numpy()
        yield added_odds_ratio(
            table["value"].to_numpy().astype(np.int8), covariates, table["prediction"].to_numpy(), confidence
        )


def _together(found: list[Scored], training: int, confidence: float) -> tuple[float, float, float]:
    """One draw as it is; of several the mean on the log scale, with the error that allows for their overlap."""
    if len(found) == 1:
        (only,) = found
        return only.value, only.low, only.high
    people = max(scored.n for scored in found)
    values = np.array([scored.value for scored in found])
    logs = np.log(values, where=(values > 0) & np.isfinite(values), out=np.full(len(values), np.nan))
    mean = corrected_mean(logs, people, training, confidence)
    return odds_ratio(mean.value), odds_ratio(mean.low), odds_ratio(mean.high)
