import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gtl.association.counts import CaseControlCounts, count_genotypes, distinct_rows
from gtl.errors import InputError

GENOTYPES = hnp.arrays(np.int8, st.tuples(st.integers(1, 6), st.integers(1, 200)), elements=st.integers(-1, 2))


@given(GENOTYPES, st.randoms(use_true_random=False))
def test_counts_are_those_of_looking_at_each_genotype(dosages, random):
    groups = np.array([[random.random() < 0.5 for _ in range(dosages.shape[1])] for _ in range(2)])
    expected = [[[((row == dosage) & group).sum() for dosage in range(3)] for group in groups] for row in dosages]
    np.testing.assert_array_equal(count_genotypes(dosages, groups), expected)


def test_counts_cross_block_borders(monkeypatch):
    dosages = np.random.default_rng(1).integers(-1, 3, (50, 33), dtype=np.int8)
    whole = count_genotypes(dosages, np.ones((1, 33), dtype=bool))
    monkeypatch.setattr("gtl.association.counts._BLOCK_BYTES", 70)
    np.testing.assert_array_equal(count_genotypes(dosages, np.ones((1, 33), dtype=bool)), whole)
    assert whole.sum() == (dosages >= 0).sum()


@pytest.mark.parametrize("largest", [3, 2**40])
def test_distinct_rows_give_back_every_row(largest):
    rows = np.random.default_rng(1).integers(0, 3, (40, 3)) * (largest // 2)
    distinct, where = distinct_rows(rows)
    np.testing.assert_array_equal(distinct[where], rows)
    np.testing.assert_array_equal(np.unique(distinct, axis=0), np.unique(rows, axis=0))
    assert len(distinct) == len(np.unique(rows, axis=0))


def test_alleles_are_two_a_person():
    dosages = np.array([[0, 1, 2, -1, 2, 1]], dtype=np.int8)
    counts = CaseControlCounts.of(dosages, np.array([1, 1, 1, 1, 0, 0], dtype=np.int8))
    assert counts.alleles.tolist() == [[[3, 3], [3, 1]]]


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ([1, 0], r"one value for each of 3 people, got shape \(2,\)"),
        ([1, 0, 2], r"sample row 2 is 2; expected 1 \(case\) or 0 \(control\)"),
        ([1, 1, 1], "3 cases and 0 controls"),
        ([0, 0, 0], "0 cases and 3 controls"),
    ],
)
def test_wrong_case_status_is_named(case, message):
    with pytest.raises(InputError, match=message):
        CaseControlCounts.of(np.zeros((1, 3), dtype=np.int8), np.array(case, dtype=np.int8))
