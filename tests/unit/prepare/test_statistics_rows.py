"""Rows and columns as people bring them: the untidy is read, the useless is counted by reason, the wrong stops."""

import numpy as np
import pytest

from gtl.errors import InputError
from gtl.prepare.summary_statistics import read_statistics
from tests.unit.prepare.statistics_files import BETA, LOG10P, SE, SSF, N, write


@pytest.mark.parametrize("missing", ["#NA", "NA", "", "-", ".", "nan", "none", "nil", "NULL"])
def test_missing_effects_are_left_out_and_counted(missing, tmp_path):
    path = write(tmp_path, "SNP A1 A2 BETA SE P", "rs1 A G 0.2 0.05 0.1", f"rs2 A G {missing} 0.05 0.1")
    found = read_statistics(str(path))
    assert (found.rows, len(found.stats), found.lost) == (2, 1, {"without an effect": 1})


USUAL = "SNP CHR BP A1 A2 BETA SE P N", "rs1 21 500 A G 0.2 0.05 6.334248e-05 40000"

# how a file is written by other programs, all of which is the usual table
UNTIDY = {
    "carriage returns": "\t".join(USUAL[0].split()) + "\r" + "\t".join(USUAL[1].split()) + "\r",
    "comments": f"# made by me\n# on a day\n{USUAL[0]}\n{USUAL[1]}\n",
    "a comment as wide as the table": f"# a b c d e f g h\n{USUAL[0]}\n{USUAL[1]}\n",
    "blank lines above": f"\n \n{USUAL[0]}\n{USUAL[1]}\n",
    "tabs behind the rows": "\t".join(USUAL[0].split()) + "\n" + "\t".join(USUAL[1].split()) + "\t\t\n",
    "a comma behind the header": ",".join(USUAL[0].split()) + ",\n" + ",".join(USUAL[1].split()) + "\n",
    "semicolons and decimal commas": "SNP;CHR;BP;A1;A2;BETA;SE;P;N\nrs1;21;500;A;G;0,2;0,05;6,334248E-05;40000\n",
    "an index of pandas": ",SNP,CHR,BP,A1,A2,BETA,SE,P,N\n0,rs1,21.0,500.0,A,G,0.2,0.05,6.334248e-05,40000.0\n",
    "quotes and thousands": 'SNP,CHR,BP,A1,A2,BETA,SE,P,N\n"rs1",21,"500","A",G,.2,.05,6.334248e-05,"40,000"\n',
    "names in words": "SNP,Chrom,Position,Effect Allele,Other allele,Beta,Std. Err,P value,Sample Size\n"
    "rs1,chr21,500,a,g,+0.2,5E-02,6.334248E-05,4e4\n",
    "an accession": f"{USUAL[0]}\n{USUAL[1].replace(' 21 ', ' NC_000021.8 ')}\n",
}


@pytest.mark.parametrize("text", UNTIDY.values(), ids=UNTIDY)
def test_untidy_files_say_the_same(text, tmp_path):
    (tmp_path / "x.txt").write_bytes(text.encode())
    stats = read_statistics(str(tmp_path / "x.txt")).stats
    [variant] = stats.variants.keys()
    assert (variant, stats.variants.alt[0], stats.variants.rsid[0]) == ("21:500:A:G", "A", "rs1")
    np.testing.assert_allclose([stats.beta[0], stats.se[0], stats.neg_log10_p[0], stats.n[0]], [BETA, SE, LOG10P, N])


def test_positions_that_excel_shortened_are_none(tmp_path):
    found = read_statistics(str(write(tmp_path, USUAL[0], USUAL[1].replace(" 500 ", " 1.23E+07 "))))
    assert (found.placed, found.stats.variants.rsid.tolist()) == (False, ["rs1"])


ROWS_LOST = {
    "rs2 21 0 A G 0.2 0.05 0.1 ADD": "without a position",
    "rs2 Y 6 A G 0.2 0.05 0.1 ADD": "on chromosome Y or MT",
    "rs2 21 6 A A 0.2 0.05 0.1 ADD": "without two alleles",
    "rs2 21 6 A LONG_STRING 0.2 0.05 0.1 ADD": "without two alleles",
    "rs2 21 6 A G 0.2 0 NA ADD": "without a standard error above 0",
    "rs2 21 6 A G 0.2 0.05 0.1 DOM": "of a test other than the additive one",
    "rs2 21 6 A G 0.2 0.05 0.1": "with another number of fields than the header",
    "rs2 21 5 G A -0.2 0.05 0.1 ADD": "repeats of another variant",
}


@pytest.mark.parametrize("row", ROWS_LOST)
def test_rows_that_cannot_be_used_are_counted_by_reason(row, tmp_path):
    header = "rsid chromosome position effect_allele other_allele beta se p test"
    found = read_statistics(str(write(tmp_path, header, "rs1 21 5 A G 0.2 0.05 0.1 ADD", row)))
    assert (found.rows, len(found.stats), found.lost) == (2, 1, {ROWS_LOST[row]: 1})


