import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtl.domain.dosages import as_float
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.domain.packed_calls import PackedCalls, PackedGenotypes
from gtl.errors import InputError
from gtl.formats.genotype_parquet import (
    is_imputed,
    read_blocks,
    read_genotypes,
    read_samples,
    read_variants,
    write_genotypes,
)
from gtl.formats.genotype_writer import GenotypeWriter

N_VARIANTS = 1031


def cohort(dosages, n_variants=None):
    n = len(dosages)
    word = np.array([f"rs{row}" for row in range(n)], dtype=object)
    letter = np.full(n, "A", object), np.full(n, "G", object)
    variants = Variants(np.full(n, "2", object), np.arange(n), word, *letter)
    samples = np.array([f"p{column}" for column in range(dosages.shape[1])], dtype=object)
    return GenotypeMatrix(variants, samples, dosages)


def write(path, matrix, *sizes):
    start = 0
    with GenotypeWriter(path, matrix.samples) as writer:
        for size in sizes:
            writer.write(matrix.take_variants(slice(start, start + size)))
            start += size
    return path.read_bytes()


@pytest.fixture(scope="module")
def calls():
    return cohort(np.random.default_rng(1).integers(-1, 3, (N_VARIANTS, 5)).astype(np.int8))


@pytest.fixture(scope="module")
def imputed(calls):
    dosages = np.where(calls.dosages < 0, np.nan, calls.dosages).astype(np.float32)
    dosages[700, 1] = 0.254
    return cohort(dosages)


@pytest.mark.parametrize("sizes", [(1031,), (512, 519), (1, 1030), (600, 400, 31), (100,) * 10 + (31,)])
def test_the_bytes_do_not_depend_on_the_blocks(calls, imputed, tmp_path, sizes):
    for matrix in (calls, imputed):
        write_genotypes(matrix, tmp_path / "all.parquet")
        assert write(tmp_path / "x.parquet", matrix, *sizes) == (tmp_path / "all.parquet").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["all.parquet", "x.parquet"]


def test_whole_dosages_are_hard_calls(calls, imputed, tmp_path):
    whole = imputed.take_variants(slice(0, 700))
    assert write(tmp_path / "x.parquet", whole, 700) == write(
        tmp_path / "y.parquet", calls.take_variants(slice(0, 700)), 300, 400
    )
    assert not is_imputed(tmp_path / "x.parquet")
    assert read_genotypes(tmp_path / "x.parquet").dosages.dtype == np.int8


def test_hundredths_are_read_as_dosages(imputed, tmp_path):
    write(tmp_path / "x.parquet", imputed, 1031)
    assert is_imputed(tmp_path / "x.parquet")
    assert pq.read_schema(tmp_path / "x.parquet").metadata[b"encoding"] == b"hundredths"
    found = read_genotypes(tmp_path / "x.parquet", np.array([700, 3]))
    assert found.dosages.dtype == np.float32
    expected = imputed.dosages[[700, 3]].copy()
    expected[0, 1] = np.float32(0.25)
    np.testing.assert_array_equal(found.dosages, expected)
    assert found.variants.rsid.tolist() == ["rs700", "rs3"]
    assert len(read_variants(tmp_path / "x.parquet")) == 1031


def test_hard_calls_say_their_encoding(calls, tmp_path):
    write(tmp_path / "x.parquet", calls, 1031)
    assert pq.read_schema(tmp_path / "x.parquet").metadata[b"encoding"] == b"two bits"


@given(st.lists(st.integers(1, 40), min_size=1, max_size=6), st.integers(0, 2**32))
def test_blocks_after_a_fraction_agree_with_those_before(tmp_path_factory, sizes, seed):
    folder = tmp_path_factory.mktemp("writer")
    rng = np.random.default_rng(seed)
    dosages = rng.integers(0, 3, (sum(sizes), 3)).astype(np.float32)
    dosages[rng.random(dosages.shape) < 0.02] = 0.5
    matrix = cohort(dosages)
    write(folder / "x.parquet", matrix, *sizes)
    np.testing.assert_array_equal(read_genotypes(folder / "x.parquet").dosages, dosages)


