"""Two sources' pairs of variants, and how each pair's alleles relate once A/T and C/G are decided."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.prepare.alleles import (
    AMBIGUOUS,
    AMBIGUOUS_SWAPPED,
    DIFFERENT_ALLELES,
    Relation,
    is_ambiguous,
    resolve_ambiguous,
)
from gtl.prepare.build import check_build
from gtl.prepare.pairing import Pairs, pair_variants
from gtl.prepare.variant_quality import CheckedVariants

_LOST = {
    Relation.DIFFERENT: DIFFERENT_ALLELES,
    Relation.AMBIGUOUS: AMBIGUOUS,
    Relation.AMBIGUOUS_SWAPPED: AMBIGUOUS_SWAPPED,
}


@dataclass(frozen=True)
class MatchingRules:
    """What files are taken to be.

    Attributes
    ----------
    same_strand
        All are of one strand, as cohorts that were simulated from one panel are: A/T and C/G in the same order are
        trusted. Otherwise allele frequencies decide.
    impute_lacking
        Variants that the small source or the sealed people's lacks stay, to be given the large population's mean.
    """

    same_strand: bool = False
    impute_lacking: bool = False


@dataclass(frozen=True, eq=False)
class Link:
    """The large source's pairs with another one.

    Attributes
    ----------
    name : the other source, small or final
    other : its variants
    pairs : rows of both
    relation : (n_pairs,) int8, that of ``pairs`` with A/T and C/G decided where they can be
    by_frequency : (n_pairs,) whether frequencies did that
    """

    name: str
    other: CheckedVariants
    pairs: Pairs
    relation: npt.NDArray[np.int8]
    by_frequency: npt.NDArray[np.bool_]

    def lost(self) -> npt.NDArray[np.object_]:
        """(n_pairs,) why the alleles of a pair cannot be used, or ""."""
        return np.array([_LOST.get(relation, "") for relation in Relation], dtype=object)[self.relation]

    def among(self, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        """Numbers of the pairs of the large source's ``rows``; -1 where the other source lacks the variant."""
        pairs = np.searchsorted(self.pairs.large, rows)
        pairs[pairs == len(self.pairs.large)] = -1
        return np.where(self.pairs.large[pairs] == rows, pairs, -1) if len(self.pairs.large) else pairs

    def absent(self) -> npt.NDArray[np.bool_]:
        """(n_large,) variants of the large source that the other one does not have, under other alleles neither."""
        absent = ~self.pairs.large_place_shared
        absent[self.pairs.large] = False
        return absent

    def unfit(self) -> npt.NDArray[np.bool_]:
        """(n_large,) variants of the large source that the other one has and that cannot be used."""
        unfit = self.pairs.large_place_shared.copy()
        unfit[self.pairs.large] = (self.lost() != "") | (self.other.reasons[self.pairs.small] != "")
        return unfit


def link_sources(large: CheckedVariants, other: CheckedVariants, name: str, rules: MatchingRules) -> Link:
    """Pair the variants of two sources and decide which alleles each pair counts.

    Raises
    ------
    InputError
        If the two are of different genome builds.
    """
    link = link_variants(large, other, name, rules)
    check_build(link.pairs, large.counts, other.counts, name)
    return link


def link_variants(large: CheckedVariants, other: CheckedVariants, name: str, rules: MatchingRules) -> Link:
    """The same as :func:`link_sources`, whatever the builds."""
    pairs = pair_variants(large, other)
    if rules.same_strand:
        relation = np.where(pairs.relation == Relation.AMBIGUOUS, np.int8(Relation.SAME), pairs.relation)
        return Link(name, other, pairs, relation, np.zeros(len(pairs), dtype=bool))
    relation = resolve_ambiguous(
        pairs.relation,
        large.counts["frequency"].to_numpy(np.float64)[pairs.large],
        other.counts["frequency"].to_numpy(np.float64)[pairs.small],
    )
    return Link(name, other, pairs, relation, is_ambiguous(pairs.relation) & ~is_ambiguous(relation))
