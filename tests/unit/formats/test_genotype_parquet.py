import io
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.errors import ArtifactCorrupt, ArtifactMissing, InputError
from gtl.formats.genotype_parquet import (
    is_imputed,
    read_blocks,
    read_dosages,
    read_genotypes,
    read_haplotypes,
    read_variants,
    write_genotypes,
    write_haplotypes,
)

N_VARIANTS, N_SAMPLES = 2_500, 400


class RecordingFile(io.BytesIO):
    """A file that knows how many of its bytes were read."""

    bytes_read = 0

    def read(self, size: int | None = -1, /) -> bytes:
        block = super().read(size)
        self.bytes_read += len(block)
        return block

    def readinto(self, buffer, /) -> int:
        size = super().readinto(buffer)
        self.bytes_read += size
        return size


def many_variants() -> GenotypeMatrix:
    rng = np.random.default_rng(1)
    text = np.array([f"rs{row}" for row in range(N_VARIANTS)], dtype=object)
    letters = rng.choice(np.array(["A", "C", "G", "T"], dtype=object), size=(2, N_VARIANTS))
    variants = Variants(np.full(N_VARIANTS, "21", object), np.arange(N_VARIANTS) * 10, text, letters[0], letters[1])
    samples = np.array([f"p{column}" for column in range(N_SAMPLES)], dtype=object)
    return GenotypeMatrix(variants, samples, rng.integers(-1, 3, (N_VARIANTS, N_SAMPLES), dtype=np.int8))


MATRIX = many_variants()


def written(matrix: GenotypeMatrix) -> RecordingFile:
    file = RecordingFile()
    write_genotypes(matrix, file)
    return file


FILE = written(MATRIX)


def assert_same(found: GenotypeMatrix, expected: GenotypeMatrix) -> None:
    np.testing.assert_array_equal(found.dosages, expected.dosages)
    assert found.samples.tolist() == expected.samples.tolist()
    for name in ("chrom", "pos", "rsid", "ref", "alt"):
        assert getattr(found.variants, name).tolist() == getattr(expected.variants, name).tolist()


def test_reads_what_was_written(tmp_path, matrix):
    write_genotypes(matrix, tmp_path / "x.parquet")
    assert_same(read_genotypes(tmp_path / "x.parquet"), matrix)
    assert_same(read_genotypes(FILE), MATRIX)


@given(rows=st.lists(st.integers(0, N_VARIANTS - 1), max_size=20))
def test_reads_any_rows_in_the_order_asked_for(rows):
    rows = np.array(rows, dtype=np.intp)
    assert_same(read_genotypes(FILE, rows), MATRIX.take_variants(rows))


def test_reads_little_more_than_the_dosages_that_are_needed():
    whole, few = written(MATRIX), written(MATRIX)
    np.testing.assert_array_equal(read_dosages(whole), MATRIX.dosages)
    np.testing.assert_array_equal(read_dosages(few, np.array([2000, 3, 3, 4])), MATRIX.dosages[[2000, 3, 3, 4]])
    assert whole.bytes_read - few.bytes_read > (N_VARIANTS - 10) * N_SAMPLES / 4


def test_the_same_matrix_gives_the_same_bytes():
    assert written(many_variants()).getvalue() == FILE.getvalue()


def test_plain_pandas_reads_it():
    frame = pd.read_parquet(FILE)
    assert frame.columns.tolist() == ["chrom", "pos", "rsid", "ref", "alt", "dosages"]
    assert frame["rsid"].tolist() == MATRIX.variants.rsid.tolist()
    packed = np.stack([np.frombuffer(row, "uint8") for row in frame["dosages"]])
    dosages = (packed[:, :, None] >> np.array([0, 2, 4, 6]) & 3).reshape(len(packed), -1)[:, :N_SAMPLES]
    np.testing.assert_array_equal(dosages, np.where(MATRIX.dosages < 0, 3, MATRIX.dosages))


