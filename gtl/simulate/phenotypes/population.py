"""The phenotype of one population: its components, drawn, scaled to their variances, and summed.

Source: reference/phenotypesimulator/SPEC.md (``runSimulation``); its order of draws is kept, so that the R package's
random numbers give the R package's phenotype.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from gtl.config.phenotypes import PhenotypesConfig
from gtl.domain.genotypes import GenotypeMatrix
from gtl.errors import InputError
from gtl.simulate.phenotypes.background import Related
from gtl.simulate.phenotypes.causal import CausalSnps
from gtl.simulate.phenotypes.components import (
    RawEffect,
    covariate_effects,
    covariates_of_model,
    kinship_effects,
    noise_effects,
    snp_effects,
)
from gtl.simulate.phenotypes.covariates import Covariates
from gtl.simulate.phenotypes.draws import Draws, FloatArray, NumpyDraws
from gtl.simulate.phenotypes.marker_effects import MarkerEffects, Streams
from gtl.simulate.phenotypes.people import People
from gtl.simulate.phenotypes.scaling import rescale, standardised
from gtl.simulate.phenotypes.variance import Component, Role, VarianceShares


@dataclass(frozen=True, eq=False)
class Part:
    """One component's shared or independent effect, scaled to its variance.

    Attributes
    ----------
    target : float, variance asked for (mean over traits)
    values : (n_samples, n_traits) float64
    scale : float, what the raw effect was multiplied with
    """

    component: Component
    role: Role
    target: float
    values: FloatArray
    scale: float


@dataclass(frozen=True, eq=False)
class SimulatedPhenotype:
    """Phenotype of one population.

    Attributes
    ----------
    liability : (n_samples, n_traits) float64, mean 0 and SD 1 in each trait
    parts : tuple of Part, whose sum was centred and scaled to ``liability``
    causal_effects : (n_causal, n_traits) float64, effect of one more alt allele on ``liability``
    covariates : Covariates
    """

    liability: FloatArray
    parts: tuple[Part, ...]
    causal_effects: FloatArray
    covariates: Covariates


class PhenotypeEngine(Protocol):
    """What simulates the phenotype of one population: the built-in model, or the R package in a container."""

    def __call__(
        self,
        genotypes: GenotypeMatrix,
        causal: CausalSnps,
        people: People,
        config: PhenotypesConfig,
        streams: Streams,
    ) -> SimulatedPhenotype:
        """Simulate the traits of ``people``, given causal SNPs and their raw effects.

        Parameters
        ----------
        genotypes : GenotypeMatrix
            Everybody at the causal SNPs; ``causal.rows`` are its rows.
        people : People
            The same people at all variants, for their kinship.
        streams : Streams
            Source of all random numbers; an engine that takes an integer seed draws it from the main stream.
        """


def simulate_builtin(
    genotypes: GenotypeMatrix,
    causal: CausalSnps,
    people: People,
    config: PhenotypesConfig,
    streams: Streams,
) -> SimulatedPhenotype:
    """The built-in :class:`PhenotypeEngine`."""
    related = MarkerEffects(people, config, streams)
    return simulate_from_draws(genotypes, causal, related, config, NumpyDraws(streams()))


def simulate_from_draws(
    genotypes: GenotypeMatrix,
    causal: CausalSnps,
    related: Related,
    config: PhenotypesConfig,
    draws: Draws,
) -> SimulatedPhenotype:
    """The model itself, over any source of random draws.

    Raises
    ------
    InputError
        Variance shares do not add up; a causal SNP has a missing dosage; a part that should have variance has none.
    """
    shares = VarianceShares.of(config)
    shape = (genotypes.n_samples, config.traits)
    raw = [
        *snp_effects(genotypes, causal, config, shares),
        *kinship_effects(draws, shape, related, shares),
        *noise_effects(draws, shape, config, shares),
    ]
    covariates = covariates_of_model(draws, shape, config, shares)
    raw += covariate_effects(covariates)
    return assemble(raw, covariates, causal, shares)


def assemble(
    raw: Sequence[RawEffect], covariates: Covariates, causal: CausalSnps, shares: VarianceShares
) -> SimulatedPhenotype:
    """Scale raw effects to their variances and sum them to a liability of mean 0 and SD 1.

    Parameters
    ----------
    raw
        Effects (n_samples, n_traits), at most one for each component and role; their scale does not matter.

    Raises
    ------
    InputError
        A part that should have variance has none.
    """
    parts = tuple(_scaled(component, role, effect, shares) for component, role, effect in raw)
    total = np.sum([part.values for part in parts], axis=0)
    liability, sd = standardised(total)
    return SimulatedPhenotype(liability, parts, _final_effects(causal, parts) / sd, covariates)


def _scaled(component: Component, role: Role, effect: FloatArray, shares: VarianceShares) -> Part:
    target = shares.target(component, role)
    try:
        return Part(component, role, target, *rescale(effect, target))
    except InputError as error:
        raise InputError(
            f"the {role} {component} part should have variance {target:.3g}, but {error}; check its "
            "settings (phenotypes), or take another seed"
        ) from error


def _final_effects(causal: CausalSnps, parts: tuple[Part, ...]) -> FloatArray:
    """Effects on the sum of parts, (n_causal, n_traits)."""
    scales = {part.role: part.scale for part in parts if part.component is Component.SNP}
    scale = np.where(causal.independent, scales.get(Role.INDEPENDENT, 0.0), scales.get(Role.SHARED, 0.0))
    return causal.beta * scale[:, np.newaxis]
