"""A sweep: many studies that differ in declared settings, run one after another, and one table of all of them."""

import logging

from gtl.config.sweep import Cell, SweepConfig
from gtl.progress import announce
from gtl.stage_code import code_of_tables
from gtl.store import ArtifactRef, Store
from gtl.study_run import check
from gtl.study_stages import run_stages
from gtl.worker_pool import workers


def run_sweep(sweep: SweepConfig, store: Store, jobs: int, progress: logging.Handler | None = None) -> ArtifactRef:
    """Run every study of the sweep that is not finished yet, then gather their figures.

    Parameters
    ----------
    jobs
        Branches of one study at a time; the studies follow one another.
    progress
        Gets the progress records of all processes, see :func:`gtl.progress.bars`; None: those of this one alone.

    Returns
    -------
    The artefact with the tables of :data:`gtl.steps.sweep.TABLES`.

    Raises
    ------
    InputError
        Before anything is run, if any of the studies has settings that cannot be.
    """
    cells = sweep.cells()
    for cell in cells:
        check(cell.study)
    results = []
    # The same processes for all studies: to start them takes as long as some iterations.
    with store.left_tidy(), workers(jobs, progress) as pools:
        for number, cell in enumerate(cells):
            announce("sweep", cell.study.name, number, len(cells))
            results.append(run_stages(cell.study, store, *pools).results)
    gathered = gather_sweep(sweep.name, cells, results, store)
    announce("sweep", "finished", len(cells), len(cells))
    return gathered


def gather_sweep(name: str, cells: list[Cell], results: list[ArtifactRef], store: Store) -> ArtifactRef:
    """One artefact of the final figures of all cells; ``results`` are those of their studies, in the same order."""
    from gtl.steps import sweep

    return store.run(
        sweep.key(name),
        lambda out: sweep.write_sweep(out, store, cells, results),
        inputs={cell.study.name: ref for cell, ref in zip(cells, results, strict=True)},
        params={"varied": {cell.study.name: cell.varied for cell in cells}},
        code=code_of_tables("sweep.write_sweep"),
    )
