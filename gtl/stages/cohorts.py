"""The large, small and final people with their genotypes: from a panel of haplotypes, or from files."""

from typing import TYPE_CHECKING, Any

from gtl import steps
from gtl.cohort_jobs import cohort_job, part_of, settings_of_cohort
from gtl.config import StudyConfig
from gtl.config.study import SHARED_COHORTS
from gtl.domain.cohort import Cohort
from gtl.stage_code import code_of
from gtl.stage_keys import study_key
from gtl.steps.panel_key import panel_key, panel_params
from gtl.store import ArtifactRef, Store

if TYPE_CHECKING:
    from gtl.steps.engines import GenotypeEngine


def build_panel(config: StudyConfig, store: Store) -> ArtifactRef:
    """Reference haplotypes of both populations; kept outside the study, since studies can share a panel.

    A study of real people has none: a note stands in its place.
    """
    if not config.is_simulated:
        return store.run(f"{study_key(config)}/no_panel", steps.panel.write_no_panel, params={})
    params = panel_params(config)
    return store.run(
        panel_key(params),
        lambda out: steps.panel.write_panel(out, config),
        params=params,
        code=code_of("panel.write_panel"),
    )


def import_chromosome(
    config: StudyConfig,
    store: Store,
    cohort: str,
    chromosome: str,
    panel: ArtifactRef,
    cohort_set: str = SHARED_COHORTS,
) -> ArtifactRef:
    """One chromosome of a cohort's files: what :func:`make_cohort` would make of it, which then finds it finished."""
    config = settings_of_cohort(config, cohort_set, Cohort(cohort))
    return store.run_job(
        part_of(cohort_job(config, cohort_set, Cohort(cohort), panel), chromosome),
        lambda out: steps.imports.write_imported_chromosome(
            out, getattr(config.files, cohort), Cohort(cohort), chromosome
        ),
    )


def make_cohort(
    config: StudyConfig,
    store: Store,
    cohort: str,
    panel: ArtifactRef,
    engine: "GenotypeEngine | None" = None,
    cohort_set: str = SHARED_COHORTS,
    small: ArtifactRef | None = None,
) -> ArtifactRef:
    """People of one cohort (large, small, final): resampled from the panel's haplotypes, or imported from files.

    ``cohort_set``, here and below, is one of :meth:`gtl.config.StudyConfig.cohort_sets`. The final cohort takes its
    people from the ``small`` one where an engine made them in one run.
    """
    config = settings_of_cohort(config, cohort_set, Cohort(cohort))
    job = cohort_job(config, cohort_set, Cohort(cohort), panel, small)

    def run_part(chromosome: str, compute: Any) -> ArtifactRef:
        return store.run_job(part_of(job, chromosome), compute)

    def compute(out: Any) -> None:
        if config.is_simulated:
            steps.cohorts.write_simulated_cohort(
                out, config, store, panel, Cohort(cohort), cohort_set, engine, run_part, small
            )
        else:
            steps.imports.write_imported_cohort(
                out, getattr(config.files, cohort), Cohort(cohort), run_part, store.read
            )

    return store.run_job(job, compute)
