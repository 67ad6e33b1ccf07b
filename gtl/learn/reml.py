"""Variance components of one population by restricted likelihood, from one spectral decomposition.

The model is y = mean + g + e, g ~ N(0, K s²), e ~ N(0, e²): GREML (Yang et al. 2010, Nat Genet 42:565). In the basis
of K's eigenvectors all people are independent, so that any heritability costs O(n) (Kang et al. 2008, Genetics
178:1709). The restricted likelihood (Patterson & Thompson 1971, Biometrika 58:545) leaves out the mean, which is an
eigenvector of a centred K.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

HERITABILITIES = np.linspace(0.01, 0.99, 99)
"""Shares of variance among which the likelihood is summed: both ends leave the covariance invertible."""


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Eigenvalues (n,) ascending and eigenvectors (n, n) of a kinship whose rows sum to 0."""

    values: Array
    vectors: Array

    @classmethod
    def of(cls, kinship: Array) -> Self:
        """Decompose: about 10 n³ operations."""
        values, vectors = np.linalg.eigh(kinship)
        return cls(np.maximum(values, 0), vectors)

    def log_determinants(self, genetic: Array, residual: Array) -> Array:
        """(n_settings,) log determinant of genetic × K + residual × I, without the direction of the mean."""
        # The mean's eigenvalue is 0 and no other one is less.
        return np.asarray(np.log(np.outer(genetic, self.values[1:]) + residual[:, None]).sum(axis=1))

    def solve(self, right: Array, heritability: float) -> Array:
        """(h² K + (1 - h²) I)⁻¹ ``right``, of its shape (n,) or (n, m)."""
        weight = 1 / (heritability * self.values + 1 - heritability)
        return np.asarray(self.vectors @ (weight * (self.vectors.T @ right).T).T)


@dataclass(frozen=True, eq=False)
class VarianceComponents:
    """What REML says of one population.

    Attributes
    ----------
    variance
        Genetic and residual variance together, at :attr:`heritability`.
    heritability
        Mean under the likelihood of :data:`HERITABILITIES`, each as likely beforehand as any other: unlike the most
        likely one it is never at a limit, where few people often put that.
    likely
        The most likely one of :data:`HERITABILITIES`.
    """

    variance: float
    heritability: float
    likely: float

    @property
    def genetic(self) -> float:
        """Variance of g of a person whose kinship with himself is 1."""
        return self.variance * self.heritability


def reml(spectrum: Spectrum, centred: Array) -> VarianceComponents:
    """Estimate variances from the values (n,) of a trait minus their mean.

    Parameters
    ----------
    spectrum
        Of the kinship among the same people.
    centred
        (n,) float64, n of 3 or more, not all of them 0.
    """
    log_likelihood, variances = _profile(spectrum, centred)
    weights = np.exp(log_likelihood - log_likelihood.max())
    mean = float(weights @ HERITABILITIES / weights.sum())
    return VarianceComponents(
        variance=float(np.interp(mean, HERITABILITIES, variances)),
        heritability=mean,
        likely=float(HERITABILITIES[np.argmax(log_likelihood)]),
    )


def _profile(spectrum: Spectrum, centred: Array) -> tuple[Array, Array]:
    """Log restricted likelihood of each heritability at its best variance, and that variance."""
    squares = (spectrum.vectors.T @ centred) ** 2
    rest = 1 - HERITABILITIES
    freedom = len(centred) - 1
    variances = (squares / (np.outer(HERITABILITIES, spectrum.values) + rest[:, None])).sum(axis=1) / freedom
    log_likelihood = -0.5 * (freedom * np.log(variances) + spectrum.log_determinants(HERITABILITIES, rest))
    return log_likelihood, variances
