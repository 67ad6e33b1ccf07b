import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtl.domain.genetic_map import GeneticMap
from gtl.errors import InputError


def genetic_map(pos, cm):
    return GeneticMap(np.array(pos, dtype=np.int64), np.array(cm, dtype=np.float64))


def test_interpolates_between_rows():
    found = genetic_map([100, 200, 400], [0, 1, 5]).centimorgans(np.array([100, 150, 200, 300, 400]))
    assert found.tolist() == [0, 0.5, 1, 3, 5]


def test_uniform_rate_is_hundred_centimorgans_a_morgan():
    found = GeneticMap.uniform(1.3e-8, 46_700_000).centimorgans(np.array([1_000_000, 46_700_000]))
    np.testing.assert_allclose(found, [1.3, 60.71], rtol=1e-12)


def test_a_small_overhang_does_not_recombine():
    found = genetic_map([1000, 2000], [3, 4]).centimorgans(np.array([990, 1000, 2000, 2030]))
    assert found.tolist() == [3, 3, 4, 4]


@pytest.mark.parametrize("pos", [[900, 1900], [1100, 2100], [5000, 6000], [999]])
def test_a_map_that_does_not_cover_the_region_is_refused(pos):
    with pytest.raises(InputError, match=f"covers positions 1000 to 2000, but the variants lie at {pos[0]} to"):
        genetic_map([1000, 2000], [3, 4]).centimorgans(np.array(pos))


def test_no_positions_give_no_centimorgans():
    assert genetic_map([1, 2], [0, 1]).centimorgans(np.empty(0, dtype=np.int64)).shape == (0,)


@pytest.mark.parametrize(
    ("pos", "cm", "message"),
    [
        ([1, 3, 2], [0, 1, 2], "row 3: position 2 is below the row before"),
        ([1, 2, 3], [0, 2, 1], "row 3: centimorgans 1.0 is below the row before"),
        ([1, 2], [0, np.nan], "row 2: centimorgans are nan"),
        ([1], [0], "1 row"),
        ([1, 2], [0, 1, 2], "positions beside"),
    ],
)
def test_bad_maps_are_refused(pos, cm, message):
    with pytest.raises(InputError, match=message):
        genetic_map(pos, cm)


@given(st.lists(st.tuples(st.integers(0, 10**8), st.floats(0, 300)), min_size=2, max_size=30))
def test_centimorgans_never_decrease(rows):
    known = genetic_map(sorted(pos for pos, _ in rows), sorted(cm for _, cm in rows))
    asked = np.linspace(known.pos[0], known.pos[-1], 50).astype(np.int64)
    assert (np.diff(known.centimorgans(asked)) >= 0).all()
