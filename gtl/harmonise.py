"""The SNPs that two populations share, with one counted allele, and a row for every SNP that was dropped or flipped.

SNPs are matched by chromosome and position; those left over, by rs id on the same chromosome (the paper, Module 1,
matches by rs id). An id that only says where a SNP lies, such as 21:14305409:A:C, counts as none. Then the alleles
decide, single letters being compared with their complements too:

=====================================  ========================================================================
alleles of the small population         what happens
=====================================  ========================================================================
same letters, same order                kept
same letters, swapped                   flipped: its dosages become 2 - dosage
complements, same order                 kept; it was read from the other strand (audit: flipped, dosages as they are)
complements, swapped                    flipped
A/T or C/G, swapped                     dropped: swapped and other strand look alike
anything else                           dropped
=====================================  ========================================================================

A/T and C/G SNPs in the same order are taken to be on the same strand.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.domain.genotypes import MISSING, Variants
from gtl.errors import InputError
from gtl.schema import VARIANTS

_COMPLEMENT = {"A": "T", "T": "A", "C": "G", "G": "C"}
_NO_RSID = ("", ".")

_KEPT = ""
_SWAPPED = "alleles swapped: dosages counted the other allele"
_STRAND = "other strand: alleles complemented, dosages as they were"
_STRAND_SWAPPED = "other strand and alleles swapped: dosages counted the other allele"
_FLIPPED = (_SWAPPED, _STRAND, _STRAND_SWAPPED)

_DUPLICATE_POSITION = "another variant of the same file has the same position"
_DUPLICATE_RSID = "another variant of the same file has the same rs id"
_ABSENT = "not in the other population"
_OTHER_RSID = "the other population has another rs id at this position"
_AMBIGUOUS = "A/T or C/G with alleles swapped: the strand cannot be told"
_MISMATCH = "the populations have different alleles"

_ADVICE = {
    _ABSENT: "check that both panels name the chromosome alike and are of one build",
    _OTHER_RSID: "name the SNPs alike in both panels, or give one of them `.` for ids, so that positions decide",
    _MISMATCH: "check that both panels name alleles by letters of one build's reference",
    _DUPLICATE_POSITION: "keep one variant a position in each panel",
    _DUPLICATE_RSID: "keep one variant an rs id in each panel",
}
"""What to do when that is the commonest reason for which nothing is shared."""


@dataclass(frozen=True, eq=False)
class Harmonised:
    """SNPs of a study.

    Attributes
    ----------
    shared : DataFrame of schema SHARED, in the order of the large cohort, alleles as the large cohort's
    audit : DataFrame of schema HARMONISATION_AUDIT, a row for every SNP of a population that was dropped or
        flipped, named as in that population's file
    """

    shared: pd.DataFrame
    audit: pd.DataFrame


def harmonise(large: Variants, small: Variants, final: Variants) -> Harmonised:
    """Find the SNPs that both populations have; the allele counted is the large population's ``alt``.

    Parameters
    ----------
    large, small, final
        Variants of the three cohorts; ``final`` has the same as ``small``.

    Raises
    ------
    InputError
        If the final cohort's variants are not the small cohort's, or if no SNP is shared.

    Examples
    --------
    >>> word = lambda *texts: np.array(texts, dtype=object)
    >>> large = Variants(word("21", "21"), np.array([5, 9]), word("rs5", "rs9"), word("A", "C"), word("G", "T"))
    >>> small = Variants(word("21"), np.array([5]), word("rs5"), word("G"), word("A"))
    >>> harmonise(large, small, small).shared[["rsid", "ref", "alt", "small_flip"]].values.tolist()
    [['rs5', 'A', 'G', True]]
    """
    _check_same(small, final)
    frames = {"large": _frame(large), "small": _frame(small)}
    reasons = {name: _duplicates(frame) for name, frame in frames.items()}
    pairs = _match(*(frames[name][reasons[name] == _KEPT] for name in frames))
    verdicts = _verdicts(large.take(pairs.large), small.take(pairs.small))
    shared = np.isin(verdicts, (_KEPT, *_FLIPPED))
    _record(reasons["large"], pairs.large, np.where(shared, _KEPT, verdicts))
    _record(reasons["small"], pairs.small, verdicts)
    if not shared.any():
        raise _nothing_shared(large, small, reasons)
    audit = pd.concat([_audit(frames[name], reasons[name], name) for name in frames], ignore_index=True)
    return Harmonised(_shared(frames["large"], pairs, shared, verdicts), audit)


def orient(dosages: npt.NDArray[np.int8], flip: npt.NDArray[np.bool_]) -> npt.NDArray[np.int8]:
    """Dosages of the counted allele: ``2 - dosage`` in the rows to flip; missing stays missing.

    Parameters
    ----------
    dosages
        (n_variants, n_samples) int8.
    flip
        (n_variants,) bool, such as column ``small_flip`` of the shared SNPs.

    Examples
    --------
    >>> orient(np.array([[0, 1, 2, -1], [0, 1, 2, -1]], dtype=np.int8), np.array([True, False])).tolist()
    [[2, 1, 0, -1], [0, 1, 2, -1]]
    """
    oriented = dosages.copy()
    rows = dosages[flip]
    oriented[flip] = np.where(rows == MISSING, rows, 2 - rows)
    return oriented


def compare_alleles(reference: Variants, found: Variants) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.bool_]]:
    """By the rules above, how the same SNPs in another file relate to those of ``reference``, row by row.

    Returns
    -------
    (n_variants,) why a SNP cannot be used, or "", and (n_variants,) bool: its dosages count the other allele

    Examples
    --------
    >>> word = lambda *texts: np.array(texts, dtype=object)
    >>> reference = Variants(word("21", "21"), np.array([5, 9]), word("rs5", "rs9"), word("A", "C"), word("G", "T"))
    >>> found = Variants(word("21", "21"), np.array([5, 9]), word("rs5", "rs9"), word("C", "C"), word("T", "A"))
    >>> reasons, flip = compare_alleles(reference, found)
    >>> reasons.tolist(), flip.tolist()
    (['', 'the populations have different alleles'], [True, False])
    """
    verdicts = _verdicts(reference, found)
    usable = np.isin(verdicts, (_KEPT, *_FLIPPED))
    return np.where(usable, _KEPT, verdicts), np.isin(verdicts, (_SWAPPED, _STRAND_SWAPPED))


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Rows of the same SNP in the two files, ascending in ``large``."""

    large: npt.NDArray[np.intp]
    small: npt.NDArray[np.intp]


