import io
import zipfile

import numpy as np
import pytest

from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.errors import InputError
from gtl.formats.personal_file import call, read_person
from gtl.formats.twentythreeandme import write_people, write_person


def dosages_of(path, variants):
    """Dosages of ``variants`` in one person's file, matched by id; -1 for those not called or not there."""
    found = {rsid: genotype for rsid, _, _, genotype in read_person(path)}
    table = zip(variants.rsid, variants.ref, variants.alt, strict=True)
    return np.array([call(found.get(rsid, "--"), ref, alt)[2] for rsid, ref, alt in table])


def test_writes_a_line_a_snp_with_sorted_letters(matrix):
    file = io.BytesIO()
    write_person(matrix.variants, matrix.dosages[:, 1], "p2", file)
    *comments, last_comment, first, second, third = file.getvalue().decode().splitlines()
    assert all(line.startswith("#") for line in comments)
    assert last_comment == "# rsid\tchromosome\tposition\tgenotype"
    assert (first, second, third) == ("rs1\t21\t100\tAG", "rs2\t21\t200\tTT", "rs3\t21\t300\tGG")


def test_heterozygotes_are_in_alphabetical_order_and_missing_is_two_dashes(variants, tmp_path):
    swapped = Variants(variants.chrom, variants.pos, variants.rsid, variants.alt, variants.ref)
    write_person(swapped, np.array([1, -1, 0], dtype=np.int8), "p", tmp_path / "p.txt")
    assert [genotype for *_, genotype in read_person(tmp_path / "p.txt")] == ["AG", "--", "TT"]


def test_a_person_reads_back(matrix, tmp_path):
    for column, sample in enumerate(matrix.samples):
        write_person(matrix.variants, matrix.dosages[:, column], sample, tmp_path / "p.txt")
        person = list(read_person(tmp_path / "p.txt"))
        assert [(rsid, pos) for rsid, _, pos, _ in person] == [("rs1", 100), ("rs2", 200), ("rs3", 300)]
        assert dosages_of(tmp_path / "p.txt", matrix.variants).tolist() == matrix.dosages[:, column].tolist()


def test_a_blank_line_at_the_end_is_left_out(tmp_path):
    (tmp_path / "p.txt").write_text("rs1\t21\t100\tCC\n\n")
    assert len(list(read_person(tmp_path / "p.txt"))) == 1


def test_snps_that_the_person_lacks_are_missing(matrix, tmp_path):
    write_person(matrix.variants.take(slice(0, 1)), np.array([2], dtype=np.int8), "p", tmp_path / "p.txt")
    assert dosages_of(tmp_path / "p.txt", matrix.variants).tolist() == [2, -1, -1]


def test_the_zip_has_a_file_a_person_and_always_the_same_bytes(matrix):
    first, second = io.BytesIO(), io.BytesIO()
    write_people(matrix, first)
    write_people(matrix, second)
    assert first.getvalue() == second.getvalue()
    with zipfile.ZipFile(first) as archive:
        assert archive.namelist() == ["p1.txt", "p2.txt", "p3.txt", "p4.txt"]
        assert archive.read("p4.txt").endswith(b"rs1\t21\t100\tAA\nrs2\t21\t200\t--\nrs3\t21\t300\tGT\n")


def test_an_allele_of_two_letters_is_refused(matrix):
    indel = Variants(
        *(getattr(matrix.variants, name)[:1] for name in ("chrom", "pos", "rsid")), *np.array([["AT"], ["A"]], object)
    )
    with pytest.raises(InputError, match="rs1: alleles AT and A; 23andMe files hold single letters"):
        write_people(GenotypeMatrix(indel, matrix.samples, matrix.dosages[:1]), io.BytesIO())


@pytest.mark.parametrize("sample", ["../../x", "a/b", "..", "C:\\x", "a:b"])
def test_no_name_of_a_person_leads_out_of_the_folder(matrix, sample):
    people = np.array([sample, *matrix.samples[1:]], dtype=object)
    file = io.BytesIO()
    write_people(GenotypeMatrix(matrix.variants, people, matrix.dosages), file)
    with zipfile.ZipFile(file) as archive:
        assert not {*archive.namelist()[0]} & {*"/\\:"}
        assert len({*archive.namelist()}) == 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rs1 21 100\n", r"p\.txt: line 1: 3 columns, expected"),
        ("# x\nrs1\t21\tx\tAA\n", "line 2: position 'x' is not a whole number"),
        ("rs1\t21\t1²\tAA\n", "line 1: position '1²' is not a whole number"),
        ("rs1\t21\t99999999999999999999\tAA\n", "line 1: position '9+' is above 2147483647"),
        ("# only a comment\n", "no genotypes"),
    ],
)
def test_bad_files_are_refused(tmp_path, text, message):
    (tmp_path / "p.txt").write_text(text)
    with pytest.raises(InputError, match=message):
        list(read_person(tmp_path / "p.txt"))
