"""Genotype files and tables of people in a folder, and who is in them; nothing is decided here.

One file a chromosome is one cohort. Files with the same people are the same cohort in several formats.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gtl.errors import InputError
from gtl.formats.people_table import PeopleTable, read_people_tables
from gtl.prepare.file_patterns import located
from gtl.prepare.found_sources import FoundSource, found_sources
from gtl.prepare.genotype_people import GENOTYPE_ENDS, genotype_end, people_of

_TABLE_ENDS = (".tsv", ".txt", ".csv", ".tab", ".dat", ".pheno", ".phen", ".covar", ".cov", ".sample", ".psam")


@dataclass(frozen=True, eq=False)
class FoundCohort:
    """People that have genotypes.

    Attributes
    ----------
    location : genotype files, relative to the folder; ``{chrom}`` in it where there is one a chromosome
    samples, families : (n,) ids as genotype readers give them, and FIDs (``"0"`` = none)
    also : other files with the same people
    """

    location: str
    samples: npt.NDArray[np.object_]
    families: npt.NDArray[np.object_]
    also: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class FoundFiles:
    """What is in a folder.

    Attributes
    ----------
    cohorts : most people first
    tables : by path relative to the folder
    unread : reason by path, of files that look like genotypes or tables and are none
    sources : GWAS statistics and published scores
    """

    cohorts: tuple[FoundCohort, ...]
    tables: dict[str, PeopleTable]
    unread: dict[str, str]
    sources: tuple[FoundSource, ...] = ()


def found_files(folder: Path) -> FoundFiles:
    """Look through ``folder`` and all below it.

    Raises
    ------
    InputError
        If it is no folder.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; give the one that your genotype files and tables are in")
    names = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()]
    visible = [name for name in names if not any(part.startswith(".") for part in name.split("/"))]
    unread: dict[str, str] = {}
    cohorts = list(_cohorts(folder, [name for name in visible if genotype_end(name)], unread))
    tables = dict(_tables(folder, visible, unread))
    sources = tuple(found_sources(folder, [name for name in visible if name not in tables]))
    unread = {name: reason for name, reason in unread.items() if not any(source.has(name) for source in sources)}
    by_size = sorted(_once_each(cohorts), key=lambda cohort: (-len(cohort.samples), cohort.location))
    return FoundFiles(tuple(by_size), tables, unread, sources)


def _cohorts(folder: Path, names: list[str], unread: dict[str, str]) -> Iterator[FoundCohort]:
    for location, first in located(names).items():
        try:
            families, ids = people_of(folder / first)
        except InputError as error:
            unread[first] = str(error)
            continue
        repeated = len(set(ids)) < len(ids)
        samples = np.array([f"{f}_{i}" for f, i in zip(families, ids, strict=True)], dtype=object) if repeated else ids
        yield FoundCohort(location, samples, families)


def _once_each(cohorts: Iterable[FoundCohort]) -> Iterator[FoundCohort]:
    """One for each set of people, in the format that is read fastest."""
    alike: dict[frozenset[str], list[FoundCohort]] = defaultdict(list)
    for cohort in cohorts:
        alike[frozenset(map(_plain, cohort.samples))].append(cohort)
    for same in alike.values():
        best, *others = sorted(same, key=lambda cohort: GENOTYPE_ENDS.index(str(genotype_end(cohort.location))))
        yield FoundCohort(best.location, best.samples, best.families, tuple(other.location for other in others))


def _plain(sample: str) -> str:
    """The id without a family of the same name, which some tools put before it."""
    half = sample[: len(sample) // 2]
    return half if half and sample == f"{half}_{half}" else sample


def _tables(folder: Path, names: list[str], unread: dict[str, str]) -> Iterator[tuple[str, PeopleTable]]:
    for name in names:
        if name.lower().removesuffix(".gz").endswith(_TABLE_ENDS):
            try:
                table = read_people_tables([folder / name])
            except InputError as error:
                unread[name] = str(error)
            else:
                if table.names:
                    yield name, table
