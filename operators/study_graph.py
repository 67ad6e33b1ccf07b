"""The tasks of a study, made from :data:`gtl.flow.FLOW`, for the study DAG and the scheduled ones alike.

First a look whether the study is finished, after which nothing else is run if it is. Then one mapped task group for
chromosomes of cohorts in files, one for sets of cohorts, one for traits, one for chromosomes (all traits of a set in
one pass), one for traits again, and the fan-in; a group within a group cannot be mapped. Every other task is one stage
of ``gtl.stages``; references to artefacts travel between them, never data.
"""

from collections.abc import Mapping
from typing import Any

from airflow.sdk import DAG, Param, task, task_group
from airflow.sdk.definitions.param import ParamsDict

from gtl.flow import FLOW, Per, Stage, Weight, stages_per
from operators.begin import BEGIN, BeginStudyOperator
from operators.engines import operator_of
from operators.methods import ChooseMethodsOperator
from operators.policies import TAGS, default_args, policy
from operators.stage import flat, of_instances, study_of

SHOWN = {
    Per.IMPORTS: "{{ task.arguments['cohort_set'] }} {{ task.arguments['cohort'] }} {{ task.arguments['chromosome'] }}",
    Per.COHORTS: "{{ task.arguments['cohort_set'] }}",
    Per.TRAIT: "{{ task.arguments['code'] }}",
    Per.CHROMOSOME: "{{ task.arguments['cohort_set'] }} {{ task.arguments['chromosome'] }}",
    Per.BRANCH: "{{ task.arguments['code'] }}",
}
"""What names an instance of a mapped group in the grid."""

TRAIT_INPUTS = ("genotypes", "people", "traits")
"""Outputs of the people's stages that the first group of traits' stages takes."""

PASS_INPUTS = ("genotypes", "sources")
"""Those that a pass over a chromosome takes."""

BRANCH_INPUTS = ("genotypes", "sources", "phenotype", "split", "association_large", "association_small")
"""Earlier outputs that the second group takes."""

_AFTER_IMPORTS = {"trigger_rule": "none_failed"}
"""Of tasks that wait for a group that is skipped where it has nothing to do."""

GATHERED = {
    Per.CHROMOSOME: {stage.name for stage in stages_per(Per.TRAIT)},
    Per.END: {stage.name for stage in FLOW if stage.per is not Per.END},
}
"""Stages of which those that run once for this take the outputs of every instance, not one output."""


def study_dag(dag_id: str, params: Mapping[str, Param], schedule: Any = None, **options: Any) -> DAG:
    """A DAG that runs one study, whose trigger form has ``params`` (:mod:`operators.form`)."""
    with DAG(
        dag_id,
        schedule=schedule,
        default_args=default_args(),
        catchup=False,
        max_active_runs=1,
        render_template_as_native_obj=False,
        auto_register=False,  # what is wrong with one is found before Airflow sees it
        **{"tags": TAGS} | options,
    ) as dag:
        _study_tasks()
    # Every task made while the DAG has them would get a copy of all: 40 times as much to check at each reading.
    dag.params = ParamsDict(params)
    return dag


def _study_tasks() -> None:
    begin = BeginStudyOperator(task_id=BEGIN)
    study = {stage.name: _operator(stage, {}).output for stage in stages_per(Per.STUDY)}
    people: dict[str, Any] = {}
    roles: dict[str, Any] = {}
    passes: dict[str, Any] = {}
    inner: dict[str, Any] = {}

    @task_group(group_id="cohorts")
    def cohorts(cohort_set: str) -> None:
        for stage in stages_per(Per.COHORTS):
            rule = _AFTER_IMPORTS if set(stage.inputs.values()) <= set(study) else {}
            people[stage.name] = _operator(stage, study | people, rule, cohort_set=cohort_set).output

    @task_group(group_id="trait")
    def trait(code: str, genotypes: Any, people: Any, traits: Any) -> None:
        given = dict(zip(TRAIT_INPUTS, (genotypes, people, traits), strict=True))
        for stage in stages_per(Per.TRAIT):
            roles[stage.name] = _operator(stage, given | roles, code=code).output

    @task_group(group_id="chromosome")
    def chromosome(cohort_set: str, chromosome: str, genotypes: Any, sources: Any) -> None:
        given = roles | dict(zip(PASS_INPUTS, (genotypes, sources), strict=True))
        for stage in stages_per(Per.CHROMOSOME):
            passes[stage.name] = _operator(stage, given, cohort_set=cohort_set, chromosome=chromosome).output

    @task_group(group_id="branch")
    def branch(
        code: str,
        genotypes: Any,
        sources: Any,
        phenotype: Any,
        split: Any,
        association_large: Any,
        association_small: Any,
    ) -> None:
        given = (genotypes, sources, phenotype, split, association_large, association_small)
        inner.update(_branch_tasks(code, dict(zip(BRANCH_INPUTS, given, strict=True))))

    # Outside a group, the output of a task inside it is the list of all its instances' outputs.
    begin >> [output.operator for output in study.values()]
    _import_tasks(study) >> cohorts.expand(cohort_set=begin.output)
    listed = list_traits(**{name: people[name] for name in TRAIT_INPUTS})
    trait.expand_kwargs(listed)
    found = list_chromosomes(**{name: people[name] for name in PASS_INPUTS})
    chromosome.expand_kwargs(found)
    branch.expand_kwargs(list_branches(listed, found, **roles, **passes))
    methods = {name: inner[name].operator for name in inner["methods"]}
    begin >> ChooseMethodsOperator(task_id="choose_methods", tasks=methods) >> list(methods.values())
    for stage in stages_per(Per.END):
        inner[stage.name] = _operator(stage, people | inner).output


