"""The reference panel of a study: haplotypes of its populations, from the coalescent or from the user's files."""

from collections.abc import Sequence
from dataclasses import dataclass

from gtl.config.genotypes import PanelConfig, PanelSource, PopulationsConfig
from gtl.domain.genetic_map import GeneticMap
from gtl.domain.genotypes import Haplotypes
from gtl.errors import InputError


@dataclass(frozen=True, eq=False)
class Panel:
    """Reference haplotypes of two populations, and the recombination map of their chromosome.

    The populations need not have the same SNPs: simulated ones have those that vary in the population, as HapMap's
    legends do (paper, Module 1: CEU 101,053, YRI 136,021, both 62,283); files keep all that they list.
    """

    large: Haplotypes
    small: Haplotypes
    genetic_map: GeneticMap


def build_panel(config: PanelConfig, populations: PopulationsConfig, seed: int) -> Panel:
    """Simulate or read the panel that ``config`` describes.

    Parameters
    ----------
    config
        Source of the haplotypes, with its files or its numbers.
    populations
        Codes of the populations, to find them in a VCF's sample table.
    seed
        The study's seed; only the coalescent uses it.

    Raises
    ------
    InputError
        If a file is unfit, if the map does not cover the haplotypes, or if the simulated region has fewer SNPs than
        ``config`` wants to keep.

    Examples
    --------
    >>> config = PanelConfig(haplotypes_large=4, haplotypes_small=6, sequence_length=20_000)
    >>> panel = build_panel(config, PopulationsConfig(), seed=1)
    >>> panel.large.n_haplotypes, panel.small.n_haplotypes
    (4, 6)
    """
    (panel,) = build_panels(config, populations, seed).values()
    return panel


def build_panels(config: PanelConfig, populations: PopulationsConfig, seed: int) -> dict[str, Panel]:
    """Code of each small population → its panel, as :func:`build_panel`; the large one's haplotypes are the same.

    Examples
    --------
    >>> config = PanelConfig(haplotypes_large=4, haplotypes_small=6, sequence_length=20_000)
    >>> panels = build_panels(config, PopulationsConfig(small=["YRI", "JPT"]), seed=1)
    >>> list(panels), panels["YRI"].large is panels["JPT"].large
    (['YRI', 'JPT'], True)
    """
    genetic_map = _genetic_map(config)
    large, *small = _haplotypes(config, populations, genetic_map, seed)
    for haplotypes in (large, *small):
        genetic_map.centimorgans(haplotypes.variants.pos)  # raises where the map does not cover them
    return {name: Panel(large, own, genetic_map) for name, own in zip(populations.small_names, small, strict=True)}


def _genetic_map(config: PanelConfig) -> GeneticMap:
    if config.genetic_map is None:
        return GeneticMap.uniform(config.recombination_rate, config.sequence_length)
    from gtl.formats.genetic_map import read_genetic_map

    return read_genetic_map(config.genetic_map, config.chromosome)


def _haplotypes(
    config: PanelConfig, populations: PopulationsConfig, genetic_map: GeneticMap, seed: int
) -> Sequence[Haplotypes]:
    match config.source:
        case PanelSource.COALESCENT:
            from gtl.simulate.coalescent import history_of, simulate_panel

            names = populations.small_names
            return simulate_panel(
                config, genetic_map, seed, ["YRI"] if len(names) == 1 else list(map(history_of, names))
            )
        case PanelSource.OXFORD:
            return _read_oxford(config)
        case PanelSource.VCF:
            return _read_vcf(config, populations)


def _read_oxford(config: PanelConfig) -> tuple[Haplotypes, Haplotypes]:
    from gtl.formats.oxford import read_haplotypes

    legend = _given(config.legend, "legend")
    legend_small = config.legend_small or legend
    return (
        read_haplotypes(_given(config.hap_large, "hap_large"), legend, config.chromosome),
        read_haplotypes(_given(config.hap_small, "hap_small"), legend_small, config.chromosome),
    )


def _read_vcf(config: PanelConfig, populations: PopulationsConfig) -> Sequence[Haplotypes]:
    from gtl.formats.vcf import read_phased_haplotypes

    vcf, sample_table = _given(config.vcf, "vcf"), _given(config.sample_table, "sample_table")
    found = read_phased_haplotypes(vcf, sample_table, (populations.large, *populations.small_names))
    _check_chromosome(vcf, str(found[0].variants.chrom[0]), config.chromosome)
    return found


def _check_chromosome(vcf: str, found: str, expected: str) -> None:
    """Positions alone do not show that a map is another chromosome's."""
    from gtl.formats.variant_fields import chromosome as usual_name

    if usual_name(found) != usual_name(expected):
        raise InputError(
            f"{vcf}: chromosome {found}, but panel.chromosome is {expected}, and so is the genetic map; set "
            f'panel.chromosome to "{found}" or name another VCF'
        )


def _given(path: str | None, setting: str) -> str:
    if path is None:
        raise InputError(f"panel.{setting} is empty; this source needs that file")
    return path
