import io
import re
import threading
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gtl.formats.scoring_file import read_scoring_file
from gtl.learn.linear_predictor import LinearPredictor
from gtl.learn.model_card import ModelCard, ModelKind, ModelSnp, sha256_of
from gtl.schema import RESULTS
from operators.pages import studies
from operators.pages.runs import StudyRun

ADDRESSES = ["", "studies/{0}/paper", "studies/{0}/paper/tables/results", "studies/{0}/paper/models",
             "studies/{0}/paper/costs", "compare?study={0}/paper&study={0}/other"]  # fmt: skip


def test_the_list_says_each_study_s_verdict_and_finds_by_words(get, place):
    shown = get("").text
    assert shown.count("Transfer: Deep transfer helps.") == 2
    assert f'href="./studies/{place.id}/paper"' in shown
    assert "other" not in re.findall(r"studies/\w+/(\w+)", get("?q=PAPER").text)
    assert "No study of 2 matches" in get("?q=maize").text
    assert get("?state=wrong").status_code == 422


def test_an_application_starts_nothing_beside_itself(app):
    """What Airflow's plugin loads later would run into other tests of the process, and count as their memory."""
    assert not [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]


def test_what_a_study_says_is_text_and_no_markup(get, place):
    shown = get(f"studies/{place.id}/paper").text
    assert "&lt;b&gt;+10.0&lt;/b&gt;" in shown
    assert "<b>+10.0" not in shown


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_link_is_relative_so_that_any_prefix_does(get, place, address):
    answer = get(address.format(place.id))
    assert answer.status_code == 200
    links = re.findall(r'(?:href|src|action|data-\w+)="([^"]*)"', answer.text)
    assert links
    assert not [link for link in links if re.match(r"/|[a-z]+:", link)]
    assert "script-src 'self'" in answer.headers["content-security-policy"]


def test_a_table_is_sent_a_page_at_a_time_as_it_was_asked_for(get, place, results):
    address = f"studies/{place.id}/paper/tables/results"
    shown = get(f"{address}?where=split=final+method=deep_transfer&sort=value&down=true&size=3").text
    cells = re.findall(r"<tr><th scope=\"row\">paper</th><td[^>]*>(\w+)</td>", shown)
    own = results[(results["split"] == "final") & (results["method"] == "deep_transfer")]
    assert cells == own.sort_values("value", ascending=False, kind="stable")["phenotype"].tolist()[:3]
    assert "page 1 of 3" in shown
    assert "there is no column &#39;nothing&#39;" in get(f"{address}?sort=nothing").text


def test_tables_are_taken_away_whole_or_filtered(get, place, results):
    address = f"studies/{place.id}/paper/tables/results"
    wanted = results.assign(study="paper").reset_index(drop=True)
    found = pd.read_parquet(io.BytesIO(get(f"{address}/parquet").content))
    pd.testing.assert_frame_equal(found, wanted, check_dtype=False)
    few = pd.read_csv(io.BytesIO(get(f"{address}/csv?where=split=final").content))
    assert len(few) == 24
    assert list(few.columns) == RESULTS.names


def test_charts_are_json_and_only_those_that_there_are(get, place):
    assert list(get(f"studies/{place.id}/paper/charts/scores").json()) == ["accuracy"]
    assert get(f"studies/{place.id}/paper/charts/luck").json() == {}
    assert get(f"studies/{place.id}/paper/charts/nothing").status_code == 404
    assert get(f"studies/{place.id}/paper/charts/scores?population=JPT").status_code == 404
    compared = get(f"charts/compare?study={place.id}/paper&study={place.id}/other").json()["accuracy"]["data"]
    assert [(one["name"], one["marker"]["color"]) for one in compared] == [("paper", "blue"), ("other", "orange")]


def test_a_report_is_shown_without_running_anything_in_it(get, place):
    answer = get(f"studies/{place.id}/paper/report")
    assert answer.text == "<h1>Report</h1>"
    assert answer.headers["content-security-policy"].startswith("sandbox")


