import numpy as np
import pytest

from gtl.domain.blocks import blocks_of, of_people, people_of, selected, side_by_side
from gtl.errors import InputError
from tests.simulated_people import matrix

DOSAGES = np.arange(24).reshape(8, 3) % 3


def together(blocks):
    return np.concatenate([block.dosages for block in blocks()])


def test_blocks_of_a_matrix_can_be_passed_over_again():
    blocks = blocks_of(matrix(DOSAGES), 3)
    assert [len(block.variants) for block in blocks()] == [3, 3, 2]
    for _ in range(2):
        np.testing.assert_array_equal(together(blocks), DOSAGES)
    assert people_of(blocks).tolist() == ["p0", "p1", "p2"]


def test_selected_variants_and_people():
    mask = np.array([True, False, True, False, False, False, False, True])
    blocks = selected(blocks_of(matrix(DOSAGES), 3), mask)
    assert [len(block.variants) for block in blocks()] == [2, 1]  # no empty block
    np.testing.assert_array_equal(together(blocks), DOSAGES[mask])
    two = of_people(blocks, np.array([True, False, True]))
    np.testing.assert_array_equal(together(two), DOSAGES[mask][:, [0, 2]])
    assert people_of(two).tolist() == ["p0", "p2"]


def test_side_by_side():
    other = matrix(DOSAGES[:, :2], ["q0", "q1"])
    both = side_by_side(blocks_of(matrix(DOSAGES), 3), blocks_of(other, 3))
    assert people_of(both).tolist() == ["p0", "p1", "p2", "q0", "q1"]
    np.testing.assert_array_equal(together(both), np.hstack([DOSAGES, DOSAGES[:, :2]]))
    assert together(both).dtype == np.int8


def test_hard_calls_beside_imputed_dosages_become_dosages():
    calls = DOSAGES.copy()
    calls[0, 0] = -1
    both = side_by_side(blocks_of(matrix(calls)), blocks_of(matrix(DOSAGES + 0.25, ["q0", "q1", "q2"])))
    assert together(both).dtype == np.float32
    assert np.isnan(together(both)[0, 0])
    np.testing.assert_array_equal(together(both)[:, 3:], DOSAGES + 0.25)


def test_other_variants_alleles_or_lengths_are_refused():
    people, other = blocks_of(matrix(DOSAGES)), matrix(DOSAGES, ["q0", "q1", "q2"])
    with pytest.raises(InputError, match="their blocks differ in variants or alleles"):
        together(side_by_side(people, blocks_of(other.take_variants(slice(0, 7)))))
    with pytest.raises(InputError, match="their blocks differ"):
        together(side_by_side(people, blocks_of(other, 4)))
    other.variants.alt[3] = "G"
    with pytest.raises(InputError, match="their blocks differ"):
        together(side_by_side(people, blocks_of(other)))
    with pytest.raises(InputError, match="'p0' appears twice"):
        together(side_by_side(people, people))


def test_nobody():
    with pytest.raises(InputError, match="no variant is left"):
        people_of(lambda: iter(()))
