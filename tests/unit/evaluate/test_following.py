import numpy as np
import pandas as pd
import pytest

from gtl.errors import InputError
from gtl.evaluate.following import Followed, follow_verdict

N = 200
nan = pytest.approx(float("nan"), nan_ok=True)


def judges(n):
    """The first n of those on whom the verdict is passed: every second person."""
    return range(1, 2 * n, 2)


def others(n):
    """The first n of those on whom it is followed."""
    return range(0, 2 * n, 2)


def predictions(**right):
    """Table PREDICTIONS of N cases: each method is right about the people whose places it names."""
    frames = [
        pd.DataFrame({"method": method, "sample": [f"s{i}" for i in range(N)], "repeat": 1, "value": np.ones(N),
                      "prediction": np.where(np.isin(np.arange(N), list(people)), 0.9, 0.1)})
        for method, people in right.items()
    ]  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def test_the_gain_is_that_of_the_other_half():
    # Judges: 20 against 80 of 100 right, clear of chance. Others: 30 against 42, a gain of 12 points.
    table = predictions(no_transfer=[*judges(20), *others(30)], deep_transfer=[*judges(80), *others(42)])
    assert follow_verdict(table, "accuracy", 0.95) == Followed(
        "deep_transfer", "deep_transfer", pytest.approx(0.12), nan, 100
    )


def test_do_not_transfer_gains_nothing():
    # Nobody helps among the judges; that deep transfer would have gained among the others is not to be known.
    table = predictions(no_transfer=judges(20), deep_transfer=[*judges(20), *others(80)])
    assert follow_verdict(table, "accuracy", 0.95) == Followed("deep_transfer", "", 0.0, nan, 100)


def test_the_oracle_is_measured_on_the_same_others():
    table = predictions(no_transfer=[*judges(20), *others(30)], oracle=[*judges(20), *others(80)])
    assert follow_verdict(table, "accuracy", 0.95).oracle_gain == pytest.approx(0.5)


def test_a_harmful_recommendation_costs():
    table = predictions(no_transfer=[*judges(20), *others(90)], snp_transfer=[*judges(80), *others(10)])
    assert follow_verdict(table, "accuracy", 0.95) == Followed("", "snp_transfer", pytest.approx(-0.8), nan, 100)


def test_rows_are_matched_by_person():
    table = predictions(no_transfer=[*judges(20), *others(30)], deep_transfer=[*judges(80), *others(42)])
    own = table["method"] == "deep_transfer"
    turned = pd.concat([table[~own], table[own].iloc[::-1]])
    assert follow_verdict(turned, "accuracy", 0.95) == follow_verdict(table, "accuracy", 0.95)


def test_people_in_an_order_are_in_both_halves():
    # The first hundred, say the controls, are those whom deep transfer gets right: it gains among both halves.
    table = predictions(no_transfer=range(20), deep_transfer=range(100))
    assert follow_verdict(table, "accuracy", 0.95).gain == pytest.approx(0.4)


def test_it_takes_no_transfer_and_two_people():
    with pytest.raises(InputError, match="0 final people as no_transfer sees them"):
        follow_verdict(predictions(deep_transfer=[1]), "accuracy", 0.95)
