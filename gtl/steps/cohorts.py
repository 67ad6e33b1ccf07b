"""Module 1: a simulated cohort's people and genotypes."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
import pandas as pd

from gtl.config import StudyConfig
from gtl.config.genotypes import CohortsConfig, Copying
from gtl.domain.cohort import Cohort
from gtl.domain.cohort_set import CohortSet
from gtl.domain.genetic_map import GeneticMap
from gtl.domain.genotypes import GenotypeMatrix, Haplotypes
from gtl.formats.genotype_parquet import read_genotypes
from gtl.formats.genotype_writer import GenotypeWriter
from gtl.formats.oxford import write_gen, write_sample
from gtl.formats.private_file import made_private
from gtl.prepare.call_counts import CallCounts
from gtl.random_streams import stream
from gtl.schema import COHORT_PEOPLE, LEFT_OUT, VARIANT_COUNTS
from gtl.simulate.genotypes import DrawnPeople, PeopleByVariant, SimulatedCohort, draw_people, grow_people
from gtl.steps.cohort_files import GENOTYPES, PARTS
from gtl.steps.engine_people import read_final, small_and_final, write_final
from gtl.steps.engines import GenotypeEngine
from gtl.steps.panel import read_panel
from gtl.store import Artifact, ArtifactRef, ArtifactWriter, Store

RunPart = Callable[[str, Callable[[ArtifactWriter], None]], ArtifactRef]
"""Makes the genotypes of one chromosome an artefact of their own: (chromosome, what writes them) → reference."""

NewPeople = tuple[DrawnPeople | PeopleByVariant, SimulatedCohort | None]
"""People of a cohort; with the small one of an engine's run the final cohort, which is of the same run."""

_VARIANTS, _PEOPLE, _SAMPLE = "variants.parquet", "people.parquet", "cohort.sample"


def write_simulated_cohort(
    out: ArtifactWriter,
    config: StudyConfig,
    store: Store,
    panel: ArtifactRef,
    cohort: Cohort,
    cohort_set: str,
    engine: GenotypeEngine | None,
    run_part: RunPart,
    small: ArtifactRef | None,
) -> None:
    """Simulate one cohort; every file of the final one is sealed. An engine made that with the ``small`` one."""
    # All small populations' panels have the same large haplotypes.
    read = read_panel(store.read(panel), CohortSet.parse(cohort_set).population)
    haplotypes: Haplotypes = getattr(read, cohort.population)
    chromosome = str(haplotypes.variants.chrom[0]) if len(haplotypes.variants) else "1"
    draw = partial(_drawn, config, haplotypes, read.genetic_map, cohort, cohort_set, engine)
    if engine is not None and small is not None and cohort is Cohort.FINAL:
        draw = partial(_made_before, store, small)
    ref = run_part(chromosome, partial(_write_chromosome, config, draw, cohort is Cohort.FINAL))
    part = store.read(ref, unseal=cohort is Cohort.FINAL)
    for name, schema in ((_VARIANTS, VARIANT_COUNTS), (_PEOPLE, COHORT_PEOPLE)):
        out.write_table(name, part.read_table(name, schema), schema)
    out.write_table("left_out.parquet", LEFT_OUT.empty_table().to_pandas(), LEFT_OUT)
    if _SAMPLE in part.files:
        out.write_bytes(_SAMPLE, part.read_bytes(_SAMPLE))
    if config.cohorts.write_gen:
        _write_gen(out, part)
    out.write_json(PARTS, [(chromosome, ref.to_json())])
    if cohort is Cohort.FINAL:
        _seal_all(out)


