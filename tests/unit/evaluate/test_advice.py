import pandas as pd
import pytest

from gtl.evaluate.advice import advice, recommendation, screening
from gtl.evaluate.outcomes import OVERALL


def verdicts(overall, **single):
    """Table VERDICT of one method with gains of traits: name → (gain, low, high, q)."""
    rows = [("deep_transfer", name, *figures) for name, figures in single.items()]
    rows.append(("deep_transfer", OVERALL, *overall, float("nan")))
    columns = ["method", "phenotype", "gain", "ci_low", "ci_high", "screening_q"]
    table = pd.DataFrame(rows, columns=columns).assign(metric="accuracy", evidence="Because.")
    helps, harms = table["ci_low"] > 0, table["ci_high"] < 0
    return table.assign(verdict=helps.map({True: "helps", False: "no evidence"}).mask(harms, "harms"))


HELPED = {f"t{n}": (0.1, 0.01, 0.2, 0.001) for n in range(7)}


def test_many_helped_traits_are_counted_and_what_was_looked_at_is_said():
    table = verdicts((0.05, -0.1, 0.2), **HELPED, t7=(0.0, -0.1, 0.1, 0.9))
    assert advice(table).endswith(
        "one by one, of 8 traits × 1 method, transfer helps t0 (Deep transfer), t1 (Deep transfer), t2 (Deep "
        "transfer), t3 (Deep transfer), t4 (Deep transfer) and 2 more."
    )


def test_another_baseline_is_named():
    assert advice(verdicts((0.0, -0.1, 0.1), a=(0.0, -0.1, 0.1, 1)), "tca") == (
        "Do not transfer: no method's gain over TCA is clear of chance."
    )


@pytest.mark.parametrize(
    ("overall", "words"),
    [
        ((0.1, 0.05, 0.2), "It is better than no transfer. Because."),
        ((0.01, -0.05, 0.1), "Evidence that it is better than no transfer: none at this size. Because."),
    ],
)
def test_the_declared_method_is_used_and_the_evidence_is_said(overall, words):
    found = recommendation(verdicts(overall, a=(0, -0.1, 0.1, 1)), "deep_transfer", why="it learns how much to borrow")
    assert found == (f"Use Deep transfer (declared before the data were seen; it learns how much to borrow). {words}")


def test_a_declared_method_that_harms_is_not_used():
    found = recommendation(verdicts((-0.2, -0.3, -0.1), a=(0.2, 0.1, 0.3, 0.01)), "deep_transfer")
    assert found == (
        "Use No transfer: Deep transfer (declared before the data were seen) was worse. Because. One by one, of 1 "
        "trait × 1 method, transfer helps a (Deep transfer)."
    )


def test_where_traits_have_two_metrics_it_is_said_in_which_one_it_is_better():
    clear, unclear = verdicts((0.1, 0.05, 0.2)), verdicts((0.1, -0.05, 0.2))
    both = pd.concat([clear.assign(metric="correlation"), unclear.assign(metric="balanced_accuracy")])
    assert "It is better than no transfer in correlation. Because." in recommendation(both, "deep_transfer")
    worse = pd.concat([clear.assign(metric="correlation"), verdicts((-0.2, -0.3, -0.1)).assign(metric="accuracy")])
    assert "was worse in accuracy. Because." in recommendation(worse, "deep_transfer")


def test_a_method_without_a_verdict_is_not_recommended():
    assert recommendation(verdicts((0, -1, 1)), "tca") == (
        "No recommendation: TCA (declared before the data were seen) was not compared with no transfer."
    )


def test_screening_lists_what_is_surest():
    table = verdicts((0.0, -0.1, 0.1), a=(0.1, -0.1, 0.3, 0.04), b=(-0.2, -0.4, 0.1, 0.01), c=(0.1, -0.1, 0.3, 0.06))
    assert screening(table)["phenotype"].tolist() == ["b", "a"]
