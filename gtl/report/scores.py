"""Rows of the table RESULTS by what they are about; the other views start here."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.domain.trait import trait_order
from gtl.methods.registry import method_order

_FIGURES = ("value", "ci_low", "ci_high")


@dataclass(frozen=True)
class Score:
    """One figure with its interval, the number of people it is of, and the model.

    Attributes
    ----------
    algorithm, n_snps
        Of repeats: the model that was chosen most often, and the median number of SNPs.
    value, low, high
        The figure (0 to 1; correlations -1 to 1) and its interval. Of repeats: means over them; the interval is then
        that of one repeat, not of the mean.
    n
        People; of repeats the most of any.
    repeats
        Draws of the roles.
    metric
        What the figure is.
    """

    algorithm: str
    n_snps: int
    value: float
    low: float
    high: float
    n: int
    repeats: int = 1
    metric: str = "accuracy"


def scores_of(results: pd.DataFrame, split: str, metric: str) -> dict[tuple[str, str], Score]:
    """Figures by (trait, method), in the order of traits' names and of the registry."""
    rows = results[(results["split"] == split) & (results["metric"] == metric)]
    places: dict[tuple[str, str], list[int]] = {}
    for place, key in enumerate(zip(rows["phenotype"], rows["method"], strict=True)):
        places.setdefault(key, []).append(place)
    # Of hundreds of groups that have a row each, a data frame each would cost a second.
    columns = {name: rows[name].to_numpy() for name in ("algorithm", "n_snps", "n", *_FIGURES)}
    found = {key: _score({name: own[at] for name, own in columns.items()}, metric) for key, at in places.items()}
    return {key: found[key] for key in sorted(found, key=lambda key: (trait_order(key[0]), method_order(key[1])))}


def _score(own: Mapping[str, npt.NDArray[Any]], metric: str) -> Score:
    algorithms = Counter(own["algorithm"])
    value, low, high = (_mean(own[name]) for name in _FIGURES)
    return Score(
        min(algorithms, key=lambda name: (-algorithms[name], name)), int(np.median(own["n_snps"])), value, low, high,
        int(own["n"].max()), len(own["n"]), metric,
    )  # fmt: skip


def _mean(values: npt.NDArray[Any]) -> float:
    """Mean of what is known; NaN where nothing is."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else math.nan


def final_percent(results: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Final scores in percent: a row a phenotype, a column a method; NaN where a method has no score."""
    scores = scores_of(results, "final", metric)
    codes = ordered_codes({code for code, _ in scores})
    methods = sorted({method for _, method in scores}, key=method_order)
    values = [[_percent_or_nan(scores.get((code, method))) for method in methods] for code in codes]
    return pd.DataFrame(values, index=codes, columns=methods, dtype=float)


def ordered_codes(codes: Iterable[str]) -> list[str]:
    """Names of traits in the order of tables: YRI_5_1 comes before YRI_10_1."""
    return sorted(codes, key=trait_order)


def percent(share: float) -> float:
    """A share in percent with one digit.

    >>> percent(0.584)
    58.4
    """
    return round(100 * share, 1)


def _percent_or_nan(score: Score | None) -> float:
    return float("nan") if score is None else 100 * score.value
