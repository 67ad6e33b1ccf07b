import numpy as np
import pandas as pd
import pytest

from gtl.errors import InputError
from gtl.prepare.people_checks import CohortPeople, PeopleLimits, check_people
from gtl.prepare.people_rows import (
    HETEROZYGOSITY,
    MISSING,
    OTHER_POPULATION,
    SAME_ID,
    SAME_PERSON,
    SEX,
    TWIN,
    PersonRow,
    ancestry_rows,
    people_table,
)
from gtl.prepare.relatedness import DEGREES, Relatives
from gtl.prepare.same_people import shared_ids


def cohort(name, samples, sex=None, **figures):
    samples = list(samples)
    spread = 0.01 * np.resize([-1.0, 0.0, 1.0], len(samples))
    table = pd.DataFrame({"sample": samples, "missing": 0.01, "inbreeding": spread, "x_inbreeding": np.nan})
    for column, changes in figures.items():
        for sample, value in changes.items():
            table.loc[table["sample"] == sample, column] = value
    return CohortPeople(name, table, sex or {})


def relatives(*pairs, inbred=False):
    table = pd.DataFrame(list(pairs), columns=["first", "second", "kinship"]).assign(degree="")
    return Relatives(table, np.zeros(0, dtype=object), 20_000, inbred, 0.999 if inbred else DEGREES["third"])


def ids(prefix, n=30):
    return [f"{prefix}{number}" for number in range(n)]


def told(table, *columns):
    return table[list(columns)].values.tolist()


def test_nothing_to_tell():
    table = check_people([cohort("CEU", ids("c")), cohort("YRI", ids("y"))], relatives(("c1", "c2", 0.25)))
    assert list(table.columns) == list(PersonRow._fields)
    assert len(table) == 0


def test_missing_and_heterozygosity_within_the_own_population():
    large = cohort("CEU", ids("c"), missing={"c3": 0.2}, inbreeding={"c3": 0.9, "c4": -0.2})
    small = cohort("YRI", ids("y"), inbreeding={name: 0.3 for name in ids("y")} | {"y1": 0.31, "y2": 0.29, "y9": 0.0})
    table = check_people([large, small], relatives())
    assert told(table, "sample", "population", "reason", "threshold", "dropped") == [
        ["c3", "CEU", MISSING, 0.05, True],
        ["c4", "CEU", HETEROZYGOSITY, 4.0, True],
    ]
    # the spread of c: median deviation .01, so -.2 is 13.5 standard deviations away; most of y do not differ at all
    assert table["value"].tolist() == pytest.approx([0.2, -0.2 / 0.014826])


def test_sex_against_x():
    sexes = {f"c{number}": "male" if number % 2 else "female" for number in range(20)}
    x = {f"c{number}": 0.95 if number % 2 else 0.02 for number in range(20)}
    large = cohort("CEU", ids("c"), sexes, x_inbreeding=x | {"c1": 0.1, "c2": 0.9, "c3": 0.5, "c25": 0.9})
    table = check_people([large], relatives())
    assert told(table, "sample", "reason", "value", "threshold") == [["c1", SEX, 0.1, 0.2], ["c2", SEX, 0.9, 0.8]]


def test_most_sexes_wrong_is_the_files_mistake():
    sexes = dict.fromkeys(ids("c"), "male")
    large = cohort("CEU", ids("c"), sexes, x_inbreeding={f"c{number}": 0.0 for number in range(20)})
    with pytest.raises(InputError, match=r"CEU: the sex of 20 of 20 people is not .*1 = male, 2 = female"):
        check_people([large], relatives())


def test_of_twins_the_better_called_stays_then_the_first():
    large = cohort("CEU", ids("c"), missing={"c1": 0.02})
    pairs = [("c1", "c2", 0.5), ("c7", "c5", 0.49), ("c7", "c6", 0.48), ("c8", "c9", 0.3)]
    table = check_people([large, cohort("YRI", ids("y"))], relatives(*pairs))
    assert told(table, "sample", "other", "reason") == [["c1", "c2", TWIN], ["c6", "c5", TWIN], ["c7", "c5", TWIN]]
    assert table["dropped"].all()


