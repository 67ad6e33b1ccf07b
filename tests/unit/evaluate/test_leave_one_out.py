import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtl.errors import InputError
from gtl.evaluate.leave_one_out import without_each
from gtl.evaluate.metrics import score

BINARY = [
    "accuracy",
    "balanced_accuracy",
    "sensitivity",
    "specificity",
    "f1",
    "mcc",
    "auc",
    "average_precision",
    "brier",
]

probabilities = st.one_of(st.sampled_from([0.0, 0.2, 0.5, 0.7, 1.0]), st.floats(0, 1))
people = st.lists(st.tuples(st.integers(0, 1), probabilities), min_size=1, max_size=20)


def one_by_one(metric, value, prediction):
    """The metric of all but each person, scored each time."""
    return [score(metric, np.delete(value, i), np.delete(prediction, i)) for i in range(len(value))]


@pytest.mark.parametrize("metric", BINARY)
@given(people)
def test_binary_metrics_are_those_of_all_but_one(metric, pairs):
    two_of_each = [(1, 0.4), (1, 0.9), (0, 0.4), (0, 0.1)]
    case, probability = zip(*two_of_each, *pairs, strict=True)
    case, probability = np.int8(case), np.array(probability)
    np.testing.assert_allclose(
        without_each(metric, case, probability), one_by_one(metric, case, probability), atol=1e-12
    )


@pytest.mark.parametrize("metric", ["correlation", "r2", "rmse"])
@given(st.integers(4, 20), st.integers(0, 10**6))
def test_quantitative_metrics_are_those_of_all_but_one(metric, n, seed):
    value, prediction = np.random.default_rng(seed).normal(size=(2, n))
    np.testing.assert_allclose(
        without_each(metric, value, prediction), one_by_one(metric, value, prediction), atol=1e-9
    )


def test_memory_does_not_grow_with_the_square_of_people():
    rng = np.random.default_rng(1)
    assert without_each("auc", rng.integers(0, 2, 200_000).astype(np.int8), rng.random(200_000)).shape == (200_000,)


def test_a_metric_that_is_not_compared_is_refused():
    with pytest.raises(InputError, match="two methods are not compared by nagelkerke_r2"):
        without_each("nagelkerke_r2", np.int8([1, 1, 0, 0]), np.full(4, 0.5))
