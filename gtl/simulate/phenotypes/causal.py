"""Causal SNPs: which they are, and the effect sizes of their alleles in each population."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.config.phenotypes import PhenotypesConfig
from gtl.domain.dosages import minor_frequency
from gtl.errors import InputError
from gtl.simulate.phenotypes.draws import Draws, FloatArray, IndexArray
from gtl.simulate.phenotypes.effects import (
    check_shared_effects,
    correlated_effects,
    draw_affected_traits,
    draw_independent_effects,
    draw_roles,
    draw_shared_parts,
    draw_snp_part,
    shared_centre,
    shared_effects,
)
from gtl.simulate.phenotypes.variance import VarianceShares, independent_shares


@dataclass(frozen=True, eq=False)
class CausalSnps:
    """Causal SNPs of one population; shared effects come first, each role in the order of the genotypes.

    Attributes
    ----------
    rows : (n_causal,) intp, rows of the genotypes
    independent : (n_causal,) bool, True where the effect is each trait's own
    beta : (n_causal, n_traits) float64, raw effect of one more alt allele
    """

    rows: IndexArray
    independent: npt.NDArray[np.bool_]
    beta: FloatArray


def check_causal_effects(config: PhenotypesConfig) -> None:
    """Check what can be said of causal SNPs' effects without any genotype.

    Raises
    ------
    InputError
        For some number of risk SNPs a rule of the model is broken.
    """
    shares = VarianceShares.of(config)
    if shares.genetic * shares.snp == 0:
        return
    independent_share, _ = independent_shares(config, shares.snp_shared)
    for n_causal in config.risk_snps:
        n_shared = n_causal - round(independent_share * n_causal)
        try:
            check_shared_effects(config, n_shared * _n_affected_traits(config))
        except InputError as error:
            raise InputError(f"phenotypes.risk_snps: {n_causal}: {error}") from None


def draw_causal_rows(draws: Draws, candidates: IndexArray, n_causal: int) -> IndexArray:
    """``n_causal`` of the ``candidates`` (ascending rows), all equally likely, in ascending order.

    Raises
    ------
    InputError
        There are fewer candidates than causal SNPs.

    Examples
    --------
    >>> from gtl.simulate.phenotypes.draws import NumpyDraws
    >>> draw_causal_rows(NumpyDraws(np.random.default_rng(1)), np.array([3, 5, 8]), 2)
    array([3, 5])
    """
    if n_causal > len(candidates):
        raise InputError(
            f"phenotypes: more risk SNPs than common SNPs: {n_causal} risk SNPs were asked for, but only "
            f"{len(candidates)} SNPs are in both populations and within causal_maf_min and causal_maf_max; lower "
            "phenotypes.risk_snps, widen these limits, or use more SNPs"
        )
    return candidates[np.sort(draws.choose(len(candidates), n_causal))]


def causal_candidates(large: FloatArray, small: FloatArray, config: PhenotypesConfig) -> IndexArray:
    """Rows of the shared variants whose minor allele frequency is within the limits in both populations.

    Parameters
    ----------
    large, small : (n_variants,) allele frequencies, rows aligned; those that are nan are within no limits but 0 and 0.5
    """
    low, high = config.causal_maf_min, config.causal_maf_max
    if (low, high) == (0.0, 0.5):
        return np.arange(len(large))
    minor = minor_frequency(np.stack([large, small]))
    return np.flatnonzero(((minor >= low) & (minor <= high)).all(axis=0))


def allele_frequency(dosages: npt.NDArray[np.int8]) -> FloatArray:
    """Frequency of the effect allele, (n_variants,), among called genotypes; nan where nobody is called.

    >>> allele_frequency(np.array([[0, 1, 2, -1], [0, 0, 0, 1]], dtype=np.int8)).tolist()
    [0.5, 0.125]
    """
    missing = np.count_nonzero(dosages < 0, axis=1)
    called = dosages.shape[1] - missing
    alleles = dosages.sum(axis=1, dtype=np.int32) + missing
    frequency: FloatArray = np.full(len(dosages), np.nan)
    np.divide(alleles, 2 * called, out=frequency, where=called > 0)
    return frequency


def draw_causal_effects(
    draws: Draws, other: Draws, config: PhenotypesConfig, rows: IndexArray
) -> tuple[CausalSnps, CausalSnps]:
    """Roles and effect sizes of the SNPs at ``rows``, in the large and in the small population.

    The large population has the effects drawn from ``draws``. The small one has the same, or, where
    ``effect_correlation`` r is not 1, m + r (beta - m) + sqrt(1 - r^2) (beta' - m): beta' is drawn anew from ``other``
    with the same roles, affected traits and trait parts, and m is the mean effect given the trait parts. A SNP's two
    effects then have correlation r (given the trait parts). Without SNP variance all effects are 0.
    """
    shares = VarianceShares.of(config)
    if shares.genetic * shares.snp == 0:
        nothing = CausalSnps(rows, np.zeros(len(rows), dtype=bool), np.zeros((len(rows), config.traits)))
        return nothing, nothing
    independent_share, trait_share = independent_shares(config, shares.snp_shared)
    independent = draw_roles(draws, len(rows), independent_share)
    n_independent = int(independent.sum())
    shared = _shared_pair(draws, other, config, len(rows) - n_independent)
    own = _independent_pair(draws, other, config, n_independent, trait_share)
    order = np.argsort(independent, kind="stable")
    large, small = (
        CausalSnps(rows[order], independent[order], _all_traits(np.vstack(betas), config.traits))
        for betas in zip(shared, own, strict=True)
    )
    return large, small


def set_apart(
    large: CausalSnps, small: CausalSnps, moved: IndexArray, rows: IndexArray
) -> tuple[CausalSnps, CausalSnps]:
    """Give the effects that SNPs number ``moved`` have in the large population to the SNPs at ``rows`` there.

    Both populations list all SNPs; an effect is 0 where a SNP is causal in the other one only.

    Examples
    --------
    >>> one = CausalSnps(np.array([3, 9]), np.array([False, False]), np.array([[0.5], [0.7]]))
    >>> first, second = set_apart(one, one, np.array([0]), np.array([8]))
    >>> first.rows.tolist(), first.beta.ravel().tolist(), second.beta.ravel().tolist()
    ([3, 8, 9], [0.0, 0.5, 0.7], [0.5, 0.0, 0.7])
    """
    all_rows = np.concatenate([small.rows, rows])
    independent = np.concatenate([small.independent, small.independent[moved]])
    order = np.lexsort((all_rows, independent))
    left = large.beta.copy()
    left[moved] = 0
    betas = np.vstack([left, large.beta[moved]]), np.vstack([small.beta, np.zeros_like(small.beta[moved])])
    first, second = (CausalSnps(all_rows[order], independent[order], beta[order]) for beta in betas)
    return first, second


def _shared_pair(draws: Draws, other: Draws, config: PhenotypesConfig, n: int) -> tuple[FloatArray, FloatArray]:
    n_traits = _n_affected_traits(config)
    if n == 0:
        return np.zeros((0, n_traits)), np.zeros((0, n_traits))
    snp_part, trait_part = draw_shared_parts(draws, config, n, n_traits)
    beta = shared_effects(snp_part, trait_part, config)
    if config.effect_correlation == 1:
        return beta, beta
    second = shared_effects(draw_snp_part(other, config, n), trait_part, config)
    return beta, correlated_effects(beta, second, shared_centre(trait_part, config), config.effect_correlation)


def _independent_pair(
    draws: Draws, other: Draws, config: PhenotypesConfig, n: int, trait_share: float
) -> tuple[FloatArray, FloatArray]:
    n_traits = _n_affected_traits(config)
    beta = draw_independent_effects(draws, config, n, n_traits)
    affected = draw_affected_traits(draws, n, n_traits, trait_share, same_for_all=config.keep_same_independent)
    if config.effect_correlation == 1:
        return beta * affected, beta * affected
    second = draw_independent_effects(other, config, n, n_traits)
    correlated = correlated_effects(beta, second, config.effect_mean, config.effect_correlation)
    return beta * affected, correlated * affected


def _n_affected_traits(config: PhenotypesConfig) -> int:
    """SNPs act on the first so many traits."""
    if config.affected_traits_share == 0:
        raise InputError(
            "phenotypes: causal SNPs have a share of the variance, but affected_traits_share is 0, so that they act on "
            "no trait; raise it, or set snp_share to 0"
        )
    return math.ceil(config.affected_traits_share * config.traits)


def _all_traits(beta: FloatArray, n_traits: int) -> FloatArray:
    return np.pad(beta, ((0, 0), (0, n_traits - beta.shape[1])))
