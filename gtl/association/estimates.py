"""What a test of many variants says of each."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Estimates:
    """Effect of one more alt allele; arrays of one shape, a row a variant, nan where nothing can be estimated.

    Attributes
    ----------
    beta : float64, log odds or units of the trait
    se : float64, its standard error
    p_value : float64, two-sided; 0 below 1e-308
    """

    beta: Array
    se: Array
    p_value: Array

    def take(self, rows: "slice | npt.NDArray[np.intp]") -> "Estimates":
        """The same of fewer variants, or of more where rows repeat."""
        return Estimates(self.beta[rows], self.se[rows], self.p_value[rows])

    def replaced(self, rows: "npt.NDArray[np.intp] | npt.NDArray[np.bool_]", others: "Estimates") -> "Estimates":
        """The same with those of ``rows`` from elsewhere."""
        columns = [np.copy(column) for column in (self.beta, self.se, self.p_value)]
        for column, values in zip(columns, (others.beta, others.se, others.p_value), strict=True):
            column[rows] = values
        return Estimates(*columns)
