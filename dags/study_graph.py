"""The tasks of a study and their order, for the study DAG and the scheduled ones alike.

One mapped task group per set of cohorts (Module 1), one per phenotype code (Modules 2-5), then the fan-in. Every task
is one stage of ``gtl.stages``; references to artefacts travel between them, never data.
"""

from typing import Any

from airflow.sdk import DAG, task, task_group

from gtl.config import StudyConfig
from gtl.methods.registry import METHODS
from operators.form import study_params
from operators.hapgen import SimulateCohortOperator
from operators.methods import ChooseMethodsOperator
from operators.phenotype_simulator import SimulatePhenotypeOperator
from operators.plink import AssociateOperator
from operators.policies import TAGS, Weight, default_args, policy
from operators.stage import StageOperator, of_instances, study_of

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
    panel = StageOperator(task_id="build_panel", stage="build_panel", **policy(Weight.CPU)).output
    people: dict[str, Any] = {}
    inner: dict[str, Any] = {}

    @task_group(group_id="cohorts")
    def cohort_branch(cohort_set: str) -> None:
        people.update(_cohort_tasks(cohort_set, panel))

    @task_group(group_id="phenotype")
    def phenotype_branch(code: str, genotypes: Any, kinship_large: Any, kinship_small: Any) -> None:
        inner.update(_branch_tasks(code, genotypes, kinship_large, kinship_small))

    # Outside a group, the output of a task inside it is the list of all its instances' outputs.
    cohort_branch.expand(cohort_set=list_cohorts())
    phenotype_branch.expand_kwargs(list_phenotypes(**people))
    methods = {name: output.operator for name, output in inner["methods"].items()}
    ChooseMethodsOperator(task_id="choose_methods", tasks=methods) >> list(methods.values())
    results = _gathering_stage("tabulate_results", {}, inner, ("scores", "subsets_large", "subsets_small"))
    _gathering_stage("write_report", {"results": results}, inner, ("plots",))


@task
def list_cohorts(**context: Any) -> list[str]:
    """Names of the sets of cohorts: one, or one an iteration."""
    from gtl.preflight import check_settings

    config = study_of(context)
    check_settings(config)
    return config.cohort_sets()


@task
def list_phenotypes(genotypes: Any, kinship_large: Any, kinship_small: Any, **context: Any) -> list[dict[str, Any]]:
    """Each phenotype's code, with the references of the people who have it."""
    config = study_of(context)
    outputs = {"genotypes": genotypes, "kinship_large": kinship_large, "kinship_small": kinship_small}
    of_set = {
        name: {kind: of_instances(refs)[index] for kind, refs in outputs.items()}
        for index, name in enumerate(config.cohort_sets())
    }
    return [{"code": str(code), **of_set[config.cohort_set_of(code)]} for code in config.codes()]


def _cohort_tasks(cohort_set: str, panel: Any) -> dict[str, Any]:
    people = {
        cohort: SimulateCohortOperator(
            task_id=f"simulate_{cohort}_cohort",
            cohort=cohort,
            panel=panel,
            cohort_set=cohort_set,
            **_named("cpu", "cohort_set"),
        ).output
        for cohort in ("large", "small", "final")
    }
    data = {"shown": "cohort_set", "cohort_set": cohort_set}
    genotypes = _mapped_stage("harmonise_variants", weight=Weight.LIGHT, **people, **data)
    kinship = {
        f"kinship_{population}": _mapped_stage(
            "compute_kinship",
            f"compute_kinship_{population}",
            weight=Weight.MEMORY,
            population=population,
            genotypes=genotypes,
            **data,
        )
        for population in POPULATIONS
    }
    return {"genotypes": genotypes, **kinship}


def _branch_tasks(code: str, genotypes: Any, kinship_large: Any, kinship_small: Any) -> dict[str, Any]:
    data = {"code": code, "genotypes": genotypes}
    phenotype = SimulatePhenotypeOperator(
        task_id="simulate_phenotype", kinship_large=kinship_large, kinship_small=kinship_small, **data, **_named("cpu")
    ).output
    quality = _mapped_stage("control_quality", phenotype=phenotype, **data)
    split = _mapped_stage("split_samples", code=code, phenotype=phenotype, quality=quality)
    association, subsets = {}, {}
    for population in POPULATIONS:
        association[f"association_{population}"] = AssociateOperator(
            task_id=f"associate_{population}", population=population, split=split, **data, **_named("cpu")
        ).output
        subsets[f"subsets_{population}"] = _mapped_stage(
            "preselect_snps", f"preselect_snps_{population}", code=code, population=population, quality=quality,
            association=association[f"association_{population}"],
        )  # fmt: skip
    plots = _mapped_stage("plot_association", phenotype=phenotype, split=split, **association, **data)
    networks = _mapped_stage(
        "train_networks", weight=Weight.MEMORY, split=split, subsets_large=subsets["subsets_large"], **data
    )
    methods = _method_tasks({"split": split, **subsets, **data}, networks, phenotype)
    scores = _mapped_stage("score_final", trigger_rule="none_failed", phenotype=phenotype, methods=methods, **data)
    return {"scores": scores, "plots": plots, "methods": methods, **subsets}


def _method_tasks(arguments: dict[str, Any], networks: Any, phenotype: Any) -> dict[str, Any]:
    outputs = {}
    for name, info in METHODS.items():
        needed = arguments | {"method": name}
        needed |= {"networks": networks} if info.needs_networks else {}
        needed |= {"phenotype": phenotype} if info.needs_truth else {}
        weight = Weight.MEMORY if info.needs_networks else Weight.CPU
        outputs[name] = _mapped_stage("apply_method", name, weight=weight, **needed)
    return outputs


def _gathering_stage(stage: str, arguments: dict[str, Any], inner: dict[str, Any], gathered: tuple[str, ...]) -> Any:
    together = arguments | {name: inner[name] for name in gathered}
    return StageOperator(task_id=stage, stage=stage, arguments=together, gathered=gathered).output


def _mapped_stage(
    stage: str,
    task_id: str | None = None,
    weight: Weight = Weight.CPU,
    trigger_rule: str = "all_success",
    shown: str = "code",
    **arguments: Any,
) -> Any:
    return StageOperator(
        task_id=task_id or stage, stage=stage, arguments=arguments, trigger_rule=trigger_rule, **_named(weight, shown)
    ).output


def _named(weight: str, shown: str = "code") -> dict[str, Any]:
    """Policy of a task inside a mapped group; its instances show that argument in the grid: phenotype or cohort set."""
    return {**policy(Weight(weight)), "map_index_template": f"{{{{ task.arguments['{shown}'] }}}}"}
