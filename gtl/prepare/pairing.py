"""Pair the variants of two files: by position and alleles, and what is left by rs id.

Alleles win over rs ids, which are merged and renamed: variants of one position and the same alleles are the same,
whatever they are called. All comparisons are of integer codes, so that millions of variants take seconds.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.prepare.alleles import CodedAlleles, code_alleles, relate
from gtl.prepare.rs_ids import have_another_id, names_of
from gtl.prepare.variant_quality import ALLELES, DUPLICATE, UNPLACED, CheckedVariants

Rows = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Rows of the same variant in two files, ascending in ``large``.

    Attributes
    ----------
    large, small : (n_pairs,) rows of the two tables
    relation : (n_pairs,) int8, :class:`gtl.prepare.alleles.Relation` of the small file's alleles to the large one's
    large_place_shared, small_place_shared : (n_variants,) the other file has a variant at this chromosome and position
    moved : (n_pairs,) paired by rs id, at another position
    renamed : (n_pairs,) paired by position and alleles, with another rs id
    """

    large: Rows
    small: Rows
    relation: npt.NDArray[np.int8]
    moved: Flags
    renamed: Flags
    large_place_shared: Flags
    small_place_shared: Flags

    def __len__(self) -> int:
        return len(self.large)


def pair_variants(large: CheckedVariants, small: CheckedVariants) -> Pairs:
    """Find the variants that two files share, usable or not; repeats and variants without a position are in no pair.

    In order, each among what the one before left: place and letters; place and letters of either strand; place, where
    one file names one allele only (nobody there has the other); rs id and alleles on one chromosome.
    """
    sides = [large, small]
    alleles = code_alleles([side.counts for side in sides])
    places = _places(large.counts, small.counts)
    pairs = _joined([_pairable(*side) for side in zip(sides, alleles, places, strict=True)])
    rows = [pairs[name].to_numpy(np.intp) for name in ("large", "small")]
    moved = pairs["moved"].to_numpy(bool)
    ids = [side.counts["rsid"].take(of_side) for side, of_side in zip(sides, rows, strict=True)]
    shared = [pd.Series(of_side).isin(of_other).to_numpy(bool) for of_side, of_other in (places, places[::-1])]
    return Pairs(
        large=rows[0],
        small=rows[1],
        relation=relate(alleles[0].take(rows[0]), alleles[1].take(rows[1])),
        moved=moved,
        renamed=have_another_id(ids[0], ids[1]) & ~moved,
        large_place_shared=shared[0],
        small_place_shared=shared[1],
    )


def _joined(left: list[pd.DataFrame]) -> pd.DataFrame:
    """Rows ``large`` and ``small`` of all pairs, ascending in ``large``, and whether they were ``moved``."""
    found = []
    for join in (_by_letters, _by_strand, _by_place, _by_name):
        pairs = join(left[0], left[1])
        found.append(pairs.assign(moved=join is _by_name))
        left = [_without(frame, pairs[name]) for frame, name in zip(left, ("large", "small"), strict=True)]
    return pd.concat(found).sort_values("large")


def _places(large: pd.DataFrame, small: pd.DataFrame) -> list[npt.NDArray[np.int64]]:
    """One number for each chromosome and position, the same in both tables."""
    chroms, _ = pd.factorize(pd.concat([large["chrom"], small["chrom"]]))
    positions = np.concatenate([large["pos"].to_numpy(np.int64), small["pos"].to_numpy(np.int64)])
    numbers = chroms.astype(np.int64) * (positions.max(initial=0) + 1) + positions
    return [numbers[: len(large)], numbers[len(large) :]]


def _pairable(side: CheckedVariants, alleles: CodedAlleles, place: npt.NDArray[np.int64]) -> pd.DataFrame:
    columns = {
        "row": np.arange(len(place)),
        "place": place,
        "letters": alleles.unordered(),
        "strandless": alleles.strandless(),
        "one_allele": side.reasons == ALLELES,
    }
    frame = pd.DataFrame(columns).join(side.counts[["chrom", "rsid"]].reset_index(drop=True))
    return frame[~pd.Series(side.reasons).isin([DUPLICATE, UNPLACED])]


def _without(frame: pd.DataFrame, rows: "pd.Series[int]") -> pd.DataFrame:
    return frame[~frame["row"].isin(rows)]


def _by_letters(large: pd.DataFrame, small: pd.DataFrame) -> pd.DataFrame:
    return _join(large, small, ["place", "letters"])


def _by_strand(large: pd.DataFrame, small: pd.DataFrame) -> pd.DataFrame:
    columns = ["place", "strandless"]
    return _join(_single(large, columns), _single(small, columns), columns)


def _by_place(large: pd.DataFrame, small: pd.DataFrame) -> pd.DataFrame:
    large, small = (_single(frame, ["place"]) for frame in (large, small))
    one_sided = [
        _join(large[large["one_allele"]], small, ["place"]),
        _join(large[~large["one_allele"]], small[small["one_allele"]], ["place"]),
    ]
    return pd.concat(one_sided)


def _by_name(large: pd.DataFrame, small: pd.DataFrame) -> pd.DataFrame:
    columns = ["chrom", "name", "strandless"]
    large, small = (_single(_with_names(frame), columns) for frame in (large, small))
    pairs = _join(large, small, columns)
    return pairs.drop_duplicates("large").drop_duplicates("small")


def _with_names(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.set_index("row", drop=False)
    names = names_of(frame["rsid"])
    return frame.loc[names.index].assign(name=names.to_numpy())


def _single(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return frame[~frame.duplicated(columns, keep=False)]


def _join(large: pd.DataFrame, small: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    sides = [
        frame[[*columns, "row"]].rename(columns={"row": name}) for name, frame in (("large", large), ("small", small))
    ]
    return sides[0].merge(sides[1], on=columns)[["large", "small"]]
