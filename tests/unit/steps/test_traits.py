"""Traits of real people: read from tables, joined by id, sealed for the final people."""

import numpy as np
import pandas as pd
import pytest

from gtl import stages
from gtl.domain.cohort import Cohort
from gtl.domain.trait import Trait, TraitKind
from gtl.errors import InputError, LeakageError
from gtl.schema import LOST_PEOPLE, PHENOTYPE, ROLES, SPLIT
from gtl.steps.phenotypes import read_phenotype
from gtl.steps.trait_list import trait_columns
from gtl.steps.traits import read_trait
from tests.real_cohorts import WITHOUT_HEIGHT, made_people


@pytest.fixture(scope="module")
def tables():
    return pd.concat([people.table for people in made_people().values()]).set_index("IID")


@pytest.fixture(scope="module")
def height(real):
    return real.store.read(real.trait(real.config, "height"), unseal=True)


def everybody(artifact):
    return pd.concat([read_phenotype(artifact, cohort) for cohort in Cohort]).set_index("sample")


def test_values_and_covariates_are_found_by_id_whatever_the_order_of_the_table(height, tables):
    found = everybody(height)
    assert found["value"].to_dict() == tables.loc[found.index, "height"].to_dict()
    assert height.read_json("covariates.json") == ["age", "sex"]
    covariates = np.stack(found["covariates"])
    assert covariates[:, 0].tolist() == tables.loc[found.index, "age"].tolist()
    # Sex varies between two numbers, one for each.
    assert len({(row, sex) for row, sex in zip(covariates[:, 1], tables.loc[found.index, "sex"], strict=True)}) == 2


def test_a_person_without_the_trait_is_left_out_of_that_trait_only(real, height):
    lost = height.read_table("lost.parquet", LOST_PEOPLE)
    assert sorted(lost["sample"]) == sorted(WITHOUT_HEIGHT)
    assert not set(WITHOUT_HEIGHT) & set(everybody(height).index)
    asthma = real.store.read(real.trait(real.config, "asthma"), unseal=True)
    assert len(asthma.read_table("lost.parquet", LOST_PEOPLE)) == 0
    assert set(WITHOUT_HEIGHT) < set(everybody(asthma).index)


def test_final_people_are_those_of_the_roles_and_their_values_are_sealed(real, height):
    roles = real.store.read(real.refs["people"]).read_table("roles.parquet", ROLES).set_index("sample")["role"]
    for cohort, role in ((Cohort.SMALL, "learning"), (Cohort.FINAL, "final")):
        expected = set(roles.index[roles == role]) - set(WITHOUT_HEIGHT)
        assert set(read_phenotype(height, cohort)["sample"]) == expected
    sealed = real.store.read(real.trait(real.config, "height"))
    with pytest.raises(LeakageError, match=r"final\.parquet is sealed"):
        sealed.read_table("final.parquet", PHENOTYPE)
    with pytest.raises(LeakageError, match=r"table\.parquet is sealed"):
        real.store.read(real.refs["small_cohort"]).read_bytes("table.parquet")


def test_the_split_holds_every_learning_person_once_and_no_final_one(real, height):
    phenotype = real.trait(real.config, "height")
    ref = stages.split_samples(real.config, real.store, "height", phenotype, real.refs["people"])
    split = real.store.read(ref).read_table("split.parquet", SPLIT)
    small = split[split["population"] == "small"]
    assert sorted(small["sample"]) == sorted(read_phenotype(height, Cohort.SMALL)["sample"])
    assert set(split["part"]) == {"train", "validation", "test"}


def test_every_draw_seals_other_people(real):
    config = real.changed("draws", "roles.repeats=2")
    people = stages.check_people(config, real.store, real.refs["genotypes"])
    first, second = (
        set(
            read_phenotype(
                real.store.read(real.trait(config, "height", people=people, repeat=repeat), unseal=True), Cohort.FINAL
            )["sample"]
        )
        for repeat in (1, 2)
    )
    assert first != second


def test_the_kind_is_told_by_the_values_and_can_be_forced(real):
    kinds = {code: read_trait(real.store.read(real.trait(real.config, code))) for code in ("height", "asthma")}
    assert kinds == {
        "height": Trait("height", TraitKind.QUANTITATIVE), "asthma": Trait("asthma", TraitKind.BINARY)
    }  # fmt: skip
    amount = real.changed("amount", "traits.quantitative=[asthma]")
    assert read_trait(real.store.read(real.trait(amount, "asthma"))).kind is TraitKind.QUANTITATIVE
    case = real.changed("case", "traits.binary=[height]")
    with pytest.raises(InputError, match="'height'"):
        real.trait(case, "height")


def test_components_are_covariates_after_those_of_the_tables(real):
    config = real.changed("components", "traits.components=2")
    found = real.store.read(real.trait(config, "asthma"))
    assert found.read_json("covariates.json") == ["age", "sex", "component 1", "component 2"]
    assert {len(row) for row in found.read_table("large.parquet", PHENOTYPE)["covariates"]} == {4}


def test_without_names_every_shared_column_that_is_no_covariate_sex_or_role_is_a_trait(real):
    config = real.changed(
        "every", "traits.names=[]", "roles.column=set", "roles.learning=[train]", "roles.final=[seal]"
    )
    listed = real.store.read(stages.list_traits(config, real.store, real.refs["genotypes"]))
    assert trait_columns(listed) == {"height": "height", "asthma": "asthma"}


def test_a_trait_that_a_table_lacks_is_named(real):
    config = real.changed("absent", "traits.names=[weight]")
    with pytest.raises(InputError, match=r"traits\.names: the tables of the large people have no column 'weight'"):
        stages.list_traits(config, real.store, real.refs["genotypes"])
