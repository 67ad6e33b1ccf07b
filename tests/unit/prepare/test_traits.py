import numpy as np
import pandas as pd
import pytest

from gtl.domain.trait import Trait, TraitKind
from gtl.errors import InputError
from gtl.formats.people_table import read_people_tables, stacked
from gtl.prepare.traits import TraitColumn, check_trait, slug, slugs, trait_column

NAN = float("nan")
BINARY, QUANTITATIVE = TraitKind.BINARY, TraitKind.QUANTITATIVE


@pytest.mark.parametrize(
    ("texts", "values", "coding"),
    [
        (["0", "1", "NA", "-9", ""], [0, 1, NAN, NAN, NAN], "binary: 0 = control, 1 = case"),
        (["0.0", "1.0", "."], [0, 1, NAN], "binary: 0 = control, 1 = case"),
        (["1", "2", "-9", "NONE"], [0, 1, NAN, NAN], "binary: 1 = control, 2 = case"),
        (["2", "2"], [1, 1], "binary: 1 = control, 2 = case"),
        (["Case", "control", "nan"], [1, 0, NAN], "binary: control = control, case = case"),
        (["yes", "no", "NO"], [1, 0, 0], "binary: no = control, yes = case"),
        (["TRUE", "FALSE", "NA"], [1, 0, NAN], "binary: false = control, true = case"),
        (["Cases", "CONTROLS", "missing"], [1, 0, NAN], "binary: controls = control, cases = case"),
        (["negative", "Positive", "?"], [0, 1, NAN], "binary: negative = control, positive = case"),
        (["1.5", "2", "3", "-9.000", "#NULL!"], [1.5, 2, 3, NAN, NAN], "quantitative; -9 counts as missing (1 people)"),
        (["1.5", "2", "-3e-1", "NA"], [1.5, 2, -0.3, NAN], "quantitative"),
        (["3", "4", "5"], [3, 4, 5], "quantitative"),
        (["3", "4", "5", "-9"], [3, 4, 5, NAN], "quantitative; -9 counts as missing (1 people)"),
    ],
)
def test_values_say_the_kind(column, texts, values, coding):
    found = trait_column(column(y=texts), "y")
    assert found.trait == Trait("y", BINARY if coding.startswith("binary") else QUANTITATIVE)
    np.testing.assert_array_equal(found.values, values)
    assert found.coding == coding


def test_minus_nine_among_values_like_it_is_told(column):
    found = trait_column(column(y=["-8.5", "3.1", "4", "-9"]), "y")
    np.testing.assert_array_equal(found.values, [-8.5, 3.1, 4, NAN])
    assert "other values are below -5: if it is a value here, add a constant" in found.coding


def test_two_files_with_codings_of_their_own_are_told(tmp_path):
    tables = []
    for name, values in (("large", "01"), ("small", "12")):
        path = tmp_path / f"{name}.tsv"
        path.write_text("IID\ty\n" + "".join(f"{name}{value}\t{value}\n" for value in values))
        tables.append(read_people_tables([path]))
    with pytest.raises(
        InputError, match=r"0 in \S*large\.tsv only and 2 in \S*small\.tsv only, which seem to be coded"
    ):
        trait_column(stacked(tables), "y")


def test_control_and_case_in_one_table_and_amounts_in_another_are_told(tmp_path):
    paths = [tmp_path / "large.tsv", tmp_path / "small.tsv"]
    for path, values in zip(paths, (["0", "1"] * 10, ["0.5", "1.5", "2.5"] * 7), strict=True):
        rows = (f"{path.stem}{number} {value}\n" for number, value in enumerate(values))
        path.write_text(f"IID y\n{''.join(rows)}")
    table = read_people_tables(paths)
    with pytest.raises(InputError, match=r"small.tsv: line 2: .*'0.5' where 20 of 41 have 0 or 1; .*quant"):
        trait_column(table, "y")
    assert trait_column(table, "y", QUANTITATIVE).trait.kind is QUANTITATIVE


def test_the_kind_can_be_given(column):
    table = column(y=["0", "1", "2"], z=["3", "7", "NA"], x=["0", "1", "1"])
    assert trait_column(table, "y", QUANTITATIVE).values.tolist() == [0, 1, 2]
    np.testing.assert_array_equal(trait_column(table, "z", QUANTITATIVE).values, [3, 7, NAN])
    assert trait_column(table, "x", QUANTITATIVE).coding == "quantitative"


