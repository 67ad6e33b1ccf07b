"""Figures and lists in words, as verdicts and reports say them."""

import math
from collections.abc import Sequence

from gtl.domain.trait import TraitKind
from gtl.evaluate.metric_names import kind_of
from gtl.methods.registry import method_title


def metric_words(metric: str) -> str:
    """Name of a metric for people.

    >>> metric_words("balanced_accuracy")
    'balanced accuracy'
    """
    return metric.replace("_", " ")


def gain_words(metric: str, gain: float) -> str:
    """A gain: points of a binary trait's metric, the plain difference of a quantitative trait's.

    >>> gain_words("accuracy", 0.123), gain_words("correlation", -0.0312)
    ('+12.3 points', '−0.031')
    """
    return f"{_signed(metric, gain)} points" if in_points(metric) else _signed(metric, gain)


def interval_words(metric: str, gain: float, low: float, high: float, level: float) -> str:
    """A gain and its interval.

    >>> interval_words("accuracy", 0.1, -0.02, 0.22, 0.95)
    '+10.0 points, 95 % interval −2.0 to +22.0'
    """
    if math.isnan(gain):
        return "not known"
    if math.isnan(low):
        return f"{gain_words(metric, gain)}, without an interval"
    if in_points(metric) and high - low >= 2:
        return f"{gain_words(metric, gain)}, too few figures for an interval"
    return (
        f"{gain_words(metric, gain)}, {level_words(level)} interval {_signed(metric, low)} to {_signed(metric, high)}"
    )


def level_words(level: float) -> str:
    """A level, with as many digits as tell it from 100 %.

    >>> level_words(0.95), level_words(1 - 0.05 / 42)
    ('95 %', '99.88 %')
    """
    return f"{100 * level:.4g} %"


def in_points(metric: str) -> bool:
    """Whether figures of the metric are shown in percent and gains in points: those of binary traits."""
    return kind_of(metric) is TraitKind.BINARY


def listed(names: Sequence[str]) -> str:
    """Names as a list in a sentence.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def title_within(method: str) -> str:
    """Title of a method within a sentence.

    >>> title_within("no_transfer"), title_within("tca")
    ('no transfer', 'TCA')
    """
    title = method_title(method)
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def _signed(metric: str, gain: float) -> str:
    return (f"{100 * gain:+.1f}" if in_points(metric) else f"{gain:+.3f}").replace("-", "−")
