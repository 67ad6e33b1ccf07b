"""Phenotypes in two simulated populations, for benchmarks of what is learnt in one and used in the other.

Five causal SNPs (minor allele frequency of 5 % and more in both populations) make 30 % of the variance; 700 people of
the large population train, 100 of the small one are known by their genotypes, and 2,000 of it are predicted.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from gtl.association import associate
from gtl.config.genotypes import CohortsConfig, PanelConfig, PopulationsConfig
from gtl.domain.dosages import counted_other
from gtl.domain.genotypes import GenotypeMatrix
from gtl.prepare.links import MatchingRules
from gtl.prepare.matching import match_variants
from gtl.prepare.variant_quality import check_names, named
from gtl.random_streams import stream
from gtl.simulate.genotypes import simulate_cohort
from gtl.simulate.panel import Panel, build_panel

VARIANCE, CAUSAL_SNPS = 0.3, 5
TRAINING, SMALL, FINAL = 700, 100, 2000

Array = npt.NDArray[np.float64]
Dosages = npt.NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Phenotype:
    """Genotypes (a person a row) of the three groups, who is a case, and the SNPs' p-values in the large population."""

    x: Dosages
    case: Dosages
    x_small: Dosages
    x_final: Dosages
    case_final: Dosages
    p_values: Array
    positions: npt.NDArray[np.int64]

    def likely(self, p_value: float) -> "Phenotype":
        """The same people at the SNPs with smaller p-values."""
        rows = np.flatnonzero(self.p_values < p_value)
        genotypes = {name: getattr(self, name)[:, rows] for name in ("x", "x_small", "x_final")}
        return replace(self, p_values=self.p_values[rows], positions=self.positions[rows], **genotypes)


def phenotypes(count: int, benchmark: str) -> Iterator[Phenotype]:
    """Phenotypes of people of their own; ``benchmark`` names the random streams."""
    panel = build_panel(
        PanelConfig(variants_large=24000, variants_small=33000, variants_shared=15000), PopulationsConfig(), 1
    )
    for number in range(count):
        yield _phenotype(panel, stream(1, "benchmark", benchmark, number))


def _phenotype(panel: Panel, rng: np.random.Generator) -> Phenotype:
    settings = CohortsConfig()
    large = simulate_cohort(panel.large, panel.genetic_map, TRAINING, 11418, settings, rng, "L").genotypes
    small = simulate_cohort(panel.small, panel.genetic_map, SMALL + FINAL, 17469, settings, rng, "S").genotypes
    names = [check_names(named(cohort.variants)) for cohort in (large, small)]
    shared = match_variants(*names, rules=MatchingRules(same_strand=True)).shared
    a = large.dosages[shared["large_row"]]
    b = counted_other(small.dosages[shared["small_row"]], shared["small_flip"].to_numpy())
    common = np.flatnonzero((_maf(a) >= 0.05) & (_maf(b) >= 0.05))
    causal, effects = rng.choice(common, CAUSAL_SNPS, replace=False), rng.normal(size=CAUSAL_SNPS)
    case_a, case_b = (_case(dosages[causal].T @ effects, rng) for dosages in (a, b))
    varies = np.flatnonzero(_maf(a) > 0)
    matrix = GenotypeMatrix(large.variants.take(shared["large_row"].to_numpy()[varies]), large.samples, a[varies])
    return Phenotype(
        matrix.dosages.T,
        case_a,
        b[varies, :SMALL].T,
        b[varies, SMALL:].T,
        case_b[SMALL:],
        associate(matrix, case_a)["p_value"].to_numpy(),
        matrix.variants.pos,
    )


def _maf(dosages: Dosages) -> Array:
    frequency = dosages.mean(axis=1) / 2
    return np.asarray(np.minimum(frequency, 1 - frequency))


def _case(value: Array, rng: np.random.Generator) -> Dosages:
    liability = np.sqrt(VARIANCE) * (value - value.mean()) / value.std()
    return (liability + rng.normal(0, np.sqrt(1 - VARIANCE), len(value)) > 0).astype(np.int8)
