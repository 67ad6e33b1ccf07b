import pytest

from gtl.errors import InputError
from gtl.formats.variant_fields import allele, chromosome, position, variant_id


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("007", 7), ("2147483647", 2**31 - 1), ("0" * 5000, 0)])
def test_reads_positions(text, value):
    assert position(text, "x") == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e+05", 100_000), ("1.5e7", 15_000_000), ("1.23e+08", 123_000_000), ("600.0", 600), ("600.00", 600)],
)
def test_whole_numbers_as_r_and_pandas_write_them(text, value):
    assert position(text, "x") == value


def test_a_number_that_excel_shortened_is_refused_with_the_reason():
    with pytest.raises(InputError, match=r"position '1\.23E\+08' is not a whole number \(Excel wrote it so"):
        position("1.23E+08", "x")


# how a file names it -> what plink2, or (the last ones) RefSeq and GenBank call it
CHROMOSOMES = {
    "chr21": "21", "CHR21": "21", "Chr_21": "21", "chrom21": "21", "chromosome21": "21", "Chromosome 21": "21",
    "021": "21", "21.0": "21", "1.00": "1", "chr01": "1", "0": "0", "": "0", "chr0": "0",
    "x": "X", "chrx": "X", "23": "X", "25": "X", "XY": "X", "PAR1": "X", "chrY": "Y", "24": "Y",
    "M": "MT", "mt": "MT", "chrM": "MT", "26": "MT", "26.0": "MT",
    "NC_000021.8": "21", "NC_000021.9": "21", "NC_000023.10": "X", "NC_000024.10": "Y", "NC_012920.1": "MT",
    "0X": "X", "0Y": "Y", "0M": "MT", "MITO": "MT", "J01415.2": "MT", "X_PAR1": "X", "chrX_nonPAR": "X", "X.PAR2": "X",
    "CM000663.1": "1", "CM000684.2": "22", "CM000685.2": "X", "CM000686.2": "Y", "CM000994.2": "CM000994.2",
    "NC_000067.6": "NC_000067.6", "chr": "chr", "chr6_GL000250v2_alt": "6_GL000250v2_alt", "2L": "2L", "1.5": "1.5",
}  # fmt: skip


@pytest.mark.parametrize("text", CHROMOSOMES)
def test_one_chromosome_has_one_name(text):
    assert chromosome(text) == CHROMOSOMES[text]


@pytest.mark.parametrize("text", ["", "x", "-5", "1.5", "1.55e1", "1E3", "1e-3", "1_0", "1²", "١٢", " 7"])
def test_what_is_no_whole_number_is_refused(text):
    with pytest.raises(InputError, match=r"^x: line 3: position .* is not a whole number; expected base pairs"):
        position(text, "x: line 3")


@pytest.mark.parametrize("text", ["2147483648", "99999999999999999999", "9" * 5000])
def test_positions_beyond_what_files_can_hold_are_refused(text):
    with pytest.raises(InputError, match=r"^x: line 3: position '[0-9.]{1,24}' is above 2147483647"):
        position(text, "x: line 3")


def test_alleles_are_in_capitals_but_symbols_as_they_are():
    assert [allele(text) for text in ("a", "acG", "<Del>", "*", ".", "0")] == ["A", "ACG", "<Del>", "*", ".", "0"]


def test_only_nameless_variants_are_named_by_position():
    assert variant_id("rs1", "21", 5, "A", "C") == "rs1"
    assert variant_id(".", "chr21", 5, "A", "C") == variant_id("", "21", 5, "A", "C") == "21:5:A:C"
