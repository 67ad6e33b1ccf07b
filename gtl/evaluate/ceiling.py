"""What accuracy the causal SNPs, and all that is inherited, allow: what figures have to be read against.

The ceiling of the causal SNPs is the accuracy of whoever knows them and their true effects, and nothing else. It bounds
every method only where no other genetic variance is simulated. Kinship is other genetic variance: it follows from the
genotypes that methods see, so that one trained on enough people of the same population passes that ceiling; but its
effects are drawn for each population, so that no knowledge of another population leads there.
"""

import math
from dataclasses import dataclass

import numpy as np

from gtl.config.learning import Metric
from gtl.config.phenotypes import PhenotypesConfig
from gtl.config.study import StudyConfig
from gtl.errors import InputError

_GRID = np.linspace(-8.0, 8.0, 4001)


@dataclass(frozen=True)
class Ceilings:
    """Best accuracies in the long run, 0 to 1, and the shares of the liability's variance behind them.

    Attributes
    ----------
    causal
        Of who knows the causal SNPs and their effects, and nothing else.
    genetic
        Of who knows all genetic variance, kinship included.
    causal_variance, genetic_variance
        Shares of the variance, 0 to 1.
    """

    causal: float
    genetic: float
    causal_variance: float
    genetic_variance: float

    @property
    def bounds(self) -> bool:
        """Whether the causal SNPs are all that is inherited: no method's accuracy in the long run is above theirs."""
        return math.isclose(self.causal_variance, self.genetic_variance)

    @property
    def label(self) -> str:
        """Both, in few words.

        >>> from gtl.config import preset
        >>> study_ceilings(preset("paper")).label
        'ceiling of the causal SNPs 53.2 %, of all genetic variance 78.2 %'
        """
        causal = f"ceiling of the causal SNPs {100 * self.causal:.1f} %"
        return causal if self.bounds else f"{causal}, of all genetic variance {100 * self.genetic:.1f} %"


def study_ceilings(config: StudyConfig) -> Ceilings | None:
    """The ceilings of a study; None where models are chosen by another metric, which has no such line.

    >>> from gtl.config import preset
    >>> found = study_ceilings(preset("paper"))
    >>> round(found.causal, 4), round(found.genetic, 4), found.bounds
    (0.5319, 0.782, False)
    """
    if config.selection.metric is not Metric.ACCURACY:
        return None
    causal, genetic = snp_variance(config.phenotypes), all_genetic_variance(config.phenotypes)
    threshold = config.phenotypes.threshold
    return Ceilings(best_accuracy(causal, threshold), best_accuracy(genetic, threshold), causal, genetic)


def best_accuracy(explained: float, threshold: float = 0.0) -> float:
    """Accuracy of the best rule that knows a part of the liability, and nothing of the rest.

    Liability is a standard normal, of which a normal part with variance ``explained`` is known; cases lie above
    ``threshold``. At threshold 0 it is 1/2 + asin(sqrt(explained)) / pi (Sheppard 1899: agreement of signs).

    Parameters
    ----------
    explained
        Share of the liability's variance that is known, 0 to 1.
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
    """Share of the liability's variance that the settings give to the causal SNPs (genVar × h2s; example 2: 0.01).

    Permuted labels have nothing to do with the SNPs: 0.
    """
    share = phenotypes.snp_share
    if share is None:
        share = 1 - (phenotypes.kinship_share if phenotypes.kinship_share is not None else 0.0)
    return all_genetic_variance(phenotypes) * share


def all_genetic_variance(phenotypes: PhenotypesConfig) -> float:
    """Share of the liability's variance that the settings give to causal SNPs and kinship together (genVar)."""
    if phenotypes.permute_labels:
        return 0.0
    if phenotypes.genetic_variance is not None:
        return phenotypes.genetic_variance
    return 1 - (phenotypes.noise_variance if phenotypes.noise_variance is not None else 0.0)


def _best_by_integration(explained: float, threshold: float) -> float:
    from scipy.special import ndtr

    if explained == 1:
        return 1.0
    case = ndtr((math.sqrt(explained) * _GRID - threshold) / math.sqrt(1 - explained))
    density = np.exp(-(_GRID**2) / 2) / math.sqrt(2 * math.pi)
    return float(np.trapezoid(np.maximum(case, 1 - case) * density, _GRID))
