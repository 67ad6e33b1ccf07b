"""All stages of a study in the flow's order, one call a chromosome or a trait; without Airflow, whose DAG has the same.

Chromosomes of files are imported first. A set of cohorts and then its traits are seen through before another set is
begun; as many sets as there are processes are under way at a time, so that one set's traits run while another's people
are simulated.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from gtl.cohort_jobs import list_imports
from gtl.config import StudyConfig
from gtl.domain.trait import trait_order
from gtl.flow import Per, Stage, expected_stages, needed, stages_of_trait, stages_per, work_of
from gtl.progress import Kind, announce, announce_expected, cohorts_label, import_label
from gtl.stage_run import run_stage
from gtl.steps.association_parts import chromosomes_of
from gtl.steps.trait_list import trait_columns
from gtl.store import ArtifactRef, Store
from gtl.worker_pool import Submit

Refs = dict[str, Any]
"""Name of a stage → reference to its artefact.

A list of them for a stage that is repeated for each draw, chromosome → reference for one that runs once for each.
"""


@dataclass(frozen=True)
class StudyResult:
    """References to the two artefacts that people read."""

    results: ArtifactRef
    report: ArtifactRef


def run_stages(config: StudyConfig, store: Store, begin_set: Submit, submit: Submit) -> StudyResult:
    """Run every stage of the study that is not finished yet.

    Parameters
    ----------
    begin_set, submit
        What sees a set of cohorts through, and what runs stages: as :func:`gtl.worker_pool.workers` yields them. The
        former waits for the latter, so they may not share what they run on.
    """
    announce("study", "beginning", 0, 2, Kind.SHARED)
    if config.is_simulated:
        stages = expected_stages(config, len(config.codes()), len(config.cohort_sets()))
        announce_expected(2 + len(stages), 2 + work_of(stages))
    study: Refs = {}
    for stage in stages_per(Per.STUDY):
        (study[stage.name],) = _all([submit(run_stage, stage, config, store, study)])
    announce("study", "people and traits", 1, 2, Kind.SHARED)
    _import_stages(config, store, submit, study)
    done = _all([begin_set(_set_stages, config, store, submit, study, name) for name in config.cohort_sets()])
    announce("study", "tables and report", 1, 2, Kind.SHARED)
    gathered = _gathered(done)
    for stage in stages_per(Per.END):
        gathered[stage.name] = run_stage(stage, config, store, gathered)
    announce("study", "finished", 2, 2, Kind.SHARED)
    return StudyResult(gathered["results"], gathered["report"])


def _import_stages(config: StudyConfig, store: Store, submit: Submit, study: Refs) -> None:
    """Import every chromosome of the cohorts' files, side by side; the cohorts' stages then find them finished."""
    (listed,) = _all([submit(list_imports, config, store, study["panel"])])
    for stage in stages_per(Per.IMPORTS):
        _all([submit(_labelled, import_label(**item), stage, config, store, study, **item) for item in listed])


def _set_stages(config: StudyConfig, store: Store, submit: Submit, study: Refs, cohort_set: str) -> dict[str, Refs]:
    """The people of one set, then all their traits: name of a trait → outputs of its stages and of its people's."""
    people = _people_stages(config, store, submit, study, cohort_set)
    codes = [code for code in trait_columns(store.read(people["traits"])) if config.cohort_set_of(code) == cohort_set]
    outputs = {code: people for code in codes}
    outputs = _trait_stages(config, store, submit, Per.TRAIT, outputs)
    passes = _chromosome_stages(config, store, submit, cohort_set, people, list(outputs.values()))
    return _trait_stages(config, store, submit, Per.BRANCH, {code: refs | passes for code, refs in outputs.items()})


