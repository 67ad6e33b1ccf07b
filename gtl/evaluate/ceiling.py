"""The best accuracy that anybody could reach from the risk SNPs: what figures have to be read against."""

import math

import numpy as np

from gtl.config.learning import Metric
from gtl.config.phenotypes import PhenotypesConfig
from gtl.config.study import StudyConfig
from gtl.errors import InputError

_GRID = np.linspace(-8.0, 8.0, 4001)


def study_ceiling(config: StudyConfig) -> float | None:
    """Best possible accuracy of a study; None where models are chosen by another metric, which has no such line.

    >>> from gtl.config import preset
    >>> round(study_ceiling(preset("paper")), 4)
    0.5319
    """
    if config.selection.metric is not Metric.ACCURACY:
        return None
    return best_accuracy(snp_variance(config.phenotypes), config.phenotypes.threshold)


def best_accuracy(explained: float, threshold: float = 0.0) -> float:
    """Accuracy of the best rule that knows the SNPs' true effects.

    Liability is a standard normal, of which a normal part with variance ``explained`` is known; cases lie above
    ``threshold``. At threshold 0 it is 1/2 + asin(sqrt(explained)) / pi (Sheppard 1899: agreement of signs).

    Parameters
    ----------
    explained
        Share of the liability's variance that the SNPs explain, 0 to 1.
    threshold
        In standard deviations of the liability.

    Raises
    ------
    InputError
        For a share outside 0 to 1.

    Examples
    --------
    >>> round(best_accuracy(0.01), 4)
    0.5319
    """
    if not 0 <= explained <= 1:
        raise InputError(f"explained variance {explained}: expected a share between 0 and 1")
    if threshold == 0:
        return 0.5 + math.asin(math.sqrt(explained)) / math.pi
    return _best_by_integration(explained, threshold)


def snp_variance(phenotypes: PhenotypesConfig) -> float:
    """Share of the liability's variance that the settings give to the risk SNPs (genVar × h2s; example 2: 0.01).

    Permuted labels have nothing to do with the SNPs: 0.
    """
    if phenotypes.permute_labels:
        return 0.0
    genetic = phenotypes.genetic_variance
    if genetic is None:
        genetic = 1 - (phenotypes.noise_variance if phenotypes.noise_variance is not None else 0.0)
    share = phenotypes.snp_share
    if share is None:
        share = 1 - (phenotypes.kinship_share if phenotypes.kinship_share is not None else 0.0)
    return genetic * share


def _best_by_integration(explained: float, threshold: float) -> float:
    from scipy.special import ndtr

    if explained == 1:
        return 1.0
    case = ndtr((math.sqrt(explained) * _GRID - threshold) / math.sqrt(1 - explained))
    density = np.exp(-(_GRID**2) / 2) / math.sqrt(2 * math.pi)
    return float(np.trapezoid(np.maximum(case, 1 - case) * density, _GRID))
