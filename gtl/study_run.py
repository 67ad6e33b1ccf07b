"""A whole study without Airflow: the same stages in the same order, one process a phenotype branch.

A set of cohorts and then its phenotypes are seen through before another set is begun; as many sets as there are
processes are under way at a time, so that one set's phenotypes run while another's people are simulated.
"""

import logging
import logging.handlers
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from loky import BrokenProcessPool, ProcessPoolExecutor
from loky.backend import get_context

from gtl import stages
from gtl.config import StudyConfig
from gtl.config.study import SHARED_COHORTS
from gtl.domain.cohort import Cohort, Population
from gtl.errors import InputError, WorkerLost
from gtl.methods.registry import METHODS
from gtl.preflight import check_settings
from gtl.progress import announce
from gtl.store import ArtifactRef, Store
from gtl.worker_environment import WORKER_ENVIRONMENT

_MEMORY_GROWTH = "1.2e9"
"""Bytes more than after its first call at which a process is replaced: TensorFlow keeps some of every phenotype's."""

Submit = Callable[..., "Future[Any]"]
Branch = tuple[ArtifactRef, ...]


@dataclass(frozen=True)
class StudyResult:
    """References to the two artefacts that people read."""

    results: ArtifactRef
    report: ArtifactRef


def run_study(config: StudyConfig, store: Store, jobs: int, progress: logging.Handler | None = None) -> StudyResult:
    """Run every stage of the study that is not finished yet, ``jobs`` branches at a time.

    Parameters
    ----------
    progress
        Gets the progress records of all processes, see :func:`gtl.progress.bars`.

    Raises
    ------
    InputError
        If the settings name an engine that runs in a container: these are Airflow's to start.
    """
    check(config)
    with workers(jobs, progress) as (begin_set, submit):
        return run_stages(config, store, begin_set, submit)


def check(config: StudyConfig) -> None:
    """Find what is wrong with settings before anything is computed.

    Raises
    ------
    InputError
        As :func:`run_study` and :func:`gtl.preflight.check_settings`.
    """
    for step, engine in config.engines.model_dump(mode="json").items():
        if engine != "builtin":
            raise InputError(
                f"engines.{step} is {engine}, which runs in a container that Airflow starts: use `make run`, or set it "
                "to builtin"
            )
    check_settings(config)


@contextmanager
def workers(jobs: int, progress: logging.Handler | None) -> Iterator[tuple[Submit, Submit]]:
    """What one study after another is run with: threads that see a set of cohorts through, processes for stages."""
    # The processes end first: what a thread waits for is dropped, and so the thread ends.
    with ThreadPoolExecutor(jobs) as sets, _pool(jobs, progress) as submit:
        yield sets.submit, submit


def run_stages(config: StudyConfig, store: Store, begin_set: Submit, submit: Submit) -> StudyResult:
    """The stages of :func:`run_study` with what :func:`workers` yields."""
    announce("study", "reference panel", 0, 2)
    (panel,) = _all([submit(stages.build_panel, config, store)])
    announce("study", "cohorts and phenotypes", 1, 2)
    done = _all([begin_set(_set_stages, config, store, submit, panel, name) for name in config.cohort_sets()])
    announce("study", "tables and report", 1, 2)
    branches = {code: branch for one_set in done for code, branch in one_set.items()}
    scores, plots, subsets_large, subsets_small = zip(*(branches[str(code)] for code in config.codes()), strict=True)
    results = stages.tabulate_results(config, store, scores, subsets_large, subsets_small)
    report = stages.write_report(config, store, results, plots)
    announce("study", "finished", 2, 2)
    return StudyResult(results, report)


def cohorts_label(cohort_set: str) -> str:
    """What progress calls a set of cohorts.

    >>> cohorts_label("shared"), cohorts_label("3")
    ('cohorts', 'cohorts 3')
    """
    return "cohorts" if cohort_set == SHARED_COHORTS else f"cohorts {cohort_set}"


def _set_stages(
    config: StudyConfig, store: Store, submit: Submit, panel: ArtifactRef, cohort_set: str
) -> dict[str, Branch]:
    """The people of one set, then all their phenotypes: code → what :func:`_branch_stages` returns."""
    cohorts = _cohort_stages(config, store, submit, panel, cohort_set)
    codes = [str(code) for code in config.codes() if config.cohort_set_of(code) == cohort_set]
    return dict(zip(codes, _all([submit(_branch_stages, config, store, code, cohorts) for code in codes]), strict=True))


