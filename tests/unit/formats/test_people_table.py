import pandas as pd
import pytest

from gtl.errors import InputError
from gtl.formats.people_table import read_people_tables


@pytest.fixture
def people(tmp_path):
    """Reads tables that are given as texts, the first of which is table0.tsv."""

    def read(*texts):
        paths = [tmp_path / f"table{number}.tsv" for number in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text)
        return read_people_tables(paths)

    return read


def test_tables_are_joined_by_id_and_nobody_is_lost(people):
    table = people("FID IID y\n0 a 1\n0 b 2\n", "IID age\nb 40\nc 50\n")
    assert table.ids.tolist() == ["a", "b", "c"]
    assert table.columns.to_dict("list") == {"y": ["1", "2", ""], "age": ["", "40", "50"]}
    assert table.lines.tolist() == [[2, 3, 0], [0, 2, 3]]
    assert table.place(1, "age").endswith("table1.tsv: line 2: 'b', column 'age'")


def test_a_column_of_two_tables_may_say_the_same(people):
    table = people("IID y z\na 1 5\nb NA 6\n", "IID y\nb 2\na 1.0\nc 3\n")
    assert table.text("y").tolist() == ["1", "2", "3"]
    assert table.place(2, "y").endswith("table1.tsv: line 4: 'c', column 'y'")


def test_a_column_of_two_tables_that_disagree(people):
    with pytest.raises(
        InputError, match=r"table1.tsv: line 3: column 'y' says '3' of 'a', but '1' in .*table0.tsv: line 2"
    ):
        people("IID y\na 1\n", "IID y\nb 2\na 3\n")


def test_repeated_lines_are_one_person_if_they_say_the_same(people):
    table = people("FID IID y\n0 a 1\n0 b 2\n0 a 1.0\n")
    assert (table.ids.tolist(), table.lines.tolist()) == (["a", "b"], [[2, 3]])
    with pytest.raises(InputError, match=r"table0.tsv: line 4: 'a' is already on line 2, with other values"):
        people("FID IID y\n0 a 1\n0 b 2\n0 a 3\n")


def test_iids_that_repeat_are_told_apart_by_family(people):
    table = people("FID IID y\nF1 1 1\nF2 1 2\n", "FID IID age\nF2 1 40\n")
    assert table.columns.to_dict("list") == {"y": ["1", "2"], "age": ["", "40"]}
    assert table.joined(["F2_1", "F1_1"]).text("y").tolist() == ["2", "1"]
    with pytest.raises(InputError, match=r"table1.tsv: has no FID, but IIDs repeat in .*table0.tsv"):
        people("FID IID y\nF1 1 1\nF2 1 2\n", "IID age\n1 40\n")


def test_families_are_taken_from_the_table_that_knows_them(people):
    assert people("FID IID y\n0 a 1\nb b 2\n", "FID IID z\nF1 a 1\nF2 b 2\n").families.tolist() == ["F1", "F2"]
    with pytest.raises(InputError, match=r"table1.tsv: line 2: 'a' has FID 'F2', but 'F1' in another table"):
        people("FID IID y\nF1 a 1\n", "FID IID z\nF2 a 1\n")


def test_no_table_is_refused():
    with pytest.raises(InputError, match="no table was given"):
        read_people_tables([])


def test_joined_follows_the_genotypes(people):
    table = people("FID IID y\nF1 a 1\nF2 b 2\nF3 c 3\n").joined(["c", "x", "a"])
    assert table.ids.tolist() == ["c", "x", "a"]
    assert table.families.tolist() == ["F3", "0", "F1"]
    assert table.text("y").tolist() == ["3", "", "1"]
    assert table.present.tolist() == [True, False, True]
    assert table.lines.tolist() == [[4, 0, 2]]


@pytest.mark.parametrize(
    ("text", "samples", "families", "how"),
    [
        ("FID IID y\nF1 a 1\nF2 b 2\n", ["b", "x"], ["F2", "F9"], "IID"),
        ("FID IID y\nF1 a 1\nF2 b 2\n", ["F2_b", "x"], None, "FID_IID"),
        ("IID y\nF1_a 1\nF2_b 2\n", ["b", "x"], ["F2", "F9"], "IID is FID_IID"),
        ("IID y\n1 1\n2 2\n", ["2_2", "1_2"], None, "IID_IID"),
        ("FID IID y\n0 1 1\n0 2 2\n", ["0_2", "0_3"], None, "FID_IID"),
        ("IID y\n1e5 1\n007 2\n", ["007", "100000"], None, "IID"),
    ],
)
def test_ways_of_joining(people, text, samples, families, how):
    table = people(text)
    found = table.overlap(samples, families)
    assert (found.how, found.genotypes, found.table, found.both) == (how, 2, 2, 1)
    assert table.joined(samples, families).text("y").tolist() == ["2", ""]


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        (["x", "y", "z", "w"], r"of 4 samples of the genotypes \('x', 'y', 'z' and 1 more\) none is among the 2 people "
         r"of the tables \('A1', 'A2'\); write the genotypes' ids into column IID"),
        (["F1", "F2"], r"2 are in column FID: FID and IID are mixed up, exchange"),
        (["a1", "a2"], r"2 would be, were it not for upper and lower case"),
        (["A1.0"], r"1 would be, were it not for `\.0` at the end"),
        (["A1-blood"], r"1 would be, were it not for what follows"),
    ],
)  # fmt: skip
def test_nobody_joins(people, samples, message):
    with pytest.raises(InputError, match=message):
        people("FID IID y\nF1 A1 1\nF2 A2 2\n").joined(samples)