def test_reads_variants_alone():
    found = read_variants(FILE)
    assert found.pos.tolist() == MATRIX.variants.pos.tolist()
    assert found.pos.dtype == np.int64
    assert found.alt.tolist() == MATRIX.variants.alt.tolist()


def test_a_cohort_of_no_variants_comes_back_empty(matrix):
    found = read_genotypes(written(matrix.take_variants(slice(0, 0))))
    assert found.dosages.shape == (0, 4)


def test_haplotypes_come_back(haplotypes):
    file = io.BytesIO()
    write_haplotypes(haplotypes, file)
    np.testing.assert_array_equal(read_haplotypes(file).alleles, haplotypes.alleles)
    np.testing.assert_array_equal(read_haplotypes(file, np.array([2])).alleles, haplotypes.alleles[[2]])


def test_a_row_that_is_not_there_is_refused():
    with pytest.raises(InputError, match="variant row 2500 is not in the file, which has 2500 variants"):
        read_genotypes(FILE, np.array([1, 2500]))
    with pytest.raises(InputError, match="variant row -1"):
        read_genotypes(FILE, np.array([-1]))


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(ArtifactMissing, match=r"absent\.parquet: no such file"):
        read_genotypes(tmp_path / "absent.parquet")


def test_a_damaged_file_is_named(tmp_path):
    (tmp_path / "bad.parquet").write_bytes(FILE.getvalue()[:-40])
    with pytest.raises(InputError, match=r"bad\.parquet: not a readable Parquet file"):
        read_genotypes(tmp_path / "bad.parquet")
    (tmp_path / "folder.parquet").mkdir()
    with pytest.raises(InputError, match=r"folder\.parquet: cannot be read: .* is a directory; give one Parquet file"):
        read_genotypes(tmp_path / "folder.parquet")


def test_other_tables_are_refused(tmp_path, haplotypes):
    write_haplotypes(haplotypes, tmp_path / "hap.parquet")
    with pytest.raises(InputError, match=r"hap\.parquet: columns are .*'alleles'.* expected .*'dosages'"):
        read_genotypes(tmp_path / "hap.parquet")
    pd.DataFrame({f"x{column}": [1] for column in range(20)}).to_parquet(tmp_path / "x.parquet")
    with pytest.raises(InputError, match=r"x\.parquet: columns are \['x0', .*'x11'\] and 8 more, expected"):
        read_variants(tmp_path / "x.parquet")


def test_the_column_of_another_type_is_named_and_nobody_is_told_to_delete_his_file(tmp_path, matrix):
    write_genotypes(matrix, tmp_path / "x.parquet")
    pd.read_parquet(tmp_path / "x.parquet").to_parquet(tmp_path / "again.parquet")
    with pytest.raises(InputError, match=r"dosages is binary, expected fixed_size_binary without nulls; ") as found:
        read_variants(tmp_path / "again.parquet")
    assert "delete" not in str(found.value)


def test_a_file_without_sample_ids_says_how_to_write_them(tmp_path, matrix):
    write_genotypes(matrix, tmp_path / "x.parquet")
    table = pq.read_table(tmp_path / "x.parquet")
    for samples in ({}, {"samples": "no json"}, {"samples": json.dumps(["p1"] * 5)}):
        pq.write_table(table.replace_schema_metadata(samples | {"encoding": "two bits"}), tmp_path / "x.parquet")
        with pytest.raises(InputError, match=r"has no list `samples` of 1 to 4 sample ids; .*replace_schema_metadata"):
            read_genotypes(tmp_path / "x.parquet")
    ids = json.dumps(matrix.samples.tolist())
    metadata = {"samples": ids, "encoding": "two bits"}
    pq.write_table(table.replace_schema_metadata(metadata), tmp_path / "x.parquet")
    assert_same(read_genotypes(tmp_path / "x.parquet"), matrix)


