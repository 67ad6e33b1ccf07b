"""A disjoint division of one cohort into training, validation and test rows."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.errors import LeakageError


@dataclass(frozen=True, eq=False)
class Split:
    """Row numbers (ascending intp arrays) of a cohort's samples; no row is in two parts."""

    train: npt.NDArray[np.intp]
    validation: npt.NDArray[np.intp]
    test: npt.NDArray[np.intp]

    def __post_init__(self) -> None:
        values, counts = np.unique(self.everyone, return_counts=True)
        if (counts > 1).any():
            raise LeakageError(f"sample row {values[counts > 1][0]} is in two parts of a split")

    @property
    def everyone(self) -> npt.NDArray[np.intp]:
        """Rows of all parts, ascending."""
        return np.sort(np.concatenate([self.train, self.validation, self.test]))

    @property
    def learning(self) -> npt.NDArray[np.intp]:
        """Rows for methods that choose inside their training people (nested cross-validation): :attr:`everyone`."""
        return self.everyone