def _cohort_stages(
    config: StudyConfig, store: Store, submit: Submit, panel: ArtifactRef, cohort_set: str
) -> dict[str, ArtifactRef]:
    label = cohorts_label(cohort_set)

    def run(stage: Callable[..., ArtifactRef], *arguments: Any) -> "Future[Any]":
        return submit(stage, config, store, *arguments, cohort_set=cohort_set)

    announce(label, "simulate cohorts", 0, 3)
    people = _all([run(stages.simulate_cohort, cohort.value, panel) for cohort in Cohort])
    announce(label, "shared SNPs", 1, 3)
    (genotypes,) = _all([run(stages.harmonise_variants, *people)])
    announce(label, "kinship", 2, 3)
    kinship = _all([run(stages.compute_kinship, p.value, genotypes) for p in Population])
    announce(label, "finished", 3, 3)
    return {"genotypes": genotypes, "kinship_large": kinship[0], "kinship_small": kinship[1]}


def _branch_stages(config: StudyConfig, store: Store, code: str, cohorts: dict[str, ArtifactRef]) -> Branch:
    """Modules 2-5 of one phenotype; the same edges as the mapped task group of the study DAG.

    Returns scores, plots, and the sub-datasets of the large and of the small population.
    """
    run = _Branch(config, store, code, total=10 + len(config.transfer.methods))
    genotypes = cohorts["genotypes"]
    phenotype = run(stages.simulate_phenotype, **cohorts)
    quality = run(stages.control_quality, genotypes=genotypes, phenotype=phenotype)
    split = run(stages.split_samples, phenotype=phenotype, quality=quality)
    association, subsets = {}, {}
    for p in Population:
        tested = run(stages.associate, population=p.value, genotypes=genotypes, split=split)
        association[f"association_{p}"] = tested
        subsets[f"subsets_{p}"] = run(stages.preselect_snps, population=p.value, quality=quality, association=tested)
    plots = run(stages.plot_association, genotypes=genotypes, phenotype=phenotype, split=split, **association)
    networks = run(stages.train_networks, genotypes=genotypes, split=split, subsets_large=subsets["subsets_large"])
    methods = {}
    for name in config.transfer.methods:
        needed = {"networks": networks} if METHODS[name].needs_networks else {}
        needed |= {"phenotype": phenotype} if METHODS[name].needs_truth else {}
        methods[name] = run(stages.apply_method, method=name, genotypes=genotypes, split=split, **subsets, **needed)
    scores = run(stages.score_final, genotypes=genotypes, phenotype=phenotype, methods=methods)
    announce(code, "finished", run.total, run.total)
    return scores, plots, subsets["subsets_large"], subsets["subsets_small"]


@dataclass
class _Branch:
    """Calls a stage of one phenotype and says so."""

    config: StudyConfig
    store: Store
    code: str
    total: int
    done: int = 0

    def __call__(self, stage: Callable[..., ArtifactRef], **arguments: Any) -> ArtifactRef:
        name = arguments.get("method", stage.__name__).replace("_", " ")
        announce(self.code, f"{name} {arguments.get('population', '')}".strip(), self.done, self.total)
        ref = stage(self.config, self.store, self.code, **arguments)
        self.done += 1
        return ref


def _all(futures: Sequence["Future[Any]"]) -> list[Any]:
    """Results in order; after an error or Ctrl-C what has not begun is dropped."""
    try:
        return [future.result() for future in futures]
    finally:
        for future in futures:
            future.cancel()


@contextmanager
def _pool(jobs: int, progress: logging.Handler | None) -> Iterator[Submit]:
    """Processes that run stages; an error or Ctrl-C ends them at once, finished stages stay."""
    records = get_context().Queue()
    listener = logging.handlers.QueueListener(records, *([progress] if progress else []))
    listener.start()
    environment = {"LOKY_MAX_MEMORY_LEAK_SIZE": _MEMORY_GROWTH, **WORKER_ENVIRONMENT} | os.environ
    pool = ProcessPoolExecutor(jobs, initializer=_send_records, initargs=(records,), env=environment)
    completed = False
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "A worker was restarted")  # when it grew: no news to the user
            yield pool.submit
        completed = True
    except BrokenProcessPool as error:
        raise WorkerLost(
            "the system ended a process that ran stages, most often because memory ran out; finished stages are kept: "
            "run the same command again, with a smaller --jobs if it happens again"
        ) from error
    finally:
        pool.shutdown(kill_workers=not completed)
        listener.stop()


def _send_records(records: Any) -> None:
    logger = logging.getLogger("gtl.progress")
    logger.addHandler(logging.handlers.QueueHandler(records))
    logger.setLevel(logging.INFO)
