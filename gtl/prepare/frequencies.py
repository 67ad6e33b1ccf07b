"""Whether two sources count the same alleles, told by their allele frequencies.

Frequencies of two populations differ, yet go together: CEU against YRI correlate at about 0.65 to 0.8 over the variants
of a chromosome, two European populations above 0.95. A source that counts the other allele throughout is near the
negative of that, one that gives minor allele frequencies is folded at 0.5, and files of which the variants only seem to
be the same do not correlate.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.errors import InputError

Array = npt.NDArray[np.float64]

_FEWEST = 20
"""Variants below which a correlation says little."""

_SWAPPED = -0.5
_UNRELATED = 0.2
_OFTEN = 0.1


class Likeness(StrEnum):
    """What the frequencies say of two sources."""

    AGREE = "agree"
    SWAPPED = "swapped"
    FOLDED = "folded"
    UNRELATED = "unrelated"
    UNKNOWN = "unknown"


_TEXTS = {
    Likeness.AGREE: "the sources count the same alleles",
    Likeness.SWAPPED: "one source counts the other allele throughout: its effect and other allele are exchanged; name "
    "them the other way round",
    Likeness.FOLDED: "the frequencies of one source are those of the minor allele, not of the counted one; give the "
    "counted allele's, or leave the column out",
    Likeness.UNRELATED: "the frequencies have nothing to do with each other: the variants only seem to be the same; "
    "compare the genome builds, the ids and the alleles of some variants by hand",
    Likeness.UNKNOWN: "too few variants with a known frequency in both sources to tell",
}


@dataclass(frozen=True)
class FrequencyCheck:
    """How allele frequencies of two sources go together.

    Attributes
    ----------
    correlation, slope
        Of the small population's frequencies and on the large one's; NaN where one of them does not vary.
    n
        Variants behind it.
    likeness
        What that most likely means.
    """

    correlation: float
    slope: float
    n: int
    likeness: Likeness

    @property
    def verdict(self) -> str:
        """The same in words, and what to do."""
        return _TEXTS[self.likeness]

    @property
    def wrong(self) -> bool:
        """Whether a study of these files would have wrong results."""
        return self.likeness in (Likeness.SWAPPED, Likeness.UNRELATED)


def frequency_check(frequencies: pd.DataFrame) -> FrequencyCheck:
    """Compare the frequencies of the counted allele; A/T and C/G, which frequencies may have turned, are left out.

    Parameters
    ----------
    frequencies
        Columns ``large``, ``small`` and ``ambiguous``, as :class:`gtl.prepare.matching.Matched` has them.

    Examples
    --------
    >>> large = np.linspace(0.05, 0.95, 50)
    >>> check = frequency_check(pd.DataFrame({"large": large, "small": 1 - large, "ambiguous": False}))
    >>> round(check.correlation, 3), check.n, check.likeness.value
    (-1.0, 50, 'swapped')
    """
    told = frequencies[~frequencies["ambiguous"]].dropna()
    large, small = (told[name].to_numpy(np.float64) for name in ("large", "small"))
    correlation = _correlation(large, small)
    slope = correlation * float(small.std() / large.std()) if len(told) and large.std() > 0 else np.nan
    return FrequencyCheck(correlation, slope, len(told), _likeness(large, small, correlation))


def require_same_alleles(check: FrequencyCheck) -> None:
    """Raise :class:`InputError` if the frequencies say that results would be wrong."""
    if check.wrong:
        raise InputError(
            f"allele frequencies of the two populations correlate at {check.correlation:.2f} over {check.n:,} variants "
            f"(expected: clearly positive). Most likely {check.verdict}"
        )


def _likeness(large: Array, small: Array, correlation: float) -> Likeness:
    if len(large) < _FEWEST or np.isnan(correlation):
        return Likeness.UNKNOWN
    if _folded(large, small, correlation):
        return Likeness.FOLDED
    if correlation < _SWAPPED:
        return Likeness.SWAPPED
    return Likeness.UNRELATED if abs(correlation) < _UNRELATED else Likeness.AGREE


def _folded(large: Array, small: Array, correlation: float) -> bool:
    """Whether one source never exceeds 0.5 where the other often does, and minor allele frequencies agree better.

    The second part clears a PLINK file that counts its own minor alleles: its alleles are named, and frequencies agree.
    """
    one_sided = [
        one.max() <= 0.5 and np.mean(other > 0.5 + _OFTEN) > _OFTEN for one, other in ((large, small), (small, large))
    ]
    minor = _correlation(np.minimum(large, 1 - large), np.minimum(small, 1 - small))
    return any(one_sided) and minor > correlation + _UNRELATED


def _correlation(large: Array, small: Array) -> float:
    if len(large) < 2 or large.std() == 0 or small.std() == 0:
        return float("nan")
    return float(np.corrcoef(large, small)[0, 1])
