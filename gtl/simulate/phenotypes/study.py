"""One phenotype of a study: the causal SNPs of both populations, usually the same, and everything else for each."""

from dataclasses import dataclass, replace
from functools import partial

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
from gtl.simulate.phenotypes.people import People
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
    large: People,
    small: People,
    config: PhenotypesConfig,
    code: PhenotypeCode,
    seed: int,
    engine: PhenotypeEngine = simulate_builtin,
    n_reference: int | None = None,
) -> StudyPhenotypes:
    """Simulate the phenotype ``code`` (the paper's Module 2).

    Parameters
    ----------
    large, small : People
        The populations' people at their shared variants, harmonised, rows aligned. ``small`` holds the small and the
        final cohort together: they are one population, and have kinship.
    seed : int
        Seed of the study. Causal SNPs, effects, each population and the small effects of each of its chromosomes have
        streams of their own, named by ``code``.
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
    people = {Population.LARGE: large, Population.SMALL: small}
    drawn = _draw_causal_snps(large, small, config, code, seed)
    genotypes = {name: people[name].at(drawn[name].rows) for name in Population}
    causal = {name: replace(snps, rows=np.arange(len(snps.rows))) for name, snps in drawn.items()}
    simulated = {
        name: _run(engine, genotypes[name], causal[name], people[name], config, code, name, seed) for name in Population
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
    large: People, small: People, config: PhenotypesConfig, code: PhenotypeCode, seed: int
) -> dict[Population, CausalSnps]:
    draws, other = (NumpyDraws(stream(seed, "phenotype", code, name)) for name in ("causal", "other effects"))
    candidates = causal_candidates(large.frequency(), small.frequency(), config)
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
    people: People,
    config: PhenotypesConfig,
    code: PhenotypeCode,
    population: Population,
    seed: int,
) -> SimulatedPhenotype:
    """Run the engine in one population; its errors say which phenotype and population they are about."""
    try:
        return engine(genotypes, causal, people, config, partial(stream, seed, "phenotype", code, population))
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
