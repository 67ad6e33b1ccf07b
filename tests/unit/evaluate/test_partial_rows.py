"""What methods explain beyond covariates, as rows of the results."""

import numpy as np
import pandas as pd
import pytest

from gtl.evaluate.scoring import partial_rows, prediction_rows

VALUE = np.array([1.0, 2.0, 3.0, 4.0, 6.0])
AGE = np.array([1.0, 1.0, 2.0, 2.0, 2.0])
SAMPLES = np.array(list("abcde"), dtype=object)


def tables(*methods):
    predictions = {"covariates_only": AGE, "perfect": VALUE, "nothing_more": AGE}
    rows = [{"method": method, "split": "final", "metric": "r2", "value": 0.5} for method in methods]
    found = [prediction_rows(method, SAMPLES, VALUE, predictions[method]) for method in methods]
    return pd.concat(found), pd.DataFrame(rows).assign(ci_low=0.0, ci_high=1.0)


def test_a_perfect_method_explains_all_that_covariates_leave_and_an_idle_one_nothing():
    rows = partial_rows(*tables("covariates_only", "perfect", "nothing_more"), 0.95).set_index("method")
    assert set(rows["metric"]) == {"partial_r2"}
    assert rows["value"]["perfect"] == pytest.approx(1)
    assert rows["value"]["nothing_more"] == 0
    assert "covariates_only" not in rows.index


def test_without_covariates_there_is_nothing_to_be_beyond():
    assert partial_rows(*tables("perfect"), 0.95).empty