@pytest.mark.parametrize(
    ("texts", "kind", "message"),
    [
        (["0", "1", "2", "2"], None, r"0 and 2 both occur \(0: 1, 1: 1, 2: 2 people\).*PLINK: 1 = .*traits\.quant"),
        (["0", "2"], None, r"0 and 2 both occur"),
        (["0", "1", "2"], BINARY, r"0 and 2 both occur"),
        (["3", "7"], None, r"two values only, '3', '7'; if they are control and case write 0 and 1"),
        (["0", "1.5", "1"], BINARY, r"people\.tsv: line 3: 'p2', column 'y': '1\.5' in a binary trait, expected 0 ="),
        (["red", "green"], None, r"people\.tsv: line 2: 'p1', column 'y': 'red' is no number; 1 more such lines; exp"),
        (["1.2", "3,5", "2.0"], None, r"line 3: 'p2', column 'y': '3,5' is no number \(a decimal comma: write"),
        (["1,000", "3,500", "200"], None, r"'1,000' is no number \(a comma, of thousands or a decimal one: write no"),
        (["case", "control", "1", "0"], None, r"'case' is no number; 1 more such lines; other people have numbers"),
        (["case", "control"], QUANTITATIVE, r"'case' is no number.*a quantitative trait needs numbers"),
        (["1.5", "1_000", "2"], None, r"line 3: 'p2', column 'y': '1_000' is no number"),
        (["1.5", "inf", "2"], None, r"line 3: 'p2', column 'y': 'inf' is no number"),
        (["1.5", "1e400", "2"], None, r"line 3: 'p2', column 'y': '1e400' is no number"),
        (["M", "F"], None, r"'M' is no number; 1 more such lines; expected numbers, or two words"),
        (["NA", "-9"], None, r"trait 'y': nobody of 2 people has a value"),
        (["0", "1"] * 40 + ["11"], None, r"line 82: 'p81', column 'y': '11' where 80 of 81 have 0 or 1;"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_refused(column, texts, kind, message):
    with pytest.raises(InputError, match=message):
        trait_column(column(y=texts), "y", kind)


def test_an_unknown_column_names_the_near_ones(column):
    with pytest.raises(InputError, match=r"no column 'seed_lenght'; did you mean 'seed_length'\?"):
        trait_column(column(seed_length=["1"], y=["2"]), "seed_lenght")


def test_names_become_slugs():
    assert slug("GI_6005726-S") == "GI_6005726-S"
    assert slug("Öl (g)") == "trait__l__g_"
    assert Trait(slug("9" * 99)).slug == "trait_" + "9" * 58
    with pytest.raises(InputError, match="traits 'a b' and 'a_b' would both be named 'a_b'"):
        slugs(["a b", "c", "a_b"])


def quantity(*values):
    return TraitColumn(Trait("y", QUANTITATIVE), np.array(values, dtype=float), "quantitative")


def status(cases, controls):
    return TraitColumn(Trait("y"), np.array([1.0] * cases + [0.0] * controls + [NAN]), "binary: 0 = control, 1 = case")


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (quantity(NAN, NAN), "trait 'y' of the indica people: none of 2 has a value"),
        (quantity(*[4.0] * 30), "all 30 have the same value, 4"),
        (quantity(1.0, 2.0, NAN), "2 have a value, expected at least 20"),
        (status(12, 0), r"12 cases and 0 controls \(binary: 0 = control, 1 = case\), expected both; check the coding"),
        (status(0, 12), r"0 cases and 12 controls"),
        (status(9, 50), r"9 cases and 50 controls .*, expected at least 10 of each"),
    ],
)
def test_traits_that_cannot_be_studied(column, message):
    with pytest.raises(InputError, match=message):
        check_trait(column, "indica")


def test_traits_that_can_be_studied():
    check_trait(quantity(*range(20)), "indica")
    check_trait(status(10, 10), "indica")
    check_trait(quantity(1.0, 2.0, 3.0), "indica", least_people=3)


def test_all_traits_of_the_rice_panel(shared):
    path = shared / "data/rice_diversity/phenotypes.tsv"
    plain = pd.read_csv(path, sep="\t")
    table = read_people_tables([path])
    columns = [trait_column(table, name) for name in table.names]
    assert len(columns) == 14
    assert {found.trait.slug for found in columns if found.trait.kind is BINARY} == {"awn_presence", "pericarp_color"}
    for found in columns:
        np.testing.assert_array_equal(found.values, plain[found.trait.slug].to_numpy())


def test_all_of_3221_expression_traits_are_quantitative(shared):
    path = shared / "data/hapmap2_ceu_yri_lcl/expression_210.tsv.gz"
    plain = pd.read_csv(path, sep="\t")
    table = read_people_tables([path])
    names = [name for name in table.names if name != "POP"]
    assert len(slugs(names)) == 3221
    for name in names[:50]:
        found = trait_column(table, name)
        assert found.trait == Trait(name, QUANTITATIVE)
        np.testing.assert_array_equal(found.values, plain[name].to_numpy())


def test_real_case_status(shared):
    files = {"regenie_example/phenotype_bin_wNA.txt": "Y1", "bridgeprs/pop_AFR/phenotypes/AFR_valid.dat": "y.binary"}
    for file, name in files.items():
        plain = pd.read_csv(shared / "data" / file, sep=r"\s+")[name]
        found = trait_column(read_people_tables([shared / "data" / file]), name)
        assert found.coding == "binary: 0 = control, 1 = case"
        np.testing.assert_array_equal(found.values, plain.to_numpy())