def _write_chromosome(config: StudyConfig, draw: Callable[[], NewPeople], sealed: bool, out: ArtifactWriter) -> None:
    """Genotypes, and what is counted of them by variant and by person, a block of variants at a time."""
    drawn, final = draw()
    n_people = len(drawn.samples)
    frames, called, het, done = [], *np.zeros((2, n_people), dtype=np.int64), 0
    with out.file(GENOTYPES) as path, GenotypeWriter(path, drawn.samples) as writer:
        for block in _blocks(drawn, out):
            counts = CallCounts.of(writer.write(block))
            frames.append(counts.table(block.variants, done))
            called += counts.person_called
            het += counts.person_het
            done += len(block.variants)
    people = {"sample": drawn.samples, "family": "0", "sex": np.zeros(n_people, np.int8)}
    counted = {"called": called, "het": het, "variants": done}
    out.write_table(_VARIANTS, pd.concat(frames, ignore_index=True), VARIANT_COUNTS)
    out.write_table(_PEOPLE, pd.DataFrame(people | counted), COHORT_PEOPLE)
    if drawn.case is not None or config.cohorts.write_gen:
        with out.file(_SAMPLE) as path:
            write_sample(drawn.samples, path, drawn.case)
    if sealed:
        _seal_all(out)
    if final is not None:
        write_final(final, out)


def _made_before(store: Store, small: ArtifactRef) -> NewPeople:
    return PeopleByVariant.of(read_final(store, small)), None


def _blocks(drawn: DrawnPeople | PeopleByVariant, out: ArtifactWriter) -> Iterator[GenotypeMatrix]:
    first = 0
    for dosages in drawn.blocks(out.scratch / "people"):
        last = first + len(dosages)
        yield GenotypeMatrix(drawn.variants.take(slice(first, last)), drawn.samples, dosages)
        first = last


def _write_gen(out: ArtifactWriter, part: Artifact) -> None:
    """The cohort as a .gen file; text of all genotypes is for small cohorts."""
    with part.open(GENOTYPES) as file, out.file("cohort.gen") as path:
        made_private(path)
        write_gen(read_genotypes(file), path)


def _seal_all(out: ArtifactWriter) -> None:
    for name in list(out.outputs):
        out.seal(name)


def _drawn(
    config: StudyConfig,
    haplotypes: Haplotypes,
    genetic_map: GeneticMap,
    cohort: Cohort,
    cohort_set: str,
    engine: GenotypeEngine | None,
) -> NewPeople:
    wanted, population = CohortSet.parse(cohort_set), cohort.population
    own = [wanted.population] if wanted.population and cohort is not Cohort.LARGE else []
    iteration = [wanted.iteration] if wanted.iteration else []
    people, effective_size = config.cohorts, getattr(config.cohorts, f"effective_size_{population}")
    ids, n_people = partial(_start_of_ids, config, iteration), getattr(people, cohort)
    rng = stream(config.seed, "genotypes", cohort, *own, *iteration)
    if engine is not None:

        def run(n_people: int, prefix: str) -> SimulatedCohort:
            return engine(haplotypes, genetic_map, n_people, effective_size, people, rng, prefix)

        if cohort is not Cohort.SMALL:
            return PeopleByVariant.of(run(n_people, ids(cohort))), None
        small, final = small_and_final(run, people, ids(Cohort.SMALL), ids(Cohort.FINAL))
        return PeopleByVariant.of(small), final
    if people.copying is Copying.GROWING:
        # The small and the final cohort are parts of one run: two would drift apart from each other.
        rng = stream(config.seed, "genotypes", "growing", population, *own, *iteration)
        whole, part = _part_of_run(people, cohort)
        return grow_people(haplotypes, genetic_map, whole, part, effective_size, people.theta, rng, ids(cohort)), None
    return draw_people(haplotypes, genetic_map, n_people, effective_size, people, rng, ids(cohort)), None


def _start_of_ids(config: StudyConfig, iteration: Sequence[str], cohort: Cohort) -> str:
    final = ["final"] if cohort is Cohort.FINAL else []
    return "-".join([getattr(config.populations, cohort.population), *final, *iteration, ""])


def _part_of_run(people: CohortsConfig, cohort: Cohort) -> tuple[int, slice]:
    """People of the run that a cohort is a part of, and which of them it is."""
    if cohort is Cohort.LARGE:
        return people.large, slice(0, people.large)
    both = people.small + people.final
    return both, slice(0, people.small) if cohort is Cohort.SMALL else slice(people.small, both)
