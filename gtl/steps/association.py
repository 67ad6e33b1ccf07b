"""Module 3: association of all traits with a chromosome's variants, in one pass over the genotypes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial

import pyarrow as pa

from gtl.association.scan import scan_traits
from gtl.association.variant_tests import NAMES, VariantTests
from gtl.config import StudyConfig
from gtl.domain.cohort import Population
from gtl.domain.genotypes import Variants
from gtl.schema import ASSOCIATION
from gtl.steps.association_parts import PARTS
from gtl.steps.association_people import AssociatedPeople
from gtl.steps.engines import AssociationEngine, tests_by_engine
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.store import ArtifactRef, ArtifactWriter, Job, Store

MOST_TOGETHER = 200
"""Traits and draws of roles of one pass: each has two files open until its end."""

_TABLE_BYTES = 200
"""Memory that a block's variant needs for each table, beside its genotypes."""

_ENGINE_BYTES = 256_000_000
"""Genotypes handed to an engine at a time: starting a container takes as long as testing thousands of variants."""


def write_association(
    out: ArtifactWriter,
    config: StudyConfig,
    store: Store,
    population: Population,
    chromosome: str,
    jobs: Sequence[Job],
    engine: AssociationEngine | None,
) -> None:
    """Test every shared variant of a chromosome for all traits and draws, each of which is an artefact of its own.

    Once in all people who are not sealed, which plots of the first draw show; once in the training people alone, by
    which variants are pre-selected, so that nobody else has a say in it. Genotypes are read in blocks of variants.

    Parameters
    ----------
    jobs
        A trait's and draw's artefact each, with the inputs ``genotypes`` and ``split``. Those that are finished are
        left as they are; without any other the genotypes are not read.
    """
    found: list[ArtifactRef] = []
    for start in range(0, len(jobs), MOST_TOGETHER):
        compute = partial(_write_pass, config, store, population, chromosome, engine)
        found += store.run_together(jobs[start : start + MOST_TOGETHER], compute)
    out.write_json(PARTS, {ref.key: ref.sha256 for ref in found})


def _write_pass(
    config: StudyConfig,
    store: Store,
    population: Population,
    chromosome: str,
    engine: AssociationEngine | None,
    jobs: Sequence[Job],
    writers: Sequence[ArtifactWriter],
) -> None:
    shared = SharedGenotypes.open(store, jobs[0].inputs["genotypes"], chromosome)
    people = AssociatedPeople.read(store, shared, population, [job.inputs["split"] for job in jobs])
    size = _TABLE_BYTES * len(people.tables)
    with ExitStack() as stack:
        writes = [
            stack.enter_context(writers[table.place].table_in_parts(f"{table.name}.parquet", ASSOCIATION))
            for table in people.tables
        ]
        traits = [table.trait for table in people.tables]
        if engine is None:
            found = scan_traits(shared.blocks(population, people.samples, beside=size), traits, config.association.test)
        else:
            blocks = shared.blocks(population, people.samples, beside=size, most_bytes=_ENGINE_BYTES)
            found = tests_by_engine(engine, blocks, traits, config.association.test)
        _write_blocks(found, writes)


def _write_blocks(
    found: Iterator[tuple[Variants, list[VariantTests]]], writes: Sequence[Callable[[pa.Table], None]]
) -> None:
    for variants, tests in found:
        # Converted once: texts take longer than all numbers of a table.
        names = [pa.array(getattr(variants, name), type=ASSOCIATION.field(name).type) for name in NAMES]
        for write, own in zip(writes, tests, strict=True):
            numbers = [pa.array(column, from_pandas=True) for column in vars(own).values()]
            write(pa.Table.from_arrays([*names, *numbers], schema=ASSOCIATION))
