import pytest

from gtl.config import StudyConfig, flatten, load_study, preset, schedule_of, with_overrides
from gtl.config.answers import study_of_answers
from gtl.config.genotypes import PANEL_FILES, PanelConfig
from gtl.errors import InputError


@pytest.mark.parametrize("name", ["quick", "paper", "reproduction"])
def test_presets_survive_the_trigger_form(name):
    assert study_of_answers(flatten(preset(name))) == preset(name)


def test_the_paper_preset_has_the_papers_numbers():
    config = preset("paper")
    assert [str(code) for code in config.codes()] == [
        "YRI_5_1", "YRI_5_2", "YRI_5_3", "YRI_5_4", "YRI_10_1", "YRI_10_2", "YRI_10_3", "YRI_10_4",
    ]  # fmt: skip
    assert (config.cohorts.large, config.cohorts.small, config.cohorts.final) == (1000, 100, 50)
    # The paper's people are HAPGEN2's, which the reproduction has, too; others are closer to their panel.
    assert config.cohorts.copying == preset("reproduction").cohorts.copying == "growing"
    assert preset("quick").cohorts.copying == StudyConfig().cohorts.copying == "panel"
    assert (config.split.large_train, config.split.large_validation, config.split.large_test) == (700, 100, 200)
    assert (config.split.small_train, config.split.small_validation, config.split.small_test) == (70, 10, 20)
    assert (config.panel.variants_large, config.panel.variants_small, config.panel.variants_shared) == (
        101053, 136021, 62283,
    )  # fmt: skip
    phenotypes = config.phenotypes
    assert phenotypes.genetic_variance * phenotypes.snp_share == pytest.approx(0.01)
    assert len(config.training.networks) == 9
    assert config.training.epochs == config.transfer.epochs == 50
    preselection = config.preselection
    assert (len(preselection.p_values_large), len(preselection.p_values_small)) == (10, 13)


def test_a_file_starts_from_its_preset_and_overrides_win(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("preset: quick\nname: mine\ntraining: {epochs: 5}\nschedule: '@weekly'\n")
    config = load_study(file, ["training.batch_size=10"])
    assert (config.name, config.training.epochs, config.training.batch_size) == ("mine", 5, 10)
    assert config.cohorts == preset("quick").cohorts
    assert schedule_of(file) == "@weekly"


def test_every_file_of_the_panel_is_known_to_be_one():
    paths = {name for name, field in PanelConfig.model_fields.items() if field.annotation == str | None}
    assert paths == set(PANEL_FILES)


def test_paths_are_relative_to_the_file(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("panel: {source: oxford, hap_large: a.hap, hap_small: b.hap, legend: c, genetic_map: ../d}\n")
    panel = load_study(file).panel
    assert panel.hap_large == str(tmp_path / "a.hap")
    assert panel.genetic_map == str(tmp_path.parent / "d")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cohort: {large: 3}", "unknown field cohort; did you mean cohorts?"),
        ("training: {epoch: 3}", r"unknown field training.epoch; did you mean training.epochs?"),
        ("cohorts: {large: 900}", "700 . 100 . 200 = 1000, but cohorts.large is 900; make them equal"),
        ("training: {epochs: many}", "training.epochs: .*valid integer.*'many'"),
        ("populations: {large: YRI}", "same code 'YRI'"),
        ("panel: {source: vcf}", "needs panel.vcf, panel.sample_table, panel.genetic_map"),
        ("name: ../../etc", "name: .* is not a name of lower-case letters, digits, - and _ that begins"),
        ("populations: {small: $(id)}", "populations.small: .* is not a code of letters, digits and - that begins"),
        (
            "training: {networks: [{name: Model 1, layers: [[dense, 2]]}, {name: Model-1, layers: [[dense, 2]]}]}",
            "training.networks: the names 'Model 1' and 'Model-1' are both Model-1 in the store",
        ),
        (
            "training: {networks: [{name: A, layers: [[dense, 3], [dense, 2]]}, {name: A, layers: [[dense, 2]]}]}",
            "training.networks: the names 'A' and 'A' are both A in the store; give each network a name of its own",
        ),
        ("- a list", "expected `field: value` lines, got a list"),
        ("", "expected `field: value` lines, got nothing"),
        ("# name: x", "expected `field: value` lines, got nothing"),
        ("name: Ren\udce9", r"mine\.yaml is not text in UTF-8; save it so"),
        ("a: [", "is not YAML"),
        ("traits: {names: height}", r"traits\.names: expected a list, such as \[a, b\] \(got 'height'\)"),
        ("files: 3", "files: expected a section: lines `name: value` below it"),
        ("preset: fast", "preset 'fast' does not exist; choose one of paper, quick"),
        ("schedule: 5", None),
        ("name: 2024", "name: expected text, got 2024; put it in quotes"),
        ("name: 2024-11-22", "name: expected text, got 2024-11-22; put it in quotes"),
        ("populations: {small: NO}", "populations.small: expected text, got False; put it in quotes"),
        ("panel: {chromosome: true}", "panel.chromosome: expected text, got True; put it in quotes"),
        ("training: {learning_rate: .inf}", r"training.learning_rate: .*finite number \(got inf\)"),
        ("training: {learning_rate: 1e999}", r"training.learning_rate: .*finite number"),
        ("phenotypes: {threshold: .nan}", r"phenotypes.threshold: .*finite number \(got nan\)"),
        ("phenotypes: {covariates: [{mean: -.inf}]}", r"phenotypes.covariates.0.mean: .*finite number"),
        ("preselection: {p_values_large: [.nan]}", r"preselection.p_values_large.0: .*finite number"),
        ("cohorts: {theta: 1e300}", "cohorts.theta: .*less than or equal to 100"),
        ("roles: {column: set, learning: [a, b], final: [b]}", "roles: b is in roles.learning and in roles.final"),
        ("transfer: {methods: [no_transfer, tca, tca]}", "transfer.methods: tca is named more than once; name it once"),
        ("classical: {models: [SVM, Random forest, SVM]}", "classical.models: SVM is named more than once"),
    ],
)
def test_mistakes_are_named(tmp_path, text, said):
    file = tmp_path / "mine.yaml"
    file.write_text(text, errors="surrogateescape")
    if said is None:
        with pytest.raises(InputError, match="schedule: expected text"):
            schedule_of(file)
        return
    with pytest.raises(InputError, match=said.replace("?", r"\?")):
        load_study(file)


