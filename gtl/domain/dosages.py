"""Dosages in memory: hard calls as int8 (-1 = missing), imputed ones as float32 (NaN = missing); a variant a row.

On disk imputed dosages are hundredths of an allele (:mod:`gtl.formats.genotype_parquet`); :func:`of_hundredths` and
:func:`as_hundredths` go between the two. The counted allele is always ``alt``.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

MISSING = -1
"""Hard call of a genotype that was not called."""

MISSING_HUNDREDTHS = 255
"""The same among hundredths of an allele."""

_FOR_16_BITS = 1 << 13
"""Hard calls whose sum 16 bits hold."""

_IN_CACHE = 1 << 17
"""Dosages that are worked on at a time."""

_SCALED = 1 << 15
"""Dosages that are scaled at a time, in four bytes each."""

Dosages = npt.NDArray[Any]
"""int8 or float32, as above; numpy's types cannot say "one of two" without a cast at every use."""


def as_float(dosages: Dosages) -> npt.NDArray[np.float32]:
    """Dosages as float32 with NaN where missing, of the same shape.

    >>> as_float(np.int8([[0, 2, -1]])).tolist()
    [[0.0, 2.0, nan]]
    """
    if dosages.dtype != np.int8:
        return np.asarray(dosages, dtype=np.float32)
    return np.where(dosages == MISSING, np.float32(np.nan), dosages).astype(np.float32, copy=False)


def joined(parts: Sequence[Dosages], axis: int = 0) -> Dosages:
    """``parts`` one after the other along ``axis``; hard calls beside imputed dosages become float32, NaN = missing.

    >>> joined([np.int8([[1, -1]]), np.float32([[0.5, 2]])]).tolist()
    [[1.0, nan], [0.5, 2.0]]
    """
    one_type = len({part.dtype for part in parts}) == 1
    return np.concatenate(parts if one_type else [as_float(part) for part in parts], axis=axis)


def is_called(dosages: Dosages) -> npt.NDArray[np.bool_]:
    """Where a genotype is known."""
    return np.asarray(dosages != MISSING) if dosages.dtype == np.int8 else ~np.isnan(dosages)


def is_missing(dosages: Dosages) -> npt.NDArray[np.bool_]:
    """Where a genotype is not known."""
    return np.asarray(dosages == MISSING) if dosages.dtype == np.int8 else np.isnan(dosages)


def allele_frequency(dosages: Dosages) -> npt.NDArray[np.float64]:
    """(n_variants,) frequency of ``alt`` among called genotypes; NaN where nobody was called.

    >>> allele_frequency(np.int8([[0, 1, -1], [2, 2, 1], [-1, -1, -1]])).round(3).tolist()
    [0.25, 0.833, nan]
    """
    return np.concatenate([np.empty(0), *(_frequency(dosages[part])[0] for part in row_parts(dosages))])


def frequency_and_missing(dosages: Dosages) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.intp]]:
    """:func:`allele_frequency`, and where genotypes are missing, counted variant by variant.

    >>> frequency_and_missing(np.int8([[0, 1, -1], [-1, 2, 2]]))[1].tolist()
    [2, 3]
    """
    found, places = [np.empty(0)], [np.empty(0, dtype=np.intp)]
    for part in row_parts(dosages):
        frequency, missing = _frequency(dosages[part])
        found.append(frequency)
        places.append(part.start * dosages.shape[1] + missing)
    return np.concatenate(found), np.concatenate(places)


