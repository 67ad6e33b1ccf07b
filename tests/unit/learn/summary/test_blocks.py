"""Blocks are found where LD was put to end, whatever the parts they come in."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gtl.errors import InputError
from gtl.learn.summary import blocks
from gtl.learn.summary.blocks import LEAST, MOST, bounds_of, find_blocks, ld_blocks
from gtl.learn.summary.correlations import block_ld

SIZES = (150, 300, 120, 230, 700, 150)


def chromosome(seed=1, sizes=SIZES, people=400, noise=1.0):
    """Variants of a block share a haplotype; those of different blocks nothing."""
    rng = np.random.default_rng(seed)
    columns = []
    for size in sizes:
        shared = rng.normal(size=people)
        columns += [shared + noise * rng.normal(size=people) for _ in range(size)]
    return np.digitize(np.array(columns), [-0.5, 0.8]).astype(np.int8)


@pytest.mark.parametrize("noise", [0.1, 1.0])
def test_blocks_end_where_ld_ends(noise):
    found = find_blocks([chromosome(noise=noise)])
    assert {*found} <= {0, *np.cumsum(SIZES).tolist()}
    assert len(found) >= 4


@given(st.lists(st.integers(1, 1649), max_size=6))
@settings(max_examples=5, deadline=None)
def test_parts_do_not_matter(cuts):
    parts = np.split(chromosome(), sorted({*cuts}))
    whole, found = [*ld_blocks([chromosome()])], [*ld_blocks(parts)]
    assert bounds_of(found) == bounds_of(whole)
    for one, other in zip(whole, found, strict=True):
        np.testing.assert_allclose(one.correlation, other.correlation, atol=1e-5)


def test_a_block_holds_the_ld_of_its_variants():
    calls = chromosome()
    for block in ld_blocks([calls]):
        np.testing.assert_allclose(block.correlation, block_ld(calls[block.start : block.stop]), atol=1e-5)


def test_blocks_are_bounded_where_ld_does_not_end():
    found = np.diff(find_blocks([chromosome(sizes=(2100,))]))
    assert found.sum() == 2100
    assert found.max() <= MOST
    assert found.min() >= LEAST


def test_unrelated_variants_are_cut_as_soon_as_may_be():
    calls = np.random.default_rng(2).binomial(2, 0.5, (1000, 500)).astype(np.int8)
    assert np.diff(find_blocks([calls])).max() <= 3 * LEAST


def test_a_cut_goes_through_all_pairs_that_it_parts():
    correlation = np.array([[1, 0.5, 0.1], [0.5, 1, 0.3], [0.1, 0.3, 1]], dtype=np.float32)
    squares = correlation.astype(float) ** 2
    squares -= (1 - squares) / 8
    expected = [0, squares[0, 1] + squares[0, 2], squares[0, 2] + squares[1, 2]]
    np.testing.assert_allclose(blocks._through(correlation, people=10), expected, atol=1e-7)


def test_given_blocks_are_taken():
    assert bounds_of(ld_blocks([chromosome()], [0, 100, 500, 1650])) == [0, 100, 500, 1650]


@pytest.mark.parametrize("end", [1649, 1651])
def test_given_blocks_of_other_variants_are_refused(end):
    with pytest.raises(InputError, match=f"blocks of {end} variants were given"):
        list(ld_blocks([chromosome()], [0, 100, end]))


def test_no_variants_are_no_blocks():
    assert find_blocks([]) == [0]
