import pytest

from gtl.errors import ArtifactCorrupt, InputError
from gtl.learn.model_card import ModelCard
from gtl.models.registry import export, load_model, model_table, stored_model, stored_models, verify
from tests.stored import folder_of

NAMES = ["YRI_5_1/networks/Model-1/subset-01", "YRI_5_1/networks/Model-1/subset-02", "YRI_5_1/no_transfer"]


def test_every_model_of_a_finished_stage_is_listed(store):
    models = stored_models(store, "tiny")
    assert [model.name for model in models] == NAMES
    table = model_table(models)
    assert table["algorithm"].tolist() == ["Model 1", "Model 1", "Decision tree"]
    assert table["n_snps"].tolist() == [3, 3, 3]
    assert table["test_accuracy"].tolist() == [0.75, 0.75, 0.75]


def test_leftovers_of_other_settings_are_no_models_of_a_study_with_results(store, card, predictor):
    branch = "studies/tiny/phenotypes/YRI_5_1"
    part = store.find(f"{branch}/networks/Model-1")

    def index(out):
        out.write_json("index.json", {"Model 1": part.to_json()})

    def model(out):
        out.write_bytes("model.skops", predictor.to_bytes())
        out.write_text("card.json", card.to_json())

    networks = store.run(f"{branch}/networks", index, params={})
    inputs = {"no_transfer": store.find(f"{branch}/no_transfer"), "networks": networks}
    store.run(f"{branch}/pooled", model, params={})
    store.run(f"{branch}/networks/Model-2", model, params={})
    assert len(stored_models(store, "tiny")) == len(NAMES) + 2
    store.run("studies/tiny/results", lambda out: out.write_text("a", "x"), params={}, inputs=inputs)
    assert [model.name for model in stored_models(store, "tiny")] == NAMES


def test_a_model_is_found_by_name(store, card):
    assert stored_model(store, "tiny", "YRI_5_1/no_transfer").card == card
    with pytest.raises(InputError, match=r"has no model 'x'; it has 3, such as YRI_5_1/networks/Model-1/subset-01"):
        stored_model(store, "tiny", "x")
    with pytest.raises(InputError, match="study 'none' has no models in"):
        stored_models(store, "none")


def test_a_changed_model_is_found_and_never_loaded_or_copied(store, tmp_path):
    assert list(verify(stored_models(store, "tiny"))) == [(name, "") for name in NAMES]
    path = folder_of(tmp_path / "results", "studies/tiny/phenotypes/YRI_5_1/no_transfer") / "model.skops"
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    problems = dict(verify(stored_models(store, "tiny")))
    assert "are not those that were written" in problems[NAMES[2]]
    assert [problems[name] for name in NAMES[:2]] == ["", ""]
    with pytest.raises(ArtifactCorrupt, match="are not those that were written"):
        export([stored_model(store, "tiny", NAMES[2])], tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
    with pytest.raises(ArtifactCorrupt, match="its card says"):
        load_model(str(path))


def test_the_models_are_those_that_the_results_were_made_from(store):
    key = "studies/tiny/phenotypes/YRI_5_1"
    own = store.find(f"{key}/no_transfer")
    results = store.run("studies/tiny/results", lambda out: out.write_text("a", "x"), params={}, inputs={"own": own})
    later = store.run(f"{key}/no_transfer", lambda out: out.write_bytes("model.skops", b"later"), params={"x": 1})
    assert store.find(f"{key}/no_transfer") == later
    assert results == store.find("studies/tiny/results")
    [model] = stored_models(store, "tiny")
    assert (model.name, list(verify([model]))) == ("YRI_5_1/no_transfer", [("YRI_5_1/no_transfer", "")])


def test_exported_and_stored_models_are_the_same(store, tmp_path, card):
    paths = export(stored_models(store, "tiny"), tmp_path / "out")
    assert [path.name for path in paths] == [f"{name.replace('/', '-')}.skops" for name in NAMES]
    exported, _ = load_model(str(paths[2]))
    stored, _ = load_model(store.uri("studies/tiny/phenotypes/YRI_5_1/no_transfer/model.skops"))
    assert exported == stored == card
    assert ModelCard.from_json(paths[2].with_suffix(".json").read_text()) == card


@pytest.mark.parametrize(("name", "reason"), [("a.yaml", "there is a file"), ("a.yaml/x", "Not a directory")])
def test_models_are_not_copied_to_what_is_no_folder(store, tmp_path, name, reason):
    (tmp_path / "a.yaml").write_text("kept")
    with pytest.raises(InputError, match=rf"cannot be copied to .*{name} \({reason}\); name a folder"):
        export(stored_models(store, "tiny"), tmp_path / name)
    assert (tmp_path / "a.yaml").read_text() == "kept"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("model.pkl", r"expected a file that ends with \.skops or \.keras or \.linear\.json"),
        ("card.json", "expected a file that ends with"),
        ("none.keras", "no such file"),
        ("none.linear.json", "no such file"),
    ],
)
def test_what_is_no_model_is_refused(tmp_path, name, message):
    with pytest.raises(InputError, match=message):
        load_model(str(tmp_path / name))


def test_a_model_without_its_card_is_refused(tmp_path):
    (tmp_path / "model.skops").write_bytes(b"x")
    with pytest.raises(InputError, match=r"card\.json: no such file; a model needs its card beside it"):
        load_model(str(tmp_path / "model.skops"))
