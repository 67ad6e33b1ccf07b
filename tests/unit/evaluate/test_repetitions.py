import math

import pandas as pd
import pytest

from gtl.evaluate.repetitions import follow_summary, method_summary


def results(study, **scores):
    return pd.DataFrame(
        [
            {"study": study, "phenotype": f"YRI_5_{i}", "method": method, "metric": metric, "value": value + extra}
            for method, values in scores.items()
            for i, value in enumerate(values)
            for metric, extra in (("accuracy", 0), ("auc", 0.1))
        ]
    )


def test_means_gains_and_gaps_are_paired():
    table = pd.concat(
        [
            results("b", no_transfer=[0.5, 0.6, 0.7], snp_transfer=[0.6, 0.72, 0.84], oracle=[0.8, 0.8, 0.8]),
            results("a", snp_transfer=[0.5, 0.7]),
        ]
    )
    summary = method_summary(table, "accuracy", 0.95).set_index(["study", "method"])
    assert summary.index.tolist() == [
        ("b", "no_transfer"), ("b", "snp_transfer"), ("b", "oracle"), ("a", "snp_transfer"),
    ]  # fmt: skip
    row = summary.loc["b", "snp_transfer"]
    assert (row["repetitions"], row["score"], row["gain"], row["gap"]) == pytest.approx((3, 0.72, 0.12, 0.08))
    # Gains 10, 12, 14 points: see test_means.
    assert (row["gain_low"], row["gain_high"]) == pytest.approx((0.07031725, 0.16968275))
    alone = summary.loc["a", "snp_transfer"]
    assert alone["score"] == pytest.approx(0.6)
    assert math.isnan(alone["gain"])
    assert math.isnan(alone["gap"])


def test_how_often_transfer_is_recommended_and_what_following_gains():
    following = pd.DataFrame(
        {"study": ["a"] * 3 + ["b"] * 2, "recommended": ["", "tca", "tca", "", ""], "gain": [0.1, 0.12, 0.14, 0.0, 0.0],
         "oracle_gain": [0.2, 0.22, 0.18, math.nan, math.nan]}
    )  # fmt: skip
    first, second = follow_summary(following, 0.95).to_dict("records")
    assert first["recommended"] == pytest.approx(2 / 3)
    assert (first["gain"], first["gain_low"]) == pytest.approx((0.12, 0.07031725))
    assert first["gap"] == pytest.approx(0.08)
    assert math.isnan(second["gap"])
    assert (second["repetitions"], second["recommended"], second["gain"]) == (2, 0.0, 0.0)
    assert math.isnan(second["gain_low"])
