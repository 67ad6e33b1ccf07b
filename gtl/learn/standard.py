"""A quantitative trait as models are fitted to it: standardised by the training people."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from gtl.errors import InputError

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Standard:
    """Mean and standard deviation of training people's values: what predictions are brought back by.

    Attributes
    ----------
    mean, scale
        In the trait's units; 0 and 1 leave values as they are.
    """

    mean: float = 0.0
    scale: float = 1.0

    @classmethod
    def of(cls, value: Array, who: str, deviations: Array | None = None) -> Self:
        """Of (n,) training people's values.

        Parameters
        ----------
        who
            Which model is to be fitted, for the error.
        deviations
            Whose standard deviation is taken in place of the values', as from each population's own mean.

        Raises
        ------
        InputError
            If they do not vary.

        Examples
        --------
        >>> Standard.of(np.array([1.0, 5.0]), "CART")
        Standard(mean=3.0, scale=2.0)
        """
        mean, scale = float(value.mean()), float((value if deviations is None else deviations).std())
        if not scale > 0:
            raise InputError(
                f"{who}: all {len(value)} training people have the value {mean:g} of the trait, so that there is "
                "nothing to predict; check the column of the trait, or take another one"
            )
        return cls(mean, scale)

    def standardised(self, value: Array) -> Array:
        """(n,) values in standard deviations from the mean.

        >>> Standard(3.0, 2.0).standardised(np.array([1.0, 5.0])).tolist()
        [-1.0, 1.0]
        """
        return (value - self.mean) / self.scale
