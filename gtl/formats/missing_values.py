"""How tables write that there is no value."""

import itertools
import re

import numpy as np
import numpy.typing as npt
import pandas as pd

_MISSING = (
    *("", "NA", "N/A", "<NA>", "NAN", "-NAN", "NAT", "1.#IND", "-1.#IND", "1.#QNAN", ".", "?", "-", "--"),
    *("NONE", "NULL", "NIL", "MISSING", "<MISSING>"),
    *("#N/A", "#NULL!", "#VALUE!", "#DIV/0!", "#REF!", "#NUM!", "#NAME?"),  # of spreadsheets
)
"""In capitals; PLINK's -9 besides."""

_ANY_CASE = frozenset(
    "".join(letters) for word in _MISSING for letters in itertools.product(*({c, c.lower()} for c in word))
)
"""Some hundred words: to find a text among them costs less than to bring every text to capitals."""

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
    if _ANY_CASE.isdisjoint(map(str, texts)):  # as in most columns
        return np.zeros(len(texts), dtype=np.bool_)
    return np.fromiter(map(_ANY_CASE.__contains__, map(str, texts)), dtype=np.bool_, count=len(texts))
