"""The paper's tables as views of the tables RESULTS, CANDIDATES and SUBSETS; figures are percent, as it prints them.

Not here: tests between methods (:mod:`gtl.report.gains`), and how a table is shown (:mod:`gtl.report.page`,
:mod:`gtl.report.text`).
"""

from collections.abc import Mapping

import pandas as pd

from gtl.config.study import StudyConfig
from gtl.domain.phenotype_code import PhenotypeCode
from gtl.evaluate.verdict import REFERENCES
from gtl.methods.registry import BASELINE, method_title
from gtl.report.scores import final_percent, ordered_codes, percent, scores_of

_LISTED_TIES = 6
_GAIN_TABLES_FROM = 8

TITLES = {
    "1": "Sub-datasets of the small population: number of SNPs",
    "2": "Sub-datasets of the large population: number of SNPs",
    "3": "No transfer learning",
    "6": "SNP transfer learning, trained on the small population",
    "6-large": "SNP transfer learning, trained on the large population",
    "7": "Deep transfer learning: best on the test people",
}
"""Titles of the tables by the paper's number; :func:`table_title` also knows 8, 9 and on."""


def paper_tables(
    results: pd.DataFrame,
    candidates: Mapping[str, pd.DataFrame],
    subsets_large: Mapping[str, pd.DataFrame],
    subsets_small: Mapping[str, pd.DataFrame],
    config: StudyConfig,
) -> dict[str, pd.DataFrame]:
    """Every table of the paper that the study has, by the paper's number.

    Parameters
    ----------
    results
        Table RESULTS of all phenotypes.
    candidates, subsets_large, subsets_small
        Phenotype code → table CANDIDATES (all methods), table SUBSETS of either population.
    config
        Gives names, thresholds and numbers of risk SNPs. With other numbers than the paper's 5 and 10, table 8 is
        for the first one, 9 for the second, and so on.
    """
    metric, names = config.selection.metric.value, config.populations
    tables = {
        "1": subset_sizes(subsets_small, names.small_name),
        "2": subset_sizes(subsets_large, names.large),
        "3": best_models(results, BASELINE, metric),
        "6": best_models(results, "snp_transfer", metric),
        "6-large": best_models(results, "snp_transfer_large", metric),
        "7": best_with_ties(candidates, "deep_transfer", names.large),
    }
    for number, risk_snps in enumerate(config.phenotypes.risk_snps, start=_GAIN_TABLES_FROM):
        tables[str(number)] = gains(results, risk_snps, metric)
    return {number: table for number, table in tables.items() if len(table)}


def table_title(number: str, config: StudyConfig) -> str:
    """Title of a table for people.

    >>> table_title("9", StudyConfig())
    'Results of transfer learning for 10 risk SNPs'
    """
    if number in TITLES:
        return TITLES[number]
    return f"Results of transfer learning for {config.phenotypes.risk_snps[int(number) - _GAIN_TABLES_FROM]} risk SNPs"


def subset_sizes(subsets: Mapping[str, pd.DataFrame], population: str) -> pd.DataFrame:
    """Tables 1 and 2: SNPs in each sub-dataset, a row a phenotype; 0 where no SNP passed the threshold.

    >>> subset_sizes({"YRI_5_1": pd.DataFrame({"subset": [2, 2, 3]})}, "CEU").values.tolist()
    [['CEU_5_1', 0, 2, 1]]
    """
    last = max((int(table["subset"].max()) for table in subsets.values() if len(table)), default=0)
    rows = [
        {"phenotype": _named(code, population)}
        | {str(number): int((subsets[code]["subset"] == number).sum()) for number in range(1, last + 1)}
        for code in ordered_codes(subsets)
    ]
    return pd.DataFrame(rows, columns=["phenotype", *map(str, range(1, last + 1))])


def best_models(results: pd.DataFrame, method: str, metric: str = "accuracy") -> pd.DataFrame:
    """Tables 3 and 6: the model that the test people chose, its score on them and on the final cohort."""
    test, final = scores_of(results, "test", metric), scores_of(results, "final", metric)
    return pd.DataFrame(
        {
            "phenotype": code,
            "snps": score.n_snps,
            "best_model": score.algorithm,
            f"test_{metric}": percent(test[code, name].value),
            f"final_{metric}": percent(score.value),
        }
        for (code, name), score in final.items()
        if name == method
    )


def best_with_ties(candidates: Mapping[str, pd.DataFrame], method: str, population: str) -> pd.DataFrame:
    """Table 7: the best test score of a method, every model that reached it, and which of them was chosen.

    The lists hold each pair of sub-dataset size and model once, the chosen one first, up to six; ``ties`` counts all
    candidates with the best score, at every freeze depth.
    """
    rows = []
    for code in ordered_codes(candidates):
        own = candidates[code][candidates[code]["method"] == method]
        if not len(own):
            continue
        best = own[own["test"].round(12) == own["test"].max().round(12)].sort_values("chosen", ascending=False)
        chosen, pairs = best.iloc[0], best[["n_snps", "algorithm"]].drop_duplicates()
        rows.append(
            {
                "phenotype": _named(code, population),
                "snps": _listed(pairs["n_snps"]),
                "best_model": _listed(pairs["algorithm"]),
                "frozen_layers": int(chosen["frozen_layers"]),
                "test_score": percent(chosen["test"]),
                "ties": len(best),
            }
        )
    return pd.DataFrame(rows)


def gains(results: pd.DataFrame, risk_snps: int, metric: str = "accuracy") -> pd.DataFrame:
    """Tables 8 and 9: final score without and with transfer, a column a phenotype.

    ``Max achieved`` is the best of the transfer methods, picked after the fact as in the paper; ``Final improvement``
    is its gain over no transfer.
    """
    scores = final_percent(results, metric)
    scores = scores[[PhenotypeCode.parse(code).risk_snps == risk_snps for code in scores.index]]
    if BASELINE not in scores or not len(scores):
        return pd.DataFrame()
    baseline, transfer = scores[BASELINE], scores.drop(columns=BASELINE)
    rows = {"Results without transfer learning": baseline}
    for method in map(str, transfer.columns):
        rows[f"With {_in_text(method)}"] = transfer[method]
        rows[f"Improvement with {_in_text(method)}"] = transfer[method] - baseline
    judged = transfer[[method for method in transfer.columns if method not in REFERENCES]]
    if len(judged.columns):
        rows["Max achieved"] = judged.max(axis=1)
        rows["Final improvement"] = judged.max(axis=1) - baseline
    columns = {code: code.partition("_")[2] for code in scores.index}
    table = pd.DataFrame(rows).T[list(columns)].rename(columns=columns).round(1)
    return table.rename_axis("result").reset_index()


def _named(code: str, population: str) -> str:
    return f"{population}_{code.partition('_')[2]}"


def _listed(values: "pd.Series[str]") -> str:
    shown = [str(value) for value in values[:_LISTED_TIES]]
    more = len(values) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _in_text(method: str) -> str:
    title = method_title(method)
    return title if title[:2].isupper() else title[:1].lower() + title[1:]
