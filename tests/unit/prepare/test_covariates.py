import numpy as np
import pandas as pd
import pytest

from gtl.domain.trait import Trait, TraitKind
from gtl.errors import InputError
from gtl.formats.people_table import read_people_tables, stacked
from gtl.prepare.covariate_checks import check_covariates
from gtl.prepare.covariates import Covariates, coded_as, covariate_matrix, covariate_names
from gtl.prepare.traits import TraitColumn

NAN = float("nan")


@pytest.mark.parametrize(
    ("requested", "names"),
    [
        (["age", "PC1-PC3"], ["age", "PC1", "PC2", "PC3"]),
        (["PC{1:2}", "age", "PC1"], ["PC1", "PC2", "age"]),
        (["PC2-PC2"], ["PC2"]),
        (["pc01-pc02"], ["pc01", "pc02"]),
        (["a1-a2"], ["a1-a2"]),
        ([], []),
    ],
)
def test_ranges(requested, names):
    assert covariate_names(requested, ["PC1", "PC2", "PC3", "age", "pc01", "pc02", "a1-a2", "a1", "a2"]) == names


@pytest.mark.parametrize(
    ("requested", "message"),
    [
        ("PC1-PC4", r"no column 'PC4'; did you mean 'PC3' or 'PC2' or 'PC1'\? There are 'PC1'"),
        ("sex", r"no column 'sex'; did you mean 'SEX'\?"),
        ("PC3-PC1", r"'PC3-PC1' ends before it begins"),
    ],
)
def test_unknown_covariates(requested, message):
    with pytest.raises(InputError, match=message):
        covariate_names([requested], ["PC1", "PC2", "PC3", "SEX"])


def test_numbers_and_levels(column):
    table = column(age=["40", "NA", "60", "50"], batch=["b", "a", "c", "b"])
    found = covariate_matrix(table, ["age", "batch"], ["batch"])
    assert found.names == ("age", "batch=a", "batch=c")
    assert found.sources == ("age", "batch", "batch")
    np.testing.assert_array_equal(found.matrix, [[40, 0, 0], [NAN, 1, 0], [60, 0, 1], [50, 0, 0]])
    assert found.complete.tolist() == [True, False, True, True]
    assert found.notes == ()


def test_a_missing_level_is_missing_and_equal_counts_take_the_first_as_reference(column):
    found = covariate_matrix(column(batch=["2", "1", "NA"]), ["batch"], ["batch"])
    assert found.names == ("batch=2",)
    np.testing.assert_array_equal(found.matrix, [[1], [0], [NAN]])


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["M", "F", "NA", "0"], [1, 0, NAN, NAN]),
        (["male", "Female", "unknown"], [1, 0, NAN]),
        (["1", "2", "0", "-9"], [1, 0, NAN, NAN]),
        (["0", "1", "NA"], [0, 1, NAN]),
    ],
)
def test_sex(column, texts, values):
    found = covariate_matrix(column(SEX=texts), ["SEX"])
    np.testing.assert_array_equal(found.matrix[:, 0], values)
    assert bool(found.notes) == (texts[0] == "0")


@pytest.mark.parametrize(
    ("texts", "others", "values"),
    [
        (["male", "female", "0"], ["1", "2", "0"], [1, 0, NAN, 1, 0, NAN]),
        (["1", "2"], ["F", "M"], [1, 0, 0, 1]),
        (["M", "F"], ["0", "1"], [1, 0, 0, 1]),
        (["1", "2"], ["1", "1"], [1, 0, 1, 1]),
        (["1", "2"], ["0", "0"], [1, 0, NAN, NAN]),
    ],
)
def test_each_table_has_a_coding_of_sex(tmp_path, texts, others, values):
    np.testing.assert_array_equal(covariate_matrix(two_tables(tmp_path, texts, others), ["sex"]).matrix[:, 0], values)


def test_tables_whose_numbers_of_sex_differ_stop(tmp_path):
    message = "covariate 'sex': .*b.tsv has 0 and 1 and no 2, and another table has 2, so that sex is coded differently"
    with pytest.raises(InputError, match=message):
        covariate_matrix(two_tables(tmp_path, ["1", "2", "0"], ["0", "1"]), ["sex"])


def two_tables(folder, texts, others):
    """People of two cohorts with a table each."""
    for name, sexes in (("a", texts), ("b", others)):
        rows = (f"{name}{number}\t{sex}\n" for number, sex in enumerate(sexes))
        (folder / f"{name}.tsv").write_text(f"IID\tsex\n{''.join(rows)}")
    return stacked([read_people_tables([folder / "a.tsv"]), read_people_tables([folder / "b.tsv"])])


def test_one_that_does_not_vary_is_left_out(column):
    found = covariate_matrix(column(age=["1", "2"], site=["x", "x"], k=["7", "7"]), ["age", "site", "k"], ["site"])
    assert found.names == ("age",)
    assert found.notes == (
        "covariate site: left out, all people have the same value",
        "covariate k: left out, all people have the same value",
    )


def test_no_covariates(column):
    found = covariate_matrix(column(age=["1", "2"]), [])
    assert (found.names, found.matrix.shape, found.complete.tolist()) == ((), (2, 0), [True, True])


