"""Texts of a table's column as numbers, where they are numbers, with an error that names the line where one is not."""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.errors import InputError
from gtl.formats.missing_values import is_missing
from gtl.formats.people_table import PeopleTable

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")


@dataclass(frozen=True, eq=False)
class Cells:
    """One column of a table.

    Attributes
    ----------
    table, name : where it is from
    texts : (n,) array of str objects
    missing : (n,) bool, no value (:func:`~gtl.formats.table_file.is_missing`)
    numbers : (n,) float64, NaN where missing or not a number
    """

    table: PeopleTable
    name: str
    texts: npt.NDArray[np.object_]
    missing: npt.NDArray[np.bool_]
    numbers: npt.NDArray[np.float64]

    @property
    def strange(self) -> npt.NDArray[np.bool_]:
        """(n,) whether there is a value that is not a number."""
        return ~self.missing & np.isnan(self.numbers)

    def levels(self) -> list[str]:
        """The different values, missing ones left out, in order."""
        return sorted(set(self.texts[~self.missing]))

    def values(self) -> set[float]:
        """The different numbers, missing ones left out."""
        return set(np.unique(self.numbers[~np.isnan(self.numbers)]).tolist())

    def error(self, wrong: npt.NDArray[np.bool_], advice: str, expected: str = "number") -> InputError:
        """What to raise about the first of the rows that are ``wrong``, none of which is as ``expected``."""
        row = int(np.flatnonzero(wrong)[0])
        text = self.texts[row]
        comma = " (a decimal comma: write a point)" if _DECIMAL_COMMA.fullmatch(text) else ""
        if _THOUSANDS.fullmatch(text):
            comma = " (a comma, of thousands or a decimal one: write no commas, and a point for decimals)"
        more = f"; {int(wrong.sum()) - 1} more such lines" if wrong.sum() > 1 else ""
        return InputError(f"{self.table.place(row, self.name)}: {text!r} is no {expected}{comma}{more}; {advice}")


def cells(table: PeopleTable, name: str) -> Cells:
    """Column ``name`` of ``table``; :class:`InputError` if there is none of that name."""
    texts = table.text(name)
    missing = is_missing(texts)
    codes, words = pd.factorize(texts)
    numbers = np.array([float(word) if _NUMBER.fullmatch(word) else np.nan for word in words], dtype=np.float64)[codes]
    return Cells(table, name, texts, missing, np.where(missing | np.isinf(numbers), np.nan, numbers))  # 1e400