@pytest.mark.parametrize("text", ["classical: {models: [SVN]}", "preselection: {p_values_large: [2, 0.1]}"])
def test_a_bad_element_is_one_mistake_and_not_two(tmp_path, text):
    (tmp_path / "mine.yaml").write_text(text)
    with pytest.raises(InputError) as caught:
        load_study(tmp_path / "mine.yaml")
    assert "should have at least" not in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_an_empty_list_is_too_short():
    with pytest.raises(InputError, match=r"classical\.models: Tuple should have at least 1 item.* \(got \[\]\)"):
        with_overrides(StudyConfig(), ["classical.models=[]"])


def test_a_chromosome_may_be_written_as_a_number():
    assert with_overrides(StudyConfig(), ["panel.chromosome=22"]).panel.chromosome == "22"


@pytest.mark.parametrize("content", [b"\x1f\x8b\x08\0", b"FID\tIID\n"])
def test_what_is_no_study_file_is_told(tmp_path, content):
    (tmp_path / "small.vcf.gz").write_bytes(content)
    with pytest.raises(InputError, match=r"small\.vcf\.gz is no study file; give a \.yaml"):
        load_study(tmp_path / "small.vcf.gz")


def test_a_folder_is_told(tmp_path):
    with pytest.raises(InputError, match=r"is a folder; give the study file in it, or write one: gtl new"):
        load_study(tmp_path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.yaml does not exist"):
        load_study(tmp_path / "none.yaml")


@pytest.mark.parametrize("item", ["training.epochs", "=3", "training=3", "training.epochs.x=3"])
def test_bad_overrides_are_refused(item):
    with pytest.raises(InputError):
        with_overrides(StudyConfig(), [item])


def test_the_reproduction_is_the_paper_with_more_repetitions():
    paper, repeated = flatten(preset("paper")), flatten(preset("reproduction"))
    assert {key for key in paper if paper[key] != repeated[key]} == {
        "name", "cohorts.fresh", "phenotypes.iterations", "association.plots", "transfer.methods",
    }  # fmt: skip
    assert len(preset("reproduction").codes()) == 20


def test_a_store_in_the_home_folder_is_there_and_not_in_a_folder_called_tilde(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    study = tmp_path / "s.yaml"
    study.write_text("preset: quick\nstore: ~/results\n")
    assert load_study(study).store == f"{tmp_path}/results"
    assert with_overrides(preset("quick"), ["store=~/x"]).store == f"{tmp_path}/x"
    monkeypatch.setenv("GTL_STORE", "~/y")
    assert StudyConfig.model_validate({"store": "~/y"}).store == f"{tmp_path}/y"
    assert with_overrides(preset("quick"), ["store=s3://one@bucket/~"]).store == "s3://one@bucket/~"
