import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gtl.simulate.packed_people import PackedPeople, packed_alleles
from gtl.simulate.turned import blocks_of_variants
from tests.traced_memory import peak_of


@given(st.integers(1, 300), st.lists(st.integers(1, 5), min_size=1, max_size=4), st.integers(1, 3000))
@settings(max_examples=50)
def test_blocks_are_the_matrix_in_parts(tmp_path_factory, n_variants, widths, block_bytes):
    rng = np.random.default_rng(1)
    groups = [rng.integers(0, 2, (2 * width, n_variants), dtype=np.int8) for width in widths]
    matrix = np.vstack([group[0::2] + group[1::2] for group in groups]).T
    scratch = tmp_path_factory.mktemp("turned") / "people"
    people = (PackedPeople.of(packed_alleles(group)) for group in groups)
    blocks = list(blocks_of_variants(people, n_variants, scratch, block_bytes))
    np.testing.assert_array_equal(np.vstack(blocks), matrix)
    assert max(len(block) for block in blocks) == min(n_variants, max(64, block_bytes // sum(widths) // 64 * 64))
    assert not scratch.exists()


def test_an_error_leaves_no_scratch(tmp_path):
    def failing():
        yield PackedPeople.of(packed_alleles(np.zeros((4, 2), dtype=np.int8)))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(blocks_of_variants(failing(), 2, tmp_path / "people"))
    assert not list(tmp_path.iterdir())


def test_memory_is_a_blocks_at_any_number_of_variants(tmp_path):
    def peak(n_variants: int) -> int:
        groups = (PackedPeople(np.full((8, n_variants // 64, 2), 0x5555555555555555, "<u8")) for _ in range(40))
        blocks = blocks_of_variants(groups, n_variants, tmp_path / "x", 1 << 16)
        totals = []
        found = peak_of(lambda: totals.extend(int(block.sum()) for block in blocks))
        assert sum(totals) == 320 * n_variants
        return found - 2 * 2 * n_variants  # a group of people is there as a whole, and as it is written

    assert peak(64 * 300) < 1.5 * peak(64 * 30) + 200_000
