import numpy as np
import pytest

from gtl.report.gains import gain_tests, mean_gains


def test_mean_gain_of_the_papers_figures(results):
    table = mean_gains(results, 0.95).set_index("method")
    assert table["gain"].tolist() == pytest.approx([-4.25, 9.75])
    assert table["p_value"].round(4).tolist() == [0.0455, 0.0042]  # 0.046 in the facts about the paper
    assert table["p_holm"].tolist() == pytest.approx([table["p_value"].iloc[0], 2 * table["p_value"].iloc[1]])
    # Deep transfer by hand: SD 6.628 over 8 differences, t(7) = 2.3646.
    half = 2.364624 * np.std([2, 6, 20, 14, 14, 14, 2, 6], ddof=1) / np.sqrt(8)
    assert table.loc["deep_transfer", ["ci_low", "ci_high"]].tolist() == pytest.approx([9.75 - half, 9.75 + half])


def test_tests_by_number_of_risk_snps_and_pooled(results):
    table = gain_tests(results, seed=1)
    deep = table[table["method"] == "deep_transfer"].set_index(["risk_snps", "test"])["p_value"]
    assert round(deep["5", "unpaired t (the paper's)"], 4) == 0.0306
    assert round(deep["10", "unpaired t (the paper's)"], 4) == 0.0478
    assert round(deep["5", "paired t"], 3) == 0.080
    assert round(deep["10", "paired t"], 3) == 0.058
    assert round(deep["all", "paired t"], 4) == 0.0042
    assert round(deep["all", "Wilcoxon"], 4) == 0.0078


def test_holm_counts_the_methods_within_one_test(results):
    table = gain_tests(results, seed=1).set_index("method")
    pair = table[(table["risk_snps"] == "all") & (table["test"] == "paired t")]
    assert pair.loc["deep_transfer", "p_holm"] == pytest.approx(2 * pair.loc["deep_transfer", "p_value"])
    assert pair.loc["snp_transfer", "p_holm"] == pytest.approx(pair.loc["snp_transfer", "p_value"])


def test_one_group_is_not_pooled_with_itself(results):
    five = results[results["phenotype"].str.contains("_5_")]
    assert set(gain_tests(five, seed=1)["risk_snps"]) == {"5"}


def test_one_phenotype_has_a_gain_and_no_p(results):
    one = mean_gains(results[results["phenotype"] == "YRI_5_3"], 0.95).set_index("method")
    assert one.loc["deep_transfer", "gain"] == pytest.approx(20)
    assert one[["ci_low", "ci_high", "p_value", "p_holm"]].isna().all(axis=None)


def test_gains_that_are_alike_say_nothing_of_how_much_they_vary(results):
    two = results[results["phenotype"].isin(["YRI_5_4", "YRI_10_1"])]  # deep transfer: 56 - 42 and 62 - 48
    deep = mean_gains(two, 0.95).set_index("method").loc["deep_transfer"]
    assert deep["gain"] == pytest.approx(14)
    assert deep[["ci_low", "ci_high", "p_value"]].isna().all()


def test_a_phenotype_that_a_method_could_not_score_is_left_out_of_its_tests(results):
    gap = results[~((results["phenotype"] == "YRI_5_3") & (results["method"] == "deep_transfer"))]
    table = mean_gains(gap, 0.95).set_index("method")
    assert table["phenotypes"].to_dict() == {"snp_transfer": 8, "deep_transfer": 7}
    assert table.loc["deep_transfer", "gain"] == pytest.approx(58 / 7)


def test_without_a_baseline_there_is_nothing_to_gain_on(results):
    rest = results[results["method"] != "no_transfer"]
    assert mean_gains(rest, 0.95).empty
    assert gain_tests(rest, 1).empty
