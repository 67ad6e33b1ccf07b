"""Published scores on a few people, added up by hand."""

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from gtl.__main__ import app
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.errors import InputError
from gtl.formats.genotype_parquet import write_genotypes
from gtl.formats.plink import write_bed, write_bim, write_fam
from gtl.formats.scoring_file import read_scoring_file
from gtl.models.scoring import score_people

HEADER = "rsID\tchr_name\tchr_position\teffect_allele\tother_allele\teffect_weight"


@pytest.fixture
def write(tmp_path):
    """Write a score of these rows; blanks become tabs."""

    def score(*rows, header=HEADER, name="score.txt"):
        text = "\n".join(["#pgs_name=x=y", header, *("\t".join(row.split(" ")) for row in rows)])
        (tmp_path / name).write_text(text + "\n")
        return tmp_path / name

    return score


@pytest.fixture
def bed(tmp_path):
    """Write PLINK files of variants ``pos ref alt`` on chromosome 1 with the dosages of their alt."""

    def files(*variants):
        rows = [row.split()[:3] for row in variants]
        dosages = np.array([[int(value) for value in row.split()[3:]] for row in variants], dtype=np.int8)
        column = lambda values: np.array([*values], dtype=object)  # noqa: E731
        table = Variants(
            column("1" for _ in rows), np.array([int(row[0]) for row in rows]), column(f"rs{row[0]}" for row in rows),
            column(row[1] for row in rows), column(row[2] for row in rows),
        )  # fmt: skip
        genotypes = GenotypeMatrix(table, column(f"p{number}" for number in range(dosages.shape[1])), dosages)
        write_bed(genotypes, tmp_path / "people.bed")
        write_bim(table, tmp_path / "people.bim")
        write_fam(genotypes.samples, tmp_path / "people.fam")
        return tmp_path / "people.bed"

    return files


def _scores(scored):
    return scored.people["score"].tolist()


def test_swapped_alleles_and_the_other_strand_are_recognised(write, bed):
    path = write("a 1 1 G A 1", "b 1 2 A G 10", "c 1 3 C T 100", "d 1 9 C T 100")
    scored = score_people(read_scoring_file(path), bed("1 A G 0 1 2", "2 A G 0 1 2", "3 A G 0 1 2"))
    assert _scores(scored) == [20, 111, 202]
    assert scored.people["average"].tolist() == [20 / 6, 111 / 6, 202 / 6]
    assert scored.missing.to_numpy().tolist() == [[6, "d", "not in the file"]]
    assert scored.coverage() == "3 of the score's 4 rows used; 1 left out (1 not in the file)"
    assert "1 count the file's other allele (flipped), 1 read from the other strand" in scored.notes


def test_a_missing_genotype_is_the_mean_of_the_people(write, bed):
    path, people = write("a 1 1 A G 3"), bed("1 A G 2 1 -1")
    assert _scores(score_people(read_scoring_file(path), people)) == [0, 3, 1.5]
    alone = score_people(read_scoring_file(path), people, impute=False).people
    assert alone["score"].tolist() == [0, 3, 0]
    np.testing.assert_array_equal(alone["average"], [0, 1.5, np.nan])


@pytest.mark.parametrize("impute", [True, False])
def test_many_variants_with_missing_genotypes_of_either_allele_and_certainty(write, bed, impute):
    rng = np.random.default_rng(3)
    dosages = rng.integers(-1, 3, (400, 9))
    dosages[:, 0], dosages[:, 8] = 1, -1  # all called, and nobody's genotype
    flip, weights = rng.random(400) < 0.5, rng.normal(size=400).round(4)
    letters = [("A", "T") if row % 3 == 0 else ("A", "G") for row in range(400)]
    rows = [
        f"r{row} 1 {row + 1} {' '.join(pair if other else pair[::-1])} {weight}"
        for row, (pair, other, weight) in enumerate(zip(letters, flip, weights, strict=True))
    ]
    people = bed(*(f"{row + 1} {' '.join(letters[row])} {' '.join(map(str, dosages[row]))}" for row in range(400)))
    found = score_people(read_scoring_file(write(*rows)), people, impute=impute).people
    called = dosages >= 0
    mean = np.where(called, dosages, 0).sum(axis=1) / called.sum(axis=1) if impute else np.where(flip, 2, 0)
    alt = np.where(called, dosages, mean[:, None])
    expected = weights @ np.where(flip[:, None], 2 - alt, alt)
    np.testing.assert_allclose(found["score"], expected, rtol=1e-12, atol=1e-12)
    alleles = np.full(9, 800) if impute else 2 * called.sum(axis=0)
    np.testing.assert_allclose(found["average"][:8], expected[:8] / alleles[:8], rtol=1e-12, atol=1e-12)
    if not impute:
        assert found["score"][8] == 0
        assert np.isnan(found["average"][8])


