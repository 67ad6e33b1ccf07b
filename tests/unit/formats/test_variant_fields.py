import pytest

from gtl.errors import InputError
from gtl.formats.variant_fields import allele, position, variant_id


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("007", 7), ("2147483647", 2**31 - 1), ("0" * 5000, 0)])
def test_reads_positions(text, value):
    assert position(text, "x") == value


@pytest.mark.parametrize("text", ["", "x", "-5", "1.5", "1e3", "1_0", "1²", "١٢", " 7"])
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
