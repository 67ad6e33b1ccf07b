"""Covariates: columns named one by one or as a range, coded as numbers, levels as 0/1 columns."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.errors import InputError
from gtl.formats.people_table import PeopleTable
from gtl.prepare.table_numbers import Cells, cells
from gtl.spelling import known, listed

MOST_LEVELS = 20
"""Levels of a categorical covariate above which it is refused: each costs a column."""

_RANGES = (re.compile(r"(.*?)(\d+)\s*-\s*\1(\d+)"), re.compile(r"(.*?)\{(\d+):(\d+)\}"))
_SEXES = {"m": 1.0, "male": 1.0, "f": 0.0, "female": 0.0}
_UNKNOWN_SEX = ("0", "u", "unknown")
_SEX_NUMBERS = ["0", "1", "2", "0.0", "1.0", "2.0"]


@dataclass(frozen=True, eq=False)
class Covariates:
    """Covariates of everybody in a table.

    Attributes
    ----------
    names : the k coded columns: a covariate's name, or ``batch=b`` for a level
    sources : the covariate that each column is of
    matrix : (n, k) float64, NaN = missing
    notes : what was decided about them, for people
    """

    names: tuple[str, ...]
    sources: tuple[str, ...]
    matrix: npt.NDArray[np.float64]
    notes: tuple[str, ...] = ()

    @property
    def complete(self) -> npt.NDArray[np.bool_]:
        """(n,) whether a person has a value of every covariate."""
        return np.asarray(~np.isnan(self.matrix).any(axis=1))


def covariate_names(requested: Sequence[str], columns: Collection[str]) -> list[str]:
    """The columns that ``requested`` names, each once; ``PC1-PC10`` and regenie's ``PC{1:10}`` are ranges.

    Raises
    ------
    InputError
        If one is not among ``columns``, or a range ends before it begins.

    Examples
    --------
    >>> covariate_names(["sex", "PC1-PC3"], ["sex", "PC1", "PC2", "PC3", "y"])
    ['sex', 'PC1', 'PC2', 'PC3']
    """
    names = dict.fromkeys(name for request in requested for name in _expanded(request, columns))
    for name in names:
        if name not in columns:
            raise InputError(f"traits.covariates: the tables have no column {name!r}; {known(name, columns)}")
    return list(names)


def covariate_matrix(table: PeopleTable, names: Sequence[str], categorical: Collection[str] = ()) -> Covariates:
    """Code the columns ``names`` of ``table`` as numbers.

    Give the table of everybody, so that levels are the same columns in every cohort.

    Sex may be M/F, male/female, 1/2 (0 = unknown) or 0/1; male is 1. Of a categorical one the most frequent level is
    the reference, each other level a column. One that does not vary is left out, with a note.

    Raises
    ------
    InputError
        If a numeric one has a text, one has more than ``MOST_LEVELS`` levels or nobody has it, or ``categorical`` names
        one that is no covariate.
    """
    for name in categorical:
        if name not in names:
            raise InputError(f"traits.categorical: {name!r} is no covariate; {known(name, names)}")
    coded, notes = list[tuple[str, str, npt.NDArray[np.float64]]](), list[str]()
    for name in names:
        column = cells(table, name)
        if column.missing.all():
            raise InputError(f"covariate {name!r}: nobody of {len(table)} people has a value; leave it out")
        parts = list(_levels(column) if name in categorical else _numeric(column, notes))
        varying = [(label, values) for label, values in parts if _varies(values)]
        if not varying:
            notes.append(f"covariate {name}: left out, all people have the same value")
        coded += ((label, name, values) for label, values in varying)
    matrix = np.column_stack([values for *_, values in coded]) if coded else np.empty((len(table), 0))
    return Covariates(tuple(label for label, *_ in coded), tuple(name for _, name, _ in coded), matrix, tuple(notes))


def coded_as(table: PeopleTable, labels: Sequence[str]) -> npt.NDArray[np.float64]:
    """Columns of new people coded as those that :func:`covariate_matrix` called ``labels``.

    ``SEX`` is ``sex`` where no other column is.

    Returns
    -------
    (n, len(labels)) float64; NaN where a value is missing, or ``table`` has no such column

    Raises
    ------
    InputError
        If a numeric one has a text.
    """
    columns = [_as_label(table, label) for label in labels]
    return np.column_stack(columns) if columns else np.empty((len(table), 0))


def _as_label(table: PeopleTable, label: str) -> npt.NDArray[np.float64]:
    if name := _name_in(table, label):
        [(_, values)] = _numeric(cells(table, name), [])
        return values
    source, _, level = label.partition("=")
    name = _name_in(table, source)
    if not name:
        return np.full(len(table), np.nan)
    column = cells(table, name)
    return np.where(column.missing, np.nan, (column.texts == level).astype(np.float64))


def _name_in(table: PeopleTable, name: str) -> str:
    """The column called ``name``, or the only one that is but for upper and lower case; "" if there is none."""
    if name in table.sources:
        return name
    alike = [other for other in table.names if other.casefold() == name.casefold()]
    return alike[0] if len(alike) == 1 else ""


def _expanded(request: str, columns: Collection[str]) -> Iterator[str]:
    match = next((found for form in _RANGES if (found := form.fullmatch(request))), None)
    if request in columns or match is None:
        yield request
        return
    stem, first, last = match.groups()
    if int(last) < int(first):
        raise InputError(f"traits.covariates: {request!r} ends before it begins; write the smaller number first")
    width = len(first) if first.startswith("0") else 1
    yield from (f"{stem}{number:0{width}d}" for number in range(int(first), int(last) + 1))


def _numeric(column: Cells, notes: list[str]) -> Iterator[tuple[str, npt.NDArray[np.float64]]]:
    if column.name.casefold() in ("sex", "gender"):
        yield column.name, _sex(column, notes)
        return
    if column.strange.any():
        raise column.error(column.strange, f"if {column.name!r} has levels name it in traits.categorical, too")
    yield column.name, column.numbers


def _sex(column: Cells, notes: list[str]) -> npt.NDArray[np.float64]:
    """Male 1, female 0; of each file in words where a word occurs, else by PLINK's numbers, else two numbers as are."""
    words = np.array([text.casefold() for text in column.texts], dtype=object)
    files = column.table.files_of(column.name)
    in_words = np.isin(files, files[np.isin(words.astype(str), [*_SEXES])])
    allowed = [np.isin(words.astype(str), texts) for texts in ([*_SEXES, *_UNKNOWN_SEX], _SEX_NUMBERS)]
    wrong = ~column.missing & ~np.where(in_words, *allowed)
    if wrong.any():
        raise column.error(wrong, "expected M and F, male and female, or 1 = male and 2 = female (0 = unknown)", "sex")
    from_words = np.array([_SEXES.get(word, np.nan) for word in words])
    return np.where(in_words, from_words, _sex_of_numbers(column, np.where(in_words, np.nan, column.numbers), notes))