def test_dosage_weights(write, bed):
    header = HEADER.removesuffix("effect_weight") + "dosage_0_weight\tdosage_1_weight\tdosage_2_weight"
    path = write("a 1 1 G A 0.5 1 -2", header=header)
    assert _scores(score_people(read_scoring_file(path), bed("1 A G 0 1 2"))) == [0.5, 1, -2]


def test_the_other_allele_may_be_absent_or_a_list(write, bed):
    path = write("a 1 1 G . 1", "b 1 2 A C/G 10", "c 1 3 A C/T 100", "d 1 4 T . 1000")
    scored = score_people(read_scoring_file(path), bed("1 A G 0 1 2", "2 A G 0 1 2", "3 A G 0 1 2", "4 A G 0 1 2"))
    assert _scores(scored) == [2020, 1011, 2]  # T beside A/G is A of the other strand
    assert scored.missing["rsid"].tolist() == ["c"]


def test_ids_stand_in_for_positions(write, bed):
    path = write("rs1 G 1", "1:2:A:G G 10", header="SNP\tA1\tBETA")
    scored = score_people(read_scoring_file(path), bed("1 A G 0 1 2", "2 A G 0 1 2"))
    assert _scores(scored) == [0, 11, 22]
    assert "1 matched by id, as the score has no position of them" in scored.notes


def test_ids_of_a_score_may_be_written_in_every_way_that_those_of_people_are(write, bed):
    path = write("RS1 G 1", "rs2;rs77 G 10", "rs3_G G 100", "chr1:4 G 1000", header="SNP\tA1\tBETA")
    people = bed("1 A G 0 1 2", "2 A G 0 1 2", "3 A G 0 1 2", "4 A G 0 1 2")
    assert _scores(score_people(read_scoring_file(path), people)) == [0, 1111, 2222]


def test_rows_of_one_variant_are_added_and_counted(write, bed):
    path = write("a 1 1 G A 1", "a 1 1 A G 10")
    scored = score_people(read_scoring_file(path), bed("1 A G 0 1 2"))
    assert _scores(scored) == [20, 11, 2]
    assert "1 rows name a variant again; each adds its own weight" in scored.notes


def test_several_variants_of_the_file_that_fit_are_left_out(write, bed):
    path = write("a 1 1 G A 1", "b 1 2 G A 10")
    scored = score_people(read_scoring_file(path), bed("1 A G 0 1 2", "1 A G 2 1 0", "2 A G 0 1 2"))
    assert _scores(scored) == [0, 10, 20]
    assert scored.missing["reason"].tolist() == ["several variants of the file fit"]


def test_a_variant_that_is_there_twice_and_says_the_same_is_one(write, bed):
    path = write("a 1 1 G A 1", "b 1 2 G A 10")
    scored = score_people(read_scoring_file(path), bed("1 A G 0 1 -1", "1 G A 2 1 -1", "2 A G 0 1 2"))
    assert _scores(scored) == [0, 11, 20.5]  # who was not called has the mean of the others, half an allele
    assert scored.missing.empty


def _many(strand):
    """Score and people at twenty variants other than A/T and C/G, read from ``strand``, and one that is."""
    alleles = "A G" if strand == "same" else "T C"
    return [f"v{pos} 1 {pos} G A 0" for pos in range(1, 21)], [f"{pos} {alleles} 0 1 2" for pos in range(1, 21)]


@pytest.mark.parametrize(("strand", "expected"), [("same", [2, 1, 0]), ("other", None)])
def test_letters_tell_a_and_t_where_all_others_are_of_one_strand(write, bed, strand, expected):
    rows, people = _many(strand)
    path = write(*rows, "w 1 30 A T 1")
    scored = score_people(read_scoring_file(path), bed(*people, "30 A T 0 1 2"))
    assert scored.missing.empty is (expected is not None)
    assert _scores(scored) == (expected or [0, 0, 0])


