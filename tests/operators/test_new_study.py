"""The page that starts a study, as far as it needs no Airflow; the browser is in tests/e2e."""

import re

import pytest
import yaml

from gtl.config.fields import setting_fields
from operators.form import ASKED

pytestmark = pytest.mark.filterwarnings("ignore:Using .httpx. with")  # Airflow's API server imports Starlette's client


def test_what_is_filled_in_is_shown_as_conf_and_as_a_study_file(tmp_path, monkeypatch):
    from operators.pages.new_study import previewed

    monkeypatch.setenv("AIRFLOW__GTL__ALLOWED_ROOTS", str(tmp_path))
    given = {"preset": "quick", "store": str(tmp_path), "phenotypes.risk_snps": "5, 10", "cohorts": {"final": 20}}
    seen = previewed(given)
    assert seen["problems"] == []
    assert seen["conf"] == given
    assert yaml.safe_load(seen["yaml"]) == {
        "preset": "quick", "store": str(tmp_path), "phenotypes": {"risk_snps": [5, 10]}, "cohorts": {"final": 20},
    }  # fmt: skip


def test_what_is_wrong_is_told_field_by_field(tmp_path, monkeypatch):
    from operators.pages.new_study import previewed

    monkeypatch.setenv("AIRFLOW__GTL__ALLOWED_ROOTS", str(tmp_path))
    seen = previewed({"store": str(tmp_path), "name": "A", "seed": "x"})
    assert [problem["field"] for problem in seen["problems"]] == ["seed", "name"]
    (problem,) = previewed({"store": "/etc/x"})["problems"]
    assert problem["field"] == "store"


def test_a_blank_store_is_shown_as_the_one_that_a_run_would_get(monkeypatch):
    from operators.pages import new_study

    monkeypatch.setenv("AIRFLOW__GTL__STORE", "s3://aws@bucket/results")
    shown = {values["store"] for values in new_study._bases.__wrapped__().values()}
    assert shown == {"s3://aws@bucket/results"}


def test_every_setting_is_asked_once():
    from operators.pages.new_study import advanced_fields

    advanced = [field.name for fields in advanced_fields().values() for field in fields]
    assert sorted([*advanced, *(name for name in ASKED if name != "preset")]) == sorted(setting_fields())


def test_the_page_has_a_labelled_and_described_control_for_every_setting():
    from operators.pages import new_study
    from operators.pages.rendering import _environment

    fields = setting_fields()
    text = _environment().get_template("new_study.html").render(
        root="./", asset=lambda name: name, entrances=new_study._entrances(), presets=new_study._presets(),
        bases=new_study._bases(), dag_id="transfer_study",
        first=[fields[name] for name in ASKED if name in fields and name != "source"],
        sections={"With summary statistics or a score": [fields["sources"]]},
        of=lambda title: [], advanced=new_study.advanced_fields(), of_advanced=lambda field: (), method_help={},
        paths=set(), nothing="none",
    )  # fmt: skip
    controls = set(re.findall(r'id="in-([a-z0-9_.]+)"', text))
    boxes = set(re.findall(r'data-field="([a-z0-9_.]+)" data-kind="choices"', text))
    assert set(fields) - controls - boxes == {"source"}  # one of three buttons
    assert controls <= set(re.findall(r'<label for="in-([a-z0-9_.]+)"', text))
    described = set(re.findall(r'id="(help-[a-z0-9_.]+|wrong-[a-z0-9_.]+)"', text))
    assert {name for ids in re.findall(r'aria-describedby="([^"]+)"', text) for name in ids.split()} <= described
