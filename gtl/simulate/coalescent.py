"""A reference panel of two or more populations from the coalescent: needs no data, and looks like HapMap's CEU and YRI.

Here are the history of the populations and the simulation by msprime. Which panel a study takes is decided in
:mod:`gtl.simulate.panel`.
"""

import math
from collections.abc import Sequence

import msprime
import numpy as np
import numpy.typing as npt

from gtl.config.genotypes import PanelConfig
from gtl.domain.genetic_map import GeneticMap
from gtl.domain.genotypes import Haplotypes, Variants
from gtl.random_streams import stream, stream_integer
from gtl.simulate.thinning import thin

LETTERS = np.array(["AC", "CA", "AG", "GA", "CT", "TC", "GT", "TG"])
"""Alleles (ref, alt) of simulated SNPs. A/T and C/G are left out: their strand would be unknown in other data."""


def out_of_africa() -> msprime.Demography:
    """History of Africans (YRI), Europeans (CEU) and East Asians (CHB), maximum-likelihood estimates.

    The large population is CEU, the small one YRI (of several: :func:`history_of`); CHB shares migrants with both.

    References
    ----------
    Gutenkunst, Hernandez, Williamson & Bustamante, PLoS Genetics 5:e1000695 (2009), table 1; 25 years a generation.
    """
    t_eurasian, t_out_of_africa, t_expansion = (years / 25 for years in (21_200, 140_000, 220_000))
    history = msprime.Demography()
    history.add_population(name="YRI", initial_size=12_300)
    for name, founders, growth in (("CEU", 1_000, 0.004), ("CHB", 510, 0.0055)):
        history.add_population(name=name, initial_size=founders * math.exp(growth * t_eurasian), growth_rate=growth)
    history.add_population(name="bottleneck", initial_size=2_100)
    history.add_population(name="expanded", initial_size=12_300)
    history.add_population(name="ancestral", initial_size=7_300)
    history.set_symmetric_migration_rate(["YRI", "CEU"], 3e-5)
    history.set_symmetric_migration_rate(["YRI", "CHB"], 1.9e-5)
    history.set_symmetric_migration_rate(["CEU", "CHB"], 9.6e-5)
    history.add_population_split(time=t_eurasian, derived=["CEU", "CHB"], ancestral="bottleneck")
    history.add_symmetric_migration_rate_change(t_eurasian, ["YRI", "bottleneck"], 25e-5)
    history.add_population_split(time=t_out_of_africa, derived=["YRI", "bottleneck"], ancestral="expanded")
    history.add_population_split(time=t_expansion, derived=["expanded"], ancestral="ancestral")
    return history


EAST_ASIANS = frozenset({"CHB", "JPT", "CHS", "CDX", "KHV", "CHD", "EAS"})
EUROPEANS = frozenset({"CEU", "TSI", "FIN", "GBR", "IBS", "EUR"})
"""Codes of HapMap and the 1000 Genomes."""


def history_of(code: str) -> str:
    """The population of :func:`out_of_africa` that one of several small populations is sampled from, by its code.

    >>> history_of("JPT"), history_of("TSI"), history_of("LWK")
    ('CHB', 'CEU', 'YRI')
    """
    return "CHB" if code.upper() in EAST_ASIANS else "CEU" if code.upper() in EUROPEANS else "YRI"


def simulate_panel(
    config: PanelConfig, genetic_map: GeneticMap, seed: int, histories: Sequence[str] = ("YRI",)
) -> tuple[Haplotypes, ...]:
    """Haplotypes of the large population and of each small one, each at the SNPs that vary in it.

    Parameters
    ----------
    config
        Numbers of haplotypes, length, mutation rate, and the numbers of SNPs to keep.
    genetic_map
        Recombination map; the region starts at its first position and is at most ``config.sequence_length`` long.
    seed
        The study's seed.
    histories
        Of the small populations, in their order.

    Returns
    -------
    (large, small, ...) : Haplotypes
        SNPs have distinct positions after the region's first base pair, are named ``sim<chromosome>_<position>``,
        and 1 is the derived allele.

    Raises
    ------
    InputError
        If fewer SNPs exist than ``config`` wants to keep.
    """
    pos, alleles = _simulate(config, genetic_map, seed, histories)
    ends = config.haplotypes_large + config.haplotypes_small * np.arange(len(histories))
    parts = np.split(alleles, ends, axis=1)
    vary = [_varies(part) for part in parts]
    # Of several small populations nothing is left out: numbers to keep are those of one.
    kept = thin(vary[0], np.logical_or.reduce(vary[1:]), config, stream(seed, "panel", "thinning"))
    # All sites draw letters, and those that are kept get names: these take more memory than the alleles.
    letters = stream(seed, "panel", "letters").integers(len(LETTERS), size=len(pos))[kept]
    variants = _name(pos[kept], config.chromosome, letters)
    return tuple(Haplotypes(variants.take(own[kept]), part[kept & own]) for part, own in zip(parts, vary, strict=True))


def _simulate(
    config: PanelConfig, genetic_map: GeneticMap, seed: int, histories: Sequence[str]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int8]]:
    """Positions, and (n_variants, n_haplotypes) alleles: the large population's haplotypes, then the small ones'."""
    first, rates = _rate_map(genetic_map, config.sequence_length)
    samples = [
        msprime.SampleSet(config.haplotypes_large, population="CEU", ploidy=1),
        *(msprime.SampleSet(config.haplotypes_small, population=name, ploidy=1) for name in histories),
    ]
    ancestry = msprime.sim_ancestry(
        samples,
        demography=out_of_africa(),
        recombination_rate=rates,
        random_seed=1 + stream_integer(seed, "panel", "ancestry"),
    )
    trees = msprime.sim_mutations(
        ancestry,
        rate=config.mutation_rate,
        model=msprime.BinaryMutationModel(),
        random_seed=1 + stream_integer(seed, "panel", "mutations"),
    )
    alleles = np.empty((trees.num_sites, trees.num_samples), dtype=np.int8)
    for variant in trees.variants(copy=False):
        alleles[variant.site.id] = variant.genotypes
    return first + 1 + trees.sites_position.astype(np.int64), alleles


def _rate_map(genetic_map: GeneticMap, length: float) -> tuple[int, msprime.RateMap]:
    """First position of the region, and recombination rates along it, a base pair and generation."""
    first = int(genetic_map.pos[0])
    end = min(int(genetic_map.pos[-1]), first + math.ceil(length))
    inner = genetic_map.pos[(genetic_map.pos > first) & (genetic_map.pos < end)]
    edges = np.unique(np.concatenate([[first], inner, [end]]))
    rates = np.diff(genetic_map.centimorgans(edges)) / 100 / np.diff(edges)
    return first, msprime.RateMap(position=edges - first, rate=rates)


def _varies(alleles: npt.NDArray[np.int8]) -> npt.NDArray[np.bool_]:
    copies = alleles.sum(axis=1)
    varies: npt.NDArray[np.bool_] = (copies > 0) & (copies < alleles.shape[1])
    return varies


def _name(pos: npt.NDArray[np.int64], chromosome: str, pairs: npt.NDArray[np.int64]) -> Variants:
    """Name SNPs; ``pairs`` are places in :data:`LETTERS`."""
    letters = LETTERS[pairs].astype("U2").view("U1").reshape(-1, 2).astype(object)
    rsid = np.array([f"sim{chromosome}_{position}" for position in pos], dtype=object)
    return Variants(np.full(len(pos), chromosome, dtype=object), pos, rsid, letters[:, 0], letters[:, 1])