@pytest.mark.parametrize(
    ("texts", "categorical", "message"),
    [
        (["1", "urban"], [], r"people\.tsv: line 3: 'p2', column 'x': 'urban' is no number; if 'x' has levels"),
        (["NA", ""], [], r"covariate 'x': nobody of 2 people has a value"),
        ([str(level) for level in range(21)], ["x"], r"covariate 'x': 21 levels \('0', '1', .* and 16 more\)"),
        (["1", "2"], ["y"], r"traits\.categorical: 'y' is no covariate; there is 'x'"),
    ],
)  # fmt: skip
def test_covariates_that_are_refused(column, texts, categorical, message):
    with pytest.raises(InputError, match=message):
        covariate_matrix(column(x=texts), ["x"], categorical)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["M", "x"], r"line 3: 'p2', column 'sex': 'x' is no sex; expected M and F"),
        (["1", "3"], r"line 3: 'p2', column 'sex': '3' is no sex; expected M and F"),
    ],
)
def test_odd_sexes(column, texts, message):
    with pytest.raises(InputError, match=message):
        covariate_matrix(column(sex=texts), ["sex"])


def covariates(**columns):
    return Covariates(tuple(columns), tuple(columns), np.column_stack(list(columns.values())).astype(float))


RANDOM = np.random.default_rng(5)
A, B = RANDOM.normal(size=(2, 50))
TRAIT = TraitColumn(Trait("y", TraitKind.QUANTITATIVE), RANDOM.normal(size=50), "quantitative")


def test_good_covariates_pass():
    check_covariates(covariates(a=A, b=B, level=A > 0, constant=A * 0 + 0.1), [TRAIT], "indica")
    check_covariates(covariates(year=2000 + np.round(A), a=A, far=1e9 + B), [TRAIT], "indica")


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (covariates(a=A, same=3 - 2 * TRAIT.values), r"covariate 'same' is the trait 'y' of the indica .*\(.*-1\."),
        (covariates(a=A, b=B, c=2 * A - B + 7), r"covariate 'c' says nothing of .* that 'a' and 'b' did not.* of them"),
        (covariates(b=B, cm=A, m=A / 100), r"covariate 'm' says nothing .* that 'cm' did not say: .* of it;"),
        (covariates(a=A[:3], b=B[:3]), r"3 people have all 2 columns, expected at least 4"),
    ],
)  # fmt: skip
def test_useless_covariates(found, message):
    traits = [TRAIT] if len(found.matrix) == 50 else []
    with pytest.raises(InputError, match=message):
        check_covariates(found, traits, "indica")


def test_incomplete_people_do_not_count():
    holes = np.where(np.arange(50) < 5, NAN, 2 * A)
    with pytest.raises(InputError, match="covariate 'twice' says nothing"):
        check_covariates(covariates(a=np.where(np.arange(50) == 7, NAN, A), twice=holes), [TRAIT], "indica")


def test_real_covariates(shared):
    path = shared / "data/regenie_example/covariates_wBin.txt"
    plain = pd.read_csv(path, sep=r"\s+")
    table = read_people_tables([path])
    found = covariate_matrix(table, covariate_names(["V{1:5}"], table.names), ["V5"])
    levels = [f"V5={level}" for level in plain["V5"].value_counts().index[1:].sort_values()]
    assert found.names == ("V1", "V2", "V3", "V4", *levels)
    np.testing.assert_array_equal(found.matrix[:, :4], plain[["V1", "V2", "V3", "V4"]].to_numpy())
    dummies = pd.get_dummies(plain["V5"])[[name.removeprefix("V5=") for name in levels]]
    np.testing.assert_array_equal(found.matrix[:, 4:], dummies.to_numpy(dtype=float))
    with pytest.raises(InputError, match=r"covariates_wBin\.txt: line 2: '1', column 'V5': 'urban' is no number"):
        covariate_matrix(table, ["V5"])


def test_new_people_are_coded_as_in_training(column):
    training = column(sex=["M", "F", "F", "F"], age=["40", "50", "60", "45"], batch=["b", "a", "c", "a"])
    names = covariate_matrix(training, ["sex", "age", "batch"], ["batch"]).names
    assert names == ("sex", "age", "batch=b", "batch=c")
    new = column(sex=["2", "1", "0"], age=["30", "NA", "70"], batch=["c", "a", "NA"])
    np.testing.assert_array_equal(
        coded_as(new, [*names, "component 1"]),
        [[0, 30, 0, 1, NAN], [1, NAN, 0, 0, NAN], [NAN, 70, NAN, NAN, NAN]],
    )


def test_a_column_that_new_people_lack_is_not_known(column):
    found = coded_as(column(age=["30", "40"]), ["sex", "age", "batch=b"])
    np.testing.assert_array_equal(found, [[NAN, 30, NAN], [NAN, 40, NAN]])
    assert coded_as(column(age=["30"]), []).shape == (1, 0)


def test_capitals_of_a_column_do_not_matter_where_only_one_is_meant(column):
    labels = ["sex", "age", "batch=b"]
    found = coded_as(column(SEX=["2", "1"], Age=["30", "40"], Batch=["b", "a"]), labels)
    np.testing.assert_array_equal(found, [[0, 30, 1], [1, 40, 0]])
    np.testing.assert_array_equal(coded_as(column(AGE=["30"], Age=["40"]), ["age"]), [[NAN]])


def test_a_text_of_a_new_person_is_named(column):
    with pytest.raises(InputError, match=r"column 'age': 'old' is no number"):
        coded_as(column(age=["old"]), ["age"])
