import numpy as np
import pandas as pd
import pytest

from gtl.errors import InputError
from gtl.evaluate.following import Followed, follow_verdict

N = 200


def predictions(**right):
    """Table PREDICTIONS of N cases: each method is right about the people whose places it names."""
    frames = [
        pd.DataFrame({"method": method, "sample": [f"s{i}" for i in range(N)], "case": np.ones(N, np.int8),
                      "probability": np.where(np.isin(np.arange(N), list(people)), 0.9, 0.1)})
        for method, people in right.items()
    ]  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def test_the_gain_is_that_of_the_other_half():
    # First half: 20 against 80 of 100 right, clear of chance. Second half: 30 against 42, a gain of 12 points.
    table = predictions(no_transfer=[*range(20), *range(100, 130)], deep_transfer=[*range(80), *range(100, 142)])
    assert follow_verdict(table, "accuracy", 0.95) == Followed(
        "deep_transfer", "deep_transfer", pytest.approx(0.12), 100
    )


def test_do_not_transfer_gains_nothing():
    # Nobody helps on the first half; that deep transfer would have gained on the second is not to be known.
    table = predictions(no_transfer=range(20), deep_transfer=[*range(20), *range(100, 180)])
    assert follow_verdict(table, "accuracy", 0.95) == Followed("deep_transfer", "", 0.0, 100)


def test_a_harmful_recommendation_costs():
    table = predictions(no_transfer=[*range(20), *range(100, 190)], snp_transfer=[*range(80), *range(100, 110)])
    assert follow_verdict(table, "accuracy", 0.95) == Followed("", "snp_transfer", pytest.approx(-0.8), 100)


def test_rows_are_matched_by_person():
    table = predictions(no_transfer=[*range(20), *range(100, 130)], deep_transfer=[*range(80), *range(100, 142)])
    own = table["method"] == "deep_transfer"
    turned = pd.concat([table[~own], table[own].iloc[::-1]])
    assert follow_verdict(turned, "accuracy", 0.95) == follow_verdict(table, "accuracy", 0.95)


def test_it_takes_no_transfer_and_two_people():
    with pytest.raises(InputError, match="0 final people as no_transfer sees them"):
        follow_verdict(predictions(deep_transfer=[1]), "accuracy", 0.95)