def test_pyarrow_copies_a_part(tmp_path):
    write_genotypes(MATRIX, tmp_path / "x.parquet")
    pq.write_table(pq.read_table(tmp_path / "x.parquet")[700:710], tmp_path / "ten.parquet")
    assert_same(read_genotypes(tmp_path / "ten.parquet"), MATRIX.take_variants(slice(700, 710)))


def test_row_groups_may_be_of_any_sizes(tmp_path):
    table = pq.read_table(FILE)
    with pq.ParquetWriter(tmp_path / "x.parquet", table.schema) as writer:
        for start, end in ((0, 3), (3, 900), (900, 905), (905, N_VARIANTS)):
            writer.write_table(table[start:end])
    assert_same(read_genotypes(tmp_path / "x.parquet"), MATRIX)
    rows = np.array([2400, 4, 2, 901, 4])
    assert_same(read_genotypes(tmp_path / "x.parquet", rows), MATRIX.take_variants(rows))


def test_the_store_s_own_file_is_to_be_made_again(haplotypes):
    file = io.BytesIO()
    write_haplotypes(haplotypes, file)
    with pytest.raises(ArtifactCorrupt, match=r"columns are .*; delete it and rerun"):
        read_genotypes(file)


def test_a_signed_byte_a_person_without_an_encoding_is_read(tmp_path):
    # as GTL 0.1 wrote it
    table = pq.read_table(FILE)
    dosages = pa.array([row.tobytes() for row in MATRIX.dosages], pa.binary(N_SAMPLES))
    field = pa.field("dosages", pa.binary(N_SAMPLES), nullable=False)
    schema = table.schema.set(5, field).with_metadata({"samples": json.dumps(MATRIX.samples.tolist())})
    pq.write_table(pa.table([*table.columns[:5], dosages], schema=schema), tmp_path / "x.parquet", compression="zstd")
    assert_same(read_genotypes(tmp_path / "x.parquet"), MATRIX)
    assert not is_imputed(tmp_path / "x.parquet")


def test_an_encoding_of_a_later_version_is_refused(tmp_path, matrix):
    write_genotypes(matrix, tmp_path / "x.parquet")
    table = pq.read_table(tmp_path / "x.parquet")
    metadata = table.schema.metadata | {b"encoding": b"one bit"}
    pq.write_table(table.replace_schema_metadata(metadata), tmp_path / "x.parquet")
    with pytest.raises(
        InputError, match=r"has encoding 'one bit', expected 'two bits', 'hundredths', 'bytes', or none"
    ):
        read_genotypes(tmp_path / "x.parquet")


@pytest.mark.parametrize("n_people", [1, 3, 4, 5])
def test_several_row_groups_of_people_who_are_no_multiple_of_four(n_people, tmp_path):
    rng, n_variants = np.random.default_rng(n_people), 16_384 + 300
    dosages = rng.integers(-1, 3, (n_variants, n_people), dtype=np.int8)
    word = np.array([f"rs{row}" for row in range(n_variants)], dtype=object)
    chrom = np.where(np.arange(n_variants) < 16_300, "22", "X").astype(object)
    variants = Variants(chrom, np.arange(n_variants), word, word, word)
    matrix = GenotypeMatrix(variants, np.array([f"p{n}" for n in range(n_people)], dtype=object), dosages)
    write_genotypes(matrix, tmp_path / "x.parquet")
    assert pq.ParquetFile(tmp_path / "x.parquet").num_row_groups == 2
    assert_same(read_genotypes(tmp_path / "x.parquet"), matrix)
    rows = np.array([16_384, 0, 16_383, 16_683])
    assert_same(read_genotypes(tmp_path / "x.parquet", rows), matrix.take_variants(rows))
    blocks = [block.dosages for block in read_blocks(tmp_path / "x.parquet", 1000)]
    np.testing.assert_array_equal(np.concatenate(blocks), dosages)


def test_a_cohort_of_nobody_is_refused(matrix):
    with pytest.raises(InputError, match="genotypes of nobody: a genotype file needs at least one person"):
        written(matrix.take_samples(slice(0, 0)))
