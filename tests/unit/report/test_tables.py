import numpy as np
import pandas as pd
import pytest

from gtl.config import with_overrides
from gtl.report.tables import best_models, best_with_ties, gains, paper_tables, subset_sizes, table_title

SIZES = [0, 1, 28, 101]


def subsets(sizes):
    return pd.DataFrame({"subset": np.repeat(np.arange(1, len(sizes) + 1), sizes)})


def test_sizes_keep_the_numbers_of_empty_sub_datasets():
    table = subset_sizes({"YRI_10_1": subsets([2, 0, 9, 0]), "YRI_5_4": subsets(SIZES)}, "CEU")
    assert table.columns.tolist() == ["phenotype", "1", "2", "3", "4"]
    assert table.to_numpy().tolist() == [["CEU_5_4", 0, 1, 28, 101], ["CEU_10_1", 2, 0, 9, 0]]


def test_table_3_is_the_papers(results):
    table = best_models(results, "no_transfer")
    assert table.columns.tolist() == ["phenotype", "snps", "best_model", "test_accuracy", "final_accuracy"]
    assert table.iloc[0].tolist() == ["YRI_5_1", 236, "UB", 66.0, 56.0]
    assert table["final_accuracy"].tolist() == [56, 52, 44, 42, 48, 52, 52, 46]
    assert table["test_accuracy"].tolist() == [66, 85, 61, 71, 76, 66, 71, 61]


def test_table_7_lists_every_model_that_ties_the_chosen_one_first(candidates):
    table = best_with_ties({"YRI_5_1": candidates}, "deep_transfer", "CEU")
    assert table.to_dict("records") == [
        {"phenotype": "CEU_5_1", "snps": "4901, 1196", "best_model": "Model 5, Model 1", "frozen_layers": 2,
         "test_score": 65.0, "ties": 3}
    ]  # fmt: skip


def test_table_7_says_how_many_ties_it_leaves_out(candidates):
    many = pd.concat([candidates.assign(n_snps=candidates["n_snps"] + k, chosen=False) for k in range(5)])
    table = best_with_ties({"YRI_5_1": many}, "deep_transfer", "CEU")
    assert table["best_model"][0].endswith(" and 4 more")
    assert table["ties"][0] == 15


@pytest.mark.parametrize(
    ("risk_snps", "rows"),
    [
        (5, [[56, 52, 44, 42], [48, 54, 44, 38], [-8, 2, 0, -4], [58, 58, 64, 56], [2, 6, 20, 14]]),
        (10, [[48, 52, 52, 46], [46, 48, 48, 32], [-2, -4, -4, -14], [62, 66, 54, 52], [14, 14, 2, 6]]),
    ],
)
def test_tables_8_and_9_are_the_papers(results, risk_snps, rows):
    table = gains(results, risk_snps)
    assert table.columns.tolist() == ["result", *(f"{risk_snps}_{i}" for i in range(1, 5))]
    assert table["result"].tolist() == [
        "Results without transfer learning", "With SNP transfer", "Improvement with SNP transfer",
        "With deep transfer", "Improvement with deep transfer", "Max achieved", "Final improvement",
    ]  # fmt: skip
    assert table.iloc[:, 1:].to_numpy().tolist() == [*rows, *rows[3:]]


def test_what_nobody_could_choose_is_not_the_best_achieved(results):
    oracle = results[results["method"] == "deep_transfer"].assign(method="oracle", value=0.9)
    table = gains(pd.concat([results, oracle]), 5).set_index("result")
    assert table.loc["Max achieved"].tolist() == [58, 58, 64, 56]
    assert table.loc["With oracle"].tolist() == [90] * 4


def test_a_loss_stays_a_loss(results):
    two = results[results["method"] != "deep_transfer"]
    assert gains(two, 10).set_index("result").loc["Final improvement"].tolist() == [-2, -4, -4, -14]


def test_a_study_has_the_tables_of_the_paper_by_number(results, candidates, config):
    by_code = {str(code): candidates for code in config.codes()}
    sizes = {str(code): subsets(SIZES) for code in config.codes()}
    tables = paper_tables(results, by_code, sizes, sizes, config)
    assert list(tables) == ["1", "2", "3", "6", "7", "8", "9"]
    assert {len(tables[number]) for number in ("1", "2", "3", "6", "7")} == {8}


def test_other_numbers_of_risk_snps_take_the_places_of_5_and_10(results, candidates, config):
    other = with_overrides(config, ["phenotypes.risk_snps=[10, 5, 3]"])
    sizes = {"YRI_5_1": subsets(SIZES)}
    tables = paper_tables(results, {"YRI_5_1": candidates}, sizes, sizes, other)
    assert [tables[number].columns[1] for number in ("8", "9")] == ["10_1", "5_1"]
    assert "10" not in tables
    assert table_title("10", other) == "Results of transfer learning for 3 risk SNPs"


def test_a_study_without_a_baseline_has_no_gains(results):
    assert gains(results[results["method"] != "no_transfer"], 5).empty
