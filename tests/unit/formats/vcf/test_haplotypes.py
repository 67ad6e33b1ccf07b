import gzip

import numpy as np
import pytest

from gtl.errors import InputError
from gtl.formats.oxford import read_haplotypes
from gtl.formats.sample_table import read_populations
from gtl.formats.vcf import read_phased_haplotypes

HEADER = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ty1\tc1\tx\tc2\n"
ROW_1 = "21\t100\trs1\tA\tG\t.\t.\t.\tGT\t1|0\t0|1\t1|1\t1|1\n"
ROW_2 = "21\t200\trs2\tC\tT\t.\t.\t.\tGT\t0|0\t1|0\t1|1\t0|1\n"
TABLE = "sample\tpopulation\nc2\tCEU\nc1\tCEU\ny1\tYRI\nx\tGBR\nnot_there\tCEU\n"


def read(tmp_path, vcf=HEADER + ROW_1 + ROW_2, table=TABLE, populations=("CEU", "YRI")):
    (tmp_path / "x.vcf").write_text(vcf)
    (tmp_path / "people.tsv").write_text(table)
    return read_phased_haplotypes(tmp_path / "x.vcf", tmp_path / "people.tsv", populations)


def test_reads_each_population_in_the_order_of_the_vcf(tmp_path):
    ceu, yri = read(tmp_path)
    assert ceu.alleles.tolist() == [[0, 1, 1, 1], [1, 0, 0, 1]]
    assert yri.alleles.tolist() == [[1, 0], [0, 0]]
    assert ceu.variants.pos.tolist() == [100, 200]
    assert ceu.variants.chrom.tolist() == ["21", "21"]
    assert ceu.variants.rsid.tolist() == ["rs1", "rs2"]
    assert (ceu.variants.ref.tolist(), ceu.variants.alt.tolist()) == (["A", "C"], ["G", "T"])


def test_reads_a_comma_table_and_genotypes_with_more_fields(tmp_path):
    row = "21\t100\trs1\tA\tG\t.\t.\t.\tGT:DP\t1|0:9\t0|1:7\t1|1:.\t1|1\n"
    ceu, yri = read(tmp_path, HEADER + row + ROW_2, TABLE.replace("\t", ","))
    assert ceu.alleles.tolist() == [[0, 1, 1, 1], [1, 0, 0, 1]]
    assert yri.alleles.tolist() == [[1, 0], [0, 0]]


def test_variants_without_ids_are_named_by_position_and_alleles_are_in_capitals(tmp_path):
    ceu, _ = read(tmp_path, HEADER + ROW_1.replace("rs1", ".").replace("A\tG", "a\tg") + ROW_2)
    assert ceu.variants.rsid.tolist() == ["21:100:A:G", "rs2"]
    assert (ceu.variants.ref.tolist(), ceu.variants.alt.tolist()) == (["A", "C"], ["G", "T"])


def test_chromosomes_have_their_usual_names(tmp_path):
    ceu, _ = read(tmp_path, HEADER + (ROW_1.replace("rs1", ".") + ROW_2).replace("21\t", "Chr21\t"))
    assert ceu.variants.chrom.tolist() == ["21", "21"]
    assert ceu.variants.rsid[0] == "21:100:A:G"


@pytest.mark.parametrize("unseen", ["<NON_REF>", "<*>", "<X>", "*"])
def test_an_allele_that_nobody_has_is_none(tmp_path, unseen):
    ceu, _ = read(tmp_path, HEADER + ROW_1 + ROW_2.replace("C\tT", f"C\tT,{unseen}"))
    assert ceu.variants.alt.tolist() == ["G", "T"]
    with pytest.raises(InputError, match=r"rs2 has alternate alleles '.*', expected exactly one"):
        read(tmp_path, HEADER + ROW_1 + ROW_2.replace("C\tT", f"C\t{unseen}"))


def test_byte_order_marks_and_a_blank_line_at_the_end_are_left_out(tmp_path):
    ceu, _ = read(tmp_path, "\ufeff" + HEADER + ROW_1 + ROW_2 + "\n", "\ufeff" + TABLE + "\r\n\r\n")
    assert ceu.alleles.tolist() == [[0, 1, 1, 1], [1, 0, 0, 1]]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (ROW_2.replace("1|0", "1/0"), r"x\.vcf: line 4: variant rs2, sample 'c1': genotype '1/0' is unphased"),
        (ROW_2.replace("1|0", ".|."), "line 4: variant rs2, sample 'c1': genotype '\\.\\|\\.' is missing"),
        (ROW_2.replace("1|0", "."), "sample 'c1': genotype '\\.' is missing"),
        (ROW_2.replace("1|0", "1|2"), "sample 'c1': genotype '1\\|2', expected"),
        (ROW_2.replace("1|0", "1"), "sample 'c1': genotype '1', expected two alleles: haploid"),
        (ROW_2.replace("T", "T,G"), "line 4: variant rs2 has alternate alleles 'T,G', expected exactly one"),
        (ROW_2.replace("T\t.", ".\t."), "variant rs2 has alternate alleles '.'"),
        (ROW_2.replace("GT", "DS"), "line 4: variant rs2: FORMAT 'DS' has no GT"),
        (ROW_2.replace("\t1|0", ""), "line 4: 3 genotypes, expected 4"),
        (ROW_2.replace("\t", " "), "line 4: 1 columns split by tabs, expected 13"),
        (ROW_2.replace("200", "2x2"), "line 4: position '2x2' is not a whole number"),
        (ROW_2.replace("200", "2²"), "line 4: position '2²' is not a whole number"),
        (ROW_2.replace("200", "9" * 20), "line 4: position '9+' is above 2147483647"),
        (ROW_2.replace("T\t.", "c\t."), "line 4: variant rs2 has the same allele twice .C."),
        ("\n" + ROW_2, "line 4: 1 columns split by tabs, expected 13"),
        (ROW_2.replace("200", "99"), "line 4: position 99 comes after 100"),
        (ROW_2.replace("21\t", "22\t"), "line 4: chromosome 22 after 21"),
    ],
)
def test_bad_variants_are_refused(tmp_path, row, message):
    with pytest.raises(InputError, match=message):
        read(tmp_path, HEADER + ROW_1 + row)