def test_repeats_that_contradict_each_other_are_all_left_out(tmp_path):
    header = "rsid chromosome position effect_allele other_allele beta se p"
    rows = ["rs1 21 5 A G 0.2 0.05 0.1", "rs1 21 5 A G 0.3 0.05 0.1", "rs2 21 6 A G 0.2 0.05 0.1"]
    found = read_statistics(str(write(tmp_path, header, *rows)))
    assert found.stats.variants.rsid.tolist() == ["rs2"]
    assert found.lost == {"repeats of another variant with other figures": 2}


def test_harmonised_rows_that_failed_are_left_out(tmp_path):
    rows = [f"21 {code} A G 0.2 0.05 0.3 0.1 lo {code} rs{code}" for code in range(1, 19)]
    found = read_statistics(str(write(tmp_path, f"{SSF} hm_coordinate_conversion hm_code rsid", *rows)))
    assert found.lost == {"which the GWAS Catalog could not harmonise": 6}
    assert found.build == "GRCh38"


def test_chromosome_25_is_that_of_the_files_standard(tmp_path):
    rows = [f"{chrom} 5 A G 0.2 0.05 0.3 0.1" for chrom in (1, 23, 25)]
    found = read_statistics(str(write(tmp_path, SSF, *rows)))
    assert found.stats.variants.chrom.tolist() == ["1", "X"]
    assert found.lost == {"on chromosome Y or MT": 1}
    plink = [f"{chrom} 5 rs{chrom} A G 0.2 0.05 0.1" for chrom in (1, 25)]
    found = read_statistics(
        str(
            write(tmp_path, "CHR POS SNP A1 A2 BETA SE P", *plink),
        )
    )
    assert found.stats.variants.chrom.tolist() == ["1", "X"]


FAULTS = [
    (
        "#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT x",
        "1 5 rs1 A G . . . ES:SE .2:.1",
        {},
        "a VCF; .* bcftools query",
    ),
    ("SNP A1 A2 BETA", "rs1 A G 0.2", {}, "how sure the effects are"),
    ("SNP A1 BETA SE", "rs1 A 0.2 0.1", {}, "effect allele or the other allele"),
    ("snp allele_1 allele_2 BETA SE", "rs1 A G 0.2 0.1", {"effect_allele": "allele1"}, "no column 'allele1'"),
    ("SNP A1 A2 BETA SE", "rs1 A G 0.2 0.1", {"effect": "A1"}, "no such meaning; did you mean"),
    ("SNP A1 A2 P", "rs1 A G 0.2", {}, "no column is known to be the effect allele"),
    ("A1 A2 BETA SE", "A G 0.2 0.1", {"effect_allele": "A1", "other_allele": "A2"}, "neither an id nor a position"),
    ("SNP A1 A2 BETA SE BETA", "rs1 A G 0.2 0.1 0.2", {}, "is there 2 times"),
    ("SNP A1 A2 BETA SE P", "rs1 A G 0.2 0.1 7.5", {}, "-log10 of p-values"),
    ("SNP A1 A2 OR SE", "rs1 A G -0.2 0.1", {}, "log odds, most likely"),
    ("SNP A1 A2 BETA SE", "1 rs1 A G 0.2 0.1", {}, "1 with another number of fields than the header.*row.names"),
    ("SNP A1 A2 BETA SE", ". A G 0.2 0.1", {}, "1 without an id or a position"),
    ("SNP A1 A2 BETA SE", "rs1 A G NA 0.1", {}, "none of 1 rows can be used: 1 without an effect"),
]


@pytest.mark.parametrize(("header", "row", "columns", "message"), FAULTS)
def test_what_would_be_wrong_stops(header, row, columns, message, tmp_path):
    with pytest.raises(InputError, match=message):
        read_statistics(str(write(tmp_path, header, row)), columns)


def test_a_header_alone_stops(tmp_path):
    with pytest.raises(InputError, match="a header and no rows"):
        read_statistics(str(write(tmp_path, SSF)))


def test_ratios_named_as_effects_stop(tmp_path):
    rows = [f"rs{row} A G {0.9 + row / 100} 0.1" for row in range(20)]
    with pytest.raises(InputError, match="odds ratios, most likely"):
        read_statistics(str(write(tmp_path, "SNP A1 A2 BETA SE", *rows)))


def test_columns_can_be_named(tmp_path):
    columns = {"effect_allele": "tested", "other_allele": "rest", "beta": "x", "se": "y", "id": "SNP"}
    found = read_statistics(str(write(tmp_path, "SNP tested rest x y", "rs1 a g 0.2 0.05")), columns)
    assert (found.stats.variants.alt[0], found.stats.beta[0]) == ("A", 0.2)
    assert found.header.format == "columns known by their names"
