import gzip
from pathlib import Path

import numpy as np
import pytest

from gtl.errors import InputError
from gtl.formats.genotype_source import open_genotypes

HEADER = """##fileformat=VCFv4.2
##contig=<ID=chr5>
##contig=<ID=chrX>
##FORMAT=<ID=GT,Number=1,Type=String,Description="genotype">
"""
FORMATS = {
    "DS": '##FORMAT=<ID=DS,Number=A,Type=Float,Description="dosage">\n',
    "HDS": '##FORMAT=<ID=HDS,Number=2,Type=Float,Description="haploid dosages">\n',
    "GP": '##FORMAT=<ID=GP,Number=G,Type=Float,Description="probabilities">\n',
}


def write(folder, *rows, fields=(), people=4):
    names = "\t".join(f"p{number}" for number in range(1, people + 1))
    header = HEADER + "".join(FORMATS[name] for name in fields)
    text = f"{header}#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t{names}\n"
    text += "".join("\t".join(row.split(" ")) + "\n" for row in rows)
    path = folder / "x.vcf"
    path.write_text(text)
    return str(path)


def dosages(source, chromosome):
    return np.concatenate([block.dosages for block in source.blocks(chromosome)])


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("chr5 1 rs1 A G . . . GT 0/0 0/1 1|0 1|1", [0, 1, 1, 2]),
        ("chr5 1 rs1 A G . . . GT ./. . ./1 0|.", [-1, -1, -1, -1]),
        ("chr5 1 rs1 A G . . . GT:DP 0/0:9 0/1:. 1/1:3 ./.:.", [0, 1, 2, -1]),
        ("chr5 1 rs1 A G,<NON_REF> . . . GT 0/0 0/1 1/1 0/2", [0, 1, 2, -1]),
        ("chr5 1 rs1 A <*>,G . . . GT 0/0 0/2 2/2 1/2", [0, 1, 2, -1]),
        ("chr5 1 rs1 A G,* . . . GT 0 1 . 0/1", [0, 2, -1, 1]),
        ("chr5 1 rs1 A G,<X> . . . GT 0/0 0/1 1/1 0/2", [0, 1, 2, -1]),
        ("chr5 1 rs1 A G . . . GT 0/0 0/2 2/2 1/1", [0, -1, -1, 2]),  # no such allele: plink2 refuses the line
        ("chrX 1 rs1 A G . . . GT 0 1 0/1 1/1", [0, 2, 1, 2]),
        ("chrX 1 rs1 A G . . . GT 0 1 . 1", [0, 2, -1, 2]),
    ],
)
def test_calls(tmp_path, row, expected):
    source = open_genotypes(write(tmp_path, row))
    [chromosome] = source.chromosomes()
    assert chromosome in ("5", "X")
    [block] = source.blocks(chromosome)
    assert block.dosages.dtype == np.int8
    assert block.dosages.tolist() == [expected]
    assert (block.variants.ref[0], block.variants.alt[0]) == ("A", "G")


@pytest.mark.parametrize(
    ("field", "row", "expected"),
    [
        ("DS", "chr5 1 rs1 A G . . . GT:DS 0/0:0.2 0/1:1 1/1:1.9 ./.:.", [0.2, 1, 1.9, np.nan]),
        ("DS", "chr5 1 rs1 A G . . . GT 0/0 0/1 1/1 ./.", [0, 1, 2, np.nan]),
        ("DS", "chrX 1 rs1 A G . . . GT:DS 0:0.1 1:0.9 1/1:1.9 ./.:.", [0.2, 1.8, 1.9, np.nan]),
        ("DS", "chr5 1 rs1 A G . . . DS 2.004 0 -0.003 .", [2, 0, 0, np.nan]),
        # a person without a dosage has the genotype that was called, as plink2 --vcf x.vcf dosage=DS --export A
        ("DS", "chr5 1 rs1 A G . . . GT:DS 0/0:0.1 0/1:. ./.:1.9 1|1:.", [0.1, 1, 1.9, 2]),
        # nothing is said, and probabilities are shares of their sum: plink2 --vcf x.vcf dosage=GP-force --export A
        (
            "GP",
            "chr5 1 rs1 A G . . . GT:GP ./.:0,0,0 0/1:0,0.5,0 1/1:0.1,0.1,0.3 ./.:0.33,0.33,0.33",
            [np.nan, 1, 1.4, 1],
        ),
        ("HDS", "chr5 1 rs1 A G . . . HDS 0.1,0.3 1,1 0.5,. .,.", [0.4, 2, 1, np.nan]),
        ("GP", "chr5 1 rs1 A G . . . GP 1,0,0 0,0.5,0.5 0.25,0.75 .", [0, 1.5, 1.5, np.nan]),
    ],
)
def test_imputed_dosages(tmp_path, field, row, expected):
    path = write(tmp_path, row, fields=(field,))
    for chosen in ("auto", field):
        source = open_genotypes(path, field=chosen)
        assert source.imputed
        np.testing.assert_allclose(dosages(source, source.chromosomes()[0]), [np.float32(expected)], atol=1e-6)