@pytest.mark.parametrize(
    ("vcf", "message"),
    [
        (HEADER.replace("\tx", "\tc1"), "line 2: sample 'c1' is in the header 2 times"),
        (HEADER.replace("\tFORMAT", ""), "line 2: expected the header line"),
        (HEADER.replace("\ty1\tc1\tx\tc2", ""), "line 2: the header names no samples; give a VCF with genotypes"),
        (HEADER.replace("\tFORMAT\ty1\tc1\tx\tc2", ""), "line 2: the header names no samples"),
        (ROW_1, "line 1: expected the header line"),
        ("##fileformat=VCFv4.2\n", "no header line"),
        (HEADER, "no variants below the header"),
    ],
)
def test_bad_headers_are_refused(tmp_path, vcf, message):
    with pytest.raises(InputError, match=message):
        read(tmp_path, vcf)


def test_a_population_of_nobody_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"nobody of population 'FIN'; .* has populations CEU, GBR, YRI .* y1, c1, x"):
        read(tmp_path, populations=("CEU", "FIN"))


@pytest.mark.parametrize(
    "text",
    [
        "sample\tpop\tsuper_pop\tgender\t\t\nc1\tCEU\tEUR\tmale\n\nx\tGBR\tEUR\tfemale\n",
        "Sample name\tSex\tPopulation code\nc1\tmale\tCEU\nx\tfemale\tGBR\n",
        "#IID pop\nc1 CEU\nx GBR\n",
        "# of 1000 Genomes\nsample;population\r\nc1;CEU\r\nx;GBR\r\n",
    ],
)
def test_tables_of_samples_as_1000_genomes_and_others_write_them(tmp_path, text):
    (tmp_path / "people.tsv").write_text(text)
    assert read_populations(tmp_path / "people.tsv") == {"c1": "CEU", "x": "GBR"}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("person\tpopulation\nc1\tCEU\n", "line 1: columns are .* expected `sample` and `population`"),
        ("sample\tpopulation\nc1\n", "line 2: 1 columns, expected 2"),
        ('sample\tpopulation\n"c1\tCEU\n', "line 2: cannot be split into columns .unexpected end.*end every quote"),
        ('sample\tpopulation\nc1\t"' + "C" * 200_000, "line 2: cannot be split into columns .field larger"),
        ("sample\tpopulation\nc1\tCEU\t\tGBR\n", "line 2: 4 columns, expected 2"),
        ("sample\tpopulation\nc1\tCEU\nc1\tYRI\n", "line 3: sample 'c1' has population 'YRI' and another above"),
    ],
)
def test_bad_sample_tables_are_refused(tmp_path, table, message):
    with pytest.raises(InputError, match=f"people.tsv: {message}"):
        read(tmp_path, table=table)


def test_a_truncated_vcf_is_refused(tmp_path):
    (tmp_path / "people.tsv").write_text(TABLE)
    (tmp_path / "x.vcf.gz").write_bytes(gzip.compress((HEADER + ROW_1 + ROW_2).encode())[:-12])
    with pytest.raises(InputError, match=r"x\.vcf\.gz: gzip file is cut off"):
        read_phased_haplotypes(tmp_path / "x.vcf.gz", tmp_path / "people.tsv", ("CEU", "YRI"))


def test_the_real_vcf_and_hap_files_hold_the_same_haplotypes(shared):
    folder = shared / "data/hapmap2_chr21"
    vcf = folder / "hapmap2_chr21.ceu_yri.phased.vcf.gz"
    for code, found in zip(
        ("CEU", "YRI"), read_phased_haplotypes(vcf, folder / "samples.tsv", ("CEU", "YRI")), strict=True
    ):
        oxford = read_haplotypes(folder / f"hapmap2_chr21.{code}.hap.gz", folder / "hapmap2_chr21.legend.gz", "21")
        np.testing.assert_array_equal(found.alleles, oxford.alleles)
        assert found.variants.rsid.tolist() == oxford.variants.rsid.tolist()
        assert found.variants.pos.tolist() == oxford.variants.pos.tolist()
