"""Scoring files as people find them: what is read, what is refused by row, and what stops."""

import gzip

import numpy as np
import pytest

from gtl.errors import InputError
from gtl.formats.scoring_file import read_scoring_file

CATALOG = """###PGS CATALOG SCORING FILE - see https://www.pgscatalog.org
#format_version=2.0
#pgs_id=PGS9\t\t
#trait_reported=a = b
#genome_build=NR
#weight_type=NR
"""


@pytest.fixture
def read(tmp_path):
    def of(text, **options):
        (tmp_path / "score.txt").write_text(text)
        return read_scoring_file(tmp_path / "score.txt", **options)

    return of


def test_particulars_with_equal_signs_and_an_unknown_build(read):
    score = read(CATALOG + "rsID\teffect_allele\teffect_weight\nrs1\ta\t0.1\n")
    assert (score.metadata["pgs_id"], score.metadata["trait_reported"], score.build) == ("PGS9", "a = b", "")
    assert score.title() == "PGS9, a = b: 1 rows, of no stated build"
    assert score.rows[["line", "rsid", "effect", "other", "pos"]].to_numpy().tolist() == [[8, "rs1", "A", "", 0]]


def test_weights_that_the_file_calls_ratios_are_told(read):
    score = read(CATALOG + "#weight_type=OR\nrsID\teffect_allele\teffect_weight\nrs1\ta\t1.1\n")
    assert score.rows["above"].tolist() == [1.1]
    assert "weights that the file calls OR and that are added up as they are" in score.title()


def test_harmonised_positions_come_first(read):
    columns = (
        "rsID\tchr_name\tchr_position\teffect_allele\teffect_weight\thm_rsID\thm_chr\thm_pos\thm_inferOtherAllele\n"
    )
    score = read(
        f"#HmPOS_build=GRCh38\n{CATALOG}{columns}rs1\t1\t5\tA\t1\trs1\tchr2\t7\tG\nrs3\t1\t6\tA\t1\trs3\t\t\t\n"
    )
    assert score.build == "GRCh38"
    assert score.rows[["chrom", "pos", "other"]].to_numpy().tolist() == [["2", 7, "G"], ["", 0, ""]]


def test_rows_that_cannot_be_applied(read):
    columns = (
        "rsID\teffect_allele\tother_allele\teffect_weight\tis_haplotype\tis_interaction\tis_dominant\tis_recessive\n"
    )
    rows = [
        "rs1\tA\tG\t1\tTRUE\tFALSE\t\t", "rs2\tA\tG\t1\tFALSE\tTRUE\t\t", "rs3_x_rs4\tA\tG\t1\t\t\t\t",
        "rs5\t\tG\t1\t\t\t\t", "rs6\tDRB1*15\t\t1\t\t\t\t", "rs7\tA\ta\t1\t\t\t\t", "rs8\tA\tG\t\t\t\t\t",
        ".\tA\tG\t1\t\t\t\t", "rs9\tA\tG\t1\t\t\tTrue\tTrue", "rs10\tA\tG\t1\t\t\t\t",
    ]  # fmt: skip
    score = read(columns.replace(" ", "\t") + "\n".join(rows))
    assert score.rows["rsid"].tolist() == ["rs10"]
    assert score.refused["line"].tolist() == list(range(2, 11))
    assert [reason.split()[:3] for reason in score.refused["reason"]] == [
        ["a", "haplotype", "or"], ["an", "interaction", "of"], ["an", "interaction", "of"], ["no", "effect", "allele"],
        ["the", "effect", "allele"], ["effect", "allele", "and"], ["no", "weight"], ["neither", "a", "position"],
        ["dominant", "and", "recessive"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rs1 A 0.5\nrs2 G -1e-3\n", [("rs1", 0, "A", "", 0.5), ("rs2", 0, "G", "", -0.001)]),
        ("1\trs1\t500\tA\tG\t0.5\n", [("rs1", 500, "A", "G", 0.5)]),
        ("#CHROM,POS,ID,A1,A2,BETA\n1,500,rs1,A,G,0.5\n", [("rs1", 500, "A", "G", 0.5)]),
        ("SNP CHR BP A1 A2 P BETA\nrs1 1 500 A G 1e-9 0.5\n", [("rs1", 500, "A", "G", 0.5)]),
        ("ID\tA1\tmy_score\n1:500:G:A\tA\t0.5\n", [("1:500:G:A", 500, "A", "G", 0.5)]),
        ("ID\tA1\tmy_score\nchr1:500\tA\t0.5\n", [("chr1:500", 500, "A", "", 0.5)]),
        ("ID\tA1\tmy_score\nchr1_500_G_A_b38\tA\t0.5\n", [("chr1_500_G_A_b38", 500, "A", "G", 0.5)]),
        ("SNP\tA1\tBETA\nrs1\tA\t-9\n", [("rs1", 0, "A", "", -9)]),
        ("SNP\tA1\tBETA\rrs1\tA\t0.5\r", [("rs1", 0, "A", "", 0.5)]),
        ("chr,pos,a0,a1,beta\n21.0,1e+05,G,A,0.5\n", [("", 100_000, "A", "G", 0.5)]),
        ("SNP;CHR;BP;A1;A2;BETA\nrs1;1;500.0;A;G;0.5\n", [("rs1", 500, "A", "G", 0.5)]),
        ('"SNP","CHR","BP","A1","A2","BETA"\n"rs1","1","500","A","G","0.5"\n', [("rs1", 500, "A", "G", 0.5)]),
        ('"SNP"\t"CHR"\t"BP"\t"A1"\t"A2"\t"BETA"\n"rs1"\t1\t500\t"A"\t"G"\t0.5\n', [("rs1", 500, "A", "G", 0.5)]),
    ],
)
def test_tables_of_plink_and_prsice(read, text, expected):
    rows = read(text).rows
    assert [*rows[["rsid", "pos", "effect", "other", "above"]].itertuples(index=False, name=None)] == expected