@pytest.mark.parametrize("declared", ["Number=1,Type=Integer", "Number=A,Type=Integer", "Number=1,Type=String"])
def test_dosages_that_the_header_declares_to_be_no_fractions(tmp_path, declared):
    path = Path(write(tmp_path, "chr5 1 rs1 A G . . . DS 0 1 2 .", fields=("DS",)))
    path.write_text(path.read_text().replace("Number=A,Type=Float", declared))
    np.testing.assert_array_equal(dosages(open_genotypes(str(path)), "5"), np.float32([[0, 1, 2, np.nan]]))


def test_a_list_of_people_is_refused_as_the_file_names_them(tmp_path):
    path = write(tmp_path, "chr5 1 rs1 A G . . . GT 0/0 0/1 1|0 1|1")
    with pytest.raises(InputError, match=r"x\.vcf: names its people itself, so that keep\.txt would change nothing"):
        open_genotypes(path, samples="keep.txt")


def test_genotypes_are_read_where_they_are_asked_for(tmp_path):
    path = write(tmp_path, "chr5 1 rs1 A G . . . GT:DS 0/0:0.2 0/1:1 1/1:1.9 ./.:.", fields=("DS",))
    source = open_genotypes(path, field="GT")
    assert not source.imputed
    assert dosages(source, "5").tolist() == [[0, 1, 2, -1]]


def test_lines_that_cannot_be_used_are_left_out_with_a_reason(tmp_path):
    rows = [
        "chr5 1 rs1 A G,T . . . GT 0/0 0/1 1/2 1|1",
        "chr5 2 rs2 A . . . . GT 0/0 0/0 0/0 0/0",
        "chr5 3 . A <NON_REF> . . END=9 GT 0/0 0/0 0/0 0/0",
        "chr5 4 rs4 A G . . . GT 0/0/1 0/0/0 0/0/0 1/1/1",
        "chr5 5 rs5 A A . . . GT 0/0 0/1 0/0 1/1",
        "chr5 6 rs6 a g . . . GT 0/0 0/1 0/0 1/1",
    ]
    source = open_genotypes(write(tmp_path, *rows))
    [block] = source.blocks("5")
    assert (block.variants.rsid.tolist(), block.variants.ref.tolist()) == (["rs6"], ["A"])
    assert sorted((row.pos, row.reason) for row in source.left_out) == [
        (1, "more than one alternate allele"),
        (2, "names one allele only"),
        (3, "names one allele only"),
        (4, "more than two alleles a person"),
        (5, "names the same allele twice"),
    ]
    assert {row.chrom for row in source.left_out} == {"5"}


def test_dosages_out_of_range_are_left_out(tmp_path):
    path = write(tmp_path, "chr5 1 rs1 A G . . . DS 0 1 2 3", "chr5 2 . A G . . . DS 0 1 2 .", fields=("DS",))
    source = open_genotypes(path)
    [block] = source.blocks("5")
    assert block.variants.rsid.tolist() == ["5:2:A:G"]
    assert [row.reason for row in source.left_out] == ["a dosage outside 0 to 2"]


