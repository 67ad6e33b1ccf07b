"""What the tests of one trait say of some variants."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.association.estimates import Estimates
from gtl.domain.genotypes import Variants

Array = npt.NDArray[np.float64]

NAMES = ("chrom", "pos", "rsid", "ref", "alt")


@dataclass(frozen=True, eq=False)
class VariantTests:
    """The columns of :data:`gtl.schema.ASSOCIATION` beside the variants' names, (n_variants,) each."""

    n: npt.NDArray[np.int32]
    frequency: Array
    frequency_case: Array
    frequency_control: Array
    beta: Array
    se: Array
    odds_ratio: Array
    p_value: Array

    @classmethod
    def of(
        cls,
        frequencies: tuple[Array, Array, Array],
        odds_ratio: Array,
        found: Estimates,
        n: npt.NDArray[np.int32],
    ) -> Self:
        """Estimates of ``n`` people; ``frequencies`` are those of everybody, of cases and of controls."""
        return cls(n, *frequencies, found.beta, found.se, odds_ratio, found.p_value)

    def table(self, variants: Variants) -> pd.DataFrame:
        """A table :data:`gtl.schema.ASSOCIATION`; texts are objects, as those of ``variants`` are.

        pandas would look through texts and copy them into a type of its own, a fifth of a whole test on counts.
        """
        named = {name: getattr(variants, name) for name in NAMES}
        return pd.DataFrame(
            {name: pd.Series(values, dtype=values.dtype) for name, values in named.items()} | vars(self)
        )
