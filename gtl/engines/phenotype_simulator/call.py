"""Arguments of ``runSimulation`` for a study's settings; names on the left are the R package's."""

from collections.abc import Sequence
from typing import Any

from gtl.config.phenotypes import CovariateDistribution, CovariateSet, PhenotypesConfig
from gtl.errors import InputError
from gtl.simulate.phenotypes.variance import VarianceShares

KINSHIP_FILE = "kinship.csv"

_CONTINUOUS = (CovariateDistribution.NORMAL, CovariateDistribution.UNIFORM)
_CATEGORICAL = (CovariateDistribution.CATEGORICAL_NORMAL, CovariateDistribution.CATEGORICAL_UNIFORM)
_PLACEHOLDER = 9.0
"""Mean and SD that the package gives every set that is not norm or unif, where there are several sets."""


def run_simulation_arguments(
    config: PhenotypesConfig, shares: VarianceShares, n_samples: int, seed: int
) -> dict[str, Any] | None:
    """Arguments by name, ready for JSON; None where no part of the model is random.

    Raises
    ------
    InputError
        If the package has no argument for the settings: shares of the noise that do not add to exactly 1 as floats,
        means of cat_norm covariates that it would overwrite, or perfectly correlated noise.

    >>> config = PhenotypesConfig()
    >>> arguments = run_simulation_arguments(config, VarianceShares.of(config), 100, seed=1)
    >>> arguments["genVar"], arguments["h2s"], arguments["phi"], arguments["delta"], arguments["catConfounders"]
    (0.6, 0, 0.6, 0.3, [3, 4])
    """
    related = shares.genetic * shares.kinship > 0
    if not related and shares.noise == 0:
        return None
    arguments = {"N": n_samples, "P": config.traits, "sampleID": "s", "seed": seed, "verbose": False}
    arguments |= _genetic_arguments(shares) if related else {"genVar": 0, "noiseVar": 1}
    if shares.noise > 0:
        arguments |= _noise_arguments(config, shares)
    if shares.noise * shares.covariates > 0:
        arguments |= _covariate_arguments(config.covariates, shares)
    return arguments


def _genetic_arguments(shares: VarianceShares) -> dict[str, Any]:
    return {
        "genVar": shares.genetic if shares.noise > 0 else 1,
        "h2s": 0,
        "h2bg": 1,
        "eta": shares.kinship_shared,
        "kinshipfile": KINSHIP_FILE,
        "kinshipHeader": True,
    }


def _noise_arguments(config: PhenotypesConfig, shares: VarianceShares) -> dict[str, Any]:
    if shares.correlated > 0 and config.trait_correlation == 1:
        raise InputError(
            "phenotypes.trait_correlation: 1: PhenotypeSimulator wants it above 0 and below 1; use 0.999, or engine "
            "builtin"
        )
    return {
        **_shares_of_noise(shares.covariates, shares.correlated, shares.observational),
        "alpha": shares.observational_shared,
        "meanNoiseBg": config.observational_mean,
        "sdNoiseBg": config.observational_sd,
        "pcorr": config.trait_correlation,
    }


def _shares_of_noise(delta: float, rho: float, phi: float) -> dict[str, float]:
    """Two of the three shares, so chosen that the package finds the third, and all three to add to exactly 1."""
    if rho == 0:
        return {"delta": delta, "rho": 0}
    derived = {
        ("phi", "delta"): (delta, 1 - delta - phi, phi),
        ("delta", "rho"): (delta, rho, 1 - delta - rho),
        ("rho", "phi"): (1 - rho - phi, rho, phi),
    }
    given = {"delta": delta, "rho": rho, "phi": phi}
    for names, (d, r, p) in derived.items():
        if d + r + p == 1:
            return {name: given[name] for name in names}
    raise InputError(
        f"phenotypes: PhenotypeSimulator wants covariate_share, correlated_share and observational_share ({delta:g}, "
        f"{rho:g}, {phi:g}) to add to exactly 1, and rounding keeps them from it; change one in the third digit"
    )


def _covariate_arguments(sets: Sequence[CovariateSet], shares: VarianceShares) -> dict[str, Any]:
    if not sets:
        raise InputError("phenotypes.covariates lists no set, but covariates have a share of the variance; add a set")
    categories = [s.categories for s in sets if s.distribution in _CATEGORICAL]
    probabilities = [s.probability for s in sets if s.distribution is CovariateDistribution.BINARY]
    return {
        "gamma": shares.covariate_shared,
        "NrFixedEffects": len(sets),
        "NrConfounders": [s.count for s in sets],
        "distConfounders": [s.distribution.value for s in sets],
        "pIndependentConfounders": [s.independent_share for s in sets],
        "pTraitIndependentConfounders": [s.trait_share for s in sets],
        **_means(sets),
        **({"catConfounders": categories} if categories else {}),
        **({"probConfounders": probabilities} if probabilities else {}),
        "distBetaConfounders": [s.effect_distribution.value for s in sets],
        "mBetaConfounders": [s.effect_mean for s in sets],
        "sdBetaConfounders": [s.effect_sd for s in sets],
    }


def _means(sets: Sequence[CovariateSet]) -> dict[str, list[float]]:
    """Means and SDs: one each for every norm or unif set; a single set's whatever it is."""
    told = [s for s in sets if s.distribution in _CONTINUOUS] if len(sets) > 1 else list(sets)
    for s in sets:
        weighted = s.distribution is CovariateDistribution.CATEGORICAL_NORMAL and s not in told
        if weighted and (not told or (s.mean, s.sd) != (_PLACEHOLDER, _PLACEHOLDER)):
            advice = (
                "which has 9 and 9 beside a norm or unif set; set these"
                if told
                else "which wants a norm or unif set beside it (and then has 9 and 9); add one, make it the only set"
            )
            raise InputError(
                f"phenotypes.covariates: a cat_norm set with mean {s.mean:g} and sd {s.sd:g} cannot be passed to "
                f"PhenotypeSimulator, {advice}, or use engine builtin"
            )
    return {"mConfounders": [s.mean for s in told], "sdConfounders": [s.sd for s in told]} if told else {}
