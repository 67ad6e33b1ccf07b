"""Sizes of effects (of causal SNPs and of covariates) on traits, PhenotypeSimulator's construction.

An effect size is the effect of one more allele (or unit of a covariate). *Shared* effects act on all traits and are
made of a part for the SNP and a part for the trait; *independent* ones are drawn for each SNP and trait, and kept for
some of the traits only. Source: reference/phenotypesimulator/SPEC.md, section 4.
"""

import math
from typing import Protocol

import numpy as np
import numpy.typing as npt

from gtl.config.phenotypes import EffectDistribution
from gtl.errors import InputError
from gtl.simulate.phenotypes.draws import Draws, FloatArray


class EffectSettings(Protocol):
    """The fields of PhenotypesConfig and of CovariateSet that describe effect sizes."""

    @property
    def effect_distribution(self) -> EffectDistribution:
        """Normal or uniform."""

    @property
    def effect_mean(self) -> float:
        """Mean (uniform: midpoint)."""

    @property
    def effect_sd(self) -> float:
        """SD (uniform: half-width)."""


def draw_shared_parts(draws: Draws, settings: EffectSettings, n: int, n_traits: int) -> tuple[FloatArray, FloatArray]:
    """Parts of ``n`` shared effects: one number a SNP (n,), one a trait (n_traits,), by the settings' distribution."""
    return draw_snp_part(draws, settings, n), _draw_trait_part(draws, settings, n_traits)


def draw_snp_part(draws: Draws, settings: EffectSettings, n: int) -> FloatArray:
    """Part of ``n`` shared effects that is each SNP's own: N(m, sd), or Exp(1) for the uniform construction."""
    if settings.effect_distribution is EffectDistribution.NORMAL:
        return draws.normal(settings.effect_mean, settings.effect_sd, (n,))
    return draws.exponential(n)


def shared_effects(snp_part: FloatArray, trait_part: FloatArray, settings: EffectSettings) -> FloatArray:
    """Shared effect sizes (n, n_traits) from their parts.

    norm: the product. unif: u = exp(-w / mean(w)) of the product w, stretched so that the smallest and the largest
    effect are exactly mean - sd and mean + sd.

    Raises
    ------
    InputError
        unif with fewer than two effects, which cannot be stretched.

    Examples
    --------
    >>> from gtl.config.phenotypes import PhenotypesConfig
    >>> shared_effects(np.array([0.5, 2.0, 1.0]), np.array([1.0]), PhenotypesConfig()).round(3).ravel().tolist()
    [1.5, -0.5, 0.537]
    """
    product = np.outer(snp_part, trait_part)
    if settings.effect_distribution is EffectDistribution.NORMAL:
        return product
    check_shared_effects(settings, product.size)
    u = np.exp(-product / product.mean())
    low = settings.effect_mean - settings.effect_sd
    stretched: FloatArray = low + (u - u.min()) / (u.max() - u.min()) * 2 * settings.effect_sd
    return stretched


def check_shared_effects(settings: EffectSettings, n_effects: int) -> None:
    """:class:`InputError` if the uniform construction has a single effect, which cannot be stretched."""
    if settings.effect_distribution is EffectDistribution.UNIFORM and n_effects == 1:
        raise InputError(
            "phenotypes: effect_distribution unif needs at least 2 shared effects to span its range, but there are "
            f"{n_effects} (SNPs or covariates x traits); use norm, more of them, or an independent share of 1"
        )


def shared_centre(trait_part: FloatArray, settings: EffectSettings) -> FloatArray:
    """What shared effects are correlated about, (n_traits,): their mean given the trait part (unif: the midpoint)."""
    if settings.effect_distribution is EffectDistribution.NORMAL:
        return settings.effect_mean * trait_part
    return np.full(len(trait_part), settings.effect_mean)


def draw_independent_effects(draws: Draws, settings: EffectSettings, n: int, n_traits: int) -> FloatArray:
    """Independent effect sizes (n, n_traits), before any is set to 0: N(m, sd) or U(m - sd, m + sd)."""
    mean, sd = settings.effect_mean, settings.effect_sd
    if settings.effect_distribution is EffectDistribution.NORMAL:
        return draws.normal(mean, sd, (n, n_traits))
    return draws.uniform(mean - sd, mean + sd, (n, n_traits))


def draw_affected_traits(
    draws: Draws, n: int, n_traits: int, trait_share: float, *, same_for_all: bool = False
) -> npt.NDArray[np.bool_]:
    """Which traits each of ``n`` independent effects acts on: (n, n_traits), ceil(trait_share * n_traits) each.

    One trait alone is always acted on.
    """
    n_affected = 1 if n_traits == 1 else math.ceil(trait_share * n_traits)
    subsets = [draws.choose(n_traits, n_traits) < n_affected for _ in range(min(n, 1) if same_for_all else n)]
    return np.broadcast_to(np.array(subsets).reshape(-1, n_traits), (n, n_traits))


def draw_roles(draws: Draws, n: int, independent_share: float) -> npt.NDArray[np.bool_]:
    """True for each of ``n`` SNPs whose effect is independent: round(share * n) of them, at random places."""
    n_independent = round(independent_share * n)  # half to even, as R rounds
    if n_independent in (0, n):
        return np.full(n, n_independent == n)
    return draws.choose(n, n) >= n - n_independent


def correlated_effects(
    first: FloatArray, second: FloatArray, centre: FloatArray | float, correlation: float
) -> FloatArray:
    """Effects whose correlation with ``first`` is ``correlation``, given an independent draw ``second`` of the same.

    centre + r (first - centre) + sqrt(1 - r^2) (second - centre): variance and, if ``centre`` is the mean, mean are
    those of ``first``. (A uniform draw so mixed is uniform no more.)
    """
    return centre + correlation * (first - centre) + math.sqrt(1 - correlation**2) * (second - centre)


def _draw_trait_part(draws: Draws, settings: EffectSettings, n_traits: int) -> FloatArray:
    if settings.effect_distribution is EffectDistribution.NORMAL:
        return np.abs(draws.normal(0, 1, (n_traits,)))
    return draws.exponential(n_traits)
