"""The tasks of a study, made from :data:`gtl.flow.FLOW`, for the study DAG and the scheduled ones alike.

One mapped task group per set of cohorts, one per trait, then the fan-in. Every task is one stage of ``gtl.stages``;
references to artefacts travel between them, never data.
"""

from typing import Any

from airflow.sdk import DAG, task, task_group
from airflow.sdk.definitions.param import ParamsDict

from gtl.config import StudyConfig
from gtl.flow import Per, Stage, stages_per
from operators.engines import operator_of
from operators.form import study_params
from operators.methods import ChooseMethodsOperator
from operators.policies import TAGS, default_args, policy
from operators.stage import of_instances, study_of

SHOWN = {Per.COHORTS: "cohort_set", Per.TRAIT: "code"}
"""Argument that names an instance of a mapped group in the grid."""

TRAIT_INPUTS = ("genotypes", "people", "traits")
"""Outputs of the people's stages that traits' stages take."""


def study_dag(dag_id: str, defaults: StudyConfig, schedule: Any = None, **options: Any) -> DAG:
    """A DAG that runs one study; its trigger form starts from ``defaults``."""
    with DAG(
        dag_id,
        schedule=schedule,
        default_args=default_args(),
        catchup=False,
        max_active_runs=1,
        render_template_as_native_obj=False,
        **{"tags": TAGS} | options,
    ) as dag:
        _study_tasks()
    # Every task made while the DAG has them would get a copy of all: 40 times as much to check at each reading.
    dag.params = ParamsDict(study_params(defaults))
    return dag


def _study_tasks() -> None:
    study = {stage.name: _operator(stage, {}).output for stage in stages_per(Per.STUDY)}
    people: dict[str, Any] = {}
    inner: dict[str, Any] = {}

    @task_group(group_id="cohorts")
    def cohorts(cohort_set: str) -> None:
        for stage in stages_per(Per.COHORTS):
            people[stage.name] = _operator(stage, study | people, cohort_set=cohort_set).output

    @task_group(group_id="trait")
    def trait(code: str, genotypes: Any, people: Any, traits: Any) -> None:
        given = (genotypes, people, traits)
        inner.update(_trait_tasks(code, dict(zip(TRAIT_INPUTS, given, strict=True))))

    # Outside a group, the output of a task inside it is the list of all its instances' outputs.
    cohorts.expand(cohort_set=list_cohorts())
    trait.expand_kwargs(list_traits(**{name: people[name] for name in TRAIT_INPUTS}))
    methods = {name: inner[name].operator for name in inner["methods"]}
    ChooseMethodsOperator(task_id="choose_methods", tasks=methods) >> list(methods.values())
    for stage in stages_per(Per.END):
        inner[stage.name] = _operator(stage, people | inner).output


@task
def list_cohorts(**context: Any) -> list[str]:
    """Names of the sets of cohorts: one, or one an iteration."""
    from gtl.preflight import check_settings

    config = study_of(context)
    check_settings(config)
    return config.cohort_sets()


@task
def list_traits(genotypes: Any, people: Any, traits: Any, **context: Any) -> list[dict[str, Any]]:
    """Each trait's name, with the references of the people who have it."""
    from gtl.domain.trait import trait_order
    from gtl.steps.traits import trait_columns
    from gtl.store import ArtifactRef
    from operators.stores import open_store

    given = (genotypes, people, traits)
    outputs = dict(zip(TRAIT_INPUTS, map(of_instances, given), strict=True))
    config = study_of(context)
    store = open_store(config.store)
    found = {}
    for index, cohort_set in enumerate(config.cohort_sets()):
        of_set = {name: refs[index] for name, refs in outputs.items()}
        for code in trait_columns(store.read(ArtifactRef.from_json(of_set["traits"]))):
            if config.cohort_set_of(code) == cohort_set:
                found[code] = of_set
    return [{"code": code, **found[code]} for code in sorted(found, key=trait_order)]


def _trait_tasks(code: str, outer: dict[str, Any]) -> dict[str, Any]:
    outputs: dict[str, Any] = dict(outer)
    methods: dict[str, Any] = {}
    for stage in stages_per(Per.TRAIT):
        arguments = {"methods": methods} if stage.function == "score_final" else {}
        rule = {"trigger_rule": "none_failed"} if arguments else {}
        outputs[stage.name] = _operator(stage, outputs, rule, code=code, **arguments).output
        methods |= {stage.name: outputs[stage.name]} if stage.method else {}
    inner = {name: output for name, output in outputs.items() if name not in outer}
    return inner | {"methods": list(methods)}


def _operator(stage: Stage, outputs: dict[str, Any], rule: dict[str, Any] | None = None, **arguments: Any) -> Any:
    """The task of one stage; inside a mapped group its instances show what they are about."""
    taken = {argument: outputs[name] for argument, name in stage.inputs.items()}
    # What one of the last stages takes from another of them is one output, all else that of every instance.
    alone = {last.name for last in stages_per(Per.END)}
    gathered = tuple(name for name, source in stage.inputs.items() if stage.per is Per.END and source not in alone)
    shown = {"map_index_template": f"{{{{ task.arguments['{SHOWN[stage.per]}'] }}}}"} if stage.per in SHOWN else {}
    return operator_of(stage)(
        task_id=stage.name,
        stage=stage.function,
        arguments={**arguments, **stage.arguments, **taken},
        gathered=gathered,
        repeated=stage.repeated,
        **policy(stage.weight),
        **shown,
        **(rule or {}),
    )
