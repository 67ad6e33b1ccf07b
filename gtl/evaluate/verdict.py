"""Whether to transfer: for each phenotype and overall, from the interval of the gain over no transfer.

A method helps if its whole interval is above 0, harms if it is below, and else there is no evidence. Intervals hold
for all methods together (Bonferroni), because the reader will look at the best one. Not here: how large the gain
could have been (:mod:`gtl.evaluate.attainable`), and tests (:mod:`gtl.evaluate.comparisons`).
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

import numpy as np
import pandas as pd

from gtl.config.learning import Metric
from gtl.domain.phenotype_code import PhenotypeCode
from gtl.evaluate.means import mean_with_interval
from gtl.evaluate.paired import PairedDifference, paired_difference
from gtl.methods.registry import BASELINE, ORACLE, method_order, method_title

REFERENCES = frozenset({"majority", ORACLE})
"""Methods that say how low and how high figures can be; nobody can choose them, so no verdict is passed on them."""

_NAMED = 5
"""Phenotypes that are named in a sentence; of more, their number."""

OVERALL = "all"
"""What stands in the column phenotype for all of them."""


class Verdict(StrEnum):
    """What the interval of the gain says."""

    HELPS = "helps"
    NO_EVIDENCE = "no evidence"
    HARMS = "harms"


def verdict_table(predictions: Mapping[str, pd.DataFrame], metric: str, confidence: float) -> pd.DataFrame:
    """Verdict on each method, for each phenotype and overall.

    One phenotype: paired difference on its final people. Overall: Student's t over the phenotypes' differences; a
    single phenotype stands for itself.

    Parameters
    ----------
    predictions
        Phenotype code → table PREDICTIONS: the final people as each method sees them.
    metric
        The declared one.
    confidence
        Level for all methods together, such as 0.95.

    Returns
    -------
    Table VERDICT: a method's phenotypes, then its row ``all``; empty without the baseline or another method.
    """
    methods = _methods(predictions)
    level = 1 - (1 - confidence) / max(len(methods), 1)
    rows = [row for method in methods for row in _rows(method, predictions, metric, level)]
    columns = ["phenotype", "method", "phenotypes", "people", "gain", "ci_low", "ci_high", "level", "verdict"]
    return pd.DataFrame(rows, columns=[*columns, "evidence"])


def verdict_of(low: float, high: float) -> Verdict:
    """Verdict from the interval's ends; an unknown interval is no evidence.

    >>> verdict_of(-0.01, 0.2).value
    'no evidence'
    """
    if low > 0:
        return Verdict.HELPS
    return Verdict.HARMS if high < 0 else Verdict.NO_EVIDENCE


def recommended(verdicts: pd.DataFrame) -> str | None:
    """The method to use: of those that help overall the one whose gain is at least the largest; None: do not transfer.

    Parameters
    ----------
    verdicts
        Table VERDICT.
    """
    helping = verdicts[(verdicts["phenotype"] == OVERALL) & (verdicts["verdict"] == Verdict.HELPS)]
    return None if helping.empty else str(helping["method"].iloc[int(helping["ci_low"].argmax())])


def advice(verdicts: pd.DataFrame) -> str:
    """The recommendation in a sentence or two: for all phenotypes, or else for those that are helped by themselves.

    Empty where nothing was compared with no transfer.
    """
    method, overall = recommended(verdicts), verdicts[verdicts["phenotype"] == OVERALL]
    if overall.empty:
        return ""
    if method is not None:
        evidence = overall.loc[overall["method"] == method, "evidence"].iloc[0]
        return f"Transfer: {method_title(method)} helps. {evidence}"
    harmful = [method_title(name) for name in overall.loc[overall["verdict"] == Verdict.HARMS, "method"]]
    harm = f" {_listed(harmful)} did harm." if harmful else ""
    helped = _helped(verdicts)
    if not helped:
        return f"Do not transfer: no method's gain over no transfer is clear of chance.{harm}"
    return (
        "No method's gain over no transfer is clear of chance over all phenotypes together; one by one, transfer helps "
        f"{_listed(helped[:_NAMED] + [f'{len(helped) - _NAMED} more'] * (len(helped) > _NAMED))}.{harm}"
    )


def _helped(verdicts: pd.DataFrame) -> list[str]:
    """Each phenotype that a method helps, with the method whose gain is surest there."""
    helping = verdicts[(verdicts["phenotype"] != OVERALL) & (verdicts["verdict"] == Verdict.HELPS)]
    surest = helping.sort_values("ci_low", ascending=False).drop_duplicates("phenotype")
    found = dict(zip(surest["phenotype"], surest["method"], strict=True))
    return [f"{code} ({method_title(found[code])})" for code in sorted(found, key=_place)]


def _methods(predictions: Mapping[str, pd.DataFrame]) -> list[str]:
    seen = {method for table in predictions.values() for method in table["method"].unique()}
    return sorted(seen - REFERENCES - {BASELINE}, key=method_order) if BASELINE in seen else []


def _rows(
    method: str, predictions: Mapping[str, pd.DataFrame], metric: str, level: float
) -> Iterator[dict[str, object]]:
    found = {code: _difference(predictions[code], method, metric, level) for code in sorted(predictions, key=_place)}
    differences = {code: difference for code, difference in found.items() if difference is not None}
    for code, d in differences.items():
        ends = _row(code, method, 1, d.n, (d.value, d.low, d.high), level)
        yield ends | {"evidence": _evidence_of_one(d, metric, level)}
    if differences:
        yield _overall(method, list(differences.values()), metric, level)


def _difference(table: pd.DataFrame, method: str, metric: str, level: float) -> PairedDifference | None:
    own, base = (table[table["method"] == name].set_index("sample") for name in (method, BASELINE))
    if own.empty or base.empty:
        return None
    case, probability = base["case"].to_numpy(dtype=np.int8), own["probability"].reindex(base.index).to_numpy()
    return paired_difference(metric, case, probability, base["probability"].to_numpy(), level)


def _overall(method: str, differences: Sequence[PairedDifference], metric: str, level: float) -> dict[str, object]:
    people = max(difference.n for difference in differences)
    if len(differences) == 1:
        only = differences[0]
        row = _row(OVERALL, method, 1, people, (only.value, only.low, only.high), level)
        return row | {"evidence": _evidence_of_one(only, metric, level)}
    most = 2.0 if metric == Metric.MCC else 1.0
    ends = _mean(np.array([difference.value for difference in differences]), level, most)
    words = f"Mean gain in {_words(metric)} over {len(differences)} phenotypes: {_interval(ends, level)}."
    return _row(OVERALL, method, len(differences), people, ends, level) | {"evidence": words}


def _mean(gains: np.ndarray, level: float, most: float) -> tuple[float, float, float]:
    """Mean with Student's interval, cut to what a gain can be (``most``)."""
    mean = mean_with_interval(gains, level)
    # Not max and min: these would make an end of what is not known.
    return mean.value, float(np.clip(mean.low, -most, most)), float(np.clip(mean.high, -most, most))


def _row(
    code: str, method: str, phenotypes: int, people: int, ends: tuple[float, float, float], level: float
) -> dict[str, object]:
    gain, low, high = ends
    return {
        "phenotype": code, "method": method, "phenotypes": phenotypes, "people": people, "gain": gain,
        "ci_low": low, "ci_high": high, "level": level, "verdict": verdict_of(low, high).value,
    }  # fmt: skip


def _evidence_of_one(d: PairedDifference, metric: str, level: float) -> str:
    counts = f"Of {d.n} people it alone was right for {d.gained}, no transfer alone for {d.lost}"
    return f"{counts}; gain in {_words(metric)}: {_interval((d.value, d.low, d.high), level)}."


def _interval(ends: tuple[float, float, float], level: float) -> str:
    gain, low, high = (f"{100 * end:+.1f}".replace("-", "−") for end in ends)
    if math.isnan(ends[1]):
        return f"{gain} points, without an interval" if not math.isnan(ends[0]) else "not known"
    return f"{gain} points, {100 * level:.4g} % interval {low} to {high}"


def _words(metric: str) -> str:
    return metric.replace("_", " ")


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _place(code: str) -> PhenotypeCode:
    return PhenotypeCode.parse(code)
