import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from gtl.domain.dosages import allele_frequency, of_hundredths
from gtl.prepare.call_counts import CallCounts


def test_many_people_and_variants_do_not_overflow():
    counts = CallCounts.of(np.ones((600, 2), dtype=np.int8))
    assert counts.person_het.tolist() == counts.person_called.tolist() == [600, 600]
    assert CallCounts.of(np.full((20_000, 3), 1, dtype=np.int8)).person_het.tolist() == [20_000] * 3
    assert CallCounts.of(np.full((2, 70_000), 2, dtype=np.int8)).hom_alt.tolist() == [70_000] * 2


@given(arrays(np.int8, array_shapes(min_dims=2, max_dims=2, max_side=40), elements=st.integers(-1, 2)))
def test_hard_calls(calls):
    counts = CallCounts.of(calls)
    np.testing.assert_array_equal(counts.hom_ref, (calls == 0).sum(axis=1))
    np.testing.assert_array_equal(counts.hom_alt, (calls == 2).sum(axis=1))
    np.testing.assert_array_equal(counts.called, (calls >= 0).sum(axis=1))
    np.testing.assert_array_equal(counts.person_called, (calls >= 0).sum(axis=0))
    np.testing.assert_array_equal(counts.person_het, (calls == 1).sum(axis=0))
    np.testing.assert_allclose(counts.frequency, allele_frequency(calls))


def test_imputed_dosages_count_as_the_nearest_genotype():
    counts = CallCounts.of(np.uint8([[49, 51, 149, 151, 255]]))
    found = counts.hom_ref, counts.het, counts.hom_alt, counts.called, counts.frequency
    assert [column.tolist() for column in found] == [[1], [2], [1], [4], [4 / 8]]
    assert counts.person_called.tolist() == [1, 1, 1, 1, 0]


@given(arrays(np.uint8, (4, 11), elements=st.one_of(st.integers(0, 200), st.just(255))))
def test_frequencies_of_hundredths(stored):
    np.testing.assert_allclose(CallCounts.of(stored).frequency, allele_frequency(of_hundredths(stored)), rtol=1e-5)
