"""One phenotype of a study: the causal SNPs of both populations, usually the same, and everything else for each."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.config.phenotypes import PhenotypesConfig
from gtl.domain.cohort import Population
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.domain.phenotype_code import PhenotypeCode
from gtl.errors import InputError
from gtl.random_streams import stream
from gtl.simulate.phenotypes.causal import (
    CausalSnps,
    causal_candidates,
    draw_causal_effects,
    draw_causal_rows,
    set_apart,
)
from gtl.simulate.phenotypes.draws import FloatArray, NumpyDraws
from gtl.simulate.phenotypes.population import PhenotypeEngine, SimulatedPhenotype, simulate_builtin
from gtl.simulate.phenotypes.scaling import standardised
from gtl.simulate.phenotypes.tables import causal_table, component_table
from gtl.simulate.phenotypes.variance import VarianceShares


@dataclass(frozen=True, eq=False)
class StudyPhenotypes:
    """One phenotype, simulated in both populations.

    Attributes
    ----------
    large, small : (n_samples, n_traits) float64
        Liability: mean 0, SD 1 in each trait among the people of reference. The study looks at the first trait.
    causal : DataFrame, gtl.schema.CAUSAL, one row a causal SNP and trait
    components : DataFrame, gtl.schema.COMPONENTS, one row a population, trait and part of the variance
    """

    large: FloatArray
    small: FloatArray
    causal: pd.DataFrame
    components: pd.DataFrame


def simulate_study_phenotypes(
    large: GenotypeMatrix,
    small: GenotypeMatrix,
    kinship_factor_large: FloatArray | None,
    kinship_factor_small: FloatArray | None,
    config: PhenotypesConfig,
    code: PhenotypeCode,
    seed: int,
    engine: PhenotypeEngine = simulate_builtin,
    n_reference: int | None = None,
) -> StudyPhenotypes:
    """Simulate the phenotype ``code`` (the paper's Module 2).

    Parameters
    ----------
    large, small : GenotypeMatrix
        The populations' people at their shared variants, harmonised, rows aligned. ``small`` holds the small and the
        final cohort together: they are one population, and have kinship.
    kinship_factor_large, kinship_factor_small : (n_samples, n_samples) float64 or None
        From :func:`gtl.simulate.phenotypes.kinship.kinship_factor`; None if kinship has no share of the variance.
    seed : int
        Seed of the study. Causal SNPs, effects and each population have streams of their own, named by ``code``.
    engine : PhenotypeEngine
        What simulates one population.
    n_reference : int or None
        How many of ``small``'s first people, the small cohort, have mean 0 and SD 1. By default all have, as if the R
        package had simulated them: the final people's share of cases then mirrors the small cohort's, so that a model
        that leans to the commoner class of its training people is wrong more often than a coin.

    Raises
    ------
    InputError
        Variants differ between the populations; more risk SNPs than common SNPs; a rule of the model is broken.
    """
    _check_aligned(large.variants, small.variants)
    genotypes = {Population.LARGE: large, Population.SMALL: small}
    factors = {Population.LARGE: kinship_factor_large, Population.SMALL: kinship_factor_small}
    causal = _draw_causal_snps(large, small, config, code, seed)
    simulated = {
        name: _run(engine, genotypes[name], causal[name], factors[name], config, code, name, seed)
        for name in Population
    }
    simulated[Population.SMALL] = _standardised_by(simulated[Population.SMALL], n_reference)
    return StudyPhenotypes(
        simulated[Population.LARGE].liability,
        simulated[Population.SMALL].liability,
        causal_table(genotypes, causal, simulated),
        component_table(simulated, VarianceShares.of(config)),
    )


def check_both_classes(case: npt.NDArray[np.int8], code: PhenotypeCode, population: str) -> None:
    """Raise :class:`InputError` unless there are cases (1) and controls (0) in ``case``.

    >>> check_both_classes(np.array([0, 1], dtype=np.int8), PhenotypeCode("YRI", 5, 1), "small")
    """
    cases = int(case.sum())
    if 0 < cases < len(case):
        return
    raise InputError(
        f"phenotype {code}, {population}: {cases} cases and {len(case) - cases} controls; both are needed. Move "
        "phenotypes.threshold towards 0, simulate more people, or take another seed"
    )


def _draw_causal_snps(
    large: GenotypeMatrix, small: GenotypeMatrix, config: PhenotypesConfig, code: PhenotypeCode, seed: int
) -> dict[Population, CausalSnps]:
    draws, other = (NumpyDraws(stream(seed, "phenotype", code, name)) for name in ("causal", "other effects"))
    candidates = causal_candidates(large.dosages, small.dosages, config)
    rows = draw_causal_rows(draws, candidates, code.risk_snps)
    pair = draw_causal_effects(draws, other, config, rows)
    n_apart = code.risk_snps - round(config.causal_overlap * code.risk_snps)
    if n_apart:
        elsewhere = NumpyDraws(stream(seed, "phenotype", code, "causal elsewhere"))
        moved = np.sort(elsewhere.choose(code.risk_snps, n_apart))
        pair = set_apart(*pair, moved, draw_causal_rows(elsewhere, np.setdiff1d(candidates, rows), n_apart))
    return dict(zip(Population, pair, strict=True))


def _run(
    engine: PhenotypeEngine,
    genotypes: GenotypeMatrix,
    causal: CausalSnps,
    factor: FloatArray | None,
    config: PhenotypesConfig,
    code: PhenotypeCode,
    population: Population,
    seed: int,
) -> SimulatedPhenotype:
    """Run the engine in one population; its errors say which phenotype and population they are about."""
    try:
        return engine(genotypes, causal, factor, config, stream(seed, "phenotype", code, population))
    except InputError as error:
        raise InputError(f"phenotype {code}, {population} population: {error}") from error


def _standardised_by(made: SimulatedPhenotype, n_reference: int | None) -> SimulatedPhenotype:
    if n_reference is None:
        return made
    liability, sd = standardised(made.liability, n_reference)
    return replace(made, liability=liability, causal_effects=made.causal_effects / sd)


def _check_aligned(large: Variants, small: Variants) -> None:
    if len(large) != len(small):
        raise InputError(
            f"phenotypes: {len(large)} variants in the large population, {len(small)} in the small one; take the "
            "shared variants of both, in one order"
        )
    for column in ("chrom", "pos", "rsid", "ref", "alt"):
        ours, theirs = getattr(large, column), getattr(small, column)
        if (differ := ours != theirs).any():
            row = int(np.argmax(differ))
            raise InputError(
                f"phenotypes: variant row {row} has {column} {ours[row]} in the large population and {theirs[row]} in "
                "the small one; harmonise the populations first"
            )
