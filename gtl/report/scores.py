"""Rows of the table RESULTS by what they are about; the other views start here."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

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
    found = {(str(name), str(method)): _score(own) for (name, method), own in rows.groupby(["phenotype", "method"])}
    return {key: found[key] for key in sorted(found, key=lambda key: (trait_order(key[0]), method_order(key[1])))}


def _score(own: pd.DataFrame) -> Score:
    algorithms = own["algorithm"].value_counts().sort_index()
    value, low, high = (float(own[name].mean()) if own[name].notna().any() else math.nan for name in _FIGURES)
    return Score(
        str(algorithms.index[int(algorithms.argmax())]), int(own["n_snps"].median()), value, low, high,
        int(own["n"].max()), len(own), str(own["metric"].iloc[0]),
    )  # fmt: skip


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
