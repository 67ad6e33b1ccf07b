"""Dosages of one line of a VCF, from its genotypes (GT), dosages (DS, HDS) or genotype probabilities (GP)."""

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from gtl.domain.dosages import MISSING
from gtl.formats.sources.dosage_range import expected_dosage

_NO_INTEGER = -(2**31) + 7
"""htslib's marks of a missing whole number, and of the end of a list, are below."""

Field = Literal["GT", "DS", "HDS", "GP"]
Floats = npt.NDArray[np.float32]

UNKNOWN = 3
"""cyvcf2's genotype type of a call that is missing in part or as a whole."""

_ABSENT = -2
"""cyvcf2's second allele of a haploid call; -1 is one that was not called."""


def calls(record: Any, allele: int) -> npt.NDArray[np.int8]:
    """Hard calls: copies of the line's ``allele`` (1 = first of ALT, 0 = none of them), :data:`UNKNOWN` if missing.

    A haploid call counts twice, a half-call is missing, and so is whoever has a third allele, or one that the line does
    not name (which cyvcf2's types take for the first).
    """
    if len(record.ALT) == 1 and allele == 1:
        found: npt.NDArray[np.int8] = record.gt_types.astype(np.int8)
        if record.genotype.array()[:, :-1].max() > 1:
            found[(record.genotype.array()[:, :-1] > 1).any(axis=1)] = UNKNOWN
        return found
    alleles = record.genotype.array()[:, :-1]
    present = alleles != _ABSENT
    known = ((alleles == 0) | (alleles == allele) | ~present).all(axis=1) & (alleles[:, 0] != MISSING)
    copies = ((alleles == allele) & (allele > 0)).sum(axis=1) * np.where(present.sum(axis=1) == 1, 2, 1)
    return np.where(known, copies, UNKNOWN).astype(np.int8)


def called_dosages(record: Any, allele: int) -> Floats:
    """The same calls as float32, NaN where missing."""
    found = calls(record, allele)
    return np.where(found == UNKNOWN, np.float32(np.nan), found).astype(np.float32)


def dosages(record: Any, field: Field, allele: int, *, haploid: bool) -> Floats | None:
    """Imputed dosages of one ALT allele, NaN where missing; None if the line does not have ``field``.

    Parameters
    ----------
    haploid
        The line is of a chromosome of which some have one copy: their DS goes to 1 only, and counts twice.
    """
    values = record.format(field)
    if values is None or (allele == 0):
        return None
    if values.dtype != np.float32:
        values = _floats(values)
    if field == "GP":
        return _of_probabilities(values)
    if field == "HDS":
        return _of_haplotypes(values)
    found: Floats = values[:, min(allele, values.shape[1]) - 1]
    if haploid and "GT" in record.FORMAT:
        found = np.where(_haploid(record), 2 * found, found)
    return found


def _floats(values: npt.NDArray[Any]) -> Floats:
    """Dosages of a header that declares them as whole numbers or as text."""
    if values.dtype.kind == "i":
        return np.where(values < _NO_INTEGER, np.nan, values).astype(np.float32)
    texts = [str(value).split(",")[0] for value in values]
    return np.array([np.nan if text in ("", ".") else float(text) for text in texts], dtype=np.float32)[:, None]


def _of_probabilities(values: Floats) -> Floats:
    """Of 0/0, 0/1, 1/1; a haploid person has two, of 0 and 1."""
    nothing = np.zeros(len(values), dtype=np.float32)
    third = values[:, 2] if values.shape[1] > 2 else np.full_like(nothing, np.nan)
    haploid = np.isnan(third)
    het, hom = np.where(haploid, nothing, values[:, 1]), np.where(haploid, values[:, 1], third)
    return expected_dosage(het, hom, values[:, 0] + het + hom)


def _of_haplotypes(values: Floats) -> Floats:
    if values.shape[1] < 2:
        return 2 * values[:, 0]
    return np.where(np.isnan(values[:, 1]), 2 * values[:, 0], values[:, 0] + values[:, 1])


def _haploid(record: Any) -> npt.NDArray[np.bool_]:
    alleles = record.genotype.array()[:, :-1]
    haploid: npt.NDArray[np.bool_] = (alleles != _ABSENT).sum(axis=1) == 1
    return haploid
