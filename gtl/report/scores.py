"""Rows of the table RESULTS by what they are about; the other views start here."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from gtl.domain.phenotype_code import PhenotypeCode
from gtl.methods.registry import method_order

_FIELDS = ("algorithm", "n_snps", "value", "ci_low", "ci_high", "n")


@dataclass(frozen=True)
class Score:
    """One figure (0 to 1) with its interval, the people behind it, and the model that it is of."""

    algorithm: str
    n_snps: int
    value: float
    low: float
    high: float
    n: int


def scores_of(results: pd.DataFrame, split: str, metric: str) -> dict[tuple[str, str], Score]:
    """Figures by (phenotype, method), in the order of the paper's tables and of the registry."""
    rows = results[(results["split"] == split) & (results["metric"] == metric)]
    keys = list(zip(rows["phenotype"].tolist(), rows["method"].tolist(), strict=True))
    scores = [Score(*fields) for fields in zip(*(rows[name].tolist() for name in _FIELDS), strict=True)]
    found = dict(zip(keys, scores, strict=True))
    return {
        key: found[key] for key in sorted(found, key=lambda key: (PhenotypeCode.parse(key[0]), method_order(key[1])))
    }


def final_percent(results: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Final scores in percent: a row a phenotype, a column a method; NaN where a method has no score."""
    scores = scores_of(results, "final", metric)
    codes = ordered_codes({code for code, _ in scores})
    methods = sorted({method for _, method in scores}, key=method_order)
    values = [[_percent_or_nan(scores.get((code, method))) for method in methods] for code in codes]
    return pd.DataFrame(values, index=codes, columns=methods, dtype=float)


def ordered_codes(codes: Iterable[str]) -> list[str]:
    """Phenotype codes by population, risk SNPs and iteration: YRI_5_1 comes before YRI_10_1."""
    return sorted(codes, key=PhenotypeCode.parse)


def percent(share: float) -> float:
    """A share in percent with one digit.

    >>> percent(0.584)
    58.4
    """
    return round(100 * share, 1)


def _percent_or_nan(score: Score | None) -> float:
    return float("nan") if score is None else 100 * score.value