def test_a_twin_of_someone_left_out_stays():
    large = cohort("CEU", ids("c"), missing={"c1": 0.2})
    assert told(check_people([large], relatives(("c1", "c2", 0.5))), "sample", "reason") == [["c1", MISSING]]


def test_the_same_person_is_left_out_of_the_large_population():
    large, small = cohort("CEU", ids("c")), cohort("YRI", ids("y"), missing={"y4": 0.03})
    table = check_people([large, small], relatives(("c1", "y4", 0.5), ("c2", "c1", 0.5), ("y7", "y8", 0.5)))
    assert told(table, "sample", "population", "other", "reason") == [
        ["c1", "CEU", "y4", SAME_PERSON],
        ["c2", "CEU", "y4", SAME_PERSON],
        ["y8", "YRI", "y7", TWIN],
    ]


def test_an_id_in_both_is_left_out_of_the_large_population():
    table = check_people([cohort("CEU", ["both", *ids("c")]), cohort("YRI", ["both", *ids("y")])], relatives())
    assert told(table, "sample", "population", "reason", "dropped") == [["both", "CEU", SAME_ID, True]]


def test_populations_that_share_people():
    with pytest.raises(InputError, match=r"populations share people: 2 of YRI's 3 people have the same ids"):
        shared_ids({"CEU": ["1", "2", "3", "4"], "YRI": ["1", "2", "9"]})
    pairs = [(f"c{number}", f"y{number}", 0.5) for number in range(16)]
    with pytest.raises(InputError, match=r"16 of YRI's 30 people have the same genotypes as people of CEU"):
        check_people([cohort("CEU", ids("c", 90)), cohort("YRI", ids("y"))], relatives(*pairs))


def test_a_population_of_one_person_many_times_is_refused():
    pairs = [("y0", f"y{number}", 0.5) for number in range(1, 17)]
    with pytest.raises(InputError, match=r"YRI: 16 of 30 people have the same genotypes as another one, such as "):
        check_people([cohort("CEU", ids("c", 90)), cohort("YRI", ids("y"))], relatives(*pairs))


def test_people_of_the_small_population_are_counted_once_however_often_the_large_one_has_them():
    pairs = [(f"c{number}", "y1", 0.5) for number in range(40)]
    table = check_people([cohort("CEU", ids("c", 90)), cohort("YRI", ids("y"))], relatives(*pairs))
    assert set(table["reason"]) == {SAME_PERSON}
    assert len(table) == 40


def test_inbred_lines_are_told_of_but_stay_unless_they_are_in_both():
    large, small = cohort("japonica", ids("j"), inbreeding={"j3": 0.5}), cohort("indica", ids("i"))
    pairs = relatives(("j1", "j2", 1.0), ("j5", "i5", 1.0), inbred=True)
    assert told(check_people([large, small], pairs), "sample", "reason", "dropped") == [
        ["j3", HETEROZYGOSITY, False],
        ["j2", TWIN, False],
        ["j5", SAME_PERSON, True],
    ]


def test_what_leaves_out_is_a_setting():
    limits = PeopleLimits(missing=0.3, told_only=(HETEROZYGOSITY,))
    large = cohort("CEU", ids("c"), missing={"c3": 0.2}, inbreeding={"c4": -0.2})
    assert told(check_people([large], relatives(), limits), "sample", "dropped") == [["c4", False]]


def test_nobody_left():
    people = ids("c", 3)
    with pytest.raises(InputError, match=rf"CEU: nobody of 3 people is left \({MISSING}: 3\)"):
        check_people([cohort("CEU", people, missing=dict.fromkeys(people, 0.5))], relatives())


def test_who_sits_with_another_population_is_told_of_only():
    populations = np.array(["CEU", "CEU", "YRI"], dtype=object)
    samples = np.array(["c1", "c2", "y1"], dtype=object)
    table = people_table(ancestry_rows(samples, populations, np.array([False, True, False])))
    assert told(table, "sample", "population", "reason", "dropped") == [["c2", "CEU", OTHER_POPULATION, False]]
