"""Module 1 of a study of real people: a cohort's genotype files and tables become artefacts."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from gtl.config.people import CohortFiles
from gtl.domain.cohort import Cohort
from gtl.errors import InputError
from gtl.flow import NOT_NEEDED
from gtl.formats.genotype_source import GenotypeSource, open_genotypes
from gtl.formats.people_table import PeopleTable, read_people_tables
from gtl.prepare.imported import ImportedChromosome, import_chromosome
from gtl.progress import announce
from gtl.schema import COHORT_PEOPLE, LEFT_OUT, LOST_PEOPLE, VARIANT_COUNTS
from gtl.spelling import listed
from gtl.steps.cohort_files import GENOTYPES, PARTS, TABLE
from gtl.steps.cohorts import RunPart
from gtl.store import Artifact, ArtifactWriter

Wanted = Callable[[Sequence[str]], Sequence[str]]
"""Chooses among a table's columns."""

NOT_IN_TABLES = "not in the tables"
PEOPLE_LEFT_OUT = "people_left_out.parquet"

_COUNTS = "counts.parquet"
_IDS, _SOURCES = "table_ids.parquet", "table_sources.json"
_PEOPLE = "people_counts.parquet"


def write_imported_cohort(
    out: ArtifactWriter, files: CohortFiles, cohort: Cohort, run_part: RunPart, read: Any
) -> None:
    """Import the genotypes chromosome by chromosome, and the tables of the people who have genotypes.

    Each chromosome is an artefact of its own, so that a killed import goes on where it was, and chromosomes can be
    imported side by side before (:func:`write_imported_chromosome`). The table is sealed for the small and the final
    cohort: it holds the traits of people who are to be sealed.

    Parameters
    ----------
    run_part
        Makes a chromosome's artefact.
    read
        Opens it: reference → :class:`gtl.store.Artifact`.
    """
    if files.genotypes is None:
        why = {
            Cohort.LARGE: "published scores stand for the large population",
            Cohort.FINAL: "the final people are a part of the small cohort",
        }
        out.write_text(NOT_NEEDED, f"{why[cohort]}\n")
        return
    source, table = _opened(files)
    kept, joined = _people_of(source, table, files, cohort)
    refs = []
    for chromosome in _studied(source, files):
        refs.append((chromosome, run_part(chromosome, partial(_write_chromosome, source, chromosome, kept, cohort))))
    _write_people(out, source, kept, [read(ref) for _, ref in refs])
    # Whom a condition leaves out was meant to be left out; who is in no table most likely was not.
    absent = np.setdiff1d(np.arange(len(source.samples.ids)), kept) if files.where is None else kept[:0]
    lost = pd.DataFrame(
        {"sample": source.samples.ids[absent], "population": cohort.population.value, "reason": NOT_IN_TABLES}
    )
    out.write_table(PEOPLE_LEFT_OUT, lost, LOST_PEOPLE)
    if joined is not None:
        _write_table(out, joined, cohort)
    out.write_json(PARTS, [(chromosome, ref.to_json()) for chromosome, ref in refs])


def write_imported_chromosome(out: ArtifactWriter, files: CohortFiles, cohort: Cohort, chromosome: str) -> None:
    """Import one chromosome of a cohort by itself: the same bytes as within :func:`write_imported_cohort`."""
    source, table = _opened(files)
    kept, _ = _people_of(source, table, files, cohort)
    del table  # it may be large, and genotypes need none of it
    _write_chromosome(source, chromosome, kept, cohort, out)


def chromosomes_of_files(files: CohortFiles) -> list[str]:
    """The chromosomes that are imported of a cohort's files; none where it has no files.

    Names of files, a .bim, a .pvar or an index tell; files of other formats without an index are run through.
    """
    return [] if files.genotypes is None else _studied(_source(files), files)


def people_of_files(files: CohortFiles, cohort: Cohort) -> list[str]:
    """Ids of the people whom a cohort's files and their condition name; no genotype is read."""
    source, table = _opened(files)
    kept, _ = _people_of(source, table, files, cohort)
    return [str(sample) for sample in source.samples.ids[kept]]


def _opened(files: CohortFiles) -> tuple[GenotypeSource, PeopleTable | None]:
    source = _source(files)
    return source, read_people_tables([Path(path) for path in files.tables]) if files.tables else None


def _source(files: CohortFiles) -> GenotypeSource:
    return open_genotypes(str(files.genotypes), samples=files.samples, counted=files.counted, field=files.field)


def _studied(source: GenotypeSource, files: CohortFiles) -> list[str]:
    found = source.chromosomes()
    if not found:
        raise InputError(
            f"{files.genotypes}: no variants; check that the file is complete, and not filtered to nothing"
        )
    chromosomes = [chromosome for chromosome in found if chromosome not in ("Y", "MT")]
    if not chromosomes:
        raise InputError(
            f"{files.genotypes}: no autosome and no chromosome X, only {listed(list(found), 3)}; give genotypes of "
            "autosomes"
        )
    return chromosomes


