"""How the phenotype's variance of 1 is divided among its components (PhenotypeSimulator's ``setModel``)."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from gtl.config.phenotypes import CovariateSet, PhenotypesConfig
from gtl.errors import InputError

_ROUNDING = 1e-9
"""Sums may miss 1 by this much. (The R package wants exactly 1, and so refuses 0.6 + 0.3 + 0.1.)"""


class Component(StrEnum):
    """What a part of the phenotype is due to."""

    SNP = "snp"
    KINSHIP = "kinship"
    CORRELATED = "correlated"
    OBSERVATIONAL = "observational"
    COVARIATES = "covariates"


class Role(StrEnum):
    """Whether an effect is common to the traits, or each trait's own."""

    SHARED = "shared"
    INDEPENDENT = "independent"


@dataclass(frozen=True)
class VarianceShares:
    """Shares of variance, complete and checked (names of the R package in brackets).

    ``snp`` (h2s) and ``kinship`` (h2bg) are shares of ``genetic`` (genVar); ``covariates`` (delta), ``correlated``
    (rho) and ``observational`` (phi) are shares of ``noise`` (noiseVar); each ``*_shared`` is the share of its
    component that traits have in common (theta, eta, gamma, alpha). Source: reference/phenotypesimulator/SPEC.md,
    section 1.

    >>> shares = VarianceShares.of(PhenotypesConfig())
    >>> round(shares.target(Component.KINSHIP, Role.SHARED), 9)
    0.472
    """

    genetic: float
    noise: float
    snp: float
    kinship: float
    covariates: float
    correlated: float
    observational: float
    snp_shared: float
    kinship_shared: float
    covariate_shared: float
    observational_shared: float

    @classmethod
    def of(cls, config: PhenotypesConfig) -> Self:
        """Fill in the shares that ``config`` leaves empty; :class:`InputError` where they cannot add up."""
        genetic, noise = _genetic_and_noise(config)
        snp, kinship = _genetic_shares(config, genetic)
        covariates, correlated, observational = _noise_shares(config, noise)
        return cls(
            *(genetic, noise, snp, kinship, covariates, correlated, observational),
            *(config.snp_shared, config.kinship_shared, config.covariate_shared, config.observational_shared),
        )

    def target(self, component: Component, role: Role) -> float:
        """Variance asked of one part, all parts adding to 1.

        Correlated noise has no roles in the model: it stands under ``shared``, and nothing under ``independent``.
        """
        whole, shared = {
            Component.SNP: (self.genetic * self.snp, self.snp_shared),
            Component.KINSHIP: (self.genetic * self.kinship, self.kinship_shared),
            Component.CORRELATED: (self.noise * self.correlated, 1.0),
            Component.OBSERVATIONAL: (self.noise * self.observational, self.observational_shared),
            Component.COVARIATES: (self.noise * self.covariates, self.covariate_shared),
        }[component]
        return whole * (shared if role is Role.SHARED else 1 - shared)


def independent_shares(settings: PhenotypesConfig | CovariateSet, shared: float) -> tuple[float, float]:
    """Share of SNPs (or covariates) with trait-specific effects, and of traits that each of those acts on.

    Where all of the component's variance is ``shared`` (1) both are 0; where none is (0), both are 1.
    """
    if shared in (0, 1):
        return 1 - shared, 1 - shared
    if isinstance(settings, CovariateSet):
        return settings.independent_share, settings.trait_share
    return settings.independent_snp_share, settings.independent_trait_share


def _genetic_and_noise(config: PhenotypesConfig) -> tuple[float, float]:
    if config.genetic_variance is None and config.noise_variance is None:
        raise InputError("phenotypes: neither genetic_variance nor noise_variance is set; set one of them")
    return _pair(genetic_variance=config.genetic_variance, noise_variance=config.noise_variance)


def _genetic_shares(config: PhenotypesConfig, genetic: float) -> tuple[float, float]:
    shares = {"snp_share": config.snp_share, "kinship_share": config.kinship_share}
    if genetic == 0:
        _must_be_empty("genetic_variance", **shares)
        return 0.0, 0.0
    if config.snp_share is None and config.kinship_share is None:
        raise InputError(
            f"phenotypes: genetic_variance is {genetic:g}, but neither snp_share nor kinship_share says what it is "
            "made of; set one of them (1 = all of it)"
        )
    return _pair(**shares)


def _noise_shares(config: PhenotypesConfig, noise: float) -> tuple[float, float, float]:
    shares = {
        "covariate_share": config.covariate_share,
        "correlated_share": config.correlated_share,
        "observational_share": config.observational_share,
    }
    if noise == 0:
        _must_be_empty("noise_variance", **shares)
        return 0.0, 0.0, 0.0
    given = [share for share in shares.values() if share is not None]
    rest = 1 - math.fsum(given)
    third = max(rest, 0.0) if len(given) == 2 else 0.0
    if rest < -_ROUNDING or rest - third > _ROUNDING:
        raise InputError(
            f"phenotypes: {_listed(**shares)} must add to 1 (they divide the noise variance, {noise:g}); set two "
            "of them and leave the third empty, set one alone to 1, or set all three so that they add to 1"
        )
    covariates, correlated, observational = (third if share is None else share for share in shares.values())
    return covariates, correlated, observational


def _pair(**shares: float | None) -> tuple[float, float]:
    """Two shares that add to 1, of which one may be empty."""
    first, second = shares.values()
    first = 1 - (second or 0.0) if first is None else first
    second = 1 - first if second is None else second
    if not math.isclose(first + second, 1, abs_tol=_ROUNDING):
        raise InputError(
            f"phenotypes: {_listed(**shares)} must add to 1, not {first + second:g}; leave one of them empty"
        )
    return first, second


def _must_be_empty(whole: str, **shares: float | None) -> None:
    if any(share is not None for share in shares.values()):
        raise InputError(f"phenotypes: {whole} is 0, so nothing is left for {_listed(**shares)}; leave these empty")


def _listed(**shares: float | None) -> str:
    return ", ".join(f"{name} ({'empty' if share is None else f'{share:g}'})" for name, share in shares.items())
