"""Who takes part and who is sealed, of real people."""

import json

import numpy as np
import pandas as pd
import pytest

from gtl import stages
from gtl.config import load_study, with_overrides
from gtl.errors import InputError
from gtl.schema import PEOPLE, PEOPLE_AUDIT, ROLES
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.store import Store
from tests.real_cohorts import MANY_MISSING, SIBLINGS, made_people, people_stages, write_study

COLUMN = ["roles.column=set", "roles.learning=[train]", "roles.final=[seal]"]


def people_of(real, name, *changes):
    config = real.changed(name, *changes)
    return real.store.read(stages.check_people(config, real.store, real.refs["genotypes"]))


def final_people(artifact):
    """Draw → the sealed people."""
    roles = artifact.read_table("roles.parquet", ROLES)
    final = roles[roles["role"] == "final"]
    return {repeat: set(own["sample"]) for repeat, own in final.groupby("repeat")}


@pytest.fixture(scope="module")
def drawn(real):
    return people_of(real, "three", "roles.repeats=3", "roles.final_share=0.3")


def test_everybody_takes_part_and_siblings_share_a_group(real):
    people = real.store.read(real.refs["people"]).read_table("people.parquet", PEOPLE)
    assert people["kept"].all()
    assert people["cohort"].value_counts().to_dict() == {"large": 60, "small": 40}
    groups = people.set_index("sample")["group"]
    assert groups[SIBLINGS[0]] == groups[SIBLINGS[1]]
    assert groups.nunique() == 99


def test_a_person_with_too_few_genotypes_is_left_out_and_the_audit_says_why(real):
    artifact = people_of(real, "strict", "quality_control.sample_missingness=0.02")
    people = artifact.read_table("people.parquet", PEOPLE)
    assert people.loc[~people["kept"], "sample"].tolist() == [MANY_MISSING]
    n_shared = len(SharedGenotypes.open(real.store, real.refs["genotypes"]).table)
    (row,) = artifact.read_table("audit.parquet", PEOPLE_AUDIT).to_dict("records")
    assert (row["sample"], row["population"], row["action"]) == (MANY_MISSING, "large", "dropped")
    assert (row["value"], row["threshold"]) == (pytest.approx(24 / n_shared), 0.02)


def test_every_draw_seals_its_share_of_the_small_population_alone(drawn):
    roles = drawn.read_table("roles.parquet", ROLES)
    assert roles.groupby("repeat").size().to_dict() == {1: 40, 2: 40, 3: 40}
    assert roles["sample"].str.startswith("S").all()
    assert [len(final) for final in final_people(drawn).values()] == [12] * 3


def test_draws_differ_and_relatives_play_one_role(drawn):
    final = final_people(drawn)
    assert len({frozenset(people) for people in final.values()}) == 3
    assert all(len(people & set(SIBLINGS)) in (0, 2) for people in final.values())


def test_the_same_people_are_drawn_again_and_further_draws_change_none(real, drawn):
    more = final_people(people_of(real, "four", "roles.repeats=4", "roles.final_share=0.3"))
    assert {repeat: more[repeat] for repeat in (1, 2, 3)} == final_people(drawn)
    other = final_people(people_of(real, "other-seed", "roles.final_share=0.3", "seed=2"))
    assert other[1] != more[1]


def test_a_column_gives_the_roles_and_who_has_none_plays_none(real):
    artifact = people_of(real, "column", *COLUMN)
    table = made_people()["small"].table
    assert final_people(artifact) == {1: set(table.loc[table["set"] == "seal", "IID"])}
    roles = artifact.read_table("roles.parquet", ROLES)
    assert set(roles["sample"]) == set(table.loc[table["set"] != "NA", "IID"])


def test_further_draws_seal_as_many_of_those_whom_the_column_names(real):
    final = final_people(people_of(real, "columns", *COLUMN, "roles.repeats=3"))
    table = made_people()["small"].table
    named = set(table.loc[table["set"] != "NA", "IID"])
    assert all(people <= named for people in final.values())
    assert [len(people) for people in final.values()] == [8, 8, 8]
    assert final[2] != final[1]


def test_a_role_that_nobody_has_is_named(real):
    with pytest.raises(
        InputError, match=r"roles\.final: nobody of the 40 people .* has tst in column set; it has .*seal"
    ):
        people_of(real, "nobody", "roles.column=set", "roles.learning=[train]", "roles.final=[tst]")


def test_words_of_roles_that_differ_in_case_alone_are_told(real):
    with pytest.raises(InputError, match=r"roles: 24 people have 'train' in column set, .* but for upper"):
        people_of(real, "case", "roles.column=set", "roles.learning=[TRAIN, NA]", "roles.final=[seal]")


def test_components_are_asked_for_within_what_can_be_told(real):
    people = real.store.read(real.refs["people"]).read_table("people.parquet", PEOPLE)
    scores = np.stack(people["components"])
    assert scores.shape == (100, 10)
    # The first one tells the populations apart.
    first = scores[:, 0]
    assert abs(np.corrcoef(first, people["population"] == "large")[0, 1]) > 0.9
    with pytest.raises(InputError, match=r"traits\.components: 12 principal components .* at most 10 can be told"):
        people_of(real, "components", "traits.components=12")


def test_a_final_person_is_judged_beside_the_small_population(tmp_path):
    """One person's heterozygotes cannot be expected by that person's own allele frequencies."""
    config, store = study_with_final_file(tmp_path), Store(str(tmp_path / "results"))
    made = people_stages(config, store)
    artifact = store.read(made["people"])
    assert artifact.read_table("people.parquet", PEOPLE)["kept"].all()
    assert final_people(artifact) == {1: {"S40"}}


def test_final_people_of_a_file_are_not_drawn_where_nobody_of_it_is_left(tmp_path):
    config, store = study_with_final_file(tmp_path, not_called=True), Store(str(tmp_path / "results"))
    with pytest.raises(InputError, match=r"files.final: nobody of 1 people is left \(too many missing genotypes: 1\)"):
        people_stages(config, store)


def study_with_final_file(folder, *, not_called=False):
    """The study with its last small person as the final one, who may lack a quarter of the calls."""
    config = load_study(write_study(folder))
    table = pd.read_csv(folder / "small.tsv", sep="\t")
    final = table["IID"] == "S40"
    table.assign(who=np.where(final, "final", "small")).to_csv(folder / "small.tsv", sep="\t", index=False, na_rep="NA")
    if not_called:
        bed = np.fromfile(folder / "small.bed", dtype=np.uint8)
        bed[3:].reshape(-1, 10)[::4, -1] = bed[3:].reshape(-1, 10)[::4, -1] & 0b00111111 | 0b01000000
        bed.tofile(folder / "small.bed")
    own = {"genotypes": str(folder / "small.bed"), "tables": [str(folder / "small.tsv")]}
    files = {"small": own | {"where": "who=small"}, "final": own | {"where": "who=final"}}
    return with_overrides(config, [f"files.{name}={json.dumps(part)}" for name, part in files.items()])
