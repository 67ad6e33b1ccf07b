"""LD survives its file, which plain pandas opens, and is read a block at a time."""

import io

import numpy as np
import pandas as pd
import pytest

from gtl.errors import InputError
from gtl.learn.summary.blocks import ld_blocks
from gtl.learn.summary.chromosome_ld import ChromosomeLd, check_same_blocks, write_ld


@pytest.fixture
def calls():
    return np.random.default_rng(1).binomial(2, 0.3, (350, 60)).astype(np.int8)


def test_file_and_memory_are_the_same(tmp_path, calls):
    held = ChromosomeLd.of(ld_blocks([calls]))
    write_ld(ld_blocks([calls]), tmp_path / "ld.parquet", 60)
    found = ChromosomeLd.read(tmp_path / "ld.parquet")
    assert found.bounds.tolist() == held.bounds.tolist()
    assert len(found) == 350
    for one, other in zip(held.blocks(), found.blocks(), strict=True):
        assert (one.start, one.stop) == (other.start, other.stop)
        assert other.correlation.dtype == np.float32
        np.testing.assert_allclose(other.correlation, one.correlation, atol=3e-4)


def test_pandas_reads_a_row_a_variant(tmp_path, calls):
    write_ld(ld_blocks([calls], [0, 2, 350]), tmp_path / "ld.parquet", 60)
    table = pd.read_parquet(tmp_path / "ld.parquet")
    assert table["block"].tolist() == [0] * 2 + [1] * 348
    assert [len(row) for row in table["r"][:4]] == [1, 2, 1, 2]
    r = np.corrcoef(calls[:2])[0, 1]
    assert abs(table["r"][1][0]) < abs(r)


def test_open_files_are_read_and_written(calls):
    file = io.BytesIO()
    write_ld(ld_blocks([calls]), file, 60)
    file.seek(0)
    assert len(ChromosomeLd.read(file)) == 350


def test_no_variants(tmp_path):
    write_ld([], tmp_path / "ld.parquet", 60)
    assert len(ChromosomeLd.read(tmp_path / "ld.parquet")) == 0


def test_other_files_are_refused(tmp_path):
    (tmp_path / "text.parquet").write_text("hello")
    with pytest.raises(InputError, match=r"text\.parquet: cannot be read as Parquet"):
        ChromosomeLd.read(tmp_path / "text.parquet")
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "other.parquet")
    with pytest.raises(InputError, match="has columns a, expected block, r"):
        ChromosomeLd.read(tmp_path / "other.parquet")


def test_a_file_with_rows_lost_is_refused(tmp_path, calls):
    write_ld(ld_blocks([calls], [0, 350]), tmp_path / "ld.parquet", 60)
    pd.read_parquet(tmp_path / "ld.parquet").iloc[1:].to_parquet(tmp_path / "less.parquet", index=False)
    with pytest.raises(InputError, match=r"less\.parquet: a block of 349 variants has 61424 correlations"):
        ChromosomeLd.read(tmp_path / "less.parquet").matrix(0)


def test_blocks_of_sources_must_agree(calls):
    some = [ChromosomeLd.of(ld_blocks([calls], bounds)) for bounds in ([0, 100, 350], [0, 110, 350])]
    with pytest.raises(InputError, match="LD of AFR is of other blocks than that of EUR"):
        check_same_blocks(["EUR", "AFR"], some)
