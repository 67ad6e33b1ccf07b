"""What scores say on top of covariates, beside figures that are worked out by hand or by other functions."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from gtl.evaluate.covariates import added_odds_ratio
from gtl.evaluate.on_top import on_top_table
from gtl.evaluate.paired import paired_difference
from gtl.evaluate.repeats import corrected_mean
from gtl.evaluate.scoring import prediction_rows

N = 40
SAMPLES = np.array([f"p{number}" for number in range(N)], dtype=object)
AGE, GENES = np.random.default_rng(1).normal(size=(2, N))
CASE = (np.random.default_rng(2).random(N) < expit(AGE / 2 + GENES)).astype(np.int8)
TALL = AGE + GENES + np.random.default_rng(3).normal(size=N)
BOTH = expit(AGE / 2 + GENES)


def results(trait, *figures):
    rows = [
        {"phenotype": trait, "method": method, "split": split, "metric": metric, "value": value}
        for method, split, metric, value in figures
    ]
    return pd.DataFrame(rows, columns=["phenotype", "method", "split", "metric", "value"])


def binary(repeat=1, people=slice(None)):
    predictions = {"covariates_only": expit(AGE / 2), "own_gblup": BOTH, "majority": np.full(N, 0.5)}
    return pd.concat(
        [prediction_rows(name, SAMPLES[people], CASE[people], p[people], repeat) for name, p in predictions.items()]
    )


def table(predictions, rows, metric, **learning):
    return on_top_table(predictions, rows, dict.fromkeys(predictions, metric), 0.95, learning).set_index("method")


def test_a_binary_trait_has_the_gain_the_figures_of_the_final_people_and_the_odds_ratio_of_what_is_added():
    said = results(
        "asthma", ("own_gblup", "final", "auc", 0.8), ("own_gblup", "test", "auc", 0.9),
        ("covariates_only", "final", "auc", 0.6), ("own_gblup", "final", "nagelkerke_r2", 0.3),
    )  # fmt: skip
    found = table({"asthma": binary()}, said, "accuracy", asthma=60)
    assert found.index.tolist() == ["covariates_only", "own_gblup"]  # a floor is no score
    gain = paired_difference("accuracy", CASE, BOTH, expit(AGE / 2), 0.95)
    own = found.loc["own_gblup"]
    assert (own["gain"], own["ci_low"], own["ci_high"]) == (gain.value, gain.low, gain.high)
    assert (own["auc"], own["nagelkerke_r2"]) == (0.8, 0.3)
    assert math.isnan(own["partial_r2"])
    assert math.isnan(own["liability_r2"])
    odds = added_odds_ratio(CASE, expit(AGE / 2), BOTH)
    assert (own["odds_ratio"], own["odds_ratio_low"], own["odds_ratio_high"]) == (odds.value, odds.low, odds.high)
    assert (own["people"], own["repeats"]) == (N, 1)


def test_covariates_alone_gain_nothing_over_themselves():
    alone = table({"asthma": binary()}, results("asthma"), "accuracy", asthma=60).loc["covariates_only"]
    assert math.isnan(alone["gain"])
    assert alone["odds_ratio"] == added_odds_ratio(CASE, None, expit(AGE / 2)).value


def test_a_quantitative_trait_has_a_partial_r2_and_no_odds_ratio():
    predictions = {"covariates_only": AGE, "own_gblup": AGE + GENES}
    frame = pd.concat([prediction_rows(name, SAMPLES, TALL, p) for name, p in predictions.items()])
    said = results("height", ("own_gblup", "final", "partial_r2", 0.4))
    own = table({"height": frame}, said, "correlation", height=60).loc["own_gblup"]
    assert own["gain"] == pytest.approx(np.corrcoef(TALL, AGE + GENES)[0, 1] - np.corrcoef(TALL, AGE)[0, 1])
    assert own["partial_r2"] == 0.4
    assert math.isnan(own["odds_ratio"])


def test_without_covariates_there_is_no_gain_and_the_odds_ratio_is_of_the_whole_score():
    frame = prediction_rows("own_gblup", SAMPLES, CASE, BOTH)
    own = table({"asthma": frame}, results("asthma"), "accuracy", asthma=60).loc["own_gblup"]
    assert math.isnan(own["gain"])
    assert own["odds_ratio"] == added_odds_ratio(CASE, None, BOTH).value


def test_odds_ratios_of_repeats_are_averaged_as_logs_with_the_error_of_overlapping_people():
    draws = [slice(0, 30), slice(10, 40), slice(5, 35)]
    frame = pd.concat([binary(number, people) for number, people in enumerate(draws, start=1)])
    said = results("asthma", ("own_gblup", "final", "auc", 0.7), ("own_gblup", "final", "auc", 0.8))
    own = table({"asthma": frame}, said, "accuracy", asthma=60).loc["own_gblup"]
    logs = [np.log(added_odds_ratio(CASE[own], expit(AGE / 2)[own], BOTH[own]).value) for own in draws]
    mean = corrected_mean(logs, 30, 60, 0.95)
    assert own["odds_ratio"] == pytest.approx(math.exp(mean.value))
    assert (own["odds_ratio_low"], own["odds_ratio_high"]) == pytest.approx((math.exp(mean.low), math.exp(mean.high)))
    assert (own["repeats"], own["people"]) == (3, 30)
    assert own["auc"] == pytest.approx(0.75)
