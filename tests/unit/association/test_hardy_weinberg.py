from fractions import Fraction
from math import factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtl.association.hardy_weinberg import hardy_weinberg_exact

COUNT = st.integers(0, 40)


def by_fractions(low, heterozygotes, high):
    def ways(hets):
        a, b = (2 * low + heterozygotes - hets) // 2, (2 * high + heterozygotes - hets) // 2
        return Fraction(2**hets, factorial(a) * factorial(hets) * factorial(b))

    rare = heterozygotes + 2 * min(low, high)
    outcomes = [ways(hets) for hets in range(rare % 2, rare + 1, 2)]
    return float(sum(way for way in outcomes if way <= ways(heterozygotes)) / sum(outcomes))


def test_hand_computed():
    # 3 people with 3 copies of an allele: 3 heterozygotes in 2^3 ways, 1 heterozygote in 2 x 3! ways.
    np.testing.assert_allclose(hardy_weinberg_exact(np.array([[0, 3, 0], [1, 1, 1]])), [8 / 20, 1])


def test_equals_the_definition_for_a_hundred_people():
    heterozygotes = np.arange(1, 22, 2)
    high = (21 - heterozygotes) // 2
    triples = np.stack([100 - heterozygotes - high, heterozygotes, high], axis=1)
    np.testing.assert_allclose(hardy_weinberg_exact(triples), [by_fractions(*map(int, row)) for row in triples])


@given(COUNT, COUNT, COUNT)
def test_equals_the_definition_and_alleles_are_symmetric(low, heterozygotes, high):
    p = hardy_weinberg_exact(np.array([[low, heterozygotes, high], [high, heterozygotes, low]]))
    assert p == pytest.approx([by_fractions(low, heterozygotes, high)] * 2, rel=1e-10)


def test_monomorphic_and_uncalled_are_in_proportion():
    assert hardy_weinberg_exact(np.array([[50, 0, 0], [0, 0, 0]])).tolist() == [1, 1]