def row_parts(dosages: Dosages) -> Iterator[slice]:
    """Some variants at a time, so that what is looked at several times stays in a processor's cache.

    >>> [*row_parts(np.zeros((3, 200_000), dtype=np.int8))]
    [slice(0, 1, None), slice(1, 2, None), slice(2, 3, None)]
    """
    step = max(1, _IN_CACHE // max(1, dosages.shape[1]))
    for start in range(0, len(dosages), step):
        yield slice(start, min(start + step, len(dosages)))


def _frequency(dosages: Dosages) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.intp]]:
    """As :func:`frequency_and_missing`."""
    missing = is_missing(dosages)
    places = np.flatnonzero(missing)
    absent = np.diff(np.searchsorted(places, np.arange(len(dosages) + 1) * dosages.shape[1]))
    if dosages.dtype == np.int8:
        total = _row_sums(dosages) - MISSING * absent
    else:
        total = np.where(missing, 0, dosages).sum(axis=1, dtype=np.float64)
    count = dosages.shape[1] - absent
    return np.where(count > 0, total / np.maximum(2 * count, 1), np.nan), places


def _row_sums(calls: npt.NDArray[np.int8]) -> npt.NDArray[np.int64]:
    """(n_variants,) sums of numbers from -2 to 2: numpy adds in 16 bits in a third of the time that 32 take."""
    total = np.zeros(len(calls), dtype=np.int64)
    for start in range(0, calls.shape[1], _FOR_16_BITS):
        total += calls[:, start : start + _FOR_16_BITS].sum(axis=1, dtype=np.int16)
    return total


def minor_frequency(frequency: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(n_variants,) frequency of the rarer allele, the same whichever is counted: to 12 places, finer than any cohort.

    >>> minor_frequency(np.array([0.1, 0.9])).tolist(), 1 - 0.9
    ([0.1, 0.1], 0.09999999999999998)
    """
    rarer: npt.NDArray[np.float64] = np.minimum(frequency, 1 - frequency).round(12)
    return rarer


def counted_other(dosages: Dosages, flip: npt.NDArray[np.bool_]) -> Dosages:
    """The same genotypes with the other allele counted, ``2 - dosage``, in the rows to ``flip``.

    >>> counted_other(np.int8([[0, 1, -1], [0, 1, -1]]), np.array([True, False])).tolist()
    [[2, 1, -1], [0, 1, -1]]
    """
    turned = dosages.copy()
    rows = dosages[flip]
    turned[flip] = np.where(is_called(rows), 2 - rows, rows)
    return turned


def of_hundredths(stored: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Hundredths of an allele (0 to 200, 255 = missing) as dosages.

    >>> of_hundredths(np.uint8([0, 150, 255])).tolist()
    [0.0, 1.5, nan]
    """
    return np.where(stored == MISSING_HUNDREDTHS, np.float32(np.nan), stored / np.float32(100)).astype(np.float32)


def as_hundredths(dosages: Dosages) -> npt.NDArray[np.uint8]:
    """Dosages as hundredths of an allele, rounded to the nearest.

    >>> as_hundredths(np.float32([0.504, np.nan])).tolist()
    [50, 255]
    """
    flat, stored = dosages.reshape(-1), np.empty(dosages.shape, dtype=np.uint8)
    places = stored.reshape(-1)
    for start in range(0, len(flat), _SCALED):
        scaled = as_float(flat[start : start + _SCALED]) * np.float32(100)
        # fmin takes the number where the other is NaN
        places[start : start + _SCALED] = np.fmin(np.rint(scaled, out=scaled), np.float32(MISSING_HUNDREDTHS))
    return stored


def hard_calls(dosages: Dosages, threshold: float = 0.1) -> npt.NDArray[np.int8]:
    """Dosages as int8 hard calls: the nearest of 0, 1, 2, or missing (-1) if further than ``threshold`` from it.

    The default is plink2's ``--hard-call-threshold``.

    >>> hard_calls(np.float32([0.05, 0.5, 1.95, np.nan])).tolist()
    [0, -1, 2, -1]
    """
    if dosages.dtype == np.int8:
        return dosages
    nearest = np.rint(dosages)
    # float32 cannot say 0.1 of an allele exactly; what a file gives as 0.1 is within it
    return np.where(np.abs(dosages - nearest) <= threshold + 1e-6, nearest, MISSING).astype(np.int8)
