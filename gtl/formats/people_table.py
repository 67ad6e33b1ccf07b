"""People and what is known of them: one or several tables joined by id, every value still the text of its file.

A value becomes a number, a case or a level only where it is used (:mod:`gtl.prepare.traits`), so a column that nobody
asked for cannot stop a study, and an error can say in which line of which file the text stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.errors import InputError
from gtl.formats.people_join import joined_tables
from gtl.formats.sample_ids import Names, Overlap, overlap
from gtl.formats.table_file import NO_FAMILY, read_table_file
from gtl.spelling import known, listed


@dataclass(frozen=True, eq=False)
class PeopleTable:
    """What files say about people, one row a person.

    Attributes
    ----------
    families, ids : (n,) arrays of str objects, FID (``"0"`` = none) and IID
    columns : (n, k) text; blank where a person is not in a column's file
    files : the files' paths
    lines : (n_files, n) int64, line of each person in each file; 0 = not in it
    sources : for each column the places in ``files`` of those that have it
    """

    families: npt.NDArray[np.object_]
    ids: npt.NDArray[np.object_]
    columns: pd.DataFrame
    files: tuple[str, ...]
    lines: npt.NDArray[np.int64]
    sources: Mapping[str, tuple[int, ...]]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def names(self) -> list[str]:
        """Names of the columns, ids left out."""
        return [str(name) for name in self.columns.columns]

    @property
    def present(self) -> npt.NDArray[np.bool_]:
        """(n,) whether a person is in any file (all are, until :meth:`joined` adds those who are not)."""
        return np.asarray((self.lines > 0).any(axis=0))

    def text(self, column: str) -> npt.NDArray[np.object_]:
        """(n,) text of ``column``; :class:`InputError` with near names if there is none of that name."""
        if column not in self.sources:
            raise InputError(f"{self._files()}: no column {column!r}; {known(column, self.names)}")
        return np.asarray(self.columns[column].to_numpy(dtype=object))

    def place(self, row: int, column: str) -> str:
        """File, line, person and column of one value, as messages begin with.

        >>> table = PeopleTable(*np.array([["0"], ["NA1"]], dtype=object), pd.DataFrame({"y": ["x"]}), ("a.tsv",),
        ...     np.array([[2]]), {"y": (0,)})
        >>> table.place(0, "y")
        "a.tsv: line 2: 'NA1', column 'y'"
        """
        file = self.files_of(column)[row]
        return f"{self.files[file]}: line {self.lines[file, row]}: {self.ids[row]!r}, column {column!r}"

    def files_of(self, column: str) -> npt.NDArray[np.intp]:
        """(n,) place in ``files`` of the first one with ``column`` that has the person; the first where none has."""
        sources = np.array(self.sources[column], dtype=np.intp)
        return np.asarray(sources[(self.lines[sources] > 0).argmax(axis=0)])

    def where(self, condition: str) -> npt.NDArray[np.bool_]:
        """(n,) mask of the people for whom ``condition`` holds: ``column=value`` or ``column=value,value``.

        Raises
        ------
        InputError
            If it has another form, or there is no such column or no such value.
        """
        column, equals, right = (part.strip() for part in condition.partition("="))
        wanted = [value.strip() for value in right.split(",")]
        if not (column and equals) or "" in wanted:
            raise InputError(f"condition {condition!r}: expected `column=value` or `column=value,value`")
        texts = self.text(column)
        there = sorted({text for text in texts[self.present] if text})
        for value in wanted:
            if value not in there:
                raise InputError(f"condition {condition!r}: nobody has {value!r} in {column!r}; {known(value, there)}")
        return np.isin(texts.astype(str), wanted)

    def take(self, rows: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> Self:
        """Fewer people, or in another order."""
        return replace(
            self,
            families=self.families[rows],
            ids=self.ids[rows],
            columns=self.columns.iloc[np.arange(len(self))[rows]].reset_index(drop=True),
            lines=self.lines[:, rows],
        )

    def overlap(self, ids: Names, families: Names | None = None) -> Overlap:
        """How samples ``ids`` of genotypes (with ``families``, where known) are found here, and how many."""
        return overlap(self.families, self.ids, ids, families)

    def joined(self, ids: Names, families: Names | None = None) -> Self:
        """Row for row the people ``ids`` of a genotype file; those who are in no table have blanks and no line.

        Parameters
        ----------
        ids
            IID, or ``FID_IID`` where IIDs repeat, as genotype files' readers give them.
        families
            FID of each, where the genotype file has it.

        Raises
        ------
        InputError
            If nobody is found: it shows ids of both sides, and says if FID and IID were mixed up.
        """
        found = self.overlap(ids, families)
        if not found.both:
            raise InputError(f"{self._files()}: {found.why_nobody(ids, self.ids)}")
        absent = found.rows < 0
        here = np.where(absent, NO_FAMILY, self.families[found.rows])
        return replace(
            self,
            families=np.asarray(here if families is None else families, dtype=object),
            ids=np.array(ids, dtype=object),
            columns=self.columns.reindex(found.rows, fill_value="").reset_index(drop=True),
            lines=np.where(absent, 0, self.lines[:, found.rows]),
        )

    def _files(self) -> str:
        return ", ".join(self.files) if len(self.files) < 4 else listed(self.files, 3)


def read_people_tables(paths: Sequence[Path]) -> PeopleTable:
    """Read tables of people and join them by id; a person may be in some of them only.

    IID joins them; FID and IID together where IIDs repeat. A column that is in several tables must say the same about
    everyone who is in both.

    Parameters
    ----------
    paths
        Tables of any form that :mod:`gtl.formats.table_file` reads, plain or gzip.

    Raises
    ------
    InputError
        As :func:`~gtl.formats.table_file.read_table_file`; if a person has two different lines in a table, tables
        disagree, or there is no table.
    """
    if not paths:
        raise InputError("people: no table was given; expected at least one with an id column and a trait")
    joint = joined_tables([read_table_file(path) for path in paths])
    return PeopleTable(joint.families, joint.ids, joint.columns, joint.files, joint.lines, joint.sources)


def stacked(tables: Sequence[PeopleTable]) -> PeopleTable:
    """People of several tables below each other, with the columns that all of them have.

    One coding of a trait then holds for everybody, and levels of a covariate are the same columns in every cohort.
    """
    there = set.intersection(*(set(table.names) for table in tables))
    shared = [name for name in tables[0].names if name in there]
    starts = np.cumsum([0, *(len(table.files) for table in tables)])
    lines = np.zeros((starts[-1], sum(map(len, tables))), dtype=np.int64)
    first = 0
    for start, table in zip(starts, tables, strict=False):
        lines[start : start + len(table.files), first : first + len(table)] = table.lines
        first += len(table)
    sources = {
        name: tuple(
            int(start) + place for start, table in zip(starts, tables, strict=False) for place in table.sources[name]
        )
        for name in shared
    }
    return PeopleTable(
        np.concatenate([table.families for table in tables]),
        np.concatenate([table.ids for table in tables]),
        pd.concat([table.columns[shared] for table in tables], ignore_index=True),
        tuple(file for table in tables for file in table.files),
        lines,
        sources,
    )
