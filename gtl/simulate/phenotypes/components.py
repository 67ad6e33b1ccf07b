"""The components of a phenotype as raw effects, before they are scaled to their variances."""

from collections.abc import Iterator

import numpy as np

from gtl.config.phenotypes import PhenotypesConfig
from gtl.domain.genotypes import MISSING, GenotypeMatrix
from gtl.errors import InputError
from gtl.simulate.phenotypes.background import (
    Related,
    draw_background,
    draw_correlated_noise,
    neighbour_correlation,
)
from gtl.simulate.phenotypes.causal import CausalSnps
from gtl.simulate.phenotypes.covariates import Covariates, draw_covariates, no_covariates
from gtl.simulate.phenotypes.draws import Draws, FloatArray
from gtl.simulate.phenotypes.kinship import impute_dosages
from gtl.simulate.phenotypes.variance import Component, Role, VarianceShares

RawEffect = tuple[Component, Role, FloatArray]
"""A component's part and its effect (n_samples, n_traits)."""


def snp_effects(
    genotypes: GenotypeMatrix, causal: CausalSnps, config: PhenotypesConfig, shares: VarianceShares
) -> Iterator[RawEffect]:
    """Raw dosages times effect sizes, role by role; a role without SNPs yields nothing (its variance is lost)."""
    dosages = _causal_dosages(genotypes, causal, config)
    for role in Role:
        chosen = causal.independent == (role is Role.INDEPENDENT)
        if chosen.any() and shares.target(Component.SNP, role) > 0:
            _check_polymorphic(dosages[:, chosen], genotypes.variants.rsid[causal.rows[chosen]].tolist(), role)
            yield Component.SNP, role, dosages[:, chosen] @ causal.beta[chosen]


def kinship_effects(
    draws: Draws, shape: tuple[int, int], related: Related, shares: VarianceShares
) -> Iterator[RawEffect]:
    """Effects that relatives have in common."""
    if shares.genetic * shares.kinship == 0:
        return
    for role, effect in draw_background(draws, shape, shares.kinship_shared, related):
        yield Component.KINSHIP, role, effect


def noise_effects(
    draws: Draws, shape: tuple[int, int], config: PhenotypesConfig, shares: VarianceShares
) -> Iterator[RawEffect]:
    """Noise that is correlated between traits, then observational noise."""
    if shares.noise * shares.correlated > 0:
        correlation = neighbour_correlation(config.trait_correlation, config.traits)
        yield Component.CORRELATED, Role.SHARED, draw_correlated_noise(draws, shape[0], correlation)
    if shares.noise * shares.observational > 0:
        mean, sd = config.observational_mean, config.observational_sd
        for role, effect in draw_background(draws, shape, shares.observational_shared, mean=mean, sd=sd):
            yield Component.OBSERVATIONAL, role, effect


def covariates_of_model(
    draws: Draws, shape: tuple[int, int], config: PhenotypesConfig, shares: VarianceShares
) -> Covariates:
    """The model's covariates for ``shape`` = (n_samples, n_traits); none if they have no share of the variance."""
    if shares.noise * shares.covariates == 0:
        return no_covariates(*shape)
    return draw_covariates(draws, config.covariates, shares.covariate_shared, *shape)


def covariate_effects(covariates: Covariates) -> Iterator[RawEffect]:
    """Summed effects of the covariates, role by role."""
    for role in Role:
        effect = covariates.effect(role)
        if effect is not None:
            yield Component.COVARIATES, role, effect


def _causal_dosages(genotypes: GenotypeMatrix, causal: CausalSnps, config: PhenotypesConfig) -> FloatArray:
    """Dosages of the causal SNPs, (n_samples, n_causal)."""
    dosages = genotypes.dosages[causal.rows]
    if config.impute_missing:
        dosages = impute_dosages(dosages)
    if (dosages == MISSING).any():
        snp, sample = np.argwhere(dosages == MISSING)[0]
        raise InputError(
            f"genotypes: causal SNP {genotypes.variants.rsid[causal.rows[snp]]} is missing in sample "
            f"{genotypes.samples[sample]}; set phenotypes.impute_missing, or remove such SNPs first"
        )
    return dosages.T.astype(np.float64)


def _check_polymorphic(dosages: FloatArray, rsids: list[str], role: Role) -> None:
    if (dosages == dosages[:1]).all():
        raise InputError(
            f"all causal SNPs with {role} effects ({', '.join(rsids)}) are monomorphic among these {len(dosages)} "
            "people and cannot explain any variance; raise phenotypes.causal_maf_min or take another seed"
        )
