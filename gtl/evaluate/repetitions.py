"""What a sweep's repetitions say of each method: mean score, gain over no transfer, distance from the oracle.

A repetition is one phenotype of a study; methods meet the same phenotypes and people, so differences are paired.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from gtl.evaluate.means import Mean, mean_with_interval
from gtl.methods.registry import BASELINE, ORACLE, method_order


def method_summary(results: pd.DataFrame, metric: str, confidence: float) -> pd.DataFrame:
    """Means over the repetitions of each study and method, with Student's intervals.

    Parameters
    ----------
    results
        Table SWEEP_RESULTS.
    metric
        Which rows.
    confidence
        Level of each interval by itself.

    Returns
    -------
    Columns study, method, repetitions; score, gain (over no transfer) and gap (oracle less method), 0 to 1, each with
    ``_low`` and ``_high``, NaN where there is nothing to compare with; in the order of the studies and the registry.
    """
    return pd.DataFrame(_rows(results[results["metric"] == metric], confidence))


def follow_summary(following: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """How often each study's verdicts recommend transfer, and what following them gains, on people who gave no verdict.

    Parameters
    ----------
    following
        Table FOLLOWING.

    Returns
    -------
    Columns study, repetitions, recommended (share of repetitions); gain, and gap (the oracle's gain less it), each with
    ``_low`` and ``_high``; gap is NaN where the oracle did not run.
    """
    rows = [_followed(str(study), own, confidence) for study, own in following.groupby("study", sort=False)]
    return pd.DataFrame(rows)


def scores_by_method(results: pd.DataFrame) -> pd.DataFrame:
    """Scores of one study and metric, means over repeats: a row a phenotype, a column a method."""
    return results.pivot_table(index="phenotype", columns="method", values="value", dropna=False)


def _followed(study: str, own: pd.DataFrame, confidence: float) -> dict[str, object]:
    gain, gap = (mean_with_interval(d, confidence) for d in (own["gain"], own["oracle_gain"] - own["gain"]))
    share = float((own["recommended"] != "").mean())
    return {"study": study, "repetitions": gain.n, "recommended": share, **_ends("gain", gain), **_ends("gap", gap)}


def _rows(results: pd.DataFrame, confidence: float) -> Iterator[dict[str, object]]:
    for study, own in results.groupby("study", sort=False):
        scores = scores_by_method(own)
        nothing = pd.Series(np.nan, index=scores.index)
        base, oracle = (scores.get(name, nothing) for name in (BASELINE, ORACLE))
        for method in sorted(map(str, scores.columns), key=method_order):
            score = mean_with_interval(scores[method], confidence)
            gain, gap = (mean_with_interval(d, confidence) for d in (scores[method] - base, oracle - scores[method]))
            ends = {**_ends("score", score), **_ends("gain", gain), **_ends("gap", gap)}
            yield {"study": study, "method": method, "repetitions": score.n, **ends}


def _ends(name: str, mean: Mean) -> dict[str, float]:
    return {name: mean.value, f"{name}_low": mean.low, f"{name}_high": mean.high}
