"""What stands for the large population's people: GWAS statistics with a reference, or published scores."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from gtl import stage_settings
from gtl.config import StudyConfig
from gtl.domain.cohort import Cohort
from gtl.flow import NOT_NEEDED
from gtl.learn.summary.chromosome_ld import ChromosomeLd
from gtl.progress import announce
from gtl.steps.imports import write_imported_cohort
from gtl.steps.reference_groups import ReferenceGroups
from gtl.steps.references import Reference, chromosome_ld, ld_made_of, write_chromosome_ld
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.steps.source_traits import SAID, write_source_trait
from gtl.store import ArtifactRef, ArtifactWriter, Store
from gtl.store.manifest import canonical_json

TRAITS = "traits.json"


@dataclass(frozen=True)
class Part:
    """One of the artefacts that the sources of a study are made of.

    Attributes
    ----------
    name
        Below the stage's own key.
    step
        Function of :mod:`gtl.steps` that writes it, whose code is part of its fingerprint.
    inputs
        Name → earlier artefact.
    source, trait
        What its settings are of; empty where they do not matter.
    made_of
        All that it depends on, of LD: it lies outside the study, by that alone, and other studies find it finished.
    """

    name: str
    step: str
    inputs: Mapping[str, ArtifactRef]
    source: str = ""
    trait: str = ""
    made_of: Mapping[str, Any] | None = None


RunPart = Callable[[Part, Callable[[ArtifactWriter], None]], ArtifactRef]


def write_sources(
    out: ArtifactWriter,
    config: StudyConfig,
    store: Store,
    genotypes: ArtifactRef,
    columns: Mapping[str, str],
    run_part: RunPart,
) -> None:
    """Import references, take LD from them, and learn from every trait's statistics and scores.

    Each chromosome's LD, reference and trait is an artefact of its own: a run that was killed goes on where it was, and
    another trait more makes nothing of the others again.

    Parameters
    ----------
    columns
        Name of a trait → its column in the tables, by which sources call it.
    run_part
        Makes one of them.
    """
    study = _Sources(config, store, genotypes, run_part)
    ld = {name: study.linkage(name, bounds_of) for name, bounds_of in study.in_order()}
    traits = {}
    same: dict[bytes, ArtifactRef] = {}  # what is made of the same files: traits may share them
    for number, (code, column) in enumerate(columns.items()):
        announce("sources", f"trait {code}", number, len(columns))
        files = canonical_json(trait_params(config, column))
        if files not in same:
            same[files] = study.trait(code, column, ld)
        traits[code] = same[files].to_json()
    announce("sources", "finished", len(columns), len(columns))
    out.write_json(TRAITS, traits)


def write_no_sources(out: ArtifactWriter) -> None:
    """Say that nothing stands for the large population's people."""
    out.write_text(NOT_NEEDED, "the large population's people are there themselves\n")