@pytest.mark.parametrize(("strand", "frequency", "expected"), [
    ("same", 0.9, [2.0, 1.0]), ("other", 0.1, [0.0, 1.0]), ("same", 0.1, None), ("other", 0.5, None),
])  # fmt: skip
def test_frequencies_tell_a_and_t(write, bed, strand, frequency, expected):
    """A is common in the file: so it is in the score, or the files are of opposite strands and T is meant."""
    rows, people = _many(strand)
    dosages = " ".join(["0"] * 16 + ["1"] * 4)
    rows, people = [f"{row} 0.5" for row in rows], [" ".join([*row.split()[:3], dosages]) for row in people]
    path = write(*rows, f"w 1 30 A T 1 {frequency}", header=f"{HEADER}\tallelefrequency_effect")
    scored = score_people(read_scoring_file(path), bed(*people, f"30 A T {dosages}"))
    assert _scores(scored)[:: len(dosages.split()) - 1] == (expected or [0, 0])
    assert scored.missing.empty is (expected is not None)


def test_nothing_in_common_is_an_error_that_names_the_build(write, bed):
    path = write("a 1 1000 G A 1")
    with pytest.raises(InputError, match=r"none of the rows of .* can be used .1 not in the file.*genome build"):
        score_people(read_scoring_file(path), bed("1 A G 0 1 2"))


def test_ids_alone_that_the_people_s_file_lacks_are_said_with_what_to_do(write, bed):
    path = write("rs7 G A 1", header="rsID\teffect_allele\tother_allele\teffect_weight")
    said = r"has ids alone .such as rs7. and no positions.*name their variants otherwise .such as rs1..*annotate -c ID"
    with pytest.raises(InputError, match=said):
        score_people(read_scoring_file(path), bed("1 A G 0 1 2"))


def test_23andme_text_is_refused(write, tmp_path):
    with pytest.raises(InputError, match="23andMe"):
        score_people(read_scoring_file(write("a 1 1 G A 1")), tmp_path / "person.txt")


def test_the_command(write, bed):
    path, people = write("a 1 1 G A 1", "b 1 2 G G 1", "hla 6 5 DRB1*15 . 2"), bed("1 A G 0 1 2")
    told = CliRunner().invoke(
        app, ["predict", "--model", str(path), "--genotypes", str(people), "--format", "json", "--list-missing"]
    )
    assert [row["score"] for row in json.loads(told.stdout)] == [0, 1, 2]
    assert "1 of the score's 3 rows used" in told.stderr
    assert "2 rows cannot be applied (1 effect allele and other allele are the same; 1 the effect allele" in told.stderr
    assert "line,rsid,reason\n4,b,effect allele and other allele are the same\n5,hla," in told.stderr


def test_imputed_dosages(write, tmp_path):
    word = lambda *texts: np.array(texts, dtype=object)  # noqa: E731
    variants = Variants(word("1"), np.array([1]), word("rs1"), word("A"), word("G"))
    people = GenotypeMatrix(variants, word("p", "q"), np.float32([[0.5, 1.5]]))
    write_genotypes(people, tmp_path / "people.parquet")
    header = f"{HEADER}\tis_dominant\tis_recessive"
    path = write("a 1 1 G A 1 TRUE FALSE", "a 1 1 G A 10 FALSE TRUE", header=header)
    scored = score_people(read_scoring_file(path), tmp_path / "people.parquet")
    assert _scores(scored) == [0.5, 1 + 5]
    assert isinstance(scored.people, pd.DataFrame)


def test_a_vcf_of_one_person(write, tmp_path):
    """Sites that are all reference count; several alternate alleles are not read; VCF names the strand of A/T."""
    lines = ["1\t1\t.\tA\t.", "1\t2\t.\tA\tC,G", "1\t3\t.\tA\tT", "1\t4\t.\tA\tG"]
    calls = ["0/0", "1/2", "0/1", "./."]
    top = '##fileformat=VCFv4.2\n##contig=<ID=1>\n##FORMAT=<ID=GT,Number=1,Type=String,Description="x">\n'
    head = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tp\n"
    rows = "".join(f"{line}\t.\t.\t.\tGT\t{call}\n" for line, call in zip(lines, calls, strict=True))
    (tmp_path / "p.vcf").write_text(top + head + rows)
    path = write("a 1 1 A G 1", "b 1 2 C A 10", "c 1 3 A T 100", "d 1 4 G A 1000")
    scored = score_people(read_scoring_file(path), tmp_path / "p.vcf")
    assert _scores(scored) == [2 + 100]
    assert scored.missing.set_index("rsid")["reason"].to_dict() == {
        "b": "the file's genotypes are not used: more than one alternate allele",
        "d": "called in nobody",
    }
    assert "A/T and C/G: 1 by their letters, as the file names the forward strand" in scored.notes
