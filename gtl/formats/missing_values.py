"""How tables write that there is no value."""

import re
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

_MISSING = frozenset(
    [
        *("", "NA", "N/A", "<NA>", "NAN", "-NAN", "NAT", "1.#IND", "-1.#IND", "1.#QNAN", ".", "?", "-", "--"),
        *("NONE", "NULL", "NIL", "MISSING", "<MISSING>"),
        *("#N/A", "#NULL!", "#VALUE!", "#DIV/0!", "#REF!", "#NUM!", "#NAME?"),  # of spreadsheets
    ]
)
"""In capitals; PLINK's -9 besides."""

_MINUS_NINE = re.compile(r"-9(\.0*)?")


def is_missing(texts: pd.Series | npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    """(n,) whether each text stands for no value: blank, ``NA``, ``nan``, ``.``, ``missing``, ``#N/A`` ... or ``-9``.

    >>> is_missing(np.array(["NA", "-9.0", "", "0"], dtype=object)).tolist()
    [True, True, True, False]
    """
    return _each(texts, lambda word: word.upper() in _MISSING or _MINUS_NINE.fullmatch(word) is not None)


def is_blank(texts: pd.Series | npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    """As :func:`is_missing`, where -9 is a number like others.

    >>> is_blank(np.array(["NA", "-9"], dtype=object)).tolist()
    [True, False]
    """
    return _each(texts, lambda word: word.upper() in _MISSING)


def _each(texts: pd.Series | npt.NDArray[np.object_], holds: Callable[[str], bool]) -> npt.NDArray[np.bool_]:
    codes, words = pd.factorize(np.asarray(texts, dtype=object))
    return np.asarray(np.array([holds(str(word)) for word in words], dtype=bool)[codes])
