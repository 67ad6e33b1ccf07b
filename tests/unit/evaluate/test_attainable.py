import numpy as np
import pandas as pd
import pytest

from gtl.errors import InputError
from gtl.evaluate.attainable import attainable_shares, fieller

SCORES = pd.DataFrame(
    {"no_transfer": [0.50, 0.52, 0.54], "deep_transfer": [0.56, 0.57, 0.61], "oracle": [0.60, 0.66, 0.66]},
    index=["YRI_5_1", "YRI_5_2", "YRI_5_3"],
)


def test_share_of_the_oracles_gain():
    row = attainable_shares(SCORES, 0.7, 0.95).iloc[0]
    # Gains 6, 5, 7 of 10, 14, 12 points.
    assert (row["method"], row["ceiling"], row["phenotypes"]) == ("deep_transfer", "oracle", 3)
    assert (row["gain"], row["attainable"], row["share"]) == pytest.approx((0.06, 0.12, 0.5))
    assert row["ci_low"] < 0.5 < row["ci_high"]


def test_the_variance_model_stands_in_for_the_oracle():
    row = attainable_shares(SCORES.drop(columns="oracle"), 0.62, 0.95).iloc[0]
    assert row["ceiling"] == "variance model"
    assert row["attainable"] == pytest.approx(0.10)
    assert row["share"] == pytest.approx(0.6)


def test_without_any_ceiling_or_baseline_there_is_no_share():
    assert attainable_shares(SCORES.drop(columns="oracle"), None, 0.95).empty
    assert attainable_shares(SCORES.drop(columns="no_transfer"), 0.7, 0.95).empty


def test_a_phenotype_without_a_score_is_left_out():
    gap = SCORES.copy()
    gap.loc["YRI_5_2", "deep_transfer"] = np.nan
    row = attainable_shares(gap, None, 0.95).iloc[0]
    assert (row["phenotypes"], row["share"]) == (2, pytest.approx(0.13 / 0.22))


def test_the_ends_are_ratios_that_the_t_test_just_does_not_refuse():
    rng = np.random.default_rng(0)
    gain, attainable = rng.normal(0.05, 0.02, 8), rng.normal(0.1, 0.02, 8)
    share = fieller(gain, attainable, 0.95)
    for end in (share.low, share.high):
        rest = gain - end * attainable
        assert abs(rest.mean()) / (rest.std(ddof=1) / np.sqrt(8)) == pytest.approx(2.364624, rel=1e-5)


def test_it_covers_the_true_share():
    rng = np.random.default_rng(2)
    covered = 0
    for _ in range(1000):
        baseline = rng.normal(0.5, 0.03, 6)
        share = fieller(rng.normal(0.56, 0.03, 6) - baseline, rng.normal(0.7, 0.03, 6) - baseline, 0.95)
        covered += not (share.low > 0.3 or share.high < 0.3)
    assert 930 <= covered <= 970  # 950, give or take three standard deviations of 6.9


def test_no_interval_where_nothing_could_surely_be_gained():
    share = fieller(np.array([0.05, 0.02]), np.array([0.1, -0.06]), 0.95)
    assert share.value == pytest.approx(1.75)
    assert np.isnan([share.low, share.high]).all()
    assert np.isnan(fieller(np.array([0.1]), np.array([-0.1]), 0.95).value)
    one = fieller(np.array([0.1]), np.array([0.2]), 0.95)
    assert one.value == 0.5
    assert np.isnan(one.low)


def test_figures_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="one a phenotype"):
        fieller(np.zeros(2), np.zeros(3), 0.95)
    with pytest.raises(InputError, match="not a number"):
        fieller(np.array([np.nan, 1]), np.ones(2), 0.95)
