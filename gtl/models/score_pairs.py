"""Which rows of a published score a file's variants are: by position, or by id where the score has no position."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.formats.genotype_file import NO_ALLELE, names_one_allele, partner, with_wanted_alleles
from gtl.formats.variant_names import names_of

Rows = npt.NDArray[np.intp]
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Variants of a block beside the rows of the score that they are, by place or id; alleles may differ.

    Attributes
    ----------
    rows : (n_pairs,) rows of the score; a row may have several variants, and a variant several rows
    wanted : the rows' variants, ``alt`` being the effect allele; the other one is the file's where the score has none
    people : the file's genotypes of them
    found : (n_pairs,) rows of the block that they are
    """

    rows: Rows
    wanted: Variants
    people: GenotypeMatrix
    found: Rows


class ScoreIndex:
    """The rows of a score, to be looked up; ``rows`` as :class:`gtl.formats.scoring_file.ScoringFile` has them."""

    def __init__(self, rows: pd.DataFrame) -> None:
        self._rows = {name: rows[name].to_numpy() for name in ("rsid", "chrom", "pos", "effect", "other")}
        placed = self._rows["pos"] > 0
        chroms = dict.fromkeys(self._rows["chrom"][placed])
        self._chroms = {chrom: np.int64(number) for number, chrom in enumerate(chroms, start=1)}
        names = [names_of(rsid)[0] for rsid in self._rows["rsid"][~placed]]
        self._names = {name: -1 - number for number, name in enumerate(dict.fromkeys(names))}
        keys = _place_keys(self._chroms, self._rows["chrom"], self._rows["pos"])
        keys[~placed] = [self._names[name] for name in names]
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]

    def pairs(self, block: GenotypeMatrix) -> Pairs:
        """Every variant of ``block`` with every row at its place or of its id."""
        variants = block.variants
        found, rows = self._look_up(_place_keys(self._chroms, variants.chrom, variants.pos))
        if self._names:
            by_id, id_rows = self._look_up(self._id_keys(variants.rsid))
            found, rows = np.concatenate([found, by_id]), np.concatenate([rows, id_rows])
        people = block if np.array_equal(found, np.arange(len(variants))) else block.take_variants(found)
        wanted = self._wanted(rows, people.variants)
        bare = names_one_allele(people.variants).any()
        named = with_wanted_alleles(_named(people, wanted), wanted) if bare else people
        return Pairs(rows, wanted, named, found)

    def rows_at(self, chrom: str, pos: int, rsid: str) -> Rows:
        """Rows at a place, or of an id."""
        place = _place_keys(self._chroms, np.array([chrom], dtype=object), np.array([pos]))
        ids = self._id_keys(np.array([rsid], dtype=object)) if self._names else place[:0]
        return self._look_up(np.concatenate([place, ids]))[1]

    def _look_up(self, keys: Codes) -> tuple[Rows, Rows]:
        """(n_pairs,) places in ``keys`` and rows of the score with the same key; 0 is nobody's."""
        left, right = (np.searchsorted(self._keys, keys, side) for side in ("left", "right"))
        counts = np.where(keys != 0, right - left, 0)
        found = np.repeat(np.arange(len(keys)), counts)
        first = np.repeat(left - (np.cumsum(counts) - counts), counts)
        return found, self._order[first + np.arange(len(found))]

    def _id_keys(self, rsids: npt.NDArray[np.object_]) -> Codes:
        known = (next((self._names[name] for name in names_of(rsid) if name in self._names), 0) for rsid in rsids)
        return np.fromiter(known, dtype=np.int64, count=len(rsids))

    def _wanted(self, rows: Rows, found: Variants) -> Variants:
        """The rows' alleles; an other allele that is not named, or one of a list, is the file's."""
        effect, other = self._rows["effect"][rows], self._rows["other"][rows].copy()
        for pair in np.flatnonzero([not text or "/" in text for text in other]):
            beside = partner(effect[pair], found.ref[pair], found.alt[pair])
            other[pair] = beside if not other[pair] or beside in other[pair].split("/") else NO_ALLELE[0]
        return Variants(self._rows["chrom"][rows], self._rows["pos"][rows], _numbers(len(rows)), other, effect)


def _place_keys(chroms: dict[str, np.int64], chrom: npt.NDArray[np.object_], pos: Codes) -> Codes:
    """(n,) one number a place, 0 on other chromosomes."""
    places, names = pd.factorize(chrom)  # a block is mostly of one chromosome
    codes = np.array([chroms.get(name, 0) for name in names], dtype=np.int64)[places]
    return np.where(codes > 0, (codes << 32) | pos, 0)


def _named(people: GenotypeMatrix, wanted: Variants) -> GenotypeMatrix:
    """The same genotypes, each known by its pair's number."""
    own = people.variants
    return GenotypeMatrix(Variants(own.chrom, own.pos, wanted.rsid, own.ref, own.alt), people.samples, people.dosages)


def _numbers(count: int) -> npt.NDArray[np.object_]:
    return np.array([str(number) for number in range(count)], dtype=object)
