"""The copying model's rates, against hand-computed ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtl.domain.genetic_map import GeneticMap
from gtl.errors import InputError
from gtl.simulate.copying import CopyingModel, watterson_theta

MAP = GeneticMap.uniform(1e-6, 10_000)  # 1 cM in 10 kb


@pytest.mark.parametrize(("n", "theta"), [(1, 1.0), (2, 2 / 3), (3, 6 / 11)])
def test_watterson_theta(n, theta):
    assert watterson_theta(n) == pytest.approx(theta, rel=1e-12)


def test_rates(make_panel):
    model = CopyingModel.of(make_panel([[0, 1, 1]] * 3, [1000, 1000, 6000]), MAP, effective_size=300, theta=1.0)
    # 5 kb are 0.005 Morgans; 4 x 300 x 0.005 / 3 haplotypes = 2 switches
    assert model.switches == pytest.approx([0, 0, 2])
    assert model.flip == 1 / (2 * (1 + 3))


def test_haplotypes_are_laid_out_in_runs(make_panel):
    model = CopyingModel.of(make_panel([[0, 1], [1, 1], [0, 0]]), MAP, 1, None)
    assert model.alleles.flags.c_contiguous
    assert model.alleles.tolist() == [[0, 1, 0], [1, 1, 0]]
    assert model.flip == pytest.approx((2 / 3) / (2 * (2 / 3 + 2)))


@given(
    gaps=st.lists(st.one_of(st.just(0.0), st.floats(0, 1e-9), st.floats(0, 40)), max_size=60),
    shares=st.lists(st.floats(0, 1), max_size=60),
)
def test_rows_from_a_place_are_those_of_a_search(gaps, shares):
    """Where SNPs are dense, equal or far apart; at SNPs, between them, and a rounding error outside."""
    switches = np.concatenate([[0.0], np.cumsum(gaps)])
    places = np.concatenate([switches, np.array(shares) * switches[-1]])
    places = np.concatenate([places, np.nextafter(places, np.inf), np.nextafter(places, -np.inf)])
    model = CopyingModel(np.zeros((1, len(switches)), np.int8), switches, 0.0)
    np.testing.assert_array_equal(model.rows_from(places), np.searchsorted(switches, places))


@pytest.mark.parametrize(
    ("alleles", "pos", "effective_size", "message"),
    [
        (np.empty((0, 3)), None, 1, "0 SNPs x 3 haplotypes"),
        (np.empty((2, 0)), None, 1, "2 SNPs x 0 haplotypes"),
        ([[0, 1], [0, -1]], None, 1, "SNP rs200 .position 200. has alleles other than 0 and 1"),
        ([[0, 1], [0, 1]], [200, 100], 1, "position 100 follows 200"),
        ([[0, 1]], None, -1, "effective size -1 and theta None: expected 0 or more"),
        ([[0, 1], [0, 1]], [100, 90_000], 1, "outside the map"),
    ],
)
def test_unfit_panel(make_panel, alleles, pos, effective_size, message):
    with pytest.raises(InputError, match=message):
        CopyingModel.of(make_panel(alleles, pos), MAP, effective_size, None)
