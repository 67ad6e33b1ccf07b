import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtl.config.learning import PreselectionConfig, PreselectionRule
from gtl.domain.cohort import Population
from gtl.errors import InputError
from gtl.learn.preselect import preselect, scores_of, thresholds_of

PVALUE, DIFFERENCE = PreselectionRule
SCORE = st.floats(0, 1) | st.just(np.nan)


def test_scores_come_from_the_association_table():
    table = pd.DataFrame({"frequency_case": [0.2, 0.5], "frequency_control": [0.3, 0.1], "p_value": [0.7, np.nan]})
    np.testing.assert_array_equal(scores_of(table, PVALUE), [0.7, np.nan])
    np.testing.assert_allclose(scores_of(table, DIFFERENCE), [0.1, 0.4])


def test_numbers_follow_the_threshold_and_empty_ones_are_left_out():
    subsets = preselect(np.array([0.3, 0.02, np.nan, 0.05]), (0.1, 0.01, 0.05, 0.1), PVALUE)
    assert [(sub.number, sub.threshold, sub.rows.tolist()) for sub in subsets] == [(2, 0.05, [1, 3]), (3, 0.1, [1, 3])]


def test_differences_are_strictest_when_largest():
    subsets = preselect(np.array([0.3, 0.02, np.nan, 0.05]), (0.01, 0.3, 0.4), DIFFERENCE)
    assert [(sub.number, sub.threshold, sub.rows.tolist()) for sub in subsets] == [(2, 0.3, [0]), (3, 0.01, [0, 1, 3])]


@given(st.lists(SCORE, min_size=1), st.lists(st.floats(0, 1), min_size=1), st.sampled_from(PreselectionRule))
def test_each_sub_dataset_holds_the_one_before(scores, thresholds, rule):
    widest = 1 if rule is PVALUE else 0
    subsets = preselect(np.array([*scores, 0.5]), (*thresholds, widest), rule)
    rows = [set(sub.rows.tolist()) for sub in subsets]
    assert all(smaller <= larger for smaller, larger in itertools.pairwise(rows))
    assert len(rows[-1]) == np.count_nonzero(~np.isnan(scores)) + 1


def test_no_snp_at_all_is_refused():
    with pytest.raises(InputError, match=r"none of 2 SNPs passes p-value threshold 0\.01, the widest"):
        preselect(np.array([0.3, np.nan]), (0.01, 0.001), PVALUE)


def test_each_population_and_rule_has_its_thresholds():
    config = PreselectionConfig(p_values_large=(0.1,), p_values_small=(0.2,))
    assert thresholds_of(config, Population.LARGE) == (0.1,)
    assert thresholds_of(config, Population.SMALL) == (0.2,)
    config = PreselectionConfig(rule=DIFFERENCE, differences_large=(0.3,), differences_small=(0.4,))
    assert thresholds_of(config, Population.LARGE) == (0.3,)
    assert thresholds_of(config, Population.SMALL) == (0.4,)
