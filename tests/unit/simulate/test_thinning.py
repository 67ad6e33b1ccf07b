"""Numbers of SNPs that are kept of a simulated panel."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtl.config.genotypes import PanelConfig
from gtl.errors import InputError
from gtl.simulate.thinning import thin

# 5 SNPs vary in both populations, 4 in the large one only, 3 in the small one only, 2 in neither
LARGE = np.repeat([True, True, False, False], [5, 4, 3, 2])
SMALL = np.repeat([True, False, True, False], [5, 4, 3, 2])


def kept(large=0, small=0, shared=0, seed=1):
    config = PanelConfig(variants_large=large, variants_small=small, variants_shared=shared)
    return thin(LARGE, SMALL, config, np.random.default_rng(seed))


def test_zero_keeps_all_that_vary():
    assert (kept() == (LARGE | SMALL)).all()


@given(st.integers(1, 5), st.integers(0, 4), st.integers(0, 3), st.integers(0, 99))
def test_numbers_are_met(shared, own_large, own_small, seed):
    rows = kept(shared + own_large, shared + own_small, shared, seed)
    assert (rows & LARGE).sum() == shared + own_large
    assert (rows & SMALL).sum() == shared + own_small
    assert (rows & LARGE & SMALL).sum() == shared


def test_choice_is_uniform():
    times = sum(kept(shared=2, seed=seed).astype(int) for seed in range(2000))
    error = 4.5 * np.sqrt(2000 * 0.4 * 0.6)
    assert (np.abs(times[:5] - 800) < error).all()
    assert (times[5:] == [2000] * 7 + [0] * 2).all()


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        (
            {"shared": 6},
            "panel.variants_shared needs 6 SNPs that vary in both populations, but .* has 5; raise panel.seq",
        ),
        ({"large": 10}, "panel.variants_large needs 5 SNPs that vary in the large population only, but .* has 4"),
        ({"small": 9}, "panel.variants_small needs 4 SNPs that vary in the small population only, but .* has 3"),
        ({"large": 3}, "panel.variants_large is 3, fewer than the 5 SNPs .* lower panel.variants_shared"),
        ({"small": 2, "shared": 4}, "panel.variants_small is 2, fewer than the 4 SNPs"),
    ],
)
def test_numbers_that_cannot_be(numbers, message):
    with pytest.raises(InputError, match=message):
        kept(**numbers)