def _frame(variants: Variants) -> pd.DataFrame:
    return pd.DataFrame({name: getattr(variants, name) for name in VARIANTS.names})


def _check_same(small: Variants, final: Variants) -> None:
    if len(small) != len(final):
        raise InputError(
            f"the small cohort has {len(small)} variants but the final cohort {len(final)}; "
            "both must be made from the same panel"
        )
    for name in VARIANTS.names:
        for row in np.flatnonzero(getattr(small, name) != getattr(final, name))[:1]:
            raise InputError(
                f"variant {row + 1} of the small and final cohorts differ in {name}: {getattr(small, name)[row]} and "
                f"{getattr(final, name)[row]}; both must be made from the same panel"
            )


def _duplicates(frame: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Reason for every row: a duplicate, or none. All copies go, as nothing tells which one is right."""
    reasons = np.full(len(frame), _KEPT, dtype=object)
    reasons[frame.duplicated("rsid", keep=False) & _is_rsid(frame["rsid"])] = _DUPLICATE_RSID
    reasons[frame.duplicated(["chrom", "pos"], keep=False).to_numpy()] = _DUPLICATE_POSITION
    return reasons


def _is_rsid(ids: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Whether an id says more than where the variant lies: `.` does not, nor does `21:14305409:A:C`."""
    return np.array([name not in _NO_RSID and ":" not in name for name in np.asarray(ids, dtype=object)], dtype=bool)


def _match(large: pd.DataFrame, small: pd.DataFrame) -> _Pairs:
    by_position = _join(large, small, "pos")
    left_large, left_small = large.drop(by_position["large"]), small.drop(by_position["small"])
    named_large, named_small = (left[_is_rsid(left["rsid"])] for left in (left_large, left_small))
    by_rsid = _join(named_large, named_small, "rsid")
    pairs = pd.concat([by_position, by_rsid]).sort_values("large")
    return _Pairs(pairs["large"].to_numpy(np.intp), pairs["small"].to_numpy(np.intp))


def _join(large: pd.DataFrame, small: pd.DataFrame, key: str) -> pd.DataFrame:
    sides = [
        frame[["chrom", key]].assign(**{name: frame.index}) for name, frame in (("large", large), ("small", small))
    ]
    return sides[0].merge(sides[1], on=["chrom", key])[["large", "small"]]


def _verdicts(large: Variants, small: Variants) -> npt.NDArray[np.object_]:
    """For every pair: kept, why it is flipped, or why it is dropped."""
    ref, alt = _complement(small.ref), _complement(small.alt)
    ids_differ = (large.rsid != small.rsid) & _is_rsid(large.rsid) & _is_rsid(small.rsid)
    swapped = (large.ref == small.alt) & (large.alt == small.ref)
    cases = [
        (ids_differ, _OTHER_RSID),
        ((large.ref == small.ref) & (large.alt == small.alt), _KEPT),
        (swapped & (small.ref == alt), _AMBIGUOUS),
        (swapped, _SWAPPED),
        ((large.ref == ref) & (large.alt == alt), _STRAND),
        ((large.ref == alt) & (large.alt == ref), _STRAND_SWAPPED),
    ]
    verdicts = np.full(len(large), _MISMATCH, dtype=object)
    for applies, verdict in reversed(cases):
        verdicts[applies] = verdict
    return verdicts


def _complement(alleles: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """The allele on the other strand; None for what is not a single letter."""
    return np.array([_COMPLEMENT.get(allele) for allele in alleles], dtype=object)


def _record(reasons: npt.NDArray[np.object_], rows: npt.NDArray[np.intp], verdicts: npt.NDArray[np.object_]) -> None:
    """Fill in what became of a population's variants: those in no pair are absent from the other population."""
    unmatched = reasons == _KEPT
    unmatched[rows] = False
    reasons[unmatched] = _ABSENT
    reasons[rows] = verdicts


def _shared(
    large: pd.DataFrame, pairs: _Pairs, shared: npt.NDArray[np.bool_], verdicts: npt.NDArray[np.object_]
) -> pd.DataFrame:
    small_rows = pairs.small[shared].astype(np.int32)
    flip = np.isin(verdicts[shared], (_SWAPPED, _STRAND_SWAPPED))
    rows: pd.DataFrame = large.take(pairs.large[shared]).reset_index(drop=True)
    large_rows = pairs.large[shared].astype(np.int32)
    return rows.assign(large_row=large_rows, small_row=small_rows, final_row=small_rows, small_flip=flip)


def _audit(frame: pd.DataFrame, reasons: npt.NDArray[np.object_], population: str) -> pd.DataFrame:
    rows = reasons != _KEPT
    action = np.where(np.isin(reasons[rows], _FLIPPED), "flipped", "dropped")
    named: pd.DataFrame = frame[rows]
    return named.assign(population=population, action=action, reason=reasons[rows])


def _nothing_shared(large: Variants, small: Variants, reasons: dict[str, npt.NDArray[np.object_]]) -> InputError:
    sides = [
        f"the {name} population has {len(variants)} variants"
        + (f", such as {_describe(variants)} ({reasons[name][0]})" if len(variants) else "")
        for name, variants in (("large", large), ("small", small))
    ]
    (commonest, _), *_ = Counter([*reasons["large"], *reasons["small"]]).most_common(1) or [(_ABSENT, 0)]
    return InputError(f"no SNP is shared: {'; '.join(sides)}; {_ADVICE.get(commonest, _ADVICE[_ABSENT])}")


def _describe(variants: Variants) -> str:
    return f"{variants.rsid[0]} at {variants.chrom[0]}:{variants.pos[0]} {variants.ref[0]}/{variants.alt[0]}"
