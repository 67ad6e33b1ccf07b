"""Every DAG can be read, is complete, and is fast to read."""

import subprocess
import sys

import pytest

from gtl.config import flatten, preset, with_overrides
from gtl.methods.registry import METHODS
from gtl.stages import list_traits as list_traits_stage
from gtl.store import ArtifactRef, Store
from operators.pools import pools

HEAVY = ("tensorflow", "keras", "sklearn", "pandas", "scipy", "matplotlib", "pyarrow", "msprime")


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


def test_the_study_s_own_description_names_its_tasks(bag):
    dag = bag.dags["transfer_study"]
    for name in ("panel", "large_cohort", "genotypes", "people", "traits", "phenotype", "split", "scores", "report"):
        assert f"`{name}`" in dag.doc_md, name
        assert any(_name(task.task_id) == name for task in dag.tasks), name
