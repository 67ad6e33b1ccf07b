"""Statistics of a source at the variants of one chromosome."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.errors import InputError

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SourceStatistics:
    """A genome-wide association study of one trait, at the variants of one chromosome in the order of its LD.

    Attributes
    ----------
    name
        As in the names of columns of effects.
    z : (m,) float64
        Effect over standard error, signed for the allele that the LD's genotypes count; NaN where it lacks the variant.
    n : (m,) float64
        People (the effective number for cases and controls); NaN where it lacks the variant.
    """

    name: str
    z: Array
    n: Array

    def __post_init__(self) -> None:
        if self.z.shape != self.n.shape or self.z.ndim != 1:
            raise InputError(
                f"statistics {self.name}: z has shape {self.z.shape} and n {self.n.shape}, expected one each a variant"
            )
        known = ~np.isnan(self.z)
        for fault, rows in {
            "z is infinite": np.isinf(self.z),
            "n is not above 0 or not finite": known & ~((self.n > 0) & np.isfinite(self.n)),
        }.items():
            if rows.any():
                raise InputError(
                    f"statistics {self.name}: {fault} at variant {int(np.flatnonzero(rows)[0]) + 1} of the chromosome; "
                    "leave the variant out by NaN in z and n, or give people's number for the study"
                )

    def __len__(self) -> int:
        return len(self.z)

    def standardised(self) -> tuple[Array, Array]:
        """Statistics z and square root of n, both 0 where the source lacks the variant."""
        known = ~np.isnan(self.z)
        return np.where(known, self.z, 0.0), np.sqrt(np.where(known, self.n, 0.0))


def check_together(sources: Sequence[SourceStatistics], variants: Sequence[int], target: str | None) -> None:
    """:class:`InputError` unless there are sources, of different names, at as many variants as their LD."""
    names = [source.name for source in sources]
    if not names or len({*names}) < len(names) or len(names) != len(variants):
        raise InputError(
            f"statistics of {', '.join(names) or 'no source'} with LD of {len(variants)} sources: expected one source "
            "or more, each of a name of its own and with an LD of its own"
        )
    for source, size in zip(sources, variants, strict=True):
        if len(source) != size:
            raise InputError(
                f"statistics {source.name}: {len(source)} variants, and {size} in its LD; align both with the study's"
            )
    if target is not None and target not in names:
        raise InputError(f"target {target!r} is none of the sources: {', '.join(names)}")
