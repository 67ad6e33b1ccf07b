"""Samples of genotype files found in tables by id, and why nobody is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.formats.table_file import NO_FAMILY
from gtl.spelling import listed

_MIXED_UP = 10
"""FIDs that are samples' ids this many times as often as IIDs are: a mix-up, and no chance matches."""

Names = Sequence[str] | npt.NDArray[np.object_]
"""Ids of people."""


@dataclass(frozen=True, eq=False)
class Overlap:
    """Which row of a table each sample is.

    Attributes
    ----------
    rows : (n_samples,) place in the table, -1 = not there; all -1 where FID and IID seem mixed up
    how : ``IID``, ``FID_IID`` (of the table), ``IID_IID`` or ``IID is FID_IID`` (of the genotypes)
    table : number of people in the table
    swapped : number of samples whose id is a FID of the table
    """

    rows: npt.NDArray[np.intp]
    how: str
    table: int
    swapped: int

    @property
    def genotypes(self) -> int:
        """Number of samples of the genotypes."""
        return len(self.rows)

    @property
    def both(self) -> int:
        """Number of samples that are in the table."""
        return int((self.rows >= 0).sum())

    def why_nobody(self, samples: Names, people: npt.NDArray[np.object_]) -> str:
        """What to say where nobody is in both, given the ids of both sides."""
        counts = (
            f"of {self.genotypes} samples of the genotypes ({listed(samples, 3)}) none is among the {self.table} "
            f"people of the tables ({listed(people, 3)})"
        )
        if self.swapped:
            return f"{counts}; {self.swapped} are in column FID: FID and IID are mixed up, exchange the two columns"
        for change, same in _ALMOST.items():
            shared = {same(str(sample)) for sample in samples} & {same(str(person)) for person in people}
            if shared:
                return f"{counts}; {len(shared)} would be, were it not for {change}: write ids alike in both"
        return f"{counts}; write the genotypes' ids into column IID of the table, or give the table of these people"


_ALMOST: Mapping[str, Callable[[str], str]] = {
    "upper and lower case": str.casefold,
    "zeros in front": lambda text: text.lstrip("0"),
    "`.0` at the end (a column of numbers with gaps, saved by pandas or R)": lambda text: text.removesuffix(".0"),
    "what follows a `_`, `-`, `.` or `:`": lambda text: _first_part(text),
}


def overlap(
    families: npt.NDArray[np.object_],
    ids: npt.NDArray[np.object_],
    samples: Names,
    sample_families: Names | None = None,
) -> Overlap:
    """Find ``samples`` in a table: by IID, by FID_IID, or by an IID that is their FID_IID; whichever finds most.

    PLINK 1.9 writes people without families as ``IID_IID`` into VCF files: these are found by IID, too.

    Parameters
    ----------
    families, ids
        (n,) FID and IID of the table's people.
    samples, sample_families
        (n_samples,) ids of the genotypes' samples, and their FIDs where the file has them.

    Examples
    --------
    >>> table = np.array(["F1", "F2"], dtype=object), np.array(["a", "b"], dtype=object)
    >>> overlap(*table, ["b", "c"]).rows.tolist(), overlap(*table, ["F2_b"]).rows.tolist()
    ([1, -1], [1])
    """
    own = pd.Index(np.array(samples, dtype=object))
    iids = pd.Index(ids)
    ways = {"IID": _found(iids, own), "FID_IID": _found(pd.Index(_joint(families, ids)), own)}
    ways["IID_IID"] = _found(pd.Index(_joint(ids, ids)), own)
    if sample_families is not None:
        ways["IID is FID_IID"] = _found(iids, pd.Index(_joint(np.array(sample_families, dtype=object), own)))
    how = max(ways, key=lambda way: int((ways[way] >= 0).sum()))
    rows, swapped = ways[how], int(own.isin(families[families != NO_FAMILY]).sum())
    mixed_up = swapped >= _MIXED_UP * max(int((rows >= 0).sum()), 0.1)
    return Overlap(np.full_like(rows, -1) if mixed_up else rows, how, len(ids), swapped if mixed_up else 0)


def _found(people: pd.Index, samples: pd.Index) -> npt.NDArray[np.intp]:
    """Place of each sample among ``people``; -1 where there is none, or where the id is that of several."""
    several = people.duplicated(keep=False)
    places = np.flatnonzero(~several)
    found = people[~several].get_indexer(samples)
    return np.where(found < 0, -1, places[found]) if len(places) else np.full(len(samples), -1, dtype=np.intp)


def _joint(families: npt.NDArray[np.object_], ids: object) -> npt.NDArray[np.object_]:
    return np.array(pd.Series(families) + "_" + pd.Series(np.asarray(ids, dtype=object)), dtype=object)


def _first_part(text: str) -> str:
    for mark in "_-.:":
        text = text.split(mark, 1)[0]
    return text
