"""Variants of one genome build brought to another by a chain file that the user gives."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.domain.genotypes import Variants, position_id
from gtl.formats.chain_file import ChainFile

Labels = npt.NDArray[np.object_]
Flags = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.int64]

NO_CHAIN = "in no stretch of the new build"
OTHER_CHROMOSOME = "on another chromosome of the new build"
TURNED_INDEL = "an indel on the other strand of the new build"

_COMPLEMENT = str.maketrans("ACGT", "TGCA")


@dataclass(frozen=True, eq=False)
class Lifted:
    """Variants of the new build.

    Attributes
    ----------
    variants : Variants
        In the order of the old ones, those that were lost left out; alleles are complemented where the strand turns.
        They are otherwise as they were, even if the new build's reference allele is the other one.
    reasons : (n_old,) why a variant is lost, or ""
    turned : how many lie on the other strand of the new build
    """

    variants: Variants
    reasons: Labels
    turned: int

    @property
    def kept(self) -> Flags:
        """(n_old,) whether a variant has a place in the new build."""
        return np.asarray(self.reasons == "", dtype=bool)

    @property
    def lost(self) -> dict[str, int]:
        """Reason → variants, the commonest first."""
        counts = pd.Series(self.reasons[~self.kept], dtype=object).value_counts()
        return {str(reason): int(count) for reason, count in counts.items()}


def lift(variants: Variants, chain: ChainFile) -> Lifted:
    """Bring variants to the new build of ``chain``.

    All bases of the longer allele have to lie in one stretch. Millions of variants take seconds.

    Parameters
    ----------
    variants
        Of the chain's old build.
    """
    length = np.maximum(_lengths(variants.ref), _lengths(variants.alt))
    pos, turned, reasons = _places(variants, chain, length)
    kept = reasons == ""
    left = variants.take(kept)
    turned = turned[kept]
    lifted = replace(left, pos=pos[kept], ref=_complemented(left.ref, turned), alt=_complemented(left.alt, turned))
    return Lifted(replace(lifted, rsid=_renamed(left, lifted)), reasons, int(turned.sum()))


def _places(variants: Variants, chain: ChainFile, length: Positions) -> tuple[Positions, Flags, Labels]:
    """New positions, whether the strand turns, and why a variant is lost, chromosome by chromosome."""
    pos, turned = np.zeros(len(variants), dtype=np.int64), np.zeros(len(variants), dtype=bool)
    reasons = np.full(len(variants), NO_CHAIN, dtype=object)
    codes, chroms = pd.factorize(variants.chrom)
    for code, chrom in enumerate(chroms):
        rows = np.flatnonzero(codes == code)
        stretches = chain.stretches.get(str(chrom).removeprefix("chr"))
        if stretches is None:
            continue
        old = variants.pos[rows]
        at = stretches.at(old)
        whole = (at >= 0) & (stretches.at(old + length[rows] - 1) == at)
        rows, at = rows[whole], at[whole]
        pos[rows] = stretches.step[at] * old[whole] + stretches.offset[at]
        turned[rows] = stretches.step[at] < 0
        there = stretches.to_chrom[at] == str(chrom).removeprefix("chr")
        reasons[rows] = np.where(there, np.where(turned[rows] & (length[rows] > 1), TURNED_INDEL, ""), OTHER_CHROMOSOME)
    return pos, turned, reasons


def _lengths(alleles: Labels) -> Positions:
    """At least 1; a list such as ``A/T``, and ``""`` for unknown, count as one base."""
    codes, names = pd.factorize(alleles)
    lengths = [len(name) if name.isalpha() else 1 for name in names]
    return np.maximum(np.array([*lengths, 1], dtype=np.int64)[codes], 1)


def _complemented(alleles: Labels, turned: Flags) -> Labels:
    codes, names = pd.factorize(alleles)
    other = np.array([name.translate(_COMPLEMENT) for name in names], dtype=object)
    return np.where(turned, other[codes], alleles) if len(names) else alleles


def _renamed(old: Variants, new: Variants) -> Labels:
    """Names that only say the old place say the new one."""
    rsid = new.rsid.copy()
    for row in np.flatnonzero(pd.Series(old.rsid).str.contains(":", regex=False)):
        place = (old.chrom[row], old.pos[row], old.ref[row], old.alt[row])
        if rsid[row] == position_id(*place):
            rsid[row] = position_id(new.chrom[row], new.pos[row], new.ref[row], new.alt[row])
    return rsid
