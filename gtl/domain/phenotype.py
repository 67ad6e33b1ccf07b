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

    def take(self, rows: npt.NDArray[np.intp] | npt.NDArray[np.bool_] | slice) -> Self:
        """The phenotypes of fewer people."""
        return type(self)(self.samples[rows], self.liability[rows], self.case[rows])
