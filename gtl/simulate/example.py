"""A small pair of cohorts to try a study of real people with: two populations that share the effects of their SNPs."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.config.genotypes import PanelConfig
from gtl.domain.genetic_map import GeneticMap
from gtl.domain.genotypes import GenotypeMatrix, Haplotypes, Variants
from gtl.random_streams import stream

Array = npt.NDArray[np.float64]

_SEED = 11
_CHROMOSOMES = ("21", "22")
_RECOMBINATION = 1.3e-8
_LEAST_FREQUENCY = 0.05
_ALONE = 40
"""SNPs of a chromosome that only one of the two files has."""

_CAUSAL = 20
_HERITABILITY = 0.5
_CASES = 0.5


@dataclass(frozen=True)
class ExampleSize:
    """How large the cohorts are: people of each, SNPs of a chromosome that both have, base pairs that they lie on."""

    large: int = 1200
    small: int = 300
    snps: int = 1460
    length: int = 8_000_000


@dataclass(frozen=True, eq=False)
class ExampleCohort:
    """One population.

    Attributes
    ----------
    genotypes
        Its people at its SNPs.
    male, age, height, asthma
        (n_people,) float64: 1 = male, years, centimetres, 1 = case.
    """

    genotypes: GenotypeMatrix
    male: Array
    age: Array
    height: Array
    asthma: Array


def example_cohorts(size: ExampleSize | None = None) -> tuple[ExampleCohort, ExampleCohort]:
    """The large and the small population; the same ones whenever it is called.

    Genotypes are of coalescent haplotypes of Europeans and Africans. Each trait has 20 causal SNPs with the same effect
    of an allele in both populations, which explain half of what age and sex leave.
    """
    size = size or ExampleSize()
    parts = [_chromosome(chromosome, size) for chromosome in _CHROMOSOMES]
    large, small = (
        _people(_joined([part[place] for part in parts]), prefix) for place, prefix in enumerate(("L", "S"))
    )
    liability = {trait: _liability(large, small, trait) for trait in ("height", "asthma")}
    starts = (slice(0, size.large), slice(size.large, None))
    cut = float(np.quantile(liability["asthma"][starts[0]], 1 - _CASES))
    cohorts = []
    for genotypes, part, name in zip((large, small), starts, ("large", "small"), strict=True):
        rng = stream(_SEED, "example", "people", name)
        male = rng.integers(2, size=genotypes.n_samples).astype(np.float64)
        age = rng.integers(25, 75, size=genotypes.n_samples).astype(np.float64)
        height = 169 + 4 * male - 0.1 * (age - 50) + 6 * liability["height"][part]
        asthma = (liability["asthma"][part] - 0.01 * (age - 50) > cut).astype(np.float64)
        cohorts.append(ExampleCohort(genotypes, male, age, height.round(1), asthma))
    return cohorts[0], cohorts[1]


def _chromosome(chromosome: str, size: ExampleSize) -> tuple[Haplotypes, Haplotypes]:
    """Haplotypes of both populations at SNPs that are common in both, and at a few that only one of the files has."""
    from gtl.simulate.coalescent import simulate_panel

    panel = PanelConfig(
        chromosome=chromosome,
        sequence_length=size.length,
        haplotypes_large=2 * size.large,
        haplotypes_small=2 * size.small,
    )
    seed = _SEED + int(chromosome)
    large, small = simulate_panel(panel, GeneticMap.uniform(_RECOMBINATION, size.length), seed)
    common = _common(large) & _common(small)
    wanted = size.snps + 2 * _ALONE
    chosen = stream(_SEED, "example", "SNPs", chromosome).permutation(sorted(common))[:wanted]
    return _at(large, chosen[_ALONE:]), _at(small, np.concatenate([chosen[:_ALONE], chosen[2 * _ALONE :]]))


def _common(haplotypes: Haplotypes) -> set[int]:
    frequency = haplotypes.alleles.mean(axis=1)
    return set(haplotypes.variants.pos[np.minimum(frequency, 1 - frequency) >= _LEAST_FREQUENCY].tolist())


def _at(haplotypes: Haplotypes, positions: npt.NDArray[np.int64]) -> Haplotypes:
    rows = np.flatnonzero(np.isin(haplotypes.variants.pos, positions))
    return Haplotypes(haplotypes.variants.take(rows), haplotypes.alleles[rows])


def _joined(parts: list[Haplotypes]) -> Haplotypes:
    columns = {
        name: np.concatenate([getattr(part.variants, name) for part in parts])
        for name in ("chrom", "pos", "rsid", "ref", "alt")
    }
    return Haplotypes(Variants(**columns), np.concatenate([part.alleles for part in parts]))


def _people(haplotypes: Haplotypes, prefix: str) -> GenotypeMatrix:
    dosages = haplotypes.alleles[:, ::2] + haplotypes.alleles[:, 1::2]
    samples = np.array([f"{prefix}{number:04d}" for number in range(1, dosages.shape[1] + 1)], dtype=object)
    return GenotypeMatrix(haplotypes.variants, samples, dosages)


def _liability(large: GenotypeMatrix, small: GenotypeMatrix, trait: str) -> Array:
    """(n_large + n_small,) mean 0 in each population, and variance 1 over both; nobody's age or sex."""
    rng = stream(_SEED, "example", trait)
    keys = [genotypes.variants.keys().tolist() for genotypes in (large, small)]
    causal = rng.choice(sorted(set(keys[0]) & set(keys[1])), _CAUSAL, replace=False)
    effects = rng.normal(size=_CAUSAL)
    genetic = np.concatenate(
        [
            _centred(effects @ genotypes.dosages[[names.index(key) for key in causal]])
            for genotypes, names in zip((large, small), keys, strict=True)
        ]
    )
    noise = rng.normal(size=len(genetic))
    return np.asarray(np.sqrt(_HERITABILITY) * genetic / genetic.std() + np.sqrt(1 - _HERITABILITY) * noise)


def _centred(values: Array) -> Array:
    return np.asarray(values - values.mean())
