"""Words of 64 variants against alleles one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gtl.simulate.packed_people import Mosaics, PackedPeople, packed_alleles, side_by_side


def one_by_one(mosaics, alleles):
    """(n_mosaics, n_variants) alleles, copied segment after segment and flipped one at a time."""
    n_variants = alleles.shape[1]
    copied = np.empty((len(mosaics.counts), n_variants), dtype=np.int8)
    segments = iter(zip(mosaics.starts, mosaics.templates, strict=True))
    for mosaic, count in enumerate(mosaics.counts):
        for start, template in (next(segments) for _ in range(count)):
            copied[mosaic, start:] = alleles[template, start:]
    for place in mosaics.mutations:
        copied[divmod(place, n_variants)] ^= 1
    return copied


@st.composite
def drawn(draw):
    n_variants = draw(st.one_of(st.integers(1, 200), st.sampled_from([63, 64, 65, 127, 128, 129])))
    alleles = np.random.default_rng(draw(st.integers(0, 99))).integers(0, 2, (draw(st.integers(1, 4)), n_variants))
    switches = st.lists(st.integers(0, n_variants), max_size=8).map(sorted)
    starts = [[0, *draw(switches)] for _ in range(2 * draw(st.integers(1, 9)))]
    n_segments = sum(map(len, starts))
    templates = draw(st.lists(st.integers(0, len(alleles) - 1), min_size=n_segments, max_size=n_segments))
    mutations = draw(st.lists(st.integers(0, len(starts) * n_variants - 1), max_size=20).map(sorted))
    columns = [len(own) for own in starts], np.concatenate(starts), templates, mutations
    return alleles.astype(np.int8), Mosaics(*(np.array(column, dtype=np.intp) for column in columns))


@given(drawn())
@settings(max_examples=300)
def test_people_are_copied_as_one_by_one(both):
    """Switches anywhere in a word, several in one, before the first variant and behind the last."""
    alleles, mosaics = both
    n_variants = alleles.shape[1]
    people = PackedPeople.of(mosaics.alleles(packed_alleles(alleles), n_variants))
    copied = one_by_one(mosaics, alleles)
    found = side_by_side([people], n_variants, len(people))
    np.testing.assert_array_equal(found, (copied[0::2] + copied[1::2]).T)
    assert found.dtype == np.int8


@pytest.mark.parametrize("variant", [0, 1, 62, 63, 64, 99])
def test_genotypes_of_a_variant_are_replaced_and_no_others(variant):
    alleles = np.random.default_rng(1).integers(0, 2, (10, 100), dtype=np.int8)
    people, expected = PackedPeople.of(packed_alleles(alleles)), (alleles[0::2] + alleles[1::2]).T
    expected[variant] = [2, 0, 1, 0, 2]
    people.replace(variant, expected[variant])
    np.testing.assert_array_equal(side_by_side([people], 100, 5), expected)