def test_a_line_without_genotypes_is_left_out(tmp_path):
    path = write(tmp_path, "chr5 1 rs1 A G . . . DS 0 1 2 1", "chr5 2 rs2 A G . . . GT 0/0 0/1 1/1 ./.", fields=("DS",))
    source = open_genotypes(path, field="GT")
    assert dosages(source, "5").tolist() == [[0, 1, 2, -1]]
    assert [(row.rsid, row.reason) for row in source.left_out] == [("rs1", "has no genotypes")]


def test_one_allele_is_kept_where_it_is_asked_for(tmp_path):
    path = write(tmp_path, "chr5 1 rs1 A <NON_REF> . . . GT 0/0 0/1 ./. 0/0", "chr5 2 rs2 C . . . . GT 0/0 0/0 . 0/0")
    source = open_genotypes(path, one_allele=True)
    [block] = source.blocks("5")
    assert (block.variants.ref.tolist(), block.variants.alt.tolist()) == (["A", "C"], [".", "."])
    assert block.dosages.tolist() == [[0, -1, -1, 0], [0, 0, -1, 0]]


def test_chromosomes_without_lines_are_not_named(tmp_path):
    source = open_genotypes(write(tmp_path, "chrX 1 rs1 A G . . . GT 0/0 0/1 1/1 ./."))
    assert source.chromosomes() == ("X",)
    with pytest.raises(InputError, match=r"x\.vcf: no variants of chromosome 5; it has X"):
        list(source.blocks("5"))


def test_bad_files(tmp_path):
    path = write(tmp_path, "chr5 1 rs1 A G . . . GT 0/0 0/1 1/1")
    with pytest.raises(InputError, match=r"x\.vcf: cannot be read as VCF or BCF: error parsing variant.*bcftools view"):
        list(open_genotypes(path).blocks("5"))
    with pytest.raises(InputError, match=r"the header declares no DS for each person; it has GT"):
        open_genotypes(path, field="DS")
    (tmp_path / "y.vcf").write_text("no vcf\n")
    with pytest.raises(InputError, match=r"y\.vcf: cannot be read as VCF or BCF"):
        open_genotypes(str(tmp_path / "y.vcf"))


def test_a_file_without_people_is_refused(tmp_path):
    (tmp_path / "x.vcf").write_text(
        HEADER + "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nchr5\t1\t.\tA\tG\t.\t.\t.\n"
    )
    with pytest.raises(InputError, match=r"x\.vcf: the header names no samples"):
        open_genotypes(str(tmp_path / "x.vcf"))


@pytest.mark.parametrize("blocks", [0, 1])
def test_a_bgzip_file_that_is_cut_is_told(shared, tmp_path, blocks):
    whole = (shared / "data/pgscatalog_fixtures/tiny1000G.vcf.gz").read_bytes()
    cut = whole[:-28] if blocks == 0 else whole[: len(whole) // 2]
    (tmp_path / "x.vcf.gz").write_bytes(cut)
    with pytest.raises(InputError, match=r"x\.vcf\.gz: bgzip file is cut off .its last block is absent.; copy"):
        open_genotypes(str(tmp_path / "x.vcf.gz"))


def test_a_gzip_file_is_read(tmp_path):
    path = write(tmp_path, "chr5 1 rs1 A G . . . GT 0/0 0/1 1/1 ./.", "chrX 1 rs1 A G . . . GT 0/0 0/1 1/1 ./.")
    with open(path, "rb") as plain, gzip.open(tmp_path / "y.vcf.gz", "wb") as packed:
        packed.write(plain.read())
    source = open_genotypes(str(tmp_path / "y.vcf.gz"))
    assert source.chromosomes() == ("5", "X")
    assert dosages(source, "X").tolist() == [[0, 1, 2, -1]]


def test_a_large_file_of_several_chromosomes_needs_an_index(tmp_path, monkeypatch):
    monkeypatch.setattr("gtl.formats.sources.vcf_file.UNINDEXED_BYTES", 10)
    path = write(tmp_path, "chr5 1 rs1 A G . . . GT 0/0 0/1 1/1 ./.", "chrX 1 rs1 A G . . . GT 0/0 0/1 1/1 ./.")
    with pytest.raises(InputError, match=r"x\.vcf: 2 chromosomes and no index.*make one by `bcftools index"):
        open_genotypes(path).chromosomes()
