"""What a set of cohorts has in common: variants, who takes part, the list of traits, sources in place of people."""

from typing import TYPE_CHECKING

from gtl import stage_settings as settings
from gtl import steps
from gtl.config import StudyConfig
from gtl.config.study import SHARED_COHORTS
from gtl.domain.cohort import Cohort
from gtl.domain.cohort_set import CohortSet
from gtl.stage_code import code_of
from gtl.stage_keys import linkage_key, people_key
from gtl.steps.trait_list import trait_columns
from gtl.store import ArtifactRef, Job, Store

if TYPE_CHECKING:
    from gtl.steps.sources import Part


def match_variants(
    config: StudyConfig,
    store: Store,
    large: ArtifactRef,
    small: ArtifactRef,
    final: ArtifactRef,
    cohort_set: str = SHARED_COHORTS,
) -> ArtifactRef:
    """The variants that all cohorts have, with one counted allele each, and why the others are lost."""
    config = config.of_set(cohort_set)
    cohort_refs = {Cohort.LARGE: large, Cohort.SMALL: small, Cohort.FINAL: final}
    return store.run(
        f"{people_key(config, cohort_set)}/genotypes",
        lambda out: steps.matching.write_shared_variants(out, config, store, cohort_refs),
        inputs={cohort.value: ref for cohort, ref in cohort_refs.items()},
        params=settings.matching(config),
        code=code_of("matching.write_shared_variants"),
    )


def check_people(
    config: StudyConfig, store: Store, genotypes: ArtifactRef, cohort_set: str = SHARED_COHORTS
) -> ArtifactRef:
    """Who takes part: quality of people, relatives, principal components; and who is sealed, before any trait."""
    config = config.of_set(cohort_set)
    return store.run(
        f"{people_key(config, cohort_set)}/people",
        lambda out: steps.people.write_people(out, config, store, genotypes),
        inputs={"genotypes": genotypes},
        params=settings.people(config),
        code=code_of("people.write_people"),
    )


def list_traits(
    config: StudyConfig, store: Store, genotypes: ArtifactRef, cohort_set: str = SHARED_COHORTS
) -> ArtifactRef:
    """Names of the traits that these people are studied for; of several small populations with theirs in front."""
    config, population = config.of_set(cohort_set), CohortSet.parse(cohort_set).population
    return store.run(
        f"{people_key(config, cohort_set)}/traits",
        lambda out: steps.traits.write_traits(out, config, store, genotypes, population),
        inputs={"genotypes": genotypes},
        params=settings.trait_names(config, population),
        code=code_of("traits.write_traits"),
    )


def read_sources(
    config: StudyConfig, store: Store, genotypes: ArtifactRef, traits: ArtifactRef, cohort_set: str = SHARED_COHORTS
) -> ArtifactRef:
    """What stands for the large population's people where these cannot be had: statistics with LD, or scores.

    A study of people on both sides has none: a note stands in its place.
    """
    config = config.of_set(cohort_set)
    key = f"{people_key(config, cohort_set)}/sources"
    if not config.sources:
        return store.run(key, steps.sources.write_no_sources, params={})
    columns = trait_columns(store.read(traits))

    def job_of(part: "Part") -> Job:
        own = f"{key}/{part.name}" if part.made_of is None else linkage_key(part.made_of)
        return Job(own, steps.sources.params_of(config, part), part.inputs, code_of(part.step))

    of_traits = {code: steps.sources.trait_params(config, column) for code, column in columns.items()}
    return store.run(
        key,
        lambda out: steps.sources.write_sources(
            out, config, store, genotypes, columns, lambda part, compute: store.run_job(job_of(part), compute)
        ),
        inputs={"genotypes": genotypes},
        params={
            "sources": of_traits,
            "references": {name: settings.reference(config, name) for name in config.in_order},
        },
        code=code_of("sources.write_sources"),
    )