def _sex_of_numbers(column: Cells, numbers: npt.NDArray[np.float64], notes: list[str]) -> npt.NDArray[np.float64]:
    """By PLINK's numbers if any is 2, else as they are; :class:`InputError` if files differ in it."""
    if not (numbers == 2).any():
        if (numbers == 0).any():
            notes.append(f"covariate {column.name}: 0 and 1 are taken for the two sexes, as there is no 2")
        return numbers
    files = column.table.files_of(column.name)
    for file in np.unique(files):
        own = set(numbers[files == file])
        if own >= {0.0, 1.0} and 2.0 not in own:
            raise InputError(
                f"covariate {column.name!r}: {column.table.files[file]} has 0 and 1 and no 2, and another table has 2, "
                "so that sex is coded differently in them, most likely; write 1 = male and 2 = female in both, and NA "
                "where it is not known"
            )
    return np.where(numbers > 0, 2 - numbers, np.nan)


def _levels(column: Cells) -> Iterator[tuple[str, npt.NDArray[np.float64]]]:
    counts = Counter(column.texts[~column.missing])
    if len(counts) > MOST_LEVELS:
        raise InputError(
            f"covariate {column.name!r}: {len(counts)} levels ({listed(column.levels(), 5)}), expected at most "
            f"{MOST_LEVELS}; merge levels, or take it out of traits.categorical if it is a number"
        )
    reference = min(counts, key=lambda level: (-counts[level], level))
    for level in sorted(counts.keys() - {reference}):
        yield f"{column.name}={level}", np.where(column.missing, np.nan, (column.texts == level).astype(np.float64))


def _varies(values: npt.NDArray[np.float64]) -> bool:
    known_values = values[~np.isnan(values)]
    return bool(len(known_values)) and bool((known_values != known_values[0]).any())
