"""All traits of a set of cohorts in one pass over the genotypes of a chromosome."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gtl import stage_settings as settings
from gtl import steps
from gtl.config import StudyConfig
from gtl.config.study import SHARED_COHORTS
from gtl.domain.cohort import Population
from gtl.stage_code import code_of
from gtl.stage_keys import Branch
from gtl.steps.association_parts import part_key, pass_key
from gtl.store import ArtifactRef, Job, Store

if TYPE_CHECKING:
    from gtl.steps.engines import AssociationEngine


def associate(
    config: StudyConfig,
    store: Store,
    chromosome: str,
    population: str,
    genotypes: ArtifactRef,
    splits: Sequence[ArtifactRef],
    engine: "AssociationEngine | None" = None,
    cohort_set: str = SHARED_COHORTS,
    sources: ArtifactRef | None = None,
) -> ArtifactRef:
    """Every shared variant of a chromosome against all traits of a set of cohorts, in one pass over the genotypes.

    Where statistics stand for the large population's people, its associations are theirs.

    Each trait and draw of the roles is an artefact of its own, so that those that are finished are not computed again
    when others are added; what is returned lists them. ``splits`` may be of other sets of cohorts, too.
    """
    own = _own_splits(config, splits, population, cohort_set)
    config = config.of_set(cohort_set)
    if Population(population) is Population.LARGE and not config.has_large_people and sources is not None:
        return _associate_sources(config, store, chromosome, sources, own, cohort_set)
    params, code = settings.association(config), code_of("association.write_association", config.engines.association)
    jobs = [
        Job(
            part_key(config, Branch.of(split.key), population, chromosome),
            params, {"genotypes": genotypes, "split": split}, code,
        )
        for split in own
    ]  # fmt: skip
    return store.run(
        pass_key(config, cohort_set, population, chromosome),
        lambda out: steps.association.write_association(
            out, config, store, Population(population), chromosome, jobs, engine
        ),
        inputs={"genotypes": genotypes} | {job.key: job.inputs["split"] for job in jobs},
        params=params,
        code=code,
    )


def _associate_sources(
    config: StudyConfig,
    store: Store,
    chromosome: str,
    sources: ArtifactRef,
    splits: Sequence[ArtifactRef],
    cohort_set: str,
) -> ArtifactRef:
    branches = [Branch.of(split.key) for split in splits]
    code = code_of("source_association.write_source_association")
    jobs = [
        Job(
            part_key(config, branch, Population.LARGE, chromosome), {},
            {"statistics": steps.sources.trait_ref(store, sources, branch.code)}, code,
        )
        for branch in branches
    ]  # fmt: skip
    return store.run(
        pass_key(config, cohort_set, Population.LARGE, chromosome),
        lambda out: steps.source_association.write_source_association(out, config, store, chromosome, jobs),
        inputs={job.key: job.inputs["statistics"] for job in jobs},
        params={},
        code=code,
    )


def _own_splits(
    config: StudyConfig, splits: Sequence[ArtifactRef], population: str, cohort_set: str
) -> list[ArtifactRef]:
    """Those of a set of cohorts; the large population's people have the same roles in every draw."""
    branches = {split: Branch.of(split.key) for split in sorted(splits, key=lambda split: split.key)}
    return [
        split
        for split, branch in branches.items()
        if config.cohort_set_of(branch.code) == cohort_set
        and (branch.repeat == 1 or Population(population) is not Population.LARGE)
    ]
