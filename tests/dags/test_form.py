"""The forms that Airflow draws of DAGs' parameters: what they ask, take and give back."""

import json

import pytest

from gtl.config import flatten, load_study, preset, with_overrides
from gtl.config.answers import answers_of, study_of_answers
from gtl.config.fields import Kind, setting_fields
from operators.form import ASKED, ENTRANCES, FIRST, study_params

REAL = """
name: mine
source: files
populations: {large: japonica, small: indica}
files:
  large: {genotypes: "all_{chrom}.bed", tables: [people.tsv, traits.tsv], where: population=japonica}
  small: {genotypes: s3://mine@bucket/small.vcf.gz, tables: [traits.tsv], where: "set=trn,cal", field: DS}
traits: {names: [Seed length], quantitative: [Seed length], covariates: [sex, PC1-PC4], prevalence: 0.01}
roles: {column: set, learning: [trn], final: [cal], repeats: 3, learning_people: 100}
"""


TWO = """
name: two
source: files
files:
  large: {genotypes: ceu.bed, tables: [ceu.tsv]}
  small:
    YRI: {genotypes: yri.vcf.gz, tables: [yri.tsv]}
    JPT: {genotypes: jpt.bgen, tables: [jpt.tsv], counted: first}
roles: {populations: {JPT: {final_share: 0.5}}}
traits: {prevalences: {YRI: 0.01}}
matching: {lacking: impute}
"""


def through_form(params, folder, text):
    """A study file's settings, and the same as a form takes them and gives them on: no field is lost or changed."""
    study = folder / "study.yaml"
    study.write_text(text)
    config = load_study(study)
    conf = json.loads(json.dumps(flatten(config)))
    assert set(conf) == set(params) - {"preset"}
    resolved = {name: params.get_param(name).resolve(value) for name, value in conf.items()}
    assert study_of_answers(resolved) == config
    return config, resolved


def test_a_study_of_two_small_populations_comes_back_from_the_form(bag, tmp_path):
    _, conf = through_form(bag.dags["transfer_study"].params, tmp_path, TWO)
    assert conf["populations.small"] == ["YRI", "JPT"]
    assert conf["files.populations"]["YRI"]["small"]["genotypes"] == str(tmp_path / "yri.vcf.gz")


def test_the_form_takes_small_populations_as_a_text(bag):
    field = bag.dags["transfer_study"].params.get_param("populations.small")
    assert field.schema["type"][0] == "string"  # what the page draws: a field for text
    assert field.resolve("YRI, JPT") == "YRI, JPT"
    assert study_of_answers({"populations.small": "YRI, JPT"}).populations.small == ("YRI", "JPT")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("selection.metric", "guess", "is not one of"),
        ("source", "elsewhere", "is not one of"),
        ("training.patience", 2**63, "not valid under any of the given schemas"),
        ("cohorts.large", True, "is not of type"),
        ("cohorts.fresh", "perhaps", "is not one of"),
        ("files.large.tables", "traits.tsv", "is not of type 'array'"),
        ("traits.names", [1], "is not of type 'string'"),
        ("sources", [], "is not of type 'object'"),
    ],
)
def test_what_no_worker_could_read_is_refused_by_airflow_itself(bag, name, value, said):
    """Where a run is not triggered by the REST API, which says in words what is wrong with a value."""
    from airflow.sdk.exceptions import ParamValidationError

    params = bag.dags["transfer_study"].params
    with pytest.raises(ParamValidationError, match=said):
        params.get_param(name).resolve(value)


def test_airflow_refuses_nothing_that_a_study_takes(bag):
    params = bag.dags["transfer_study"].params
    texts = {
        "cohorts.large": ["2600", 2600, 2600.0, None], "panel.mutation_rate": ["2e-8", 2e-8, 1, None],
        "phenotypes.risk_snps": ["5, 10", [5, 10], None], "transfer.freeze_depths": ["0 1", [0, 1], None],
        "cohorts.fresh": [True, False, None], "traits.names": [["height"], None], "sources": [{"EUR": {}}, None],
        "training.networks": [[{"name": "a", "layers": [["dense", 2]]}], None], "preset": ["paper", "none", None],
        "source": ["files", "statistics", "simulated", None], "populations.small": ["YRI", ["YRI", "JPT"], None],
    }  # fmt: skip
    for name, values in texts.items():
        for value in values:
            assert params.get_param(name).resolve(value) == value