@task(**policy(Weight.CPU))  # type: ignore[untyped-decorator]  # CPU: a file without an index is run through
def list_imports(panel: Any, **context: Any) -> list[dict[str, str]]:
    """Set of cohorts, cohort and chromosome of all that is imported side by side; of a simulation nothing."""
    from gtl import cohort_jobs
    from gtl.store import ArtifactRef
    from operators.stores import open_store

    config = study_of(context)
    return cohort_jobs.list_imports(config, open_store(config.store), ArtifactRef.from_json(panel))


@task
def list_traits(genotypes: Any, people: Any, traits: Any, **context: Any) -> list[dict[str, Any]]:
    """Each trait's name, with the references of the people who have it."""
    from gtl.domain.trait import trait_order
    from gtl.steps.trait_list import trait_columns
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


@task
def list_chromosomes(genotypes: Any, sources: Any, **context: Any) -> list[dict[str, Any]]:
    """Each chromosome of each set of cohorts, with the references of its genotypes and sources."""
    from gtl.steps.association_parts import chromosomes_of
    from gtl.store import ArtifactRef
    from operators.stores import open_store

    config = study_of(context)
    store = open_store(config.store)
    return [
        {"cohort_set": cohort_set, "chromosome": chromosome, "genotypes": ref, "sources": source}
        for cohort_set, ref, source in zip(
            config.cohort_sets(), of_instances(genotypes), of_instances(sources), strict=True
        )
        for chromosome in chromosomes_of(store, ArtifactRef.from_json(ref))
    ]


@task
def list_branches(
    traits: Any,
    chromosomes: Any,
    phenotype: Any,
    split: Any,
    association_large: Any,
    association_small: Any,
    **context: Any,
) -> list[dict[str, Any]]:
    """Each trait's name, with the references of its own values and roles and of its people's associations."""
    from gtl.stage_keys import Branch

    config = study_of(context)
    sources = {item["cohort_set"]: item["sources"] for item in chromosomes}
    found = {
        item["code"]: {
            "genotypes": item["genotypes"],
            "sources": sources[config.cohort_set_of(item["code"])],
            "phenotype": [],
            "split": [],
        }
        for item in traits
    }
    for name, outputs in (("phenotype", phenotype), ("split", split)):
        for ref in flat(outputs):
            found[Branch.of(ref["key"]).code][name].append(ref)
    for name, outputs in (("association_large", association_large), ("association_small", association_small)):
        made = list(zip(chromosomes, of_instances(outputs), strict=True))
        for code, branch in found.items():
            own = config.cohort_set_of(code)
            branch[name] = {item["chromosome"]: ref for item, ref in made if item["cohort_set"] == own}
    return [{"code": code, **branch} for code, branch in found.items()]


def _import_tasks(study: dict[str, Any]) -> Any:
    """The group that imports chromosomes side by side; it is skipped where there are none."""

    @task_group(group_id="imports")
    def imports(cohort_set: str, cohort: str, chromosome: str) -> None:
        for stage in stages_per(Per.IMPORTS):
            _operator(stage, study, cohort_set=cohort_set, cohort=cohort, chromosome=chromosome)

    return imports.expand_kwargs(list_imports(study["panel"]))


def _branch_tasks(code: str, outer: dict[str, Any]) -> dict[str, Any]:
    outputs: dict[str, Any] = dict(outer)
    methods: dict[str, Any] = {}
    for stage in stages_per(Per.BRANCH):
        arguments = {"methods": methods} if stage.function == "score_final" else {}
        rule = {"trigger_rule": "none_failed"} if arguments else {}
        outputs[stage.name] = _operator(stage, outputs, rule, code=code, **arguments).output
        methods |= {stage.name: outputs[stage.name]} if stage.method else {}
    inner = {name: output for name, output in outputs.items() if name not in outer}
    return inner | {"methods": list(methods)}


def _operator(stage: Stage, outputs: dict[str, Any], rule: dict[str, Any] | None = None, **arguments: Any) -> Any:
    """The task of one stage; inside a mapped group its instances show what they are about."""
    taken = {argument: outputs[name] for argument, name in stage.inputs.items()}
    gathered = tuple(name for name, source in stage.inputs.items() if source in GATHERED.get(stage.per, ()))
    shown = {"map_index_template": SHOWN[stage.per]} if stage.per in SHOWN else {}
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
