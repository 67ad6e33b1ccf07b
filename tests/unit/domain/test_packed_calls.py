import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from gtl.domain.dosages import as_hundredths
from gtl.domain.packed_calls import PackedCalls, packed_width
from gtl.domain.packed_counts import count_calls
from gtl.errors import InputError

SHAPES = array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=70)
CALLS = arrays(np.int8, SHAPES, elements=st.integers(-1, 2))


@given(CALLS)
def test_calls_come_back(calls):
    packed = PackedCalls.of(calls)
    assert packed.codes.shape == (len(calls), packed_width(calls.shape[1]))
    np.testing.assert_array_equal(packed.unpacked(), calls)


@pytest.mark.parametrize("n_people", [0, 1, 2, 3, 4, 5, 300_001])
def test_any_number_of_people(n_people):
    calls = np.random.default_rng(n_people).integers(-1, 3, (3, n_people), dtype=np.int8)
    np.testing.assert_array_equal(PackedCalls.of(calls).unpacked(), calls)


def test_what_is_left_of_the_last_byte_is_zero():
    assert PackedCalls.of(np.int8([[-1], [2]])).codes.tolist() == [[3], [2]]
    assert PackedCalls.of_bed(np.uint8([[0b11_11_11_01]]), 1).codes.tolist() == [[3]]


@given(arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9))), st.integers(0, 3))
def test_the_codes_of_a_bed_file(codes, spare):
    n_people = 4 * codes.shape[1] - spare
    pairs = (codes[:, :, None] >> np.array([0, 2, 4, 6]) & 3).reshape(len(codes), -1)[:, :n_people]
    np.testing.assert_array_equal(PackedCalls.of_bed(codes, n_people).unpacked(), np.int8([2, -1, 1, 0])[pairs])


@given(CALLS)
def test_hundredths_that_are_whole_alleles(calls):
    packed = PackedCalls.of_hundredths(as_hundredths(calls))
    assert packed is not None
    np.testing.assert_array_equal(packed.codes, PackedCalls.of(calls).codes)


@pytest.mark.parametrize("value", sorted({*range(256)} - {0, 100, 200, 255}))
def test_other_hundredths_are_no_calls(value):
    assert PackedCalls.of_hundredths(np.uint8([[0, 100], [255, value]])) is None


@given(CALLS, st.data())
def test_people_in_any_order(calls, data):
    columns = np.array(data.draw(st.permutations(range(calls.shape[1]))), dtype=np.intp)[: calls.shape[1] // 2]
    np.testing.assert_array_equal(PackedCalls.of(calls).of_people(columns).unpacked(), calls[:, columns])


@given(CALLS)
def test_counts_are_sums(calls):
    het, hom_alt, missing, person_missing, person_het = count_calls(PackedCalls.of(calls))
    for found, expected in ((het, calls == 1), (hom_alt, calls == 2), (missing, calls == -1)):
        np.testing.assert_array_equal(found, expected.sum(axis=1))
    for found, expected in ((person_missing, calls == -1), (person_het, calls == 1)):
        np.testing.assert_array_equal(found, expected.sum(axis=0))


def test_bytes_of_other_people_are_refused():
    with pytest.raises(InputError, match="expected uint8 of 2 bytes a variant for 5 people, got uint8 of shape"):
        PackedCalls(np.zeros((3, 1), np.uint8), 5)
