"""Phenotypes of one cohort: the continuous liability, and the case status cut from it."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from gtl.errors import InputError


@dataclass(frozen=True, eq=False)
class PhenotypeTable:
    """One trait of one cohort.

    Attributes
    ----------
    samples : (n_samples,) array of str objects
    liability : (n_samples,) float64, the continuous phenotype (mean 0, SD 1 in its population)
    case : (n_samples,) int8, 1 = case (liability above the threshold), 0 = control
    """

    samples: npt.NDArray[np.object_]
    liability: npt.NDArray[np.float64]
    case: npt.NDArray[np.int8]

    @classmethod
    def from_liability(
        cls, samples: npt.NDArray[np.object_], liability: npt.NDArray[np.float64], threshold: float = 0.0
    ) -> Self:
        """Cut ``liability`` at ``threshold``: above is a case (the paper's Module 2)."""
        if not np.isfinite(liability).all():
            sample = samples[~np.isfinite(liability)][0]
            raise InputError(
                f"phenotype of sample {sample!r} is not a finite number: every causal SNP of a role may be "
                "monomorphic; raise phenotypes.causal_maf_min or draw other causal SNPs (another seed)"
            )
        return cls(samples, liability, (liability > threshold).astype(np.int8))

    def permuted(self, rng: np.random.Generator) -> Self:
        """The same liabilities and case statuses, dealt out anew among the same people.

        >>> table = PhenotypeTable.from_liability(np.array(["a", "b", "c"], object), np.array([-1.0, 0.5, 2.0]))
        >>> table.permuted(np.random.default_rng(3)).liability.tolist()
        [2.0, 0.5, -1.0]
        """
        order = rng.permutation(len(self.samples))
        return type(self)(self.samples, self.liability[order], self.case[order])

    def take(self, rows: npt.NDArray[np.intp] | npt.NDArray[np.bool_] | slice) -> Self:
        """The phenotypes of fewer people."""
        return type(self)(self.samples[rows], self.liability[rows], self.case[rows])
