from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gtl.association.fisher import fisher_exact

CELL = st.integers(0, 60)


def by_fractions(a, b, c, d):
    """The definition in whole numbers: no rounding, and ties are ties."""
    row, column, total = a + b, a + c, a + b + c + d
    ways = [comb(row, x) * comb(total - row, column - x) for x in range(min(row, column) + 1)]
    observed = comb(row, a) * comb(total - row, c)
    return float(Fraction(sum(way for way in ways if way <= observed), sum(ways)))


def test_lady_tasting_tea():
    # All four cups right: 1 of 70 ways, and its mirror image. Three right: 17 of 70, and its mirror image.
    p = fisher_exact(np.array([[[4, 0], [0, 4]], [[3, 1], [1, 3]], [[2, 2], [2, 2]]]))
    np.testing.assert_allclose(p, [2 / 70, 34 / 70, 1], rtol=1e-12)


@given(CELL, CELL, CELL, CELL)
def test_equals_the_definition(a, b, c, d):
    assert fisher_exact(np.array([[[a, b], [c, d]]]))[0] == pytest.approx(by_fractions(a, b, c, d), rel=1e-10)


def test_equals_scipy_for_a_thousand_people():
    rng = np.random.default_rng(1)
    alt = rng.binomial([[998], [1002]], rng.uniform(size=(1, 300))).T
    tables = np.stack([alt, [998, 1002] - alt], axis=2)
    expected = [stats.fisher_exact(table).pvalue for table in tables]
    np.testing.assert_allclose(fisher_exact(tables), expected, rtol=1e-10)


def test_nearly_a_tie_is_none():
    # 285 case alt alleles are likelier than the observed 287, by 5 parts in 10^8.
    assert fisher_exact(np.array([[[287, 667], [282, 662]]]))[0] == pytest.approx(by_fractions(287, 667, 282, 662))


def test_ties_of_equal_groups_count_on_both_sides():
    rng = np.random.default_rng(2)
    alt = rng.integers(0, 1000, (50, 2))
    tables = np.stack([alt, 1000 - alt], axis=2)
    np.testing.assert_allclose(fisher_exact(tables), [by_fractions(*map(int, t.ravel())) for t in tables], rtol=1e-10)


def test_tiny_p_keeps_its_digits():
    table = [[180, 20], [10, 190]]
    assert by_fractions(180, 20, 10, 190) < 1e-70
    assert fisher_exact(np.array([table]))[0] == pytest.approx(by_fractions(180, 20, 10, 190), rel=1e-10)


@given(st.lists(st.tuples(CELL, CELL, CELL, CELL), min_size=1, max_size=20))
def test_tables_do_not_touch_each_other_and_orientation_is_free(cells):
    tables = np.array(cells).reshape(-1, 2, 2)
    together = fisher_exact(tables)
    np.testing.assert_allclose(together, [fisher_exact(table[None])[0] for table in tables], rtol=1e-14)
    np.testing.assert_allclose(fisher_exact(tables[:, ::-1]), together, rtol=1e-10)
    np.testing.assert_allclose(fisher_exact(tables[:, :, ::-1]), together, rtol=1e-10)


def test_empty_margins_prove_nothing():
    assert fisher_exact(np.array([[[0, 0], [3, 4]], [[0, 5], [0, 6]], [[0, 0], [0, 0]]])).tolist() == [1, 1, 1]


def test_a_table_far_out_does_not_change_those_with_the_same_margins():
    case_alt = np.array([500, 530, 700, 900])
    tables = np.array([[[alt, 1000 - alt], [1000 - alt, alt]] for alt in case_alt])
    together = fisher_exact(tables)
    assert together.tolist() == [fisher_exact(table[None])[0] for table in tables]
    np.testing.assert_allclose(together, [by_fractions(*map(int, t.ravel())) for t in tables], rtol=1e-10)


def test_half_a_million_people():
    tables = np.array([[[1_200, 98_800], [9_000, 891_000]], [[50_400, 49_600], [450_000, 450_000]]])
    expected = [stats.fisher_exact(table).pvalue for table in tables]
    np.testing.assert_allclose(fisher_exact(tables), expected, rtol=1e-7)


def test_what_no_double_can_say_is_zero():
    assert fisher_exact(np.array([[[5000, 0], [0, 5000]], [[2500, 2500], [2500, 2500]]])).tolist() == [0, 1]


@pytest.mark.parametrize("table", [(400, 0, 0, 400), (1, 399, 399, 1), (0, 480, 480, 20), (0, 300, 300, 600)])
def test_a_tail_beside_outcomes_that_are_thousands_of_times_likelier_keeps_its_digits(table):
    assert fisher_exact(np.reshape(table, (1, 2, 2)))[0] == pytest.approx(by_fractions(*table), rel=2e-12)
