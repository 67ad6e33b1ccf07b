"""What counts as a second look at the sealed people: another choice of models, not other bytes of the same one."""

import json
from contextlib import nullcontext

import pandas as pd
import pytest

from gtl import stages
from gtl.config import preset, with_overrides
from gtl.errors import LeakageError
from gtl.evaluate.sealed import Opening, opened_text
from gtl.schema import CANDIDATES, RESULTS
from gtl.steps.results_versions import version_at
from gtl.steps.study_tables import read_study_table
from gtl.store import ArtifactRef, Store
from gtl.store.manifest import sha256_of
from gtl.store.records import Records
from gtl.study_stages import run_stages
from tests.prepared import SMALL_STUDY, at_once

CONFIG = with_overrides(
    preset("quick"), [*SMALL_STUDY, "transfer.methods=[no_transfer, linear_transfer]", "phenotypes.iterations=1"]
)
BRANCH = "studies/quick/phenotypes/YRI_3_1"
OPENINGS = "studies/quick/openings"


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """The store of a small study that has been scored and reported."""
    store = Store(str(tmp_path_factory.mktemp("seal") / "results"))
    run_stages(CONFIG, store, at_once, at_once)
    return store


@pytest.fixture
def store(finished):
    """The same, with the seal as it was after the study."""
    records = Records(finished.root / OPENINGS)
    before = dict(records)
    yield finished
    for key, text in before.items():
        records[key] = text


def remade(store, change, config=CONFIG):
    """Score the final people again after the linear method was made again, with its files changed."""
    old = store.read(store.find(f"{BRANCH}/linear_transfer"))
    files = {name: old.read_bytes(name) for name in old.files}
    changed = files | change(files)

    def compute(out):
        for name, content in changed.items():
            out.write_bytes(name, content)

    ref = store.run(f"{BRANCH}/linear_transfer", compute, params={}, code=sha256_of(f"{changed} {config}".encode()))
    try:
        return score(store, config, linear_transfer=ref)
    finally:
        store.run(
            old.manifest.key, lambda out: [out.write_bytes(*file) for file in files.items()], params=old.manifest.params
        )


def score(store, config=CONFIG, **methods):
    people, trait = store.find("studies/quick/genotypes"), store.find(f"{BRANCH}/phenotype")
    methods = {"no_transfer": store.find(f"{BRANCH}/no_transfer"), **methods}
    return stages.score_final(config, store, "YRI_3_1", people, trait, methods)


def scaled(files):
    """Every weight times 1 + 1e-15, as another processor may give it."""
    model = json.loads(files["model.linear.json"])
    weights = [weight * (1 + 1e-15) for weight in model["weights"]]
    assert weights != model["weights"]
    content = json.dumps(model | {"weights": weights}).encode()
    card = json.loads(files["card.json"]) | {"model_sha256": sha256_of(content)}
    return {"model.linear.json": content, "card.json": json.dumps(card).encode()}


def choosing(**columns):
    """The same candidates, of which another was chosen."""

    def change(files):
        import io

        table = pd.read_parquet(io.BytesIO(files["candidates.parquet"])).assign(**columns)
        buffer = io.BytesIO()
        table.to_parquet(buffer, schema=CANDIDATES)
        return {"candidates.parquet": buffer.getvalue()}

    return change


def times_opened(store):
    (text,) = Records(store.root / OPENINGS).values()
    return Opening.from_json(text).times


def results_of(store, ref: ArtifactRef) -> pd.DataFrame:
    return store.read(ref).read_table("results.parquet", RESULTS)


def test_a_finished_study_opened_its_sealed_people_once_and_says_so(finished):
    assert times_opened(finished) == 1
    page = finished.read(finished.find("studies/quick/report")).read_bytes("report.html").decode()
    assert "The sealed people were opened once." in page
    assert "Is somebody in the study twice?" in page
    made = version_at(finished, finished.find("studies/quick/results"))
    assert f"Study “quick”: {made}</p>" in page


def test_times_are_those_of_the_stages_that_the_report_was_made_from(finished):
    finished.run(f"{BRANCH}/pooled", lambda out: out.write_text("left", "over"), params={})
    own = set(read_study_table(finished, "quick", "times")["stage"])
    assert {"large_cohort", "people", "phenotype", "plots", "linear_transfer", "scores", "results", "report"} <= own
    assert "pooled" not in own


def test_weights_that_differ_in_their_last_digit_are_the_same_selection(store):
    before = results_of(store, store.find(f"{BRANCH}/scores"))
    after = results_of(store, remade(store, scaled))
    pd.testing.assert_frame_equal(before, after)
    assert times_opened(store) == 2
    assert opened_text(Records(store.root / OPENINGS)).startswith(
        "The sealed people were opened 2 times, each time to "
    )


@pytest.mark.parametrize("columns", [{"algorithm": "Another"}, {"subset": 99}, {"frozen_layers": 3}])
def test_another_model_is_a_second_look(store, columns):
    with pytest.raises(LeakageError, match="opened before, for the selection"):
        remade(store, choosing(**columns))
    assert times_opened(store) == 1


def test_other_variants_are_a_second_look(store):
    def change(files):
        return {"variants.json": json.dumps(json.loads(files["variants.json"])[::-1]).encode()}

    with pytest.raises(LeakageError, match="opened before, for the selection"):
        remade(store, change)


@pytest.mark.parametrize(
    ("change", "refused"), [("training.learning_rate=0.5", True), ("selection.confidence=0.9", False)]
)
def test_other_settings_of_learning_are_a_second_look(store, change, refused):
    config = with_overrides(CONFIG, [change])
    seen = pytest.raises(LeakageError, match="opened before, for the selection") if refused else nullcontext()
    with seen:
        remade(store, scaled, config)
    assert times_opened(store) == (1 if refused else 2)


def test_people_made_again_with_the_same_genotypes_are_the_same_people(store):
    people = store.find("studies/quick/cohorts/final")
    run_stages(with_overrides(CONFIG, ["cohorts.write_gen=true"]), store, at_once, at_once)
    assert store.find("studies/quick/cohorts/final") != people
    assert times_opened(store) == 2
    page = store.read(store.find("studies/quick/report")).read_bytes("report.html").decode()
    assert "The sealed people were opened 2 times, each time to score the same choice of models." in page
