"""What the task instances of a running study are about: a trait, people or a chromosome of theirs, or the study."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from gtl.config import StudyConfig
from gtl.flow import FLOW, Per, expected_stages, needed, stages_of_trait, stages_per, work_of
from gtl.progress import Kind, announce, announce_expected, cohorts_label, import_label

Instance = Mapping[str, Any]
"""A task instance as Airflow's REST API describes it."""

STUDY = "study"
"""Name of the branch of the tasks that run once."""

_LABELS: Mapping[str, Callable[..., str]] = {
    "imports": import_label, "cohorts": cohorts_label, "chromosome": cohorts_label,
}  # fmt: skip
"""Group → what progress calls an instance, from the words of its name: first its set of cohorts."""

_TRAITS = {"trait", "branch"}
"""Groups of the tasks of a trait."""

_WORK = {stage.name: stage.work for stage in FLOW}

_DONE = {"success", "skipped"}
_RUNNING = {"running", "up_for_retry"}


def branches(instances: Iterable[Instance]) -> dict[str, list[Instance]]:
    """The instances by what they are about.

    Airflow names an instance of a mapped group when it starts, so the first to start names all of the same index.
    Those of which none has started yet are in no branch: nobody knows what they are about.

    Examples
    --------
    >>> panel = {"task_id": "panel", "map_index": -1, "rendered_map_index": None}
    >>> started = {"task_id": "trait.split", "map_index": 0, "rendered_map_index": "seed_length"}
    >>> waiting = {"task_id": "trait.scores", "map_index": 0, "rendered_map_index": "0"}
    >>> {name: len(found) for name, found in branches([panel, started, waiting]).items()}
    {'study': 1, 'seed_length': 2}
    """
    listed = list(instances)
    names = _names(listed)
    found: dict[str, list[Instance]] = {}
    for instance in listed:
        if _place(instance) in names:
            found.setdefault(names[_place(instance)], []).append(instance)
    return found


def announce_branches(instances: Iterable[Instance], config: StudyConfig) -> None:
    """Say of every branch which of its tasks are running, and how many are done.

    Stages that the study does not need (:func:`gtl.flow.needed`) have tasks, too, which do nothing and do not count. A
    trait has as many as the study's methods say, before Airflow has made those of its second group, too.
    """
    idle = {stage.name for stage in FLOW} - {stage.name for stage in needed(FLOW, config)}
    of_trait = {stage.name for stage in stages_of_trait(config)}
    for branch, listed in branches(instances).items():
        is_trait = _group(listed[0]) in _TRAITS
        tasks = [task for task in listed if (_stage(task) in of_trait if is_trait else _stage(task) not in idle)]
        running = [_stage(task).replace("_", " ") for task in tasks if task["state"] in _RUNNING]
        done, total = [task for task in tasks if task["state"] in _DONE], len(of_trait) if is_trait else len(tasks)
        kind = Kind.TRAIT if is_trait else Kind.SHARED
        said = ", ".join(running) or ("finished" if len(done) == total else "waiting")
        announce(branch, said, len(done), total, kind, sum(_WORK.get(_stage(task), 1) for task in done))


def announce_all(instances: Iterable[Instance], config: StudyConfig) -> bool:
    """Say how many tasks there will be in all, if that is known yet: of real people when their traits are listed."""
    listed = list(instances)
    places = {_place(task) for task in listed if int(task["map_index"]) >= 0}
    traits, chromosomes = (sum(group == wanted for group, _ in places) for wanted in ("trait", "chromosome"))
    if config.is_simulated:
        traits, chromosomes = len(config.codes()), len(config.cohort_sets())
    if not (traits and chromosomes):
        return False
    idle = {stage.name for stage in [*stages_per(Per.STUDY), *stages_per(Per.END)]}
    idle -= {stage.name for stage in needed(FLOW, config)}
    once = sum(not _group(task) and _stage(task) not in idle for task in listed)
    imports = sum(group == "imports" for group, _ in places)
    stages = expected_stages(config, traits, chromosomes)
    announce_expected(once + imports + len(stages), once + imports + work_of(stages))
    return True


def found_finished(states: Sequence[str | None]) -> bool:
    """Whether the first task of a run found the study finished: by the tasks' states, as all others were skipped.

    >>> found_finished(["success", "skipped", "skipped"]), found_finished(["running", None, None])
    (True, False)
    """
    return states.count("success") == 1 and states.count("skipped") == len(states) - 1 > 0


def failures(instances: Iterable[Instance]) -> list[tuple[str, Instance]]:
    """The failed task instances, each with what it is about (its group, where nobody knows)."""
    listed = list(instances)
    names = _names(listed)
    failed = [task for task in listed if task["state"] == "failed"]
    return [(names.get(_place(task), _group(task)), task) for task in failed]


def _names(instances: Iterable[Instance]) -> dict[tuple[str, int], str]:
    """Group and index → name, where one is known; Airflow gives the index for those that it has not named yet."""
    found = {}
    for instance in instances:
        group, name = _group(instance), instance["rendered_map_index"]
        if not group:
            found[_place(instance)] = STUDY
        elif name not in (None, str(instance["map_index"])):
            found[_place(instance)] = _LABELS[group](*name.split()) if group in _LABELS else str(name)
    return found


def _place(instance: Instance) -> tuple[str, int]:
    return _group(instance), int(instance["map_index"])


def _group(instance: Instance) -> str:
    return str(instance["task_id"]).rpartition(".")[0]


def _stage(instance: Instance) -> str:
    return str(instance["task_id"]).rpartition(".")[2]