def test_blocks_are_read_one_by_one(calls, imputed, tmp_path):
    for matrix in (calls, imputed):
        write_genotypes(matrix, tmp_path / "x.parquet")
        blocks = [*read_blocks(tmp_path / "x.parquet", 500)]
        assert [len(block.variants) for block in blocks] == [500, 500, 31]
        np.testing.assert_allclose(np.concatenate([block.dosages for block in blocks]), matrix.dosages, atol=0.005)
        assert blocks[2].variants.rsid[0] == "rs1000"
        [some] = read_blocks(tmp_path / "x.parquet", columns=np.array([4, 0]))
        assert some.samples.tolist() == ["p4", "p0"]
        np.testing.assert_allclose(some.dosages, matrix.dosages[:, [4, 0]], atol=0.005)
    assert read_samples(tmp_path / "x.parquet").tolist() == calls.samples.tolist()


def test_nothing_is_left_of_what_failed(calls, tmp_path):
    (tmp_path / "x.parquet").write_bytes(b"before")

    def write_two() -> None:
        with GenotypeWriter(tmp_path / "x.parquet", calls.samples) as writer:
            writer.write(calls)
            writer.write(calls.take_samples(slice(4)))

    with pytest.raises(InputError, match=r"x\.parquet: a block of 4 people, expected 5"):
        write_two()
    assert [path.name for path in tmp_path.iterdir()] == ["x.parquet"]
    assert (tmp_path / "x.parquet").read_bytes() == b"before"


def test_a_file_without_variants(calls, tmp_path):
    write(tmp_path / "x.parquet", calls)
    found = read_genotypes(tmp_path / "x.parquet")
    assert (len(found.variants), found.dosages.shape) == (0, (0, 5))
    assert [*read_blocks(tmp_path / "x.parquet")] == []


@pytest.mark.parametrize("sizes", [(16_900,), (16_384, 516), (16_000, 900), (5000, 5000, 5000, 1900)])
def test_row_groups_of_calls_do_not_depend_on_the_blocks(tmp_path, sizes):
    matrix = cohort(np.random.default_rng(1).integers(-1, 3, (16_900, 3)).astype(np.int8))
    write_genotypes(matrix, tmp_path / "all.parquet")
    assert write(tmp_path / "x.parquet", matrix, *sizes) == (tmp_path / "all.parquet").read_bytes()
    assert pq.ParquetFile(tmp_path / "x.parquet").num_row_groups == 2


def test_packed_blocks_are_written_as_they_are(calls, imputed, tmp_path):
    packed = PackedGenotypes(calls.variants, calls.samples, PackedCalls.of(calls.dosages))
    write_genotypes(calls, tmp_path / "all.parquet")
    with GenotypeWriter(tmp_path / "x.parquet", calls.samples) as writer:
        assert writer.write(packed) is packed.calls
    assert (tmp_path / "x.parquet").read_bytes() == (tmp_path / "all.parquet").read_bytes()
    with GenotypeWriter(tmp_path / "x.parquet", calls.samples) as writer:
        for block in (packed, imputed, packed):
            writer.write(block)
    found = read_genotypes(tmp_path / "x.parquet").dosages
    np.testing.assert_allclose(found[:N_VARIANTS], as_float(calls.dosages))
    np.testing.assert_array_equal(found[2 * N_VARIANTS :], found[:N_VARIANTS])


@pytest.mark.parametrize("kind", ["calls", "imputed"])
def test_people_s_genotypes_are_their_owner_s_alone(request, tmp_path, kind):
    write(tmp_path / "x.parquet", request.getfixturevalue(kind), 600, 431)
    assert (tmp_path / "x.parquet").stat().st_mode & 0o777 == 0o600
