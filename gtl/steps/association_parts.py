"""Where the association of one trait with one chromosome lies; loads no heavy library."""

from collections.abc import Mapping
from typing import Any

from gtl.config import StudyConfig
from gtl.stage_keys import Branch, branch_key, people_key
from gtl.store import ArtifactRef, Store

CHROMOSOMES = "chromosomes.json"
"""File of the shared genotypes that lists their chromosomes, in their order."""

PARTS = "parts.json"
"""File of a pass: key of each trait's and draw's artefact → its hash."""


def pass_key(config: StudyConfig, cohort_set: str, population: str, chromosome: str) -> str:
    """Where the list of what one pass over a chromosome's genotypes made lies."""
    return f"{people_key(config, cohort_set)}/association/{population}/chr{chromosome}"


def part_key(config: StudyConfig, branch: Branch, population: str, chromosome: str) -> str:
    """Where one trait's association with a chromosome lies.

    >>> part_key(StudyConfig(), Branch("asthma", 2), "small", "21")
    'studies/transfer/phenotypes/asthma/draw-002/association_small/chr21'
    """
    return f"{branch_key(config, branch.code, branch.repeat)}/association_{population}/chr{chromosome}"


def own_parts(
    config: StudyConfig, store: Store, passes: Mapping[str, ArtifactRef], branch: Branch, population: str
) -> dict[str, ArtifactRef]:
    """Chromosome → one trait's association with it, by what the ``passes`` over all traits made."""
    keys = {chromosome: part_key(config, branch, population, chromosome) for chromosome in passes}
    return {name: ArtifactRef(key, _parts(store, passes[name])[key]) for name, key in keys.items()}


def chromosomes_of(store: Store, genotypes: ArtifactRef) -> list[str]:
    """The chromosomes of the shared variants, in their order."""
    found: list[str] = store.read(genotypes).read_json(CHROMOSOMES)
    return found


def _parts(store: Store, made: ArtifactRef) -> Any:
    return store.read(made).read_json(PARTS)
