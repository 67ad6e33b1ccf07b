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


def numbers(texts: "pa.ChunkedArray") -> Array:
    """(n,) float64; NaN for what is missing or no number.

    >>> import pyarrow as pa
    >>> numbers(pa.chunked_array([["1e-3", " #NA", "5", "x"]])).tolist()
    [0.001, nan, 5.0, nan]
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
        found = pd.to_numeric(known.to_pandas(), errors="coerce").to_numpy(np.float64)
    return np.asarray(found, dtype=np.float64)


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

    parts = pd.Series(texts.to_pandas(), dtype="str").str.strip().str.extract(_TEXT)
    mantissa = pd.to_numeric(parts["mantissa"]).to_numpy(np.float64)
    exponent = pd.to_numeric(parts["exponent"]).fillna(0).to_numpy(np.float64)
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log10(mantissa) - exponent)