def test_one_of_several_scores(read):
    text = "ID\tA1\tfirst\tsecond\nrs1\tA\t1\t2\n"
    assert read(text, weight="second").rows["below"].tolist() == [2]
    with pytest.raises(InputError, match=r"no column is named as the weight.*'first', 'second'.*--weight"):
        read(text)
    with pytest.raises(InputError, match="no column 'third'"):
        read(text, weight="third")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (CATALOG, "no columns and no rows"),
        (CATALOG + "rsID\teffect_allele\teffect_weight\n", "no rows below"),
        ("rsID\teffect_allele\teffect_weight\nrs1\tA\t0,5\n", r"line 2: weight '0,5' is not a finite number"),
        ("rsID\teffect_allele\teffect_weight\nrs1\tA\tinf\n", "line 2: weight 'inf' is not a finite number"),
        ("SNP\tchr\tpos\tA1\tBETA\nrs1\t1\tx7\tA\t1\n", "line 2: position 'x7' is not a whole number"),
        ("SNP\tA1\tOR\nrs1\tA\t1.2\n", "odds ratios have to be given as their logarithms"),
        ("rs1 hello world\n", "no column is named as the effect allele"),
        (
            "SNP\tA1\tBETA\nrs1\tA\t1\nrs2\tA\t1\t5\t6\n",
            "line 3: not 3 fields",
        ),
        ("SNP,A1,BETA\nrs1,A,0,5\n", "line 2: more fields than the 3 columns"),
        ("SNP\tA1\tA2\tBETA\nrs1\tA\tA\t1\n", "1 rows cannot be applied .* nothing is left"),
    ],
)
def test_what_stops(read, text, message):
    with pytest.raises(InputError, match=message):
        read(text)


def test_gzip_and_lines_counted_over_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr("gtl.formats.text_file.line_blocks.__defaults__", (64,))
    text = "SNP\tA1\tBETA\n" + "".join(f"rs{row}\tA\t{row}\n" for row in range(2, 100))
    (tmp_path / "score.txt.gz").write_bytes(gzip.compress(text.encode()))
    rows = read_scoring_file(tmp_path / "score.txt.gz").rows
    np.testing.assert_array_equal(rows["line"], np.arange(2, 100))
    np.testing.assert_array_equal(rows["above"], np.arange(2, 100))


CORE = {
    "PGS000001_hmPOS_GRCh38.txt": (77, 0), "PGS000802_hmPOS_GRCh37.txt": (19, 0), "custom_no_oa.txt": (1, 0),
    "PGS004255_hmPOS_GRCh38.txt.gz": (30, 0), "complex_variants_PGS000021.txt": (25, 8),
    "complex_variants_PGS004239.txt": (5, 9), "OPGS019828.txt": (1, 0),
}  # fmt: skip


@pytest.mark.parametrize(("name", "counts"), CORE.items())
def test_files_of_the_catalog(shared, name, counts):
    score = read_scoring_file(shared / "data" / "pgscatalog_fixtures" / "core" / name)
    assert (len(score.rows), len(score.refused)) == counts


@pytest.mark.parametrize("name", ["bad_harmonised.txt", "invalid_scorefile.txt"])
def test_files_without_any_place(shared, name):
    with pytest.raises(InputError, match="3 neither a position nor an id"):
        read_scoring_file(shared / "data" / "pgscatalog_fixtures" / "core" / name)
