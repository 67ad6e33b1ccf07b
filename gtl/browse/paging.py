"""A page of a table: filtered, sorted and cut where the table is, so that only what is seen is sent."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gtl.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

_COMPARISON = re.compile(r"(?P<column>[^\s<>=!]+)(?P<sign><=|>=|!=|=|<|>)(?P<value>\S+)")
_SIGNS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Page:
    """Some rows of a table.

    Attributes
    ----------
    rows
        Those of this page.
    total
        How many the filter leaves.
    number, last
        Which page it is, from 1, and how many there are.
    """

    rows: "pd.DataFrame"
    total: int
    number: int
    last: int


def page_of(
    table: "pd.DataFrame", where: str = "", sort: str = "", number: int = 1, size: int = 50, *, descending: bool = False
) -> Page:
    """One page of a table.

    Parameters
    ----------
    where
        As :func:`filtered`.
    sort
        Column to sort by; "" leaves the rows as they are.
    number, size
        Which page, and rows on one. A page after the last is the last.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"snp": ["rs1", "rs2", "rs3"], "p": [0.5, 0.001, 0.02]})
    >>> page_of(table, "p<0.1", sort="p").rows["snp"].tolist()
    ['rs2', 'rs3']
    """
    found = filtered(table, where)
    if sort:
        _check_column(table, sort)
        found = found.sort_values(sort, ascending=not descending, kind="stable", na_position="last")
    last = max(1, -(-len(found) // size))
    number = min(number, last)
    return Page(found.iloc[(number - 1) * size : number * size], len(found), number, last)


def filtered(table: "pd.DataFrame", where: str) -> "pd.DataFrame":
    """The rows that every word of ``where`` leaves.

    A word such as ``p_value<1e-5`` or ``chrom=21`` compares a column; any other is looked for in columns of text.

    Raises
    ------
    InputError
        If a word names no column, or compares numbers with what is none.
    """
    for word in where.split():
        comparison = _COMPARISON.fullmatch(word)
        kept = _contains(table, word) if comparison is None else _compared(table, **comparison.groupdict())
        table = table[kept]
    return table


def _compared(table: "pd.DataFrame", column: str, sign: str, value: str) -> Any:
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    _check_column(table, column)
    own = table[column]
    if is_bool_dtype(own) or not is_numeric_dtype(own):
        return _SIGNS[sign](own.astype(str).str.casefold(), value.casefold())
    try:
        return _SIGNS[sign](own, float(value))
    except ValueError:
        raise InputError(f"filter: {column} is a column of numbers; expected one after {sign}, got {value!r}") from None


def _contains(table: "pd.DataFrame", word: str) -> Any:
    import numpy as np
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    kept = np.zeros(len(table), dtype=bool)
    for name in table.columns:
        if not (is_numeric_dtype(table[name]) or is_bool_dtype(table[name])):
            kept |= table[name].astype(str).str.contains(word, case=False, regex=False).to_numpy(dtype=bool)
    return kept


def _check_column(table: "pd.DataFrame", name: str) -> None:
    if name not in table.columns:
        raise InputError(f"there is no column {name!r}; there are {', '.join(map(str, table.columns))}")