def _people_of(
    source: GenotypeSource, table: PeopleTable | None, files: CohortFiles, cohort: Cohort
) -> tuple[npt.NDArray[np.intp], PeopleTable | None]:
    """Columns of the people who take part, and their rows of the tables."""
    samples = source.samples
    everyone = np.arange(len(samples.ids))
    if table is None:
        if files.where is not None:
            raise InputError(f"files.{cohort}.where: {files.where} needs a table; name it in files.{cohort}.tables")
        return everyone, None
    joined = table.joined(samples.ids, samples.families)
    wanted = joined.present if files.where is None else joined.present & joined.where(files.where)
    kept = np.flatnonzero(wanted)
    if not len(kept):
        raise InputError(
            f"files.{cohort}.where: nobody of the {len(samples.ids)} people in {files.genotypes} has {files.where}"
        )
    announce(f"{cohort} cohort", _joined_text(len(kept), table, source))
    return kept, joined.take(kept)


def _joined_text(n_kept: int, table: PeopleTable, source: GenotypeSource) -> str:
    """How many of both sides were found on the other one, with examples of who was not."""
    samples = source.samples
    found = table.overlap(samples.ids, samples.families).rows
    text = f"{n_kept:,} of {len(samples.ids):,} people of the genotypes are in the tables"
    alone = np.delete(table.ids, found[found >= 0])
    if not len(alone) or not (found < 0).any():
        return text
    return (
        f"{text}; without a partner: {listed(samples.ids[found < 0], 3)} of the genotypes, {listed(alone, 3)} of the "
        f"tables ({len(alone):,}); where these are the same people, write the genotypes' ids into column IID"
    )


def _write_chromosome(
    source: GenotypeSource, chromosome: str, kept: npt.NDArray[np.intp], cohort: Cohort, out: ArtifactWriter
) -> None:
    announce(f"{cohort} cohort", f"importing chromosome {chromosome}")
    with out.file(GENOTYPES) as path:
        found: ImportedChromosome = import_chromosome(source, chromosome, path, keep=kept)
    out.write_table(_COUNTS, found.variants, VARIANT_COUNTS)
    counts = {"called": found.called, "het": found.het, "variants": np.full(len(found.called), found.n_variants)}
    _write_frame(out, _PEOPLE, pd.DataFrame(counts))
    lost = pd.DataFrame([vars(variant) for variant in found.left_out], columns=LEFT_OUT.names)
    out.write_table("left_out.parquet", lost, LEFT_OUT)


def _write_people(
    out: ArtifactWriter, source: GenotypeSource, kept: npt.NDArray[np.intp], parts: list[Artifact]
) -> None:
    counts = [_read_frame(part, _PEOPLE) for part in parts]
    people = {
        "sample": source.samples.ids[kept],
        "family": source.samples.families[kept],
        "sex": source.samples.sex[kept],
        **{name: sum(count[name].to_numpy() for count in counts) for name in ("called", "het", "variants")},
    }
    variants = [part.read_table(_COUNTS, VARIANT_COUNTS) for part in parts]
    lost = [part.read_table("left_out.parquet", LEFT_OUT) for part in parts]
    out.write_table("people.parquet", pd.DataFrame(people), COHORT_PEOPLE)
    out.write_table("variants.parquet", pd.concat(variants, ignore_index=True), VARIANT_COUNTS)
    out.write_table("left_out.parquet", pd.concat(lost, ignore_index=True), LEFT_OUT)


def _write_table(out: ArtifactWriter, table: PeopleTable, cohort: Cohort) -> None:
    """The text of the tables and where each stands, so that a later error can name file and line."""
    lines = {f"line {number}": line for number, line in enumerate(table.lines)}
    ids = pd.DataFrame({"family": table.families, "sample": table.ids, **lines})
    _write_frame(out, TABLE, table.columns.astype(str))
    _write_frame(out, _IDS, ids)
    out.write_json(
        _SOURCES, {"files": list(table.files), "sources": [list(places) for places in table.sources.values()]}
    )
    if cohort is not Cohort.LARGE:
        for name in (TABLE, _IDS, _SOURCES):
            out.seal(name)


def _write_frame(out: ArtifactWriter, name: str, frame: pd.DataFrame) -> None:
    """A table whose columns only the user's files know; it has no contract but itself."""
    out.write_table(name, frame, pa.Schema.from_pandas(frame, preserve_index=False).remove_metadata())


def _read_frame(artifact: Artifact, name: str, wanted: Wanted | None = None) -> pd.DataFrame:
    import io

    import pyarrow.parquet as pq

    file = pq.ParquetFile(io.BytesIO(artifact.read_bytes(name)))
    columns = None if wanted is None else list(dict.fromkeys(wanted(file.schema_arrow.names)))
    frame: pd.DataFrame = file.read(columns).to_pandas()
    return frame


def read_table(artifact: Artifact, wanted: Wanted | None = None) -> PeopleTable | None:
    """The table of a cohort, aligned to its people; None without one.

    Parameters
    ----------
    wanted
        Names of all columns → those to read: a table of expression has tens of thousands.
    """
    if TABLE not in artifact.files:
        return None
    names: list[str] = []

    def chosen(found: Sequence[str]) -> Sequence[str]:
        names.extend(found)
        return found if wanted is None else wanted(found)

    columns, ids = _read_frame(artifact, TABLE, chosen), _read_frame(artifact, _IDS)
    origin = artifact.read_json(_SOURCES)
    lines = ids.filter(regex=r"^line \d+$").to_numpy(dtype=np.int64).T
    places = dict(zip(names, origin["sources"], strict=True))
    sources = {str(name): tuple(places[name]) for name in columns.columns}
    return PeopleTable(
        ids["family"].to_numpy(dtype=object), ids["sample"].to_numpy(dtype=object), columns, tuple(origin["files"]),
        lines, sources,
    )  # fmt: skip
