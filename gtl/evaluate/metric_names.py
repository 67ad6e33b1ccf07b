"""Every metric that is reported, by name, and the kind of trait that it is of; the values: :mod:`gtl.evaluate.metrics`.

Loads no heavy library.
"""

from gtl.config.learning import Metric, QuantitativeMetric
from gtl.domain.trait import TraitKind
from gtl.errors import InputError

BRIER, RMSE = "brier", "rmse"
NAGELKERKE_R2, LIABILITY_R2, ODDS_RATIO = "nagelkerke_r2", "liability_r2", "odds_ratio_per_sd"
EXPLAINED = (NAGELKERKE_R2, LIABILITY_R2, ODDS_RATIO)
"""How much of a binary trait is explained (:mod:`gtl.evaluate.explained`)."""

BINARY_METRICS = (*(metric.value for metric in Metric), BRIER, *EXPLAINED)
QUANTITATIVE_METRICS = (*(metric.value for metric in QuantitativeMetric), RMSE)
METRICS = (*BINARY_METRICS, *QUANTITATIVE_METRICS)
"""Every metric that is reported; those of both enumerations can also choose models."""


def metrics_of(kind: TraitKind, prevalence: float | None = None) -> tuple[str, ...]:
    """Metrics of a kind of trait; ``liability_r2`` only where the prevalence is known.

    >>> metrics_of(TraitKind.QUANTITATIVE)
    ('correlation', 'r2', 'rmse')
    """
    if kind is TraitKind.QUANTITATIVE:
        return QUANTITATIVE_METRICS
    return tuple(metric for metric in BINARY_METRICS if metric != LIABILITY_R2 or prevalence is not None)


def kind_of(metric: str) -> TraitKind:
    """Kind of trait that a metric is of; :class:`InputError` for an unknown metric."""
    if metric not in METRICS:
        raise InputError(f"metric {metric!r} is not known; choose one of {', '.join(METRICS)}")
    return TraitKind.QUANTITATIVE if metric in QUANTITATIVE_METRICS else TraitKind.BINARY
