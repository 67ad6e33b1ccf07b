"""Every DAG can be read, is complete, and is fast to read."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from gtl.config import flatten, load_study, preset, with_overrides
from gtl.config.answers import answers_of, study_of_answers
from gtl.config.fields import Kind, setting_fields
from gtl.methods.registry import METHODS
from gtl.stages import list_traits as list_traits_stage
from gtl.store import ArtifactRef, Store
from operators.dags import all_dags
from operators.dags.scheduled_studies import scheduled_studies
from operators.form import ASKED, ENTRANCES, FIRST, study_params
from operators.pools import pools
from tests.dags.conftest import DAGS

HEAVY = ("tensorflow", "keras", "sklearn", "pandas", "scipy", "matplotlib", "pyarrow", "msprime")

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


def tasks(bag):
    return [(dag, task) for dag in bag.dags.values() for task in dag.tasks]


def test_no_file_fails_to_import(bag):
    assert bag.import_errors == {}
    assert {"transfer_study", "reference_panel", "study_weekly-quick"} <= set(bag.dags)


def test_every_dag_says_what_it_is(bag):
    for dag in bag.dags.values():
        assert dag.doc_md.strip().startswith("#")
        assert "gtl" in dag.tags
        assert dag.description


def test_every_task_has_owner_retries_timeout_and_a_pool_that_exists(bag):
    known = set(pools()) | {"default_pool"}
    for dag, task in tasks(bag):
        assert task.owner == "gtl"
        assert task.execution_timeout is not None
        assert task.pool in known, f"{dag.dag_id}.{task.task_id}"
        assert task.retries == 3
        assert task.retry_policy is not None


def test_bad_input_is_not_retried(bag):
    from airflow.sdk.definitions.retry_policy import RetryAction

    from gtl.errors import InputError, StoreUnavailable

    policy = bag.dags["transfer_study"].tasks[0].retry_policy
    assert policy.evaluate(InputError("x"), 1, 3).action is RetryAction.FAIL
    assert policy.evaluate(StoreUnavailable("x"), 1, 3).action is RetryAction.DEFAULT


def test_edges_of_the_study(bag):
    dag = bag.dags["transfer_study"]
    edges = {_name(task.task_id): _upstream(task) for task in dag.tasks}
    people = {"large_cohort", "small_cohort", "final_cohort"}
    of_people = {"genotypes", "people", "traits"}
    listed, passed, branch = {"list_traits"}, {"list_chromosomes", "split"}, {"list_branches"}
    method = branch | {"choose_methods", "subsets_large", "subsets_small"}
    assert edges == {
        "begin": set(),
        "panel": {"begin"},
        "choose_methods": {"begin"},
        "list_imports": {"panel"},
        "import": {"panel", "list_imports"},
        **{name: {"panel", "begin", "import"} for name in ("large_cohort", "small_cohort")},
        "final_cohort": {"panel", "begin", "small_cohort"},
        "genotypes": people | {"begin"},
        **{name: {"genotypes", "begin"} for name in of_people - {"genotypes"}},
        "sources": {"genotypes", "traits", "begin"},
        "list_traits": of_people,
        "phenotype": listed,
        "split": listed | {"phenotype"},
        "list_chromosomes": {"genotypes", "sources"},
        "association_large": passed,
        "association_small": passed,
        "list_branches": {
            "list_traits", "list_chromosomes", "phenotype", "split", "association_large", "association_small"
        },
        "subsets_large": branch,
        "subsets_small": branch,
        "plots": branch,
        "networks": branch | {"subsets_large"},
        **{name: method for name in METHODS},
        "deep_transfer": method | {"networks"},
        "scores": branch | set(METHODS),
        "results": {"scores", "subsets_large", "subsets_small", "people", "genotypes", "sources"},
        "report": {"results", "plots"},
    }  # fmt: skip


def test_only_what_may_wait_for_skipped_tasks_runs_after_them(bag):
    rules = {_name(task.task_id): task.trigger_rule.value for task in bag.dags["transfer_study"].tasks}
    assert {name: rule for name, rule in rules.items() if rule != "all_success"} == dict.fromkeys(
        ("large_cohort", "small_cohort", "scores"), "none_failed"
    )


def test_a_simulation_lists_nothing_to_import(tmp_path):
    from operators.study_graph import list_imports

    params = flatten(with_overrides(preset("quick"), [f"store={tmp_path}"]))
    assert list_imports.function({"key": "panel", "sha256": 64 * "0"}, params=params) == []


def test_passes_gather_all_traits_and_the_last_stages_all_but_each_other_s_output(bag):
    gathered = {_name(task.task_id): getattr(task, "gathered", ()) for task in bag.dags["transfer_study"].tasks}
    assert {name: set(arguments) for name, arguments in gathered.items() if arguments} == {
        "association_large": {"splits"},
        "association_small": {"splits"},
        "results": {"scores", "subsets_large", "subsets_small", "people", "genotypes", "sources"},
        "report": {"plots"},
    }


def _upstream(task):
    return {_name(task_id) for task_id in task.upstream_task_ids}


def _name(task_id):
    return task_id.rpartition(".")[2]


def test_scheduled_studies_have_the_same_tasks(bag):
    study, scheduled = bag.dags["transfer_study"], bag.dags["study_weekly-quick"]
    assert {task.task_id: task.upstream_task_ids for task in study.tasks} == {
        task.task_id: task.upstream_task_ids for task in scheduled.tasks
    }
    assert scheduled.params["name"] == "weekly-quick"


def test_a_scheduled_study_s_relative_store_is_the_same_wherever_a_worker_stands(tmp_path, monkeypatch):
    from airflow.dag_processing.dagbag import DagBag

    dags = shutil.copytree(DAGS, tmp_path / "dags")
    monkeypatch.setenv("AIRFLOW__CORE__DAGS_FOLDER", str(dags))
    for name, store in {"near": "results/near", "far": "s3://mine@bucket/far"}.items():
        (dags / "studies" / f"{name}.yaml").write_text(f"preset: quick\nname: {name}\nstore: {store}\n")
    read = DagBag(str(dags / "gtl_dags.py")).dags
    assert read["study_near"].params["store"] == str(tmp_path / "results" / "near")
    assert read["study_far"].params["store"] == "s3://mine@bucket/far"


@pytest.fixture
def scheduled(tmp_path):
    """Reads scheduled studies, written from file name → text: the DAGs, and what Airflow shows as an import error."""
    from airflow.dag_processing.dagbag import DagBag

    def read(**files):
        dags = shutil.copytree(DAGS, tmp_path / "dags")
        for path in (dags / "studies").iterdir():
            path.unlink()
        for name, text in files.items():
            (dags / "studies" / name.replace("__", ".")).write_text(text)
        found = DagBag(str(dags / "gtl_dags.py"))
        return set(found.dags) - {"transfer_study", "reference_panel"}, "".join(found.import_errors.values())

    return read


@pytest.mark.parametrize("wanted", ["transfer_study", "reference_panel", "study_fine", "study_of-nobody"])
def test_a_task_reads_no_dag_but_its_own(tmp_path, monkeypatch, wanted):
    for name in ("fine", "other"):
        (tmp_path / f"{name}.yaml").write_text(f"preset: quick\nname: {name}\n")
    with monkeypatch.context() as task:
        task.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", wanted)
        found = all_dags(tmp_path)
    assert [*found] == ([] if wanted == "study_of-nobody" else [wanted])
    assert set(all_dags(tmp_path)) == {"transfer_study", "reference_panel", "study_fine", "study_other"}


FINE = {"fine__yaml": "preset: quick\nname: fine\nschedule: '@weekly'\n"}


@pytest.mark.parametrize(
    "file", ["study_dag", "load_study", "anchored", "schedule_of", "DOC", "HOME", "DAG", "my study"]
)
def test_a_study_file_may_have_any_name(scheduled, file):
    assert scheduled(**FINE, **{f"{file}__yaml": "preset: quick\nname: dag\n"}) == ({"study_fine", "study_dag"}, "")


def test_a_study_file_may_end_in_yml(scheduled):
    assert scheduled(mine__yml="preset: quick\nname: mine\n") == ({"study_mine"}, "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: [\n", r"bad\.yaml.* is not YAML"),
        ("preset: quick\nname: Not A Name\n", r"bad\.yaml: name: "),
        ("preset: quick\nname: bad\nschedule: every tuesday\n", r"bad\.yaml: schedule: .*Expected cron such as"),
        ("preset: quick\nname: bad\nschedule: '@fortnightly'\n", r"bad\.yaml: schedule: .*Expected cron such as"),
        (
            "preset: quick\nname: bad\nschedule: 0 0 31 2 *\n",
            r"bad\.yaml: schedule: failed to find .* date",
        ),
        ("preset: quick\nname: bad\nschedule: 0 0 3 * * 1 2020\n", r"bad\.yaml: schedule: failed to find next date"),
        ("a: " + "[" * 3000, r"bad\.yaml is nested too deeply; settings have three levels"),
        ("preset: quick\nname: bad\nschedule: 5\n", r"bad\.yaml: schedule: expected text"),
        ("preset: quick\nname: fine\n", r"studies: bad\.yaml and fine\.yaml have the same `name: fine`"),
    ],
)
def test_what_is_wrong_with_a_study_file_is_an_import_error_and_others_stay(scheduled, text, said):
    good = {"good__yaml": "preset: quick\nname: good\nschedule: panel\n"}
    found, error = scheduled(**FINE, **good, bad__yaml=text)
    assert re.search(said, error)
    assert found == ({"study_good"} if "name: fine" in text else {"study_good", "study_fine"})


def test_files_that_editors_and_systems_leave_are_not_looked_at(scheduled, tmp_path):
    left = {name: "\0no study" for name in ("._fine__yaml", "__hidden__yaml", "fine__yaml~", "__fine__yaml__swp")}
    assert scheduled(**FINE, **left) == ({"study_fine"}, "")


def test_a_pipe_holds_nobody(tmp_path):
    os.mkfifo(tmp_path / "x.yaml")
    dags = scheduled_studies(tmp_path)
    from airflow.sdk.exceptions import AirflowTimetableInvalid

    with pytest.raises(AirflowTimetableInvalid, match=r"study file: .*x\.yaml is a pipe, not a file"):
        dags["scheduled_studies"].validate()


def test_every_study_file_that_is_wrong_is_named(scheduled):
    found, error = scheduled(a__yaml="name: [", b__yaml="name: b\nschedule: never\n", c__yaml="nam: c\n", **FINE)
    assert found == {"study_fine"}
    assert all(f"{name}.yaml" in error for name in "abc")


def test_instances_show_their_trait_set_of_cohorts_or_chromosome(bag):
    code, cohort_set = "{{ task.arguments['code'] }}", "{{ task.arguments['cohort_set'] }}"
    shown = {
        "trait": code, "branch": code, "cohorts": cohort_set,
        "chromosome": cohort_set + " {{ task.arguments['chromosome'] }}",
        "imports": cohort_set + " {{ task.arguments['cohort'] }} {{ task.arguments['chromosome'] }}",
    }  # fmt: skip
    for task in bag.dags["transfer_study"].tasks:
        group = task.task_id.rpartition(".")[0]
        assert task.map_index_template == shown.get(group)


@pytest.mark.parametrize(("fresh", "sets"), [(False, ["shared"]), (True, ["1", "2"])])
def test_each_trait_gets_the_people_of_its_iteration(tmp_path, fresh, sets):
    from operators.study_graph import TRAIT_INPUTS, list_traits

    changes = [f"cohorts.fresh={fresh}", "phenotypes.iterations=2", "phenotypes.risk_snps=[5, 10]"]
    config = with_overrides(preset("quick"), [*changes, f"store={tmp_path}"])
    params = flatten(config)
    assert config.cohort_sets() == sets
    one = ArtifactRef("studies/quick/genotypes", 64 * "0")  # simulated traits are listed without a look at genotypes
    traits = [list_traits_stage(config, Store(config.store), one, name).to_json() for name in sets]
    given = {name: [{"key": f"{name} of {cohorts}"} for cohorts in sets] for name in TRAIT_INPUTS} | {"traits": traits}
    bare = {name: outputs if fresh else outputs[0] for name, outputs in given.items()}  # as Airflow gives a lone one
    listed = list_traits.function(**bare, params=params)
    assert [item["code"] for item in listed] == ["YRI_5_1", "YRI_5_2", "YRI_10_1", "YRI_10_2"]
    own = sets * (4 // len(sets))
    assert [item["people"]["key"] for item in listed] == [f"people of {cohorts}" for cohorts in own]


@pytest.mark.parametrize(("fresh", "sets"), [(False, ["shared"]), (True, ["1", "2"])])
def test_each_branch_gets_its_own_roles_and_its_people_s_associations(tmp_path, fresh, sets):
    from operators.study_graph import list_branches, list_chromosomes

    changes = [f"cohorts.fresh={fresh}", "phenotypes.iterations=2", "phenotypes.risk_snps=[5]", f"store={tmp_path}"]
    config = with_overrides(preset("quick"), changes)
    params, store = flatten(config), Store(str(tmp_path))
    genotypes = [
        store.run(name, lambda out: out.write_json("chromosomes.json", ["21", "X"]), params={}).to_json()
        for name in sets
    ]
    sources = [f"sources of {name}" for name in sets]
    given = (genotypes, sources) if fresh else (genotypes[0], sources[0])
    chromosomes = list_chromosomes.function(*given, params=params)
    assert chromosomes == [
        {"cohort_set": name, "chromosome": chromosome, "genotypes": ref, "sources": f"sources of {name}"}
        for name, ref in zip(sets, genotypes, strict=True)
        for chromosome in ("21", "X")
    ]
    codes = ["YRI_5_1", "YRI_5_2"]
    traits = [{"code": code, "genotypes": genotypes[place % len(sets)]} for place, code in enumerate(codes)]
    key = "studies/quick/phenotypes/{}/{}"
    made = {name: [[{"key": key.format(code, name)}] for code in codes] for name in ("phenotype", "split")}
    passes = {
        f"association_{name}": [f"{name} of {item['cohort_set']}, {item['chromosome']}" for item in chromosomes]
        for name in ("large", "small")
    }
    branches = list_branches.function(traits, chromosomes, **made, **passes, params=params)
    own = sets * (2 // len(sets))
    assert branches == [
        {
            "code": code, "genotypes": trait["genotypes"], "sources": f"sources of {cohorts}",
            "phenotype": [{"key": key.format(code, "phenotype")}], "split": [{"key": key.format(code, "split")}],
            "association_large": {"21": f"large of {cohorts}, 21", "X": f"large of {cohorts}, X"},
            "association_small": {"21": f"small of {cohorts}, 21", "X": f"small of {cohorts}, X"},
        }
        for code, trait, cohorts in zip(codes, traits, own, strict=True)
    ]  # fmt: skip


@pytest.mark.parametrize("fresh", [False, True])
def test_each_trait_gets_the_people_of_its_small_population(tmp_path, fresh):
    from operators.study_graph import TRAIT_INPUTS, list_traits

    changes = ["populations.small=[YRI, JPT]", f"cohorts.fresh={fresh}", "phenotypes.iterations=2"]
    config = with_overrides(preset("quick"), [*changes, "phenotypes.risk_snps=[5]", f"store={tmp_path}"])
    params, one = flatten(config), ArtifactRef("studies/quick/genotypes", 64 * "0")
    sets = config.cohort_sets()
    assert sets == (["YRI_1", "YRI_2", "JPT_1", "JPT_2"] if fresh else ["YRI", "JPT"])
    traits = [list_traits_stage(config, Store(config.store), one, name).to_json() for name in sets]
    given = {name: [{"key": f"{name} of {cohorts}"} for cohorts in sets] for name in TRAIT_INPUTS} | {"traits": traits}
    listed = {item["code"]: item["people"]["key"] for item in list_traits.function(**given, params=params)}
    assert listed == {
        f"{name}_5_{number}": f"people of {name}_{number}" if fresh else f"people of {name}"
        for name in ("YRI", "JPT")
        for number in (1, 2)
    }


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


def test_a_study_of_two_small_populations_comes_back_from_the_form(bag, tmp_path):
    study = tmp_path / "two.yaml"
    study.write_text(TWO)
    config = load_study(study)
    params = bag.dags["transfer_study"].params
    conf = json.loads(json.dumps(flatten(config)))
    assert set(conf) == set(params) - {"preset"}
    assert study_of_answers({name: params.get_param(name).resolve(value) for name, value in conf.items()}) == config
    assert conf["populations.small"] == ["YRI", "JPT"]
    assert conf["files.populations"]["YRI"]["small"]["genotypes"] == str(tmp_path / "yri.vcf.gz")


def test_the_form_takes_small_populations_as_a_text(bag):
    field = bag.dags["transfer_study"].params.get_param("populations.small")
    assert field.schema["type"][0] == "string"  # what the page draws: a field for text
    assert field.resolve("YRI, JPT") == "YRI, JPT"
    assert study_of_answers({"populations.small": "YRI, JPT"}).populations.small == ("YRI", "JPT")


def test_dags_are_read_within_their_time_budget(bag):
    assert bag.parse_seconds < 10  # Airflow reads them over and over; measured 0.2 s


def test_no_task_has_a_copy_of_the_parameters_of_its_dag(bag):
    """Airflow checks all of them again for every task, which took ten seconds at each reading."""
    assert {len(task.params) for _, task in tasks(bag) if task.dag.dag_id != "reference_panel"} == {0}


def test_reading_a_dag_loads_nothing_heavy():
    program = f"import sys; import gtl_dags; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd="dags", capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip().splitlines()[-1] == "[]"


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
    study = tmp_path / "mine.yaml"
    study.write_text(REAL)
    config = load_study(study)
    params = bag.dags["transfer_study"].params
    conf = json.loads(json.dumps(flatten(config)))
    assert set(conf) == set(params) - {"preset"}
    resolved = {name: params.get_param(name).resolve(value) for name, value in conf.items()}
    assert study_of_answers(resolved) == config
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


def test_the_study_s_own_description_names_its_tasks(bag):
    dag = bag.dags["transfer_study"]
    for name in ("panel", "large_cohort", "genotypes", "people", "traits", "phenotype", "split", "scores", "report"):
        assert f"`{name}`" in dag.doc_md, name
        assert any(_name(task.task_id) == name for task in dag.tasks), name
