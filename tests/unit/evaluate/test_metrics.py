import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn import metrics as sk

from gtl.errors import InputError
from gtl.evaluate.classification import Confusion, auc, average_precision, confusion
from gtl.evaluate.metric_names import BINARY_METRICS, METRICS
from gtl.evaluate.metrics import score

CASE = np.int8([1, 1, 1, 1, 0, 0, 0, 0, 0, 0])
PROBABILITY = np.array([0.9, 0.8, 0.7, 0.2, 0.6, 0.4, 0.3, 0.3, 0.1, 0.0])

people = st.lists(st.tuples(st.integers(0, 1), st.sampled_from([0.0, 0.2, 0.5, 0.7, 1.0])), min_size=2, max_size=30)


def arrays(pairs):
    return np.array([c for c, _ in pairs], np.int8), np.array([p for _, p in pairs], np.float64)


def test_counts():
    assert confusion(CASE, PROBABILITY) == Confusion(tp=3, fn=1, tn=5, fp=1)


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("accuracy", 8 / 10),
        ("sensitivity", 3 / 4),
        ("specificity", 5 / 6),
        ("balanced_accuracy", (3 / 4 + 5 / 6) / 2),
        ("f1", 6 / 8),
        ("mcc", (3 * 5 - 1 * 1) / np.sqrt(4 * 4 * 6 * 6)),
        ("auc", (6 + 6 + 6 + 2) / 24),
        ("average_precision", (1 + 1 + 1 + 4 / 8) / 4),
        ("brier", (0.01 + 0.04 + 0.09 + 0.64 + 0.36 + 0.16 + 0.09 + 0.09 + 0.01 + 0) / 10),
    ],
)
def test_by_hand(metric, value):
    assert score(metric, CASE, PROBABILITY) == pytest.approx(value, abs=1e-12)


def test_half_is_a_control():
    assert confusion(np.int8([1, 0]), np.array([0.5, 0.5])) == Confusion(tp=0, fn=1, tn=1, fp=0)


@given(people)
def test_agrees_with_scikit_learn(pairs):
    case, probability = arrays(pairs)
    assume(0 < case.sum() < len(case))
    called = probability > 0.5
    theirs = {
        "accuracy": sk.accuracy_score(case, called),
        "balanced_accuracy": sk.balanced_accuracy_score(case, called),
        "f1": sk.f1_score(case, called),
        "mcc": sk.matthews_corrcoef(case, called),
        "auc": sk.roc_auc_score(case, probability),
        "average_precision": sk.average_precision_score(case, probability),
        "brier": sk.brier_score_loss(case, probability),
    }
    assert {metric: score(metric, case, probability) for metric in theirs} == pytest.approx(theirs, abs=1e-12)


@given(people)
def test_auc_of_turned_round_probabilities_is_its_complement(pairs):
    case, probability = arrays(pairs)
    assume(0 < case.sum() < len(case))
    assert auc(case, 1 - probability) == pytest.approx(1 - auc(case, probability), abs=1e-12)


def test_equal_probabilities_say_nothing():
    assert score("auc", CASE, np.full(10, 0.3)) == 0.5
    assert average_precision(CASE, np.full(10, 0.3)) == pytest.approx(0.4)
    assert score("mcc", CASE, np.full(10, 0.3)) == 0.0


EXPLAINED = {"nagelkerke_r2", "liability_r2", "odds_ratio_per_sd"}
UNANSWERABLE = {
    0: {"balanced_accuracy", "auc", "average_precision", "f1", "sensitivity", "mcc", *EXPLAINED},
    1: {"balanced_accuracy", "auc", "specificity", "mcc", *EXPLAINED},
}


@pytest.mark.parametrize("status", [0, 1])
def test_what_one_class_cannot_answer_is_nan(status):
    case, probability = np.full(4, status, np.int8), np.array([0.1, 0.2, 0.3, 0.4])
    assert {metric for metric in BINARY_METRICS if np.isnan(score(metric, case, probability))} == UNANSWERABLE[status]


def test_nobody_has_no_score():
    nobody = np.empty(0)
    assert all(np.isnan(score(metric, nobody.astype(np.int8), nobody)) for metric in METRICS)


@pytest.mark.parametrize(
    ("metric", "case", "probability", "message"),
    [
        ("acuracy", [1], [0.5], "metric 'acuracy' is not known; choose one of accuracy"),
        ("auc", [1, 0], [0.5], r"\(2,\) case statuses but \(1,\) probabilities"),
        ("f1", [2, 0], [0.5, 0.5], "case status 2; expected 1"),
        ("f1", [1, 0], [0.5, 1.5], "probability 1.5 of person 1; expected 0 to 1"),
        ("f1", [1, 0], [np.nan, 0.5], "probability nan of person 0"),
    ],
)
def test_bad_input_is_refused(metric, case, probability, message):
    with pytest.raises(InputError, match=message):
        score(metric, np.int8(case), np.array(probability))
