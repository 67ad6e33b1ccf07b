"""People, traits and statistics of the grid that PRS-CSx's authors simulated (:mod:`benchmarks.prs_csx_grid`)."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.association.as_statistics import statistics_of
from gtl.association.scan import scan
from gtl.config import StudyConfig
from gtl.domain.dosages import counted_other
from gtl.domain.genotypes import GenotypeMatrix
from gtl.domain.trait import TraitKind
from gtl.formats.plink import write_bed, write_bim, write_fam
from gtl.formats.summary_statistics.writer import StudyParticulars, write_gwas_ssf
from gtl.prepare.links import MatchingRules
from gtl.prepare.matching import match_variants
from gtl.prepare.variant_quality import check_names, named
from gtl.random_streams import stream
from gtl.simulate.genotypes import simulate_cohort
from gtl.simulate.panel import Panel
from gtl.stages import build_panel
from gtl.steps.panel import read_panel
from gtl.store import Store

LARGE, REFERENCE, SMALL, FINAL = 1300, 500, 270, 1000
CAUSAL = 0.01
_COMMON = 0.01
_SPARE = 4
"""Shared variants of the panel for one that is kept: the others are rarer."""

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Cell:
    """One cell of the grid: heritability, correlation of causal effects, share of causal variants in both."""

    heritability: float
    correlation: float
    shared: float

    @property
    def name(self) -> str:
        """In names of studies and files.

        >>> Cell(0.5, 0.7, 1).name
        'h50-r70-s100'
        """
        parts = zip("hrs", (self.heritability, self.correlation, self.shared), strict=True)
        return "-".join(f"{letter}{round(100 * value)}" for letter, value in parts)

    @property
    def null(self) -> bool:
        """Whether there is nothing to transfer."""
        return self.heritability == 0 or self.correlation == 0


@dataclass(frozen=True, eq=False)
class People:
    """Genotypes of the GWAS's people and those of its reference, and of the small population, at the same variants."""

    large: GenotypeMatrix
    small: GenotypeMatrix


def simulated_panel(variants: int, store: Store) -> Panel:
    """Haplotypes of a chromosome, with enough variants; simulated once."""
    shared = _SPARE * variants
    sizes = {"variants_large": round(1.6 * shared), "variants_small": round(2.2 * shared), "variants_shared": shared}
    return read_panel(store.read(build_panel(StudyConfig.model_validate({"panel": sizes}), store)))


def simulated_people(panel: Panel, variants: int, repeat: int) -> People:
    """People of repeat ``repeat`` at ``variants`` variants that are common (1 %) in both populations."""
    settings = StudyConfig().cohorts
    rng = stream(1, "prs_csx_grid", variants, repeat)
    sides = (
        (panel.large, LARGE + REFERENCE, settings.effective_size_large, "L"),
        (panel.small, SMALL + FINAL, settings.effective_size_small, "S"),
    )
    large, small = (
        simulate_cohort(haplotypes, panel.genetic_map, people, size, settings, rng, letter).genotypes
        for haplotypes, people, size, letter in sides
    )
    names = [check_names(named(cohort.variants)) for cohort in (large, small)]
    shared = match_variants(*names, rules=MatchingRules(same_strand=True)).shared
    rows = shared["large_row"].to_numpy()
    a = large.dosages[rows]
    b = counted_other(small.dosages[shared["small_row"]], shared["small_flip"].to_numpy())
    common = np.flatnonzero((_minor(a) >= _COMMON) & (_minor(b) >= _COMMON))
    chosen = np.sort(rng.choice(common, min(variants, len(common)), replace=False))
    kept = large.variants.take(rows[chosen])
    return People(GenotypeMatrix(kept, large.samples, a[chosen]), GenotypeMatrix(kept, small.samples, b[chosen]))


def write_people(people: People, folder: Path) -> None:
    """Write the reference's, the learning and the sealed people as PLINK files; none of the GWAS's."""
    folder.mkdir(parents=True, exist_ok=True)
    small = people.small
    parts = {
        "reference": people.large.take_samples(np.arange(LARGE, LARGE + REFERENCE)),
        "small": small.take_samples(np.arange(SMALL)),
        "final": small.take_samples(np.arange(SMALL, SMALL + FINAL)),
    }
    for name, part in parts.items():
        write_bed(part, folder / f"{name}.bed")
        write_bim(part.variants, folder / f"{name}.bim")
        write_fam(part.samples, folder / f"{name}.fam")


def write_trait(people: People, cell: Cell, repeat: int, folder: Path) -> None:
    """Make a trait in both populations; write the GWAS of the large one's, and tables of the small one's."""
    rng = stream(1, "prs_csx_grid", cell.name, repeat)
    large, small = _traits(people, cell, rng)
    gwas = people.large.take_samples(np.arange(LARGE))
    found = scan([gwas], large[:LARGE], TraitKind.QUANTITATIVE, np.empty((LARGE, 0)))
    write_gwas_ssf(folder / "large.tsv.gz", [statistics_of(found)], StudyParticulars("y", LARGE))
    table = pd.DataFrame({"IID": people.small.samples, "y": small})
    table[:SMALL].to_csv(folder / "small.tsv", sep="\t", index=False)
    table[SMALL:].to_csv(folder / "final.tsv", sep="\t", index=False)


def _traits(people: People, cell: Cell, rng: np.random.Generator) -> tuple[Array, Array]:
    """Values of the large and the small people; the causal variants that are not shared are each population's own."""
    variants = len(people.large.variants)
    count = max(1, round(CAUSAL * variants))
    both = round(cell.shared * count)
    places = rng.permutation(variants)[: 2 * count - both]
    own = places[:count], np.concatenate([places[:both], places[count:]])
    effects = rng.multivariate_normal([0, 0], [[1, cell.correlation], [cell.correlation, 1]], size=count).T
    sides = zip((people.large, people.small), own, effects, strict=True)
    large, small = (_trait(side.dosages[rows], beta, cell.heritability, rng) for side, rows, beta in sides)
    return large, small


def _trait(dosages: npt.NDArray[np.int8], effects: Array, heritability: float, rng: np.random.Generator) -> Array:
    """Values of variance 1: effects are of standardised genotypes, as PRS-CSx's authors had them."""
    centred = dosages - dosages.mean(axis=1, keepdims=True)
    genetic = (effects / centred.std(axis=1)) @ centred
    noise = rng.normal(0, np.sqrt(1 - heritability), len(genetic))
    return np.asarray(np.sqrt(heritability) * genetic / genetic.std() + noise)


def _minor(dosages: npt.NDArray[np.int8]) -> Array:
    frequency = dosages.mean(axis=1) / 2
    return np.asarray(np.minimum(frequency, 1 - frequency))
