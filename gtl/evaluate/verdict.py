"""Whether to transfer: for each trait and overall, from the interval of the gain over the baseline.

A method helps if its whole interval is above 0, harms if it is below, and else there is no evidence. Intervals hold
together for all that the reader looks at (Bonferroni): those of single traits for methods × traits, the overall ones
for the methods; of several small populations for those of all. A view of many traits that allows a share of false
findings instead is the column ``screening_q``.
Not here: what it says in words (:mod:`gtl.evaluate.advice`), how large the gain could have been
(:mod:`gtl.evaluate.attainable`), and tests (:mod:`gtl.evaluate.comparisons`).
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from gtl.config.learning import Metric
from gtl.domain.trait import trait_order
from gtl.evaluate.comparisons import benjamini_hochberg
from gtl.evaluate.means import mean_with_interval
from gtl.evaluate.outcomes import OVERALL, Verdict
from gtl.evaluate.repeats import corrected_mean
from gtl.evaluate.trait_gain import TraitGain, possible_gain, trait_gain
from gtl.evaluate.wording import interval_words, metric_words, title_within
from gtl.methods.registry import BASELINE, ORACLE, method_order

REFERENCES = frozenset({"majority", ORACLE})
"""Methods that say how low and how high figures can be; nobody can choose them, so no verdict is passed on them."""

_COLUMNS = ("phenotype", "method", "metric", "phenotypes", "repeats", "people", "gain", "ci_low", "ci_high", "level",
            "verdict", "screening_q", "evidence")  # fmt: skip


def verdict_table(
    predictions: Mapping[str, pd.DataFrame],
    metric: str | Mapping[str, str],
    confidence: float,
    *,
    baseline: str = BASELINE,
    training: Mapping[str, int] | None = None,
    population: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Verdict on each method, for each trait and overall.

    Several small populations: each has its own rows, row ``all`` included, for nothing says that what helps one helps
    another; the intervals of all of them hold together.

    One trait: paired difference on its final people, or over repeats with an error that allows for their overlap.
    Overall: Student's t over the traits' differences; with repeats, the wider of that and the interval over the
    repeats' means. A single trait stands for itself.

    Parameters
    ----------
    predictions
        Name of a trait → table PREDICTIONS: the final people as each method sees them.
    metric
        The declared one, or the one of each trait; traits of different metrics have an overall row for each.
    confidence
        Level for all methods and traits together, such as 0.95.
    baseline
        Method that the others are measured against.
    training
        Name of a trait → people of the small population from whom a repeat's models were learned and chosen; needed
        where there are repeats.
    population
        Name of a trait → the small population in which it is studied, where there are several.

    Returns
    -------
    Table VERDICT: a method's traits, then its row ``all``; empty without the baseline or another method. With
    ``population`` so for each, and with a column ``population`` in front.

    Raises
    ------
    InputError
        As :func:`gtl.evaluate.trait_gain.trait_gain`.
    """
    names = sorted(predictions, key=trait_order)
    metrics = {name: metric if isinstance(metric, str) else metric[name] for name in names}
    methods = _methods(predictions, baseline)
    groups = _groups(names, population or {})
    measured = {(group, metrics[name]) for group, own in groups.items() for name in own}
    family = _Family(len(methods), len(names), len(measured), confidence)
    by_method = {name: {str(m): own for m, own in predictions[name].groupby("method")} for name in names}
    study = _Study(by_method, metrics, baseline, training or {}, family)
    rows = [
        {"population": group} | row
        for group, own in groups.items()
        for method in methods
        for row in _rows(method, replace(study, metrics={name: metrics[name] for name in own}))
    ]
    columns = [*(["population"] if population else []), *_COLUMNS, "p_value"]
    table = pd.DataFrame(rows, columns=columns)
    single = table["phenotype"] != OVERALL
    table.loc[single, "screening_q"] = benjamini_hochberg(table.loc[single, "p_value"].tolist())
    return table.astype({"screening_q": float}).drop(columns="p_value")


def _groups(names: Sequence[str], population: Mapping[str, str]) -> dict[str, list[str]]:
    """Small population → its traits; of one population all together."""
    groups: dict[str, list[str]] = {name: [] for name in dict.fromkeys(population.values())} or {"": []}
    for name in names:
        groups[population[name] if population else ""].append(name)
    return groups


def verdict_of(low: float, high: float) -> Verdict:
    """Verdict from the interval's ends; an unknown interval is no evidence.

    >>> verdict_of(-0.01, 0.2).value
    'no evidence'
    """
    if low > 0:
        return Verdict.HELPS
    return Verdict.HARMS if high < 0 else Verdict.NO_EVIDENCE


@dataclass(frozen=True)
class _Family:
    """How many intervals have to hold together."""

    methods: int
    traits: int
    metrics: int
    confidence: float

    @property
    def single(self) -> float:
        """Level of one trait's interval."""
        return 1 - (1 - self.confidence) / max(self.methods * self.traits, 1)

    @property
    def overall(self) -> float:
        """Level of a method's interval over its traits."""
        return 1 - (1 - self.confidence) / max(self.methods * self.metrics, 1)