def test_the_form_first_asks_what_somebody_has(bag):
    params = bag.dags["transfer_study"].params
    shown = {name: params.get_param(name) for name in params}
    assert [name for name, param in shown.items() if "section" not in param.schema] == list(FIRST)
    assert list(params)[: len(FIRST) + 10] == list(ASKED)  # sections come in the order of their first fields
    folded = list(dict.fromkeys(param.schema.get("section") for param in shown.values()))
    assert folded[1:4] == list(ENTRANCES)
    assert all(section.startswith("Advanced: ") for section in folded[4:])
    assert len(folded) < 30


def test_a_blank_form_is_the_quick_study():
    values = {name: param.value for name, param in study_params().items()}
    assert {name for name, value in values.items() if value is not None} == {"store"}
    assert study_of_answers(values) == with_overrides(preset("quick"), [f"store={values['store']}"])


def test_no_number_is_drawn_as_a_field_that_airflow_s_page_would_cut(bag):
    """Its fields for numbers cut to the bounds and to three decimals, and say nothing of it."""
    for dag_id in ("transfer_study", "study_weekly-quick"):
        params = bag.dags[dag_id].params
        for name, field in setting_fields().items():
            schema = params.get_param(name).schema
            assert not schema.keys() & {"minimum", "maximum"}
            if field.kind in (Kind.INTEGER, Kind.NUMBER, Kind.NUMBERS):
                assert schema["type"][0] == "string"
                assert isinstance(schema["examples"], list)  # else it would be a box of six lines


def test_every_field_has_a_label_and_says_what_it_is_and_what_blank_means(bag):
    params = bag.dags["transfer_study"].params
    shown = {name: params.get_param(name) for name in params}
    assert all(param.description and param.schema["title"] for param in shown.values())
    assert shown["quality_control.hwe"].schema["title"] == "HWE p-value"
    assert shown["phenotypes.risk_snps"].description.endswith("Blank: quick: 5; paper and none: 5, 10.")
    assert "Unit: base pairs" in shown["panel.sequence_length"].description


def test_the_form_of_a_scheduled_study_holds_what_its_file_says(bag):
    params = bag.dags["study_weekly-quick"].params
    assert "preset" not in params
    assert params["name"] == "weekly-quick"
    assert params.get_param("cohorts.large").schema["type"] == ["string", "number"]  # no blank
    values = {name: params[name] for name in params}
    assert study_of_answers(values | {"training.epochs": "3"}).training.epochs == 3
    assert study_of_answers(values | {"phenotypes.snp_share": "none"}).phenotypes.snp_share is None


def test_a_study_of_real_people_comes_back_from_the_form(bag, tmp_path):
    """As ``make run STUDY=mine.yaml`` hands it over: JSON, checked parameter by parameter."""
    params = bag.dags["transfer_study"].params
    config, resolved = through_form(params, tmp_path, REAL)
    assert study_of_answers({**dict.fromkeys(params), **json.loads(json.dumps(answers_of(config)))}) == config
    assert resolved["files.large.tables"] == [str(tmp_path / name) for name in ("people.tsv", "traits.tsv")]


def test_the_form_has_a_section_for_each_cohort_s_files(bag):
    params = bag.dags["transfer_study"].params
    shown = {name: params.get_param(name).schema["section"] for name in ("files.large.where", "traits.names")}
    assert shown == {
        "files.large.where": "Advanced: Files of the large population",
        "traits.names": "With files of two populations",
    }


def test_the_panel_s_form_has_what_a_panel_depends_on(bag):
    names = set(bag.dags["reference_panel"].params)
    assert {"seed", "store", "populations.large", "populations.small", "panel.source", "panel.vcf"} <= names
    assert {name.partition(".")[0] for name in names} == {"preset", "seed", "store", "populations", "panel"}
