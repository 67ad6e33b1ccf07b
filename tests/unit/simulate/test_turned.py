import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gtl.simulate.turned import blocks_of_variants
from tests.traced_memory import peak_of


@given(st.integers(1, 30), st.lists(st.integers(1, 5), min_size=1, max_size=4), st.integers(1, 200))
@settings(max_examples=50)
def test_blocks_are_the_matrix_in_parts(tmp_path_factory, n_variants, widths, block_bytes):
    matrix = np.random.default_rng(1).integers(0, 3, (n_variants, sum(widths)), dtype=np.int8)
    groups = np.split(matrix, np.cumsum(widths)[:-1], axis=1)
    scratch = tmp_path_factory.mktemp("turned") / "people"
    blocks = list(blocks_of_variants(iter(groups), n_variants, scratch, block_bytes))
    np.testing.assert_array_equal(np.vstack(blocks), matrix)
    assert max(len(block) for block in blocks) == min(n_variants, max(1, block_bytes // sum(widths)))
    assert not scratch.exists()


def test_an_error_leaves_no_scratch(tmp_path):
    def failing():
        yield np.zeros((4, 2), dtype=np.int8)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(blocks_of_variants(failing(), 4, tmp_path / "people"))
    assert not list(tmp_path.iterdir())


def test_memory_is_a_blocks_at_any_number_of_variants(tmp_path):
    def peak(n_variants: int) -> int:
        groups = (np.ones((n_variants, 8), dtype=np.int8) for _ in range(40))
        blocks = blocks_of_variants(groups, n_variants, tmp_path / "x", 1 << 16)
        totals = []
        found = peak_of(lambda: totals.extend(int(block.sum()) for block in blocks))
        assert sum(totals) == 320 * n_variants
        return found - 8 * n_variants  # a group of people is there as a whole

    assert peak(20_000) < 1.5 * peak(2_000) + 200_000
