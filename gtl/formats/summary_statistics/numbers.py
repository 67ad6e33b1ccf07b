"""Figures of text: missing values as they are written, and p-values too small for a float64."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pyarrow as pa

Array = npt.NDArray[np.float64]

MISSING = ("", "#na", "na", "n/a", "#n/a", "nan", "-nan", ".", "-", "none", "nil", "null")
"""How files write that there is no value, in small letters."""

_SMALLEST = 1e-300
_TEXT = r"^\+?(?P<mantissa>[0-9]*\.?[0-9]+)(?:[eE](?P<exponent>[-+]?[0-9]+))?$"
_DECIMAL_COMMA = r"^([-+]?[0-9]*),([0-9]+(?:[eE][-+]?[0-9]+)?)$"
_THOUSANDS = r"^[0-9]{1,3}(?:,[0-9]{3})+$"
_OF_EXCEL = r"^[0-9]\.[0-9]+E\+[0-9]+$"


def numbers(texts: "pa.ChunkedArray") -> Array:
    """(n,) float64, also of decimal commas; NaN for what is missing or no number.

    >>> import pyarrow as pa
    >>> numbers(pa.chunked_array([["1e-3", " #NA", "5", "x", "-0,25"]])).tolist()
    [0.001, nan, 5.0, nan, -0.25]
    """
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    trimmed = pc.utf8_trim_whitespace(texts)
    missing = pc.is_in(pc.utf8_lower(trimmed), value_set=pa.array(MISSING))
    known = pc.if_else(missing, pa.scalar(None, pa.string()), trimmed)
    try:
        found = pc.cast(known, pa.float64()).to_numpy()
    except pa.ArrowInvalid:
        points = pd.Series(known.to_pandas(), dtype="str").str.replace(_DECIMAL_COMMA, r"\1.\2", regex=True)
        found = pd.to_numeric(points, errors="coerce").to_numpy(np.float64)
    return np.asarray(found, dtype=np.float64)


def whole_numbers(texts: "pa.ChunkedArray") -> Array:
    """As :func:`numbers`, of counts and positions: commas separate thousands, and what Excel shortened is missing.

    >>> import pyarrow as pa
    >>> whole_numbers(pa.chunked_array([["40,000", "1e+05", "1.23E+07", "600.0"]])).tolist()
    [40000.0, 100000.0, nan, 600.0]
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if pc.any(pc.match_substring(texts, ",")).as_py():
        thousands = pc.match_substring_regex(texts, _THOUSANDS)
        texts = pc.if_else(thousands, pc.replace_substring(texts, ",", ""), texts)
    if pc.any(pc.match_substring(texts, "E+")).as_py():
        texts = pc.if_else(pc.match_substring_regex(texts, _OF_EXCEL), pa.scalar(""), texts)
    return numbers(texts)


def neg_log10(texts: "pa.ChunkedArray") -> Array:
    """(n,) -log10 of p-values; infinite for 0, NaN for what is missing or not within 0 and 1.

    >>> import pyarrow as pa
    >>> neg_log10(pa.chunked_array([["0.01", "1e-400", "2.5E-1000", "0", "NA", "1.2"]])).round(4).tolist()
    [2.0, 400.0, 999.6021, inf, nan, nan]
    """
    values = numbers(texts)
    outside = ~((values >= 0) & (values <= 1))
    small = np.flatnonzero(values < _SMALLEST)
    with np.errstate(divide="ignore"):
        found = -np.log10(np.where(outside, 1.0, values)) + 0.0
    found[outside] = np.nan
    found[small] = _neg_log10_of_text(texts.take(small))
    return found


def _neg_log10_of_text(texts: "pa.ChunkedArray") -> Array:
    import pandas as pd

    parts = pd.Series(texts.to_pandas(), dtype="str").str.strip().str.replace(",", ".").str.extract(_TEXT)
    mantissa = pd.to_numeric(parts["mantissa"]).to_numpy(np.float64)
    exponent = pd.to_numeric(parts["exponent"]).fillna(0).to_numpy(np.float64)
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log10(mantissa) - exponent)