@dataclass(frozen=True)
class _Study:
    by_method: Mapping[str, Mapping[str, pd.DataFrame]]
    metrics: Mapping[str, str]
    baseline: str
    training: Mapping[str, int]
    family: _Family

    def gain(self, name: str, method: str, level: float) -> TraitGain | None:
        """Gain of a method in one trait."""
        tables = self.by_method[name]
        if method not in tables or self.baseline not in tables:
            return None
        own, base = tables[method], tables[self.baseline]
        return trait_gain(own, base, self.metrics[name], level, self.training.get(name))


def _methods(predictions: Mapping[str, pd.DataFrame], baseline: str) -> list[str]:
    seen = {method for table in predictions.values() for method in table["method"].unique()}
    return sorted(seen - REFERENCES - {baseline}, key=method_order) if baseline in seen else []


def _rows(method: str, study: _Study) -> Iterator[dict[str, object]]:
    level = study.family.single
    found = {name: study.gain(name, method, level) for name in study.metrics}
    gains = {name: gain for name, gain in found.items() if gain is not None}
    for name, gain in gains.items():
        ends = (gain.value, gain.low, gain.high)
        row = _row(name, method, study.metrics[name], [gain], ends, level)
        evidence = _evidence_of_one(gain, study.metrics[name], study.baseline, level)
        yield row | {"p_value": gain.p_value, "evidence": evidence}
    for metric in dict.fromkeys(study.metrics[name] for name in gains):
        same = {name: gain for name, gain in gains.items() if study.metrics[name] == metric}
        yield _overall(method, metric, same, study)


def _overall(method: str, metric: str, gains: Mapping[str, TraitGain], study: _Study) -> dict[str, object]:
    level, found = study.family.overall, list(gains.values())
    if len(found) == 1:
        (name,) = gains
        only = study.gain(name, method, level) or found[0]
        row = _row(OVERALL, method, metric, [only], (only.value, only.low, only.high), level)
        words = _evidence_of_one(only, metric, study.baseline, level)
        # Beside traits of the other kind the reader has to know which one these figures are of.
        return row | {"evidence": f"{name}: {words[0].lower()}{words[1:]}" if len(study.metrics) > 1 else words}
    ends = _over_traits(found, level, metric)
    training = [study.training[name] for name in gains if name in study.training]
    if training and max(len(gain.by_repeat) for gain in found) > 1:
        ends = _wider(ends, _over_repeats(found, float(np.mean(training)), level, metric))
    words = f"Mean gain in {metric_words(metric)} over {len(found)} traits: {interval_words(metric, *ends, level)}."
    return _row(OVERALL, method, metric, found, ends, level) | {"evidence": words}


def _over_traits(gains: Sequence[TraitGain], level: float, metric: str) -> tuple[float, float, float]:
    """Mean with Student's interval."""
    mean = mean_with_interval([gain.value for gain in gains], level)
    return mean.value, possible_gain(mean.low, metric), possible_gain(mean.high, metric)


def _over_repeats(gains: Sequence[TraitGain], training: float, level: float, metric: str) -> tuple[float, float]:
    """Interval over the repeats' means of all traits: it knows that traits share people."""
    means = pd.DataFrame({place: gain.by_repeat for place, gain in enumerate(gains)}).dropna().mean(axis=1)
    mean = corrected_mean(means, float(np.mean([gain.people for gain in gains])), training, level)
    return possible_gain(mean.low, metric), possible_gain(mean.high, metric)


def _wider(ends: tuple[float, float, float], other: tuple[float, float]) -> tuple[float, float, float]:
    value, low, high = ends
    known = not math.isnan(low + other[0])
    return (value, min(low, other[0]), max(high, other[1])) if known else (value, math.nan, math.nan)


def _row(
    name: str, method: str, metric: str, gains: Sequence[TraitGain], ends: tuple[float, float, float], level: float
) -> dict[str, object]:
    gain, low, high = ends
    return {
        "phenotype": name, "method": method, "metric": metric, "phenotypes": len(gains),
        "repeats": max(len(one.by_repeat) for one in gains), "people": max(one.people for one in gains), "gain": gain,
        "ci_low": low, "ci_high": high, "level": level, "verdict": verdict_of(low, high).value,
        "screening_q": math.nan, "p_value": math.nan,
    }  # fmt: skip


def _evidence_of_one(gain: TraitGain, metric: str, baseline: str, level: float) -> str:
    figures = interval_words(metric, gain.value, gain.low, gain.high, level)
    if gain.single is None:
        draws = f"{len(gain.by_repeat)} draws of {gain.people} final people"
        return f"Mean gain in {metric_words(metric)} over {draws}: {figures}."
    if metric in list(Metric):
        counts = f"it alone was right for {gain.single.gained}, {title_within(baseline)} alone for {gain.single.lost}"
        return f"Of {gain.people} people {counts}; gain in {metric_words(metric)}: {figures}."
    return f"Gain in {metric_words(metric)} on {gain.people} people: {figures}."
