"""What transfer gained over no transfer, and the tests that say how sure that is."""

import math
from typing import Any

import numpy as np
import pandas as pd

from gtl.domain.phenotype_code import PhenotypeCode
from gtl.evaluate.comparisons import Comparison, compare, holm, paired_t
from gtl.evaluate.means import mean_with_interval
from gtl.methods.registry import BASELINE, method_title
from gtl.random_streams import stream
from gtl.report.scores import final_percent


def mean_gains(
    results: pd.DataFrame, confidence: float, metric: str = "accuracy", baseline: str = BASELINE
) -> pd.DataFrame:
    """Mean gain of each method over the baseline on the final people, in points.

    Returns
    -------
    Columns method, title, phenotypes, gain, ci_low, ci_high (Student's t of the paired differences over phenotypes;
    NaN where they do not vary, as with one phenotype), p_value (paired t), p_holm (over the methods).
    """
    scores = final_percent(results, metric)
    if baseline not in scores:
        return pd.DataFrame()
    rows: list[dict[str, Any]] = []
    for method in scores.columns.drop(baseline):
        both = scores[[method, baseline]].dropna()
        gain = mean_with_interval(both[method] - both[baseline], confidence)
        named = {"method": method, "title": method_title(method), "phenotypes": gain.n}
        figures = {"gain": gain.value, "ci_low": gain.low, "ci_high": gain.high}
        rows.append(named | figures | {"p_value": paired_t(*both.to_numpy().T).p_value if gain.n else math.nan})
    return pd.DataFrame(rows).assign(p_holm=holm([row["p_value"] for row in rows])) if rows else pd.DataFrame()


def gain_tests(results: pd.DataFrame, seed: int, metric: str = "accuracy", baseline: str = BASELINE) -> pd.DataFrame:
    """The paper's unpaired test and the paired ones, for each number of risk SNPs of simulated traits and for all.

    Returns
    -------
    Columns risk_snps ("5", "10", "all"), method, title, test, phenotypes, difference (points), statistic, df,
    p_value, p_holm (over the methods, within the same phenotypes and test).
    """
    scores = final_percent(results, metric)
    if baseline not in scores:
        return pd.DataFrame()
    counts = [_risk_snps(name) for name in scores.index]
    groups = {count: np.array(counts) == count for count in dict.fromkeys(counts)}
    if len(groups) > 1:
        groups["all"] = np.ones(len(counts), dtype=bool)
    rows = [
        _row(group, method, result)
        for group, members in groups.items()
        for method in scores.columns.drop(baseline)
        for result in _compared(scores.loc[members, [method, baseline]], method, baseline, seed)
    ]
    table = pd.DataFrame(rows)
    for _, same in table.groupby(["risk_snps", "test"]) if rows else ():
        table.loc[same.index, "p_holm"] = holm(same["p_value"].tolist())
    return table


def _risk_snps(name: str) -> str:
    """Number of risk SNPs of a simulated trait; ``all`` of another, which has no such group."""
    return str(PhenotypeCode.parse(name).risk_snps) if PhenotypeCode.fits(name) else "all"


def _compared(scores: pd.DataFrame, method: str, baseline: str, seed: int) -> list[Comparison]:
    both = scores.dropna()
    if not len(both):
        return []
    return compare(both[method].to_numpy(), both[baseline].to_numpy(), stream(seed, "gain tests", method))


def _row(group: str, method: str, result: Comparison) -> dict[str, object]:
    return {
        "risk_snps": group,
        "method": method,
        "title": method_title(method),
        "test": result.test,
        "phenotypes": result.n,
        "difference": result.difference,
        "statistic": result.statistic,
        "df": result.df,
        "p_value": result.p_value,
    }
