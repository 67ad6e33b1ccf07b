import io

import numpy as np
import pytest
from bed_reader import open_bed
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.errors import InputError
from gtl.formats.plink import read_plink, write_bed, write_bim, write_fam


def write(folder, matrix, case=None):
    paths = [folder / f"x.{suffix}" for suffix in ("bed", "bim", "fam")]
    write_bed(matrix, paths[0])
    write_bim(matrix.variants, paths[1])
    write_fam(matrix.samples, paths[2], case)
    return paths


def test_writes_what_the_format_says(matrix, tmp_path):
    bed, bim, fam = write(tmp_path, matrix, np.array([0, 1, 1, 0], dtype=np.int8))
    assert bed.read_bytes() == bytes([0x6C, 0x1B, 0x01, 0b11_00_10_11, 0b01_10_00_00, 0b10_11_11_11])
    assert bim.read_text() == "21\trs1\t0\t100\tG\tA\n21\trs2\t0\t200\tT\tC\n21\trs3\t0\t300\tT\tG\n"
    assert fam.read_text().splitlines()[:2] == ["p1\tp1\t0\t0\t0\t1", "p2\tp2\t0\t0\t0\t2"]


def test_reads_what_was_written(matrix, tmp_path):
    found, case = read_plink(*write(tmp_path, matrix, np.array([0, 1, 1, 0], dtype=np.int8)))
    np.testing.assert_array_equal(found.dosages, matrix.dosages)
    assert found.samples.tolist() == matrix.samples.tolist()
    assert found.variants.alt.tolist() == matrix.variants.alt.tolist()
    assert found.variants.pos.tolist() == [100, 200, 300]
    assert case is not None
    assert case.tolist() == [0, 1, 1, 0]


def test_variants_without_ids_are_named_by_position_and_alleles_are_in_capitals(matrix, tmp_path):
    paths = write(tmp_path, matrix)
    paths[1].write_text("21\t.\t0\t100\tg\ta\n21\trs2\t0\t200\t0\tC\n21\trs3\t0\t300\tT\tG\n\n")
    found, _ = read_plink(*paths)
    assert found.variants.rsid.tolist() == ["21:100:A:G", "rs2", "rs3"]
    assert (found.variants.ref.tolist(), found.variants.alt.tolist()) == (["A", "C", "G"], ["G", "0", "T"])


def test_people_without_a_phenotype_have_no_case_status(matrix, tmp_path):
    assert read_plink(*write(tmp_path, matrix))[1] is None


@given(dosages=arrays(np.int8, st.tuples(st.integers(1, 6), st.integers(1, 9)), elements=st.integers(-1, 2)))
def test_bed_reader_reads_the_same_dosages(tmp_path_factory, dosages):
    n_variants, n_samples = dosages.shape
    text = np.array([f"rs{row}" for row in range(n_variants)], dtype=object)
    letters = np.full((2, n_variants), "A", dtype=object)
    variants = Variants(np.full(n_variants, "21", object), np.arange(n_variants), text, letters[0], letters[1])
    samples = np.array([f"p{column}" for column in range(n_samples)], dtype=object)
    matrix = GenotypeMatrix(variants, samples, dosages)
    paths = write(tmp_path_factory.mktemp("plink"), matrix)
    with open_bed(paths[0], num_threads=1) as bed:
        theirs = bed.read(dtype="int8").T
        assert bed.sid.tolist() == text.tolist()
        assert bed.allele_1.tolist() == variants.alt.tolist()
    np.testing.assert_array_equal(np.where(theirs == -127, -1, theirs), dosages)
    np.testing.assert_array_equal(read_plink(*paths)[0].dosages, dosages)


@pytest.mark.parametrize(
    ("suffix", "content", "message"),
    [
        ("bed", b"\x6c\x1b\x00abc", "x.bed: begins with 6c1b00, expected 6c1b01: a variant-major"),
        ("bed", b"\x6c\x1b\x01ab", "x.bed: 5 bytes, expected 6 for the .bim's 3 variants and the .fam's 4 people"),
        ("bim", b"21\trs1\t0\t100\tG\n", "x.bim: line 1: 5 columns, expected 6"),
        ("bim", b"21\trs1\t0\tx\tG\tA\n", "x.bim: line 1: rs1: position 'x' is not a whole number"),
        ("bim", b"21\trs1\t0\t99999999999999999999\tG\tA\n", "x.bim: line 1: rs1: position '9+' is above 2147483647"),
        ("fam", b"p1 p1 0 0 0\n", "x.fam: line 1: 5 columns, expected 6"),
        ("fam", b"p1 p1 0 0 0 1\n" * 4, "x.fam: sample 'p1' .second column. appears 4 times"),
        ("fam", b"", "x.fam: file is empty"),
    ],
)
def test_bad_files_are_refused(matrix, tmp_path, suffix, content, message):
    paths = write(tmp_path, matrix)
    (tmp_path / f"x.{suffix}").write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_plink(*paths)


def test_a_missing_bed_file_is_named(matrix, tmp_path):
    _, bim, fam = write(tmp_path, matrix)
    with pytest.raises(InputError, match=r"absent\.bed: cannot be read: No such file"):
        read_plink(tmp_path / "absent.bed", bim, fam)


def test_writes_to_an_open_file(matrix):
    file = io.BytesIO()
    write_bed(matrix, file)
    assert len(file.getvalue()) == 6
