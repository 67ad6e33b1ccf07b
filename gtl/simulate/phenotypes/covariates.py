"""Covariates (PhenotypeSimulator's confounders): their values and their effects on traits.

Source: reference/phenotypesimulator/SPEC.md, section 6 (``noiseFixedEffects``).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.config.phenotypes import CovariateDistribution, CovariateSet
from gtl.errors import InputError
from gtl.simulate.phenotypes.draws import Draws, FloatArray
from gtl.simulate.phenotypes.effects import (
    check_shared_effects,
    draw_affected_traits,
    draw_independent_effects,
    draw_shared_parts,
    shared_effects,
)
from gtl.simulate.phenotypes.variance import Role, independent_shares


@dataclass(frozen=True, eq=False)
class Covariates:
    """Covariates of one population, set by set, shared before independent.

    Attributes
    ----------
    names : (n_covariates,) tuple of str, such as ``set2_cat_norm_independent1``
    independent : (n_covariates,) bool, True where the effect is each trait's own
    values : (n_samples, n_covariates) float64; categories are the numbers 1, 2, ...
    beta : (n_covariates, n_traits) float64, raw effect of one unit
    """

    names: tuple[str, ...]
    independent: npt.NDArray[np.bool_]
    values: FloatArray
    beta: FloatArray

    def effect(self, role: Role) -> FloatArray | None:
        """Summed raw effect (n_samples, n_traits) of the covariates of ``role``; None if there are none."""
        chosen = self.independent == (role is Role.INDEPENDENT)
        return self.values[:, chosen] @ self.beta[chosen] if chosen.any() else None


def no_covariates(n_samples: int, n_traits: int) -> Covariates:
    """The covariates of a model without covariates."""
    return Covariates((), np.zeros(0, dtype=bool), np.zeros((n_samples, 0)), np.zeros((0, n_traits)))


def draw_covariates(
    draws: Draws, sets: Sequence[CovariateSet], shared: float, n_samples: int, n_traits: int
) -> Covariates:
    """Draw all ``sets``; ``shared`` is the share of the covariates' variance that traits have in common.

    Raises
    ------
    InputError
        There is no set; a cat_norm set's weights are all 0; a uniform set has one shared effect.
    """
    check_covariates(sets, shared, n_traits)
    groups = [
        _draw_group(draws, number, settings, role, n_samples, n_traits, shared)
        for number, settings in enumerate(sets, start=1)
        for role in Role
    ]
    return Covariates(
        tuple(name for group in groups for name in group.names),
        np.concatenate([group.independent for group in groups]),
        np.hstack([group.values for group in groups]),
        np.vstack([group.beta for group in groups]),
    )


def check_covariates(sets: Sequence[CovariateSet], shared: float, n_traits: int) -> None:
    """Check what can be said of ``sets`` without anybody; parameters and errors as :func:`draw_covariates`."""
    if not sets:
        raise InputError(
            "phenotypes: covariates have a share of the variance, but phenotypes.covariates lists none; add a set or "
            "set covariate_share to 0"
        )
    for number, settings in enumerate(sets):
        if settings.distribution is CovariateDistribution.CATEGORICAL_NORMAL:
            category_weights(settings.categories, settings.mean, settings.sd)
        independent_share, _ = independent_shares(settings, shared)
        try:
            check_shared_effects(settings, (settings.count - round(independent_share * settings.count)) * n_traits)
        except InputError as error:
            raise InputError(f"phenotypes.covariates.{number}: {error}") from None


def category_weights(categories: int, mean: float, sd: float) -> FloatArray:
    """Probabilities of the categories 1, 2, ... of a cat_norm covariate.

    Category i has the normal probability of (i - 1, i], the first all below 1; normalised to add to 1.

    >>> category_weights(3, 9, 9).round(4).tolist()
    [0.7407, 0.124, 0.1352]
    """
    below = [0.5 * math.erfc((mean - border) / (sd * math.sqrt(2))) for border in range(1, categories + 1)]
    weights = np.diff(below, prepend=0.0)
    if not weights.sum() > 0:
        raise InputError(
            f"phenotypes.covariates: a cat_norm set of {categories} categories with mean {mean:g} and sd {sd:g} gives "
            "every category probability 0; move its mean towards 1 or raise its sd"
        )
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def draw_values(draws: Draws, settings: CovariateSet, n_samples: int, n: int) -> FloatArray:
    """Values (n_samples, n) of ``n`` covariates of one set, independent of each other."""
    mean, sd, shape = settings.mean, settings.sd, (n_samples, n)
    match settings.distribution:
        case CovariateDistribution.NORMAL:
            return draws.normal(mean, sd, shape)
        case CovariateDistribution.UNIFORM:
            return draws.uniform(mean - sd, mean + sd, shape)
        case CovariateDistribution.BINARY:
            flat = draws.bernoulli(settings.probability, n_samples * n)
        case CovariateDistribution.CATEGORICAL_UNIFORM:
            equal = np.full(settings.categories, 1 / settings.categories)
            flat = draws.weighted_categories(equal, n_samples * n)
        case CovariateDistribution.CATEGORICAL_NORMAL:
            flat = draws.weighted_categories(category_weights(settings.categories, mean, sd), n_samples * n)
    return flat.reshape(shape, order="F")


def _draw_group(
    draws: Draws, number: int, settings: CovariateSet, role: Role, n_samples: int, n_traits: int, shared: float
) -> Covariates:
    """The covariates of one set and role."""
    independent_share, trait_share = independent_shares(settings, shared)
    n_independent = round(independent_share * settings.count)
    n = n_independent if role is Role.INDEPENDENT else settings.count - n_independent
    if n == 0:
        return no_covariates(n_samples, n_traits)
    values = draw_values(draws, settings, n_samples, n)
    beta = _draw_beta(draws, settings, role, n, n_traits, trait_share)
    names = tuple(f"set{number}_{settings.distribution}_{role}{i}" for i in range(1, n + 1))
    return Covariates(names, np.full(n, role is Role.INDEPENDENT), values, beta)


def _draw_beta(
    draws: Draws, settings: CovariateSet, role: Role, n: int, n_traits: int, trait_share: float
) -> FloatArray:
    if role is Role.SHARED:
        return shared_effects(*draw_shared_parts(draws, settings, n, n_traits), settings)
    beta = draw_independent_effects(draws, settings, n, n_traits)
    return beta * draw_affected_traits(draws, n, n_traits, trait_share)
