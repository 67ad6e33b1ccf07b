import io
import json
import shlex

import pandas as pd
import pytest
from typer.testing import CliRunner

from gtl.__main__ import app
from gtl.errors import ArtifactCorrupt
from gtl.formats.vcf import write_vcf

CHOSEN = "YRI_5_1/no_transfer"


@pytest.fixture
def gtl(store, monkeypatch):
    """The command line, whose default store is the study's."""
    monkeypatch.setenv("GTL_STORE", store.uri("").rstrip("/"))
    return lambda *arguments: CliRunner().invoke(app, arguments)


def test_list_and_show(gtl, card):
    table = pd.read_csv(io.StringIO(gtl("models", "list", "tiny", "--format", "csv").stdout))
    assert table["model"].tolist()[-1] == CHOSEN
    shown = json.loads(gtl("models", "show", "tiny", CHOSEN).stdout)
    assert shown == json.loads(card.to_json())


def test_the_list_ends_with_a_command_that_predicts(gtl, people, tmp_path):
    listed = gtl("models", "list", "tiny")
    write_vcf(people, tmp_path / "p.vcf")
    command = shlex.split(listed.stderr.strip().partition(": ")[2].replace("FILE", str(tmp_path / "p.vcf")))
    assert command[:2] == ["gtl", "predict"]
    assert gtl(*command[1:]).exit_code == 0


def test_a_name_is_no_path_and_the_message_says_what_is(gtl, tmp_path):
    told = str(gtl("predict", "--model", CHOSEN, "--genotypes", str(tmp_path / "p.vcf")).exception)
    assert "STORE/studies/STUDY/phenotypes/MODEL/model.linear.json, or one that `gtl models export STUDY --to" in told


def test_verify_counts_and_names_what_is_damaged(gtl, tmp_path):
    assert gtl("models", "verify", "tiny").stdout == "3 of 3 models are what their cards and manifests say\n"
    [card] = (tmp_path / "results/studies/tiny/phenotypes/YRI_5_1/no_transfer").glob("*/card.json")
    card.write_text("{}")
    damaged = gtl("models", "verify", "tiny")
    assert damaged.stdout == "2 of 3 models are what their cards and manifests say\n"
    assert isinstance(damaged.exception, ArtifactCorrupt)
    assert f"{CHOSEN}: " in str(damaged.exception)


def test_an_exported_model_is_asked_about_new_people(gtl, people, tmp_path):
    exported = gtl("models", "export", "tiny", "--model", CHOSEN, "--to", str(tmp_path / "out")).stdout.strip()
    write_vcf(people.take_variants(slice(1, 3)), tmp_path / "p.vcf")
    arguments = ("predict", "--model", exported, "--genotypes", str(tmp_path / "p.vcf"), "--format", "json")
    told = gtl(*arguments, "--list-missing")
    assert json.loads(told.stdout) == [
        {"sample": "p1", "probability": 1.0, "predicted": "case"},
        {"sample": "p2", "probability": 0.0, "predicted": "control"},
        {"sample": "p3", "probability": 0.0, "predicted": "control"},
    ]
    assert told.stderr.splitlines() == [
        "1 of the model's 3 SNPs used; 2 missing (2 not in the file); 1 genotypes not called: the training people's "
        "mean dosage stands in",
        "rsid,reason",
        "rs2,not in the file",
        "rs3,not in the file",
    ]
    assert "rsid,reason" not in gtl(*arguments).stderr


def test_all_models_are_exported(gtl, tmp_path):
    assert len(gtl("models", "export", "tiny", "--to", str(tmp_path / "out")).stdout.splitlines()) == 3
    assert len(list((tmp_path / "out").iterdir())) == 6