@pytest.mark.parametrize(
    "address",
    ["studies/0000000000/paper", "studies/{0}/nothing", "studies/{0}/paper?version=0123", "studies/{0}/..%2fpaper",
     "studies/{0}/paper/pictures/people_audit.parquet", "studies/{0}/paper/tables/people_audit", "static/app.py",
     "compare?study={0}/paper&study={0}/nothing", "openapi.json", "docs"],
)  # fmt: skip
def test_what_is_not_there_or_not_to_be_shown_is_not_found(get, place, address):
    answer = get(address.format(place.id))
    assert answer.status_code in (404, 422)
    assert "sample" not in answer.text


def test_files_of_an_artefact_are_listed_and_those_of_people_stay(get, place, store):
    version = store.find("studies/paper/results").sha256[:16]
    shown = get(f"studies/{place.id}/paper/artifacts/{version}?key=results").text
    assert "people_audit.parquet" in shown
    assert "stays in the store" in shown
    of = f"studies/{place.id}/paper/artifacts/{version}"
    assert get(f"{of}/results.parquet?key=results").content[:4] == b"PAR1"
    assert get(f"{of}/people_audit.parquet?key=results").status_code == 404


def test_a_published_score_s_model_is_taken_away_as_a_scoring_file(get, place, store, tmp_path):
    predictor = LinearPredictor(np.array([0.25, -1.5]), 3.0, np.array([0.5, 1.0], dtype=np.float32))
    card = ModelCard(
        kind=ModelKind.LINEAR, study="paper", phenotype="height", method="published_score", algorithm="PGS000018",
        frozen_layers=-1, training_people=9, training_sha256="ab", seed=1, metrics={},
        model_sha256=sha256_of(predictor.to_bytes()),
        snps=(ModelSnp("rs1", "G", 0.5, "A", "1", 900), ModelSnp("", "T", 1.0, "C", "X", 7)),
    )  # fmt: skip

    def write(out):
        out.write_bytes("model.linear.json", predictor.to_bytes())
        out.write_text("card.json", card.to_json())

    key = "phenotypes/height/published_score"
    model = store.run(f"studies/paper/{key}", write, params={})
    store.run(
        "studies/paper/results", lambda out: out.write_text("a", "x"), params={"again": 1}, inputs={"height": model}
    )
    shown = get(f"studies/{place.id}/paper/models").text
    [link] = re.findall(r'href="[./]*(studies/[^"]*scoring-file[^"]*)"', shown)
    answer = get(link)
    assert answer.headers["content-disposition"].endswith('"paper-height-published_score.pgs.txt"')
    (tmp_path / "score.txt").write_bytes(answer.content)
    rows = read_scoring_file(tmp_path / "score.txt").rows
    assert rows["effect"].tolist() == ["G", "T"]
    assert rows["below"].tolist() == [0.25, -1.5]
    assert get(link.replace("published_score", "pooled")).status_code == 404


def test_scripts_and_styles_are_kept_by_browsers_and_packed(get):
    answer = get("static/plotly.min.js", **{"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert len(answer.content) > 1_000_000


def test_studies_of_a_dag_that_a_user_may_not_read_are_not_there(get, place, monkeypatch):
    from operators.pages import access

    monkeypatch.setattr(access, "may_read", lambda user, dag_id: False)
    assert get(f"studies/{place.id}/paper").status_code == 404
    assert "studies/" not in get("").text


def test_of_runs_whose_store_may_not_be_looked_into_the_list_says_so_and_what_to_do(get, monkeypatch):
    run = StudyRun("transfer_study", "one__2026", "success", None, "/elsewhere/results", "one")
    in_bucket = replace(run, store="s3://bucket/results")
    monkeypatch.setattr(studies, "recent_runs", lambda: [run, run, in_bucket])
    said = get("").text
    assert "Studies in s3://bucket/results are not shown: stores of this kind are named s3://connection@" in said
    assert said.count("Studies in /elsewhere/results are not shown") == 1
    assert "make ui STORE=/elsewhere/results" in said
    monkeypatch.setattr(studies, "may_read", lambda user, dag_id: False)
    assert "/elsewhere" not in get("").text


def test_a_link_that_leads_out_of_the_store_is_not_followed(get, place, store, tmp_path):
    (tmp_path / "results" / "studies" / "paper").rename(tmp_path / "outside")
    (tmp_path / "results" / "studies" / "paper").symlink_to(tmp_path / "outside")
    assert get(f"studies/{place.id}/paper").status_code == 404
    assert get(f"studies/{place.id}/paper/report").status_code == 404
