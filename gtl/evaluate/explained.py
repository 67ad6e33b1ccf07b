"""How much of a binary trait a score explains: Nagelkerke's R2, R2 on the liability scale, odds ratio per SD.

The score is the logit of the probability. An R2 has the sign of the association: below 0 where the score goes the wrong
way. A score that is the same for everybody explains nothing: R2 is 0, the odds ratio 1.

=================  ===========================================================================================
nagelkerke_r2      (1 - exp(-D / n)) / (1 - exp(-D0 / n)), D the deviance that the score takes away of D0
                   (Nagelkerke 1991, Biometrika 78:691); interval: the signed root of D is normal with variance 1
liability_r2       R2 of a linear regression of case status, carried to the liability of a population with the given
                   prevalence (Lee et al. 2012, Genetic Epidemiology 36:214, equation 15); interval: that of the
                   correlation (Fisher's z), carried with it
odds_ratio_per_sd  of one standard deviation of the score, by logistic regression with Wald's interval; NaN where a
                   threshold separates cases from controls
=================  ===========================================================================================
"""

import math

import numpy as np
from scipy.special import logit
from scipy.stats import norm

from gtl.errors import InputError
from gtl.evaluate.classification import Cases, Probabilities
from gtl.evaluate.logistic import fit_logistic, odds_ratio, separates
from gtl.evaluate.metric_names import LIABILITY_R2, NAGELKERKE_R2
from gtl.evaluate.quantitative import correlation, fisher, varies

CERTAIN = 1e-3
"""Probabilities nearer to 0 or 1 count as this near: a tree's 0 and 1 have no logit."""


def explained(metric: str, case: Cases, probability: Probabilities, prevalence: float | None) -> float:
    """Value of one of :data:`~.metric_names.EXPLAINED`; NaN for one class, or liability R2 without a prevalence."""
    if len(np.unique(case)) < 2:
        return math.nan
    score, y = score_of(probability), case.astype(np.float64)
    if metric == LIABILITY_R2:
        return on_liability_scale(correlation(y, score), float(y.mean()), prevalence)
    if metric == NAGELKERKE_R2:
        return _nagelkerke(_signed_root(score, y), y)
    return _odds_ratio(score, y, 0.0)


def explained_interval(
    metric: str, case: Cases, probability: Probabilities, confidence: float, prevalence: float | None
) -> tuple[float, float]:
    """Interval of :func:`explained`; (NaN, NaN) where the figure is NaN."""
    z = float(norm.isf((1 - confidence) / 2))
    score, y = score_of(probability), case.astype(np.float64)
    if len(np.unique(case)) < 2:
        return math.nan, math.nan
    if metric == LIABILITY_R2:
        low, high = fisher(correlation(y, score), len(y), confidence)
        share = float(y.mean())
        return on_liability_scale(low, share, prevalence), on_liability_scale(high, share, prevalence)
    if metric == NAGELKERKE_R2:
        root = _signed_root(score, y)
        return _nagelkerke(root - z, y), _nagelkerke(root + z, y)
    return _odds_ratio(score, y, -z), _odds_ratio(score, y, z)


def score_of(probability: Probabilities) -> Probabilities:
    """Logit of the probability, which is held :data:`CERTAIN` away from 0 and 1."""
    return np.asarray(logit(np.clip(probability, CERTAIN, 1 - CERTAIN)), dtype=np.float64)


def on_liability_scale(r: float, cases: float, prevalence: float | None) -> float:
    """Squared correlation (with its sign) on the liability scale.

    Parameters
    ----------
    r
        Correlation of the score and case status.
    cases
        Share of cases among these people.
    prevalence
        Share of cases in the population; None gives NaN.

    Raises
    ------
    InputError
        For a prevalence outside (0, 1).

    Examples
    --------
    >>> round(on_liability_scale(0.3, 0.5, 0.01), 4)
    0.0532
    """
    if prevalence is None or math.isnan(r):
        return math.nan
    if not 0 < prevalence < 1:
        raise InputError(f"prevalence {prevalence}: expected a share between 0 and 1, such as 0.05")
    threshold = float(norm.isf(prevalence))
    height = float(norm.pdf(threshold))
    mean = height / prevalence
    apart = mean * (cases - prevalence) / (1 - prevalence)
    theta = apart * (apart - threshold)
    scale = (prevalence * (1 - prevalence) / height) ** 2 / (cases * (1 - cases))
    observed = r**2
    return math.copysign(observed * scale / (1 + observed * theta * scale), r) if r else 0.0


def _signed_root(score: Probabilities, y: Probabilities) -> float:
    """Root of the deviance that the score takes away, with the sign of its association."""
    if not varies(score):
        return 0.0
    sign = math.copysign(1.0, correlation(y, score))
    if separates(score, y):
        return sign * math.sqrt(_null_deviance(y))
    fit = fit_logistic(np.column_stack([np.ones(len(y)), score - score.mean()]), y)
    return math.nan if fit is None else sign * math.sqrt(max(_null_deviance(y) + 2 * fit.log_likelihood, 0.0))


def _null_deviance(y: Probabilities) -> float:
    share = float(y.mean())
    return -2 * len(y) * (share * math.log(share) + (1 - share) * math.log(1 - share))


def _nagelkerke(root: float, y: Probabilities) -> float:
    n = len(y)
    share = math.expm1(-(root**2) / n) / math.expm1(-_null_deviance(y) / n)
    return math.copysign(min(share, 1.0), root) if root else 0.0


def _odds_ratio(score: Probabilities, y: Probabilities, z: float) -> float:
    """Odds ratio of one SD, ``z`` standard errors up on the log scale."""
    if not varies(score):
        return 1.0
    scaled = (score - score.mean()) / score.std(ddof=1)
    fit = fit_logistic(np.column_stack([np.ones(len(y)), scaled]), y)
    return math.nan if fit is None else odds_ratio(fit.value + z * fit.error)
