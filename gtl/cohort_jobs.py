"""What the artefacts of a cohort are made from, and which chromosomes of files are imported before their cohort.

Loads no heavy library until files are looked at.
"""

from collections.abc import Iterator
from dataclasses import replace

from gtl import stage_settings as settings
from gtl.config import StudyConfig
from gtl.config.study import GenotypeEngine
from gtl.domain.cohort import Cohort
from gtl.domain.cohort_set import CohortSet
from gtl.stage_code import code_of
from gtl.stage_keys import cohort_key
from gtl.store import ArtifactRef, Job, Store


def settings_of_cohort(config: StudyConfig, cohort_set: str, cohort: Cohort) -> StudyConfig:
    """The settings that a cohort is made from: all small populations have the same large one, of everybody's."""
    return config if cohort is Cohort.LARGE else config.of_set(cohort_set)


def cohort_job(
    config: StudyConfig, cohort_set: str, cohort: Cohort, panel: ArtifactRef, small: ArtifactRef | None = None
) -> Job:
    """The artefact of a cohort; ``config`` is that of :func:`settings_of_cohort`.

    The final cohort is made from the ``small`` one where an engine makes both in one run.
    """
    code = (
        code_of("cohorts.write_simulated_cohort", config.engines.genotypes)
        if config.is_simulated
        else code_of("imports.write_imported_cohort")
    )
    by_engine = config.is_simulated and config.engines.genotypes is not GenotypeEngine.BUILTIN
    made_before = {"small": small} if by_engine and small is not None and cohort is Cohort.FINAL else {}
    inputs = {"panel": panel, **made_before}
    return Job(cohort_key(config, cohort_set, cohort), settings.cohort(config, cohort), inputs, code)


def part_of(cohort: Job, chromosome: str) -> Job:
    """The artefact of a chromosome's genotypes: made from the same as its cohort, below it."""
    return replace(cohort, key=f"{cohort.key}/chr{chromosome}")


def list_imports(config: StudyConfig, store: Store, panel: ArtifactRef) -> list[dict[str, str]]:
    """What can be imported side by side: ``cohort_set``, ``cohort`` and ``chromosome`` of each.

    Of cohorts in files that are not finished and have several chromosomes; the large one of several small populations
    is listed once. A simulation has none.

    Raises
    ------
    InputError
        If files cannot be opened, or hold no chromosome that is studied.
    """
    from gtl.steps.imports import chromosomes_of_files

    found = []
    for cohort_set, cohort in _cohorts_in_files(config):
        own = settings_of_cohort(config, cohort_set, cohort)
        job = cohort_job(own, cohort_set, cohort, panel)
        if store.find(job.key, job.mark) is None:
            chromosomes = chromosomes_of_files(getattr(own.files, cohort))
            several = chromosomes if len(chromosomes) > 1 else []
            found += [{"cohort_set": cohort_set, "cohort": str(cohort), "chromosome": name} for name in several]
    return found


def _cohorts_in_files(config: StudyConfig) -> Iterator[tuple[str, Cohort]]:
    """Each cohort of a study of real people once, with the set of cohorts that it belongs to."""
    sets = [] if config.is_simulated else [CohortSet.parse(name) for name in config.cohort_sets()]
    yield from dict.fromkeys((str(own.of_the_large), Cohort.LARGE) for own in sets)
    yield from ((str(own), cohort) for own in sets for cohort in (Cohort.SMALL, Cohort.FINAL))
