"""Every DAG can be read, is complete, and is fast to read."""

import shutil
import subprocess
import sys

import pytest

from gtl.config import flatten, preset, with_overrides
from operators.pools import pools
from tests.dags.conftest import DAGS

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
    listed = {"list_phenotypes"}
    chosen = listed | {"choose_methods"}
    people = {"simulate_large_cohort", "simulate_small_cohort", "simulate_final_cohort"}
    subsets = {"preselect_snps_large", "preselect_snps_small"}
    methods = {
        "no_transfer", "snp_transfer", "snp_transfer_large", "deep_transfer", "majority", "pooled", "linear_transfer",
        "polygenic_score", "bayesian_score", "coral", "tca", "oracle",
    }  # fmt: skip
    assert edges == {
        "build_panel": set(),
        "list_cohorts": set(),
        "choose_methods": set(),
        **{name: {"build_panel", "list_cohorts"} for name in people},
        "harmonise_variants": people | {"list_cohorts"},
        "compute_kinship_large": {"harmonise_variants", "list_cohorts"},
        "compute_kinship_small": {"harmonise_variants", "list_cohorts"},
        "list_phenotypes": {"harmonise_variants", "compute_kinship_large", "compute_kinship_small"},
        "simulate_phenotype": listed,
        "control_quality": listed | {"simulate_phenotype"},
        "split_samples": listed | {"simulate_phenotype", "control_quality"},
        "associate_large": listed | {"split_samples"},
        "associate_small": listed | {"split_samples"},
        "preselect_snps_large": listed | {"control_quality", "associate_large"},
        "preselect_snps_small": listed | {"control_quality", "associate_small"},
        "plot_association": listed | {"simulate_phenotype", "split_samples", "associate_large", "associate_small"},
        "train_networks": listed | {"split_samples", "preselect_snps_large"},
        **{name: chosen | subsets | {"split_samples"} for name in methods},
        "deep_transfer": chosen | subsets | {"split_samples", "train_networks"},
        "oracle": chosen | subsets | {"split_samples", "simulate_phenotype"},
        "score_final": listed | methods | {"simulate_phenotype"},
        "tabulate_results": {"score_final"} | subsets,
        "write_report": {"tabulate_results", "plot_association"},
    }


def _upstream(task):
    return {_name(task_id) for task_id in task.upstream_task_ids}


def _name(task_id):
    return task_id.removeprefix("phenotype.").removeprefix("cohorts.")


def test_scheduled_studies_have_the_same_tasks(bag):
    study, scheduled = bag.dags["transfer_study"], bag.dags["study_weekly-quick"]
    assert {task.task_id: task.upstream_task_ids for task in study.tasks} == {
        task.task_id: task.upstream_task_ids for task in scheduled.tasks
    }
    assert scheduled.params["name"] == "weekly-quick"


def test_a_scheduled_study_s_relative_store_is_the_same_wherever_a_worker_stands(tmp_path):
    from airflow.dag_processing.dagbag import DagBag

    dags = shutil.copytree(DAGS, tmp_path / "dags")
    for name, store in {"near": "results/near", "far": "s3://mine@bucket/far"}.items():
        (dags / "studies" / f"{name}.yaml").write_text(f"preset: quick\nname: {name}\nstore: {store}\n")
    read = DagBag(str(dags / "scheduled_studies.py")).dags
    assert read["study_near"].params["store"] == str(tmp_path / "results" / "near")
    assert read["study_far"].params["store"] == "s3://mine@bucket/far"


def test_instances_show_their_phenotype_code_or_set_of_cohorts(bag):
    shown = {"phenotype": "{{ task.arguments['code'] }}", "cohorts": "{{ task.arguments['cohort_set'] }}"}
    for task in bag.dags["transfer_study"].tasks:
        group = task.task_id.rpartition(".")[0]
        assert task.map_index_template == shown.get(group)


@pytest.mark.parametrize(
    ("fresh", "sets", "genotypes", "expected"),
    [
        (False, ["shared"], "only", ["only"] * 4),  # the lone set's output comes bare
        (True, ["1", "2"], ["first", "second"], ["first", "second"] * 2),
    ],
)
def test_each_phenotype_gets_the_people_of_its_iteration(fresh, sets, genotypes, expected):
    from study_graph import list_cohorts, list_phenotypes

    changes = [f"cohorts.fresh={fresh}", "phenotypes.iterations=2", "phenotypes.risk_snps=[5, 10]"]
    params = flatten(with_overrides(preset("quick"), changes))
    assert list_cohorts.function(params=params) == sets
    listed = list_phenotypes.function(genotypes, genotypes, genotypes, params=params)
    assert [item["code"] for item in listed] == ["YRI_5_1", "YRI_5_2", "YRI_10_1", "YRI_10_2"]
    assert [item["genotypes"] for item in listed] == expected == [item["kinship_small"] for item in listed]


def test_dags_are_read_within_their_time_budget(bag):
    assert bag.parse_seconds < 10  # Airflow reads them over and over; measured 0.2 s


def test_reading_a_dag_loads_nothing_heavy():
    program = f"import sys; import transfer_study; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd="dags", capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip().splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("cohorts.large", 0, "minimum of 1"),
        ("selection.metric", "guess", "is not one of"),
        ("training.epochs", "many", "is not of type 'integer'"),
        ("name", "Not A Name", "does not match"),
    ],
)
def test_a_bad_value_is_refused_with_a_readable_message(bag, name, value, said):
    from airflow.sdk.exceptions import ParamValidationError

    params = bag.dags["transfer_study"].params
    with pytest.raises(ParamValidationError, match=said):
        params.get_param(name).resolve(value)
