"""Which variants of a file are wanted ones because of where they lie, as their ids do not say so.

Alleles win over ids, which are merged and renamed: a variant of a wanted one's place and alleles is that one, whatever
the file calls it (:mod:`gtl.prepare.pairing` has the same rule between cohorts). Both have to be of one genome build,
which the variants that have common ids tell.
"""

from collections.abc import Iterator
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from gtl.domain.genotypes import Variants
from gtl.formats.variant_names import WantedNames, is_nameless


class Known(IntEnum):
    """By what a file's variant is known to be a wanted one."""

    BY_ID = 0
    BY_PLACE = 1
    """The file has no name for it."""
    RENAMED = 2
    """By its place, where the file has another name."""


Hows = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]


def known_places(wanted: Variants) -> dict[tuple[str, int], list[str]]:
    """Chromosome and position → ids of the ``wanted`` variants there; a position of 0 is not known."""
    places: dict[tuple[str, int], list[str]] = {}
    for rsid, chrom, pos in zip(wanted.rsid, wanted.chrom, wanted.pos.tolist(), strict=True):
        if pos > 0:
            places.setdefault((chrom, pos), []).append(rsid)
    return places


def known(names: WantedNames, rsid: str, chrom: str, pos: int) -> Iterator[tuple[str, Known]]:
    """Ids of the wanted variants that a file's may be, and of each by what."""
    ids = names.ids(rsid, chrom, pos)
    yield from ((wanted, Known.BY_ID) for wanted in ids)
    if here := names.ids_here(chrom, pos):
        how = Known.BY_PLACE if is_nameless(rsid) else Known.RENAMED
        yield from ((wanted, how) for wanted in here if wanted not in ids)


def believed(found: Variants, how: Hows, wanted: Variants) -> Flags:
    """(n_found,) which variants of a file are the wanted ones whose ids they have been given.

    Places say nothing where most variants with common ids lie elsewhere than the wanted ones: that is another build.
    What the file calls otherwise must have the very alleles, in a file whose build is known to be the same, and no
    other line that is the wanted variant.
    """
    by_id: Flags = np.equal(how, Known.BY_ID)
    n_there, n_known = _at_their_places(found.take(by_id), wanted)
    if 2 * n_there < n_known:
        return by_id
    renamed: Flags = np.equal(how, Known.RENAMED)
    if not n_there or not renamed.any():
        return np.logical_not(renamed)
    letters = dict(zip(wanted.rsid, map(frozenset, zip(wanted.ref, wanted.alt, strict=True)), strict=True))
    rows = zip(found.rsid, found.ref, found.alt, strict=True)
    fits: Flags = np.array([letters[rsid] == {ref, alt} for rsid, ref, alt in rows], dtype=np.bool_)
    there = {*found.rsid[fits & ~renamed]}
    absent: Flags = np.array([rsid not in there for rsid in found.rsid], dtype=np.bool_)
    return np.logical_or(~renamed, fits & absent)


def _at_their_places(named: Variants, wanted: Variants) -> tuple[int, int]:
    """How many variants of common ids lie where the ``wanted`` ones do, and of how many both places are known."""
    own = dict(zip(wanted.rsid, wanted.pos.tolist(), strict=True))
    positions = [(own[rsid], pos) for rsid, pos in zip(named.rsid, named.pos.tolist(), strict=True) if pos > 0]
    there = [expected == pos for expected, pos in positions if expected > 0]
    return sum(there), len(there)
