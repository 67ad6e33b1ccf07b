"""How tables write that there is no value."""

import re

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
    words = [*map(str, texts)]
    missing = is_blank(texts)
    if "\n-9" in "\n".join(["", *words]):
        missing |= np.array([_MINUS_NINE.fullmatch(word) is not None for word in words], dtype=np.bool_)
    return missing


def is_blank(texts: pd.Series | npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    """As :func:`is_missing`, where -9 is a number like others.

    >>> is_blank(np.array(["NA", "-9"], dtype=object)).tolist()
    [True, False]
    """
    capitals = map(str.upper, map(str, texts))
    return np.fromiter(map(_MISSING.__contains__, capitals), dtype=np.bool_, count=len(texts))