def test_one_chance_match_does_not_hide_a_mix_up(people):
    rows = "".join(f"p{row} {row} 1\n" for row in range(20))
    table = people(f"FID IID y\n{rows}x p1 1\n")
    with pytest.raises(InputError, match="FID and IID are mixed up"):
        table.joined([f"p{row}" for row in range(20)])


def test_where(people):
    table = people("IID set y\na trn 1\nb cal 2\nc tst 3\nd NA 4\n")
    assert table.where("set=trn").tolist() == [True, False, False, False]
    assert table.where(" set = trn, cal ").tolist() == [True, True, False, False]
    assert table.take(table.where("set=cal,tst")).ids.tolist() == ["b", "c"]


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("sett=trn", r"no column 'sett'; did you mean 'set'\? There are 'set', 'y'"),
        ("set=train", r"nobody has 'train' in 'set'; did you mean 'trn'\? There are 'tst', 'trn'"),
        ("set", "expected `column=value`"),
        ("set=", "expected `column=value`"),
        ("set=trn,,tst", "expected `column=value`"),
    ],
)
def test_where_refuses(people, condition, message):
    with pytest.raises(InputError, match=message.replace("There are 'tst', 'trn'", "There are 'trn', 'tst'")):
        people("IID set y\na trn 1\nb tst 2\n").where(condition)


@pytest.mark.parametrize(
    ("files", "count"),
    [
        (["rice_diversity/populations.tsv", "rice_diversity/phenotypes.tsv"], 413),
        (["wheat_gptl/people.tsv"], 599),
        (["hapmap2_ceu_yri_lcl/expression_210.tsv.gz"], 210),
        (["bridgeprs/pop_AFR/phenotypes/AFR_test.dat", "bridgeprs/pop_AFR/phenotypes/AFR_valid.dat"], 2000),
        (["bridgeprs/pop_EUR/phenotypes/EUR_test.dat"], 1000),
        (["regenie_example/covariates_wBin.txt", "regenie_example/phenotype_bin_wNA.txt"], 500),
    ],
)
def test_real_tables_say_what_pandas_reads(shared, files, count):
    paths = [shared / "data" / file for file in files]
    table = read_people_tables(paths)
    assert len(table) == count
    for path in paths:
        plain = pd.read_csv(path, sep=r"\s+", dtype=str, keep_default_na=False)
        rows = pd.Index(table.ids).get_indexer(pd.Index(plain["IID"]))
        for name in plain.columns[2:].tolist():
            assert (table.text(name)[rows] == plain[name].to_numpy(dtype=object)).all()


@pytest.mark.parametrize(
    ("genotypes", "files", "both"),
    [
        ("rice_diversity/rice.fam", ["rice_diversity/phenotypes.tsv"], 413),
        ("wheat_gptl/wheat.fam", ["wheat_gptl/people.tsv"], 599),
        ("hapmap2_ceu_yri_lcl/yri60_chr22.fam", ["hapmap2_ceu_yri_lcl/expression_210.tsv.gz"], 60),
        ("bridgeprs/pop_AFR/genotypes/chr22.fam", ["bridgeprs/pop_AFR/phenotypes/AFR_test.dat"], 1000),
        ("regenie_example/example.fam", ["regenie_example/example_3chr.sample"], 500),
        ("regenie_example/example.fam", ["regenie_example/example.psam"], 500),
    ],
)
def test_real_genotypes_find_their_people(shared, genotypes, files, both):
    fam = pd.read_csv(shared / "data" / genotypes, sep=r"\s+", header=None, dtype=str)
    table = read_people_tables([shared / "data" / file for file in files])
    found = table.overlap(fam[1].tolist(), fam[0].tolist())
    assert (found.how, found.both) == ("IID", both)
    assert table.joined(fam[1].tolist()).present.sum() == both