def _people_stages(config: StudyConfig, store: Store, submit: Submit, study: Refs, cohort_set: str) -> Refs:
    label, outputs = cohorts_label(cohort_set), dict(study)
    waiting = stages_per(Per.COHORTS)
    of_set = config.of_set(cohort_set)
    wanted = needed(waiting, of_set)
    while waiting:
        ready = [stage for stage in waiting if set(stage.inputs.values()) <= set(outputs)]
        said = ", ".join(stage.label for stage in needed(ready, of_set))
        done = [stage for stage in wanted if stage not in waiting]
        announce(label, said, len(done), len(wanted), Kind.SHARED, work_of(done))
        futures = [submit(run_stage, stage, config, store, outputs, cohort_set=cohort_set) for stage in ready]
        outputs |= dict(zip([stage.name for stage in ready], _all(futures), strict=True))
        waiting = [stage for stage in waiting if stage.name not in outputs]
    announce(label, "finished", len(wanted), len(wanted), Kind.SHARED, work_of(wanted))
    return outputs


def _trait_stages(
    config: StudyConfig, store: Store, submit: Submit, per: Per, outputs: Mapping[str, Refs]
) -> dict[str, Refs]:
    """One group of stages of all traits, a process each: their outputs after it."""
    done = _all([submit(_stages_of_trait, config, store, per, code, refs) for code, refs in outputs.items()])
    return dict(zip(outputs, done, strict=True))


def _chromosome_stages(
    config: StudyConfig, store: Store, submit: Submit, cohort_set: str, people: Refs, traits: Sequence[Refs]
) -> Refs:
    """Every pass over a chromosome's genotypes for all traits, side by side: stage → chromosome → output."""
    chromosomes, passes = chromosomes_of(store, people["genotypes"]), stages_per(Per.CHROMOSOME)
    of_traits = {stage.name: [ref for refs in traits for ref in refs[stage.name]] for stage in stages_per(Per.TRAIT)}
    futures = {
        (stage.name, chromosome): submit(
            _labelled,
            cohorts_label(cohort_set, chromosome),
            stage,
            config,
            store,
            people | of_traits,
            cohort_set=cohort_set,
            chromosome=chromosome,
        )
        for chromosome in chromosomes
        for stage in passes
    }
    made = dict(zip(futures, _all(list(futures.values())), strict=True))
    return {stage.name: {name: made[stage.name, name] for name in chromosomes} for stage in passes}


def _labelled(
    label: str, stage: Stage, config: StudyConfig, store: Store, outputs: Refs, **arguments: Any
) -> ArtifactRef | list[ArtifactRef]:
    """Run one stage; progress calls it ``label``."""
    announce(label, stage.label, 0, 1, Kind.SHARED)
    made: ArtifactRef | list[ArtifactRef] = run_stage(stage, config, store, outputs, **arguments)
    announce(label, "finished", 1, 1, Kind.SHARED)
    return made


def _stages_of_trait(config: StudyConfig, store: Store, per: Per, code: str, given: Refs) -> Refs:
    """All stages of one trait in one of its groups: their outputs beside those ``given``."""
    wanted = stages_of_trait(config)
    outputs, methods = dict(given), Refs()
    for stage in stages_per(per):
        if stage in wanted:
            done = wanted[: wanted.index(stage)]
            announce(code, stage.label, len(done), len(wanted), Kind.TRAIT, work_of(done))
        elif stage.method:
            continue  # any other one leaves a note, as in Airflow
        arguments = {"methods": methods} if stage.function == "score_final" else {}
        outputs[stage.name] = run_stage(stage, config, store, outputs, code=code, **arguments)
        methods |= {stage.name: outputs[stage.name]} if stage.method else {}
    if per is Per.BRANCH:
        announce(code, "finished", len(wanted), len(wanted), Kind.TRAIT, work_of(wanted))
    return outputs


def _gathered(done: Sequence[Mapping[str, Refs]]) -> dict[str, Any]:
    """Output of a stage → the list of all traits' (and draws'); of people, of all sets."""
    branches = {code: refs for one_set in done for code, refs in one_set.items()}
    gathered: dict[str, Any] = {}
    for code in sorted(branches, key=trait_order):
        for name, refs in branches[code].items():
            gathered.setdefault(name, []).extend(refs if isinstance(refs, list) else [refs])
    for stage in stages_per(Per.COHORTS):
        gathered[stage.name] = list(dict.fromkeys(gathered[stage.name]))
    return gathered


def _all(futures: Sequence["Future[Any]"]) -> list[Any]:
    """Results in order; after an error or Ctrl-C what has not begun is dropped."""
    try:
        return [future.result() for future in futures]
    finally:
        for future in futures:
            future.cancel()
