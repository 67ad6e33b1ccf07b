"""Several traits of the same people, sorted by how they are tested."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self, TypeVar

import numpy as np
import numpy.typing as npt

from gtl.association.adjusted_logistic import LogisticModel, LogisticModels
from gtl.association.count_tests import CountTests
from gtl.association.counts import check_both_classes
from gtl.association.linear import LinearModel
from gtl.association.variant_tests import VariantTests
from gtl.config.learning import AssociationTest
from gtl.domain.dosages import Dosages
from gtl.domain.trait import TraitKind
from gtl.errors import InputError

Array = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class TraitValues:
    """One trait of some people.

    Attributes
    ----------
    name
        What errors call it.
    values : (n_people,) float64
        Binary ones 1 = case, 0 = control. nan = missing, or not to be looked at: that person is left out.
    kind
        Binary or quantitative.
    covariates : (n_people, n_covariates) float64
        Without an intercept; n_covariates may be 0. A person who lacks one (nan) is left out.
    """

    name: str
    values: Array
    kind: TraitKind
    covariates: Array

    def __post_init__(self) -> None:
        if len(self.values) != len(self.covariates):
            raise InputError(
                f"association: a trait of {len(self.values)} people, covariates of {len(self.covariates)}; join them "
                "by id"
            )

    @cached_property
    def people(self) -> Rows:
        """Rows of those who are tested."""
        return np.flatnonzero(~np.isnan(self.values) & ~np.isnan(self.covariates).any(axis=1))

    @cached_property
    def case(self) -> npt.NDArray[np.int8]:
        """(len(people),) their case status; :class:`InputError` where there are other values, or one class only."""
        values = self.values[self.people]
        wrong = ~np.isin(values, (0, 1))
        if wrong.any():
            raise InputError(
                f"{self.name}, binary: {int(wrong.sum())} people have another value than 0 and 1, the first one "
                f"{values[wrong][0]:g}; expected 1 (case), 0 (control) or missing"
            )
        case = values.astype(np.int8)
        check_both_classes(case)
        return case

    def with_status(self, status: int) -> npt.NDArray[np.bool_]:
        """(n_people,) whether they are tested and have the case status."""
        flags = np.zeros(len(self.values), dtype=bool)
        flags[self.people[self.case == status]] = True
        return flags


Made = TypeVar("Made")

Tests = Callable[[Dosages], Iterator[VariantTests]]
"""Tests a block for some traits, one after the other."""


@dataclass(frozen=True, eq=False)
class SeveralTraits:
    """How each of several traits is tested.

    Attributes
    ----------
    kinds
        Places of the traits that are tested together → what tests them where dosages are hard calls.
    imputed
        The same where they are imputed.
    """

    kinds: Mapping[tuple[int, ...], Tests]
    imputed: Mapping[tuple[int, ...], Tests]

    @classmethod
    def of(cls, traits: Sequence[TraitValues], test: AssociationTest) -> Self:
        """Prepare all tests; :class:`gtl.errors.InputError` names the trait that cannot be tested."""
        binary = [place for place, trait in enumerate(traits) if trait.kind is TraitKind.BINARY]
        counted = tuple(place for place in binary if not traits[place].covariates.shape[1])
        adjusted = tuple(place for place in binary if traits[place].covariates.shape[1])
        same = {places: _linear([traits[place] for place in places]) for places in _by_covariates(traits)}
        same |= {adjusted: _logistic([traits[place] for place in adjusted])} if adjusted else {}
        if not counted:
            return cls(same, same)
        chosen = [traits[place] for place in counted]
        by_count = _counts(chosen, test)
        imputed = _logistic(chosen) if test is AssociationTest.LOGISTIC else by_count
        return cls(same | {counted: by_count}, same | {counted: imputed})

    def of_block(self, dosages: Dosages) -> list[VariantTests]:
        """Each trait's tests of a block of variants (n_variants, n_people)."""
        kinds = self.kinds if dosages.dtype == np.int8 else self.imputed
        found: dict[int, VariantTests] = {}
        for places, tests in kinds.items():
            found |= dict(zip(places, tests(dosages), strict=True))
        return [found[place] for place in sorted(found)]


def _by_covariates(traits: Sequence[TraitValues]) -> Iterator[tuple[int, ...]]:
    """Places of the quantitative traits that have the same covariates, where both have them."""
    waiting = [place for place, trait in enumerate(traits) if trait.kind is TraitKind.QUANTITATIVE]
    while waiting:
        first = traits[waiting[0]].covariates
        together = tuple(place for place in waiting if _agree(first, traits[place].covariates))
        yield together
        waiting = [place for place in waiting if place not in together]


def _agree(first: Array, second: Array) -> bool:
    return first is second or np.array_equal(first, second, equal_nan=True)


def _linear(traits: Sequence[TraitValues]) -> Tests:
    values = np.stack([trait.values for trait in traits], axis=1)
    model = LinearModel.of(values, traits[0].covariates, [trait.name for trait in traits])

    def tests(dosages: Dosages) -> Iterator[VariantTests]:
        found, nothing = model.test(dosages), np.full(len(dosages), np.nan)
        for column in range(len(traits)):
            own = found.trait(column)
            yield VariantTests.of((own.frequency, nothing, nothing), nothing, own, own.n)

    return tests


def _logistic(traits: Sequence[TraitValues]) -> Tests:
    fitted = [_named(trait, lambda own: LogisticModel.of(own.case, own.covariates[own.people])) for trait in traits]
    models = LogisticModels.of(fitted, [trait.people for trait in traits], len(traits[0].values))

    def tests(dosages: Dosages) -> Iterator[VariantTests]:
        for found in models.test(dosages):
            frequencies = found.frequency, found.frequency_case, found.frequency_control
            yield VariantTests.of(frequencies, np.exp(found.beta), found, found.n)

    return tests


def _counts(traits: Sequence[TraitValues], test: AssociationTest) -> Tests:
    cases = np.stack([_named(trait, lambda own: own.with_status(1)) for trait in traits])
    controls = np.stack([trait.with_status(0) for trait in traits])
    return CountTests.of(cases, controls, test).tests


def _named(trait: TraitValues, make: Callable[[TraitValues], Made]) -> Made:
    """What is made of a trait; an error says of which."""
    try:
        return make(trait)
    except InputError as error:
        raise error if str(error).startswith(trait.name) else InputError(f"{trait.name}: {error}") from error
