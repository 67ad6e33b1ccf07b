import gzip

import pytest

from gtl.errors import InputError
from gtl.formats.vcf import read_vcf

HEADER = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tp1\tp2\tp3\n"


def row(rsid, calls, chrom="21", alt="G", form="GT"):
    return "\t".join([chrom, "5", rsid, "A", alt, ".", "PASS", ".", form, *calls.split()]) + "\n"


def test_phased_unphased_missing_and_further_fields(tmp_path):
    lines = (
        row("rs1", "0/1 1|1 ./.") + row("rs0", "0/2 1 x", alt="C,T") + row("rs2", "0|0:9 1/0:8 .:.", "1", form="GT:DP")
    )
    (tmp_path / "a.vcf.gz").write_bytes(gzip.compress((HEADER + lines).encode()))
    people = read_vcf(tmp_path / "a.vcf.gz", {"rs1", "rs2", "rs3"})
    assert people.samples.tolist() == ["p1", "p2", "p3"]
    assert people.variants.rsid.tolist() == ["rs1", "rs2"]
    assert people.variants.chrom.tolist() == ["21", "1"]
    assert people.dosages.tolist() == [[1, 2, -1], [0, 1, -1]]


def test_none_of_the_variants(tmp_path):
    (tmp_path / "a.vcf").write_text(HEADER + row("rs1", "0/1 1|1 ./."))
    people = read_vcf(tmp_path / "a.vcf", {"rs9"})
    assert people.dosages.shape == (0, 3)


def test_variants_without_ids_are_found_by_position(tmp_path):
    (tmp_path / "a.vcf").write_text(HEADER + row(".", "0/1 1|1 ./.", "chr21", "g") + row(".", "0/1 0/0 0/0", alt="T"))
    people = read_vcf(tmp_path / "a.vcf", {"21:5:A:G"})
    assert people.variants.rsid.tolist() == ["21:5:A:G"]
    assert people.variants.alt.tolist() == ["G"]
    assert people.dosages.tolist() == [[1, 2, -1]]


def test_a_line_that_nobody_has_an_alternate_allele_on_is_read(tmp_path):
    (tmp_path / "a.vcf").write_text(HEADER + row("rs1", "0/0 0|0 ./.", alt="."))
    people = read_vcf(tmp_path / "a.vcf", {"rs1"})
    assert people.variants.alt.tolist() == ["."]
    assert people.dosages.tolist() == [[0, 0, -1]]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            row("rs1", "0/1 1/2 0/0"),
            r"a\.vcf: line 3: variant rs1, sample 'p2': genotype '1/2', expected two of 0 and 1",
        ),
        (row("rs1", "0/1 1 0/0"), r"line 3: variant rs1, sample 'p2': genotype '1'"),
        (row("rs1", "0/1 1/1"), "line 3: 2 genotypes, expected 3"),
        (row("rs1", "0/1 1/1 0/0", alt="C,T"), "line 3: variant rs1 has alternate alleles 'C,T', expected exactly one"),
    ],
)
def test_what_cannot_be_counted_is_refused(tmp_path, line, message):
    (tmp_path / "a.vcf").write_text(HEADER + line)
    with pytest.raises(InputError, match=message):
        read_vcf(tmp_path / "a.vcf", {"rs1"})
