"""Domain adaptation without the target's case status: CORAL and TCA, both as linear maps of dosages.

A linear map followed by a linear model is a linear model of dosages, so nothing but its weights has to be kept.
Written here rather than taken from skada 0.6: its TCA hands an asymmetric matrix to a solver for symmetric ones, so
that its components are not TCA's (``python -m benchmarks.domain_adaptation`` shows by how much), and importing it
imports TensorFlow.
"""

import numpy as np
import numpy.typing as npt
from scipy.linalg import eigh

from gtl.learn.ridge_logistic import spanned

Array = npt.NDArray[np.float64]

COMPONENTS = 30
"""Transfer components that are kept, if the people have so many."""


def align_correlations(source: Array, target: Array) -> tuple[Array, Array]:
    """CORAL: the source whitened, then given the target's covariance.

    source (C_s + I)^(-1/2) (C_t + I)^(1/2) with covariances C_s and C_t: Sun, Feng & Saenko 2016 (AAAI 30:2058),
    algorithm 1. Computed in the space that both groups' people span: outside it the map is the identity.

    Parameters
    ----------
    source, target
        (n_source, n_snps) and (n_target, n_snps) float64, each centred on its own mean and scaled alike.

    Returns
    -------
    source_map, target_map
        (n_snps, r) float64: source @ source_map and target @ target_map are values in one space, r = min(people, SNPs).
        For a linear model with weights w there, target_map @ w are its weights of the target's own values.
    """
    coordinates, basis = spanned(np.vstack([source, target]))
    own, other = coordinates[: len(source)], coordinates[len(source) :]
    return basis @ _covariance_power(own, -0.5) @ _covariance_power(other, 0.5), basis


def transfer_components(source: Array, target: Array, trade_off: float = 1.0, n_components: int = COMPONENTS) -> Array:
    """TCA with a linear kernel: directions with much variance along which the two groups' means differ little.

    Leading solutions of K H K w = e (K L K + trade_off × I) w: Pan et al. 2011 (IEEE Trans Neural Networks 22:199),
    section III-C; K = kernel, H = centring, L = the mean difference's outer product. K's mean diagonal is made 1, so
    that the trade-off means the same with any number of SNPs.

    Parameters
    ----------
    source, target
        (n_source, n_snps) and (n_target, n_snps) float64, centred and scaled alike: their difference in means counts.
    trade_off
        Weight of small coefficients against equal means; the paper's mu.
    n_components
        How many are kept at most: no more than people.

    Returns
    -------
    (n_snps, n_kept) float64; values @ it are the components, each with variance 1 among source and target together.
    """
    x = np.vstack([source, target])
    kernel = x @ x.T
    size = np.trace(kernel) / len(x)
    kernel /= size
    gap = kernel @ np.repeat([1 / len(source), -1 / len(target)], [len(source), len(target)])
    centred = kernel - kernel.mean(axis=0)
    top = len(x) - min(n_components, min(x.shape))
    _, leading = eigh(
        centred.T @ centred,
        np.outer(gap, gap) + trade_off * np.eye(len(x)),
        subset_by_index=(top, len(x) - 1),
    )
    directions = x.T @ leading
    spread = (x @ directions).std(axis=0)
    seen = spread > 1e-9 * spread.max()
    return np.asarray(directions[:, seen] / spread[seen])


def _covariance_power(x: Array, power: float) -> Array:
    values, vectors = np.linalg.eigh(x.T @ x / (len(x) - 1) + np.eye(x.shape[1]))
    return np.asarray((vectors * values**power) @ vectors.T)