class _Sources:
    """The sources of one study, as artefacts."""

    def __init__(self, config: StudyConfig, store: Store, genotypes: ArtifactRef, run_part: RunPart) -> None:
        self._config, self._store, self._genotypes, self._run = config, store, genotypes, run_part
        self._shared = SharedGenotypes.open(store, genotypes)
        self._linkage: dict[str, dict[str, ArtifactRef]] = {}
        self._references: dict[str, Reference] = {}

    def in_order(self) -> Iterator[tuple[str, str]]:
        """Sources with statistics, each with the one whose blocks of LD it has: the first."""
        names = [name for name, source in self._config.in_order.items() if source.statistics is not None]
        return ((name, names[0]) for name in names)

    def linkage(self, name: str, first: str) -> dict[str, ArtifactRef]:
        """Chromosome → LD of a source's reference, in the blocks of the first's."""
        reference = self._references[name] = self._grouped(name, self._reference(name, first))
        made = self._linkage[name] = {}
        for number, chromosome in enumerate(self._shared.places):
            announce("sources", f"LD of {name}, chromosome {chromosome}", number, len(self._shared.places))
            bounds = None if name == first else self._bounds(first, chromosome)
            made_of = ld_made_of(reference, chromosome, bounds)
            part = Part(f"{name}/ld/chr{chromosome}", "references.write_chromosome_ld", {}, made_of=made_of)
            made[chromosome] = self._run(
                part, partial(write_chromosome_ld, reference=reference, chromosome=chromosome, bounds=bounds)
            )
        return made

    def trait(self, code: str, column: str, ld: Mapping[str, Mapping[str, ArtifactRef]]) -> ArtifactRef:
        """Statistics of one trait at the shared variants, and weights by them."""
        inputs = {f"{name} chr{chrom}": ref for name, own in ld.items() for chrom, ref in own.items()}
        part = Part(
            f"traits/{code}", "source_traits.write_source_trait", inputs | {"genotypes": self._genotypes}, trait=column
        )
        return self._run(
            part,
            lambda out: write_source_trait(
                out, self._config, column, self._shared, self._references, partial(self._ld_of, ld)
            ),
        )

    def _reference(self, name: str, first: str) -> Reference:
        if name == first:
            return Reference.large(self._shared)
        files = self._config.sources[name].reference

        def run_chromosome(chromosome: str, compute: Callable[[ArtifactWriter], None]) -> ArtifactRef:
            part = Part(f"{name}/reference/chr{chromosome}", "imports.write_imported_cohort", {}, source=name)
            return self._run(part, compute)

        ref = self._run(
            Part(f"{name}/reference", "imports.write_imported_cohort", {}, source=name),
            lambda out: write_imported_cohort(out, files, Cohort.LARGE, run_chromosome, self._store.read),
        )
        strand = self._config.matching.same_strand
        return Reference.open(self._store, ref, self._shared, same_strand=strand)

    def _grouped(self, name: str, reference: Reference) -> Reference:
        source = self._config.sources[name]
        if source.reference_groups is None:
            return reference
        chromosomes = frozenset(self._shared.places)
        return replace(reference, groups=ReferenceGroups(source.reference, source.reference_groups, chromosomes))

    def _bounds(self, name: str, chromosome: str) -> list[int]:
        with chromosome_ld(self._store.read(self._linkage[name][chromosome])) as ld:
            bounds: list[int] = ld.bounds.tolist()
        return bounds

    @contextmanager
    def _ld_of(
        self, ld: Mapping[str, Mapping[str, ArtifactRef]], names: list[str], chromosome: str
    ) -> Iterator[list[ChromosomeLd]]:
        with ExitStack() as stack:
            yield [stack.enter_context(chromosome_ld(self._store.read(ld[name][chromosome]))) for name in names]


def trait_ref(store: Store, sources: ArtifactRef, code: str) -> ArtifactRef:
    """What the sources say of one trait, by the artefact of :func:`write_sources`."""
    return ArtifactRef.from_json(store.read(sources).read_json(TRAITS)[code])


def said_of_sources(store: Store, sources: ArtifactRef) -> dict[str, dict[str, list[str]]]:
    """Trait → source → what it holds, in lines; empty where nothing stands for the large population's people."""
    made = store.read(sources)
    traits = made.read_json(TRAITS) if TRAITS in made.files else {}
    return {code: dict(store.read(ArtifactRef.from_json(ref)).read_json(SAID)) for code, ref in traits.items()}


def params_of(config: StudyConfig, part: Part) -> dict[str, Any]:
    """The settings that a part depends on."""
    if part.source:
        return stage_settings.reference(config, part.source)
    if part.trait:
        return trait_params(config, part.trait)
    return dict(part.made_of or {})


def trait_params(config: StudyConfig, trait: str) -> dict[str, Any]:
    """The settings, and hashes of files, that what the sources say of a trait depends on."""
    sources = {name: stage_settings.source(config, name, trait) for name in config.in_order}
    return {"sources": sources, "large": config.populations.large, "small": config.populations.small_name}
