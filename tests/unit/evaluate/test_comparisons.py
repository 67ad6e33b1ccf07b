import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from gtl.errors import InputError
from gtl.evaluate.comparisons import compare, holm, paired_t, sign_flip, unpaired_t, wilcoxon

# The paper's tables 3, 6, 8 and 9: final accuracy in percent.
NONE_5, NONE_10 = np.array([56.0, 52, 44, 42]), np.array([48.0, 52, 52, 46])
DEEP_5, DEEP_10 = np.array([58.0, 58, 64, 56]), np.array([62.0, 66, 54, 52])
NONE, DEEP = np.concatenate([NONE_5, NONE_10]), np.concatenate([DEEP_5, DEEP_10])
SNP = np.array([48.0, 54, 44, 38, 46, 48, 48, 32])
RNG = np.random.default_rng(1)


@pytest.mark.parametrize(
    ("method", "baseline", "t", "p"), [(DEEP_5, NONE_5, 2.8146, 0.0306), (DEEP_10, NONE_10, 2.4803, 0.0478)]
)
def test_unpaired_t_is_what_the_paper_prints(method, baseline, t, p):
    result = unpaired_t(method, baseline)
    assert (round(result.statistic, 4), result.df, round(result.p_value, 4)) == (t, 6, p)


def test_paired_t_of_the_papers_figures():
    assert round(paired_t(DEEP_5, NONE_5).p_value, 3) == 0.080
    assert round(paired_t(DEEP_10, NONE_10).p_value, 3) == 0.058
    assert round(paired_t(DEEP, NONE).p_value, 4) == 0.0042
    assert paired_t(DEEP, NONE).difference == 9.75


def test_wilcoxon_of_the_papers_figures():
    assert round(wilcoxon(DEEP, NONE).p_value, 4) == 0.0078


def test_snp_transfer_is_a_loss_in_the_papers_figures():
    result = paired_t(SNP, NONE)
    assert (result.difference, round(result.p_value, 3)) == (-4.25, 0.046)


def test_sign_flip_by_hand():
    # Differences 1, 2, 3: of the 8 sign patterns only +++ and --- are 6 away from 0.
    result = sign_flip(np.array([1.0, 2, 3]), np.zeros(3), RNG)
    assert (result.difference, result.p_value) == (2.0, 2 / 8)


def test_sign_flip_counts_sums_that_rounding_parts():
    # 0.1 + 0.2 - 0.3 is not 0 in floating point; patterns at the observed distance still count.
    values = np.array([0.1, 0.2, 0.3])
    assert sign_flip(values, np.zeros(3), RNG).p_value == 2 / 8


def test_sign_flip_of_many_is_drawn_and_close_to_the_normal():
    values = np.random.default_rng(3).normal(0.4, 1, 40)
    result = sign_flip(values, np.zeros(40), np.random.default_rng(4))
    z = values.sum() / np.sqrt(np.square(values).sum())
    assert result.p_value == pytest.approx(2 * stats.norm.sf(abs(z)), rel=0.1)


def test_wilcoxon_of_many_is_scipys():
    values = np.random.default_rng(3).normal(0.4, 1, 40)
    expected = stats.wilcoxon(values, method="asymptotic").pvalue
    assert wilcoxon(values, np.zeros(40)).p_value == pytest.approx(expected)


@given(st.lists(st.integers(-9, 9).filter(bool), min_size=2, max_size=12, unique_by=abs))
def test_exact_wilcoxon_is_scipys_without_ties(differences):
    values = np.array(differences, float)
    expected = stats.wilcoxon(values, method="exact").pvalue
    assert wilcoxon(values, np.zeros(len(values))).p_value == pytest.approx(expected)


@given(st.lists(st.integers(-5, 5), min_size=2, max_size=10))
def test_turning_the_comparison_round_keeps_every_p(differences):
    values, zeros = np.array(differences, float), np.zeros(len(differences))
    there, back = compare(values, zeros, RNG), compare(zeros, values, RNG)
    assert [c.p_value for c in there] == pytest.approx([c.p_value for c in back], nan_ok=True)
    assert [c.difference for c in there] == pytest.approx([-c.difference for c in back])


def test_no_difference_anywhere_is_no_evidence():
    same = np.array([50.0, 52, 54])
    assert [c.p_value for c in compare(same, same, RNG)] == [1.0, 1.0, 1.0, 1.0]


def test_one_phenotype_has_no_p():
    assert np.isnan([c.p_value for c in compare(np.array([60.0]), np.array([50.0]), RNG)]).all()


def test_a_constant_gain_has_no_t_but_a_rank_test():
    unpaired, paired, ranked, flipped = compare(np.full(8, 52.0), np.full(8, 50.0), RNG)
    assert np.isnan([unpaired.p_value, paired.p_value]).all()
    assert ranked.p_value == flipped.p_value == 2 / 256


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
@settings(max_examples=8, deadline=None)
def test_holm_is_statsmodels(p_values):
    assert holm(p_values) == pytest.approx(list(multipletests(p_values, method="holm")[1]))


def test_holm_leaves_what_is_not_known_out():
    assert holm([0.01, float("nan"), 0.04]) == pytest.approx([0.02, float("nan"), 0.04], nan_ok=True)


@pytest.mark.parametrize(
    ("method", "baseline", "message"),
    [
        ([1.0], [1.0, 2.0], r"\(1,\) figures of the method, \(2,\) of the baseline"),
        ([], [], "at least one phenotype"),
        ([1.0, np.nan], [1.0, 2.0], "a figure is not a number"),
    ],
)
def test_bad_figures_are_refused(method, baseline, message):
    with pytest.raises(InputError, match=message):
        compare(np.array(method), np.array(baseline), RNG)


def test_gains_that_differ_by_rounding_alone_have_no_t():
    method, baseline = np.array([57.5, 47.5]), np.array([55.0, 45.0]) + np.array([0.0, 7e-15])
    result = paired_t(method, baseline)
    assert np.isnan([result.statistic, result.p_value]).all()
