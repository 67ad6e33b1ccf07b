"""The tasks of a study and their order, for the study DAG and the scheduled ones alike.

Cohort tasks, then one mapped task group per phenotype code (Modules 2-5), then the fan-in. Every task is one stage of
``gtl.stages``; references to artefacts travel between them, never data.
"""

from typing import Any

from airflow.sdk import DAG, task, task_group

from gtl.config import StudyConfig
from gtl.methods.registry import METHODS
from operators.form import study_params
from operators.hapgen import SimulateCohortOperator
from operators.method import ApplyMethodOperator
from operators.phenotype_simulator import SimulatePhenotypeOperator
from operators.plink import AssociateOperator
from operators.policies import TAGS, Weight, default_args, policy
from operators.stage import StageOperator, study_of

POPULATIONS = ("large", "small")


def study_dag(dag_id: str, defaults: StudyConfig, schedule: Any = None, **options: Any) -> DAG:
    """A DAG that runs one study; its trigger form starts from ``defaults``."""
    with DAG(
        dag_id,
        schedule=schedule,
        params=study_params(defaults),
        default_args=default_args(),
        catchup=False,
        max_active_runs=1,
        render_template_as_native_obj=False,
        **{"tags": TAGS} | options,
    ) as dag:
        _study_tasks()
    return dag


def _study_tasks() -> None:
    cohorts = _cohort_tasks()
    inner: dict[str, Any] = {}

    @task(task_id="list_phenotypes")
    def list_phenotypes(**context: Any) -> list[str]:
        from gtl.preflight import check_settings

        return check_settings(study_of(context))

    @task_group(group_id="phenotype")
    def phenotype_branch(code: str) -> None:
        inner.update(_branch_tasks(code, **cohorts))

    # Outside the group, the output of a task inside it is the list of all its instances' outputs.
    phenotype_branch.expand(code=list_phenotypes())
    results = _gathering_stage("tabulate_results", {}, inner, ("scores", "subsets_large", "subsets_small"))
    _gathering_stage("write_report", {"results": results}, inner, ("plots",))


def _cohort_tasks() -> dict[str, Any]:
    panel = _stage("build_panel", Weight.CPU)
    people = {
        cohort: SimulateCohortOperator(
            task_id=f"simulate_{cohort}_cohort", cohort=cohort, panel=panel, **policy(Weight.CPU)
        ).output
        for cohort in ("large", "small", "final")
    }
    genotypes = _stage("harmonise_variants", **people)
    kinship = {
        f"kinship_{population}": _stage(
            "compute_kinship",
            Weight.MEMORY,
            f"compute_kinship_{population}",
            population=population,
            genotypes=genotypes,
        )
        for population in POPULATIONS
    }
    return {"genotypes": genotypes, **kinship}


def _branch_tasks(code: str, genotypes: Any, kinship_large: Any, kinship_small: Any) -> dict[str, Any]:
    data = {"code": code, "genotypes": genotypes}
    phenotype = SimulatePhenotypeOperator(
        task_id="simulate_phenotype", kinship_large=kinship_large, kinship_small=kinship_small, **data, **_named("cpu")
    ).output
    quality = _branch_stage("control_quality", phenotype=phenotype, **data)
    split = _branch_stage("split_samples", code=code, phenotype=phenotype, quality=quality)
    association, subsets = {}, {}
    for population in POPULATIONS:
        association[f"association_{population}"] = AssociateOperator(
            task_id=f"associate_{population}", population=population, split=split, **data, **_named("cpu")
        ).output
        subsets[f"subsets_{population}"] = _branch_stage(
            "preselect_snps", f"preselect_snps_{population}", code=code, population=population, quality=quality,
            association=association[f"association_{population}"],
        )  # fmt: skip
    plots = _branch_stage("plot_association", phenotype=phenotype, split=split, **association, **data)
    networks = _branch_stage(
        "train_networks", weight=Weight.MEMORY, split=split, subsets_large=subsets["subsets_large"], **data
    )
    methods = _method_tasks({"split": split, **subsets, **data}, networks, phenotype)
    scores = _branch_stage("score_final", trigger_rule="none_failed", phenotype=phenotype, methods=methods, **data)
    return {"scores": scores, "plots": plots, **subsets}


def _method_tasks(arguments: dict[str, Any], networks: Any, phenotype: Any) -> dict[str, Any]:
    return {
        name: ApplyMethodOperator(
            task_id=name,
            method=name,
            arguments=arguments
            | ({"networks": networks} if info.needs_networks else {})
            | ({"phenotype": phenotype} if info.needs_truth else {}),
            **_named("memory" if info.needs_networks else "cpu"),
        ).output
        for name, info in METHODS.items()
    }


def _stage(stage: str, weight: Weight = Weight.LIGHT, task_id: str | None = None, **arguments: Any) -> Any:
    return StageOperator(task_id=task_id or stage, stage=stage, arguments=arguments, **policy(weight)).output


def _gathering_stage(stage: str, arguments: dict[str, Any], inner: dict[str, Any], gathered: tuple[str, ...]) -> Any:
    together = arguments | {name: inner[name] for name in gathered}
    return StageOperator(task_id=stage, stage=stage, arguments=together, gathered=gathered).output


def _branch_stage(
    stage: str,
    task_id: str | None = None,
    weight: Weight = Weight.CPU,
    trigger_rule: str = "all_success",
    **arguments: Any,
) -> Any:
    return StageOperator(
        task_id=task_id or stage, stage=stage, arguments=arguments, trigger_rule=trigger_rule, **_named(weight)
    ).output


def _named(weight: str) -> dict[str, Any]:
    """Policy of a task inside the mapped group; its instances show their phenotype code in the grid."""
    return {**policy(Weight(weight)), "map_index_template": "{{ task.arguments['code'] }}"}
