"""Cohorts of any size from a reference panel, by the model of Li and Stephens (the paper's Module 1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from gtl.config.genotypes import CohortsConfig
from gtl.domain.genetic_map import GeneticMap
from gtl.domain.genotypes import GenotypeMatrix, Haplotypes, Variants
from gtl.errors import InputError
from gtl.simulate.copying import CopyingModel
from gtl.simulate.disease import CaseAnchors, draw_case_anchors
from gtl.simulate.growing import grown_blocks
from gtl.simulate.mosaics import Anchors, copied_people
from gtl.simulate.packed_people import PackedPeople, side_by_side
from gtl.simulate.turned import BLOCK_BYTES, blocks_of_variants

Calls = npt.NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class SimulatedCohort:
    """Genotypes of new people and, where disease SNPs are set, who was simulated as a case.

    Attributes
    ----------
    genotypes : GenotypeMatrix
    case : (n_samples,) int8, 1 = case, 0 = control; None without disease SNPs
    """

    genotypes: GenotypeMatrix
    case: npt.NDArray[np.int8] | None


@dataclass(frozen=True, eq=False)
class DrawnPeople:
    """A cohort whose genotypes come some people at a time.

    Attributes
    ----------
    variants, samples, case
        Of all people, as :class:`SimulatedCohort` has them.
    groups
        Genotypes of one group of people after the other; drawn as they are taken, once.
    """

    variants: Variants
    samples: npt.NDArray[np.object_]
    case: npt.NDArray[np.int8] | None
    groups: Iterator[PackedPeople]

    def blocks(self, scratch: Path) -> Iterator[Calls]:
        """Everybody's genotypes, a block of variants after the other; ``scratch`` is a file for them meanwhile."""
        return blocks_of_variants(self.groups, len(self.variants), scratch)

    def in_memory(self) -> SimulatedCohort:
        """The cohort with all its genotypes."""
        dosages = side_by_side(self.groups, len(self.variants), len(self.samples))
        return SimulatedCohort(GenotypeMatrix(self.variants, self.samples, dosages), self.case)


@dataclass(frozen=True, eq=False)
class PeopleByVariant:
    """A cohort whose genotypes come some variants at a time.

    Attributes
    ----------
    variants, samples, case
        As :class:`DrawnPeople` has them.
    parts
        Genotypes (some variants, n_samples) int8, block after block.
    """

    variants: Variants
    samples: npt.NDArray[np.object_]
    case: npt.NDArray[np.int8] | None
    parts: Iterator[Calls]

    def blocks(self, scratch: Path) -> Iterator[Calls]:
        """The blocks; nothing needs to be kept in ``scratch``."""
        return self.parts

    @classmethod
    def of(cls, cohort: SimulatedCohort) -> Self:
        """A cohort that is in memory already."""
        people = cohort.genotypes
        step = max(1, BLOCK_BYTES // max(1, people.n_samples))
        starts = range(0, len(people.variants), step)
        parts = (people.dosages[start : start + step] for start in starts)
        return cls(people.variants, people.samples, cohort.case, parts)


def resample(
    panel: Haplotypes,
    genetic_map: GeneticMap,
    n_people: int,
    effective_size: float,
    theta: float | None,
    rng: np.random.Generator,
    prefix: str,
) -> GenotypeMatrix:
    """New people of the panel's population: mosaics of its haplotypes, with rare mutations.

    Parameters
    ----------
    panel
        Reference haplotypes (n of them).
    genetic_map
        Recombination map of the panel's chromosome.
    n_people
        Number of people, each of two new haplotypes.
    effective_size
        Effective population size Ne: templates switch with probability 1 - exp(-4 Ne d / n) over d Morgans.
    theta
        Mutation parameter: an allele flips with probability theta / (2 (theta + n)). None = Watterson's estimate.
    rng
        Source of all randomness.
    prefix
        Start of the sample ids: ``prefix1``, ``prefix2`` and on.

    Returns
    -------
    GenotypeMatrix
        At the panel's variants, in their order; nothing is missing.

    Raises
    ------
    InputError
        If ``n_people`` is below 1 or the panel, map or a parameter is unfit (:meth:`CopyingModel.of`).

    References
    ----------
    Li & Stephens, Genetics 165:2213 (2003); Su, Marchini & Donnelly, Bioinformatics 27:2304 (2011).

    Examples
    --------
    >>> from gtl.domain.genotypes import Variants
    >>> names = np.array(["a", "b"], dtype=object)
    >>> panel = Haplotypes(Variants(names, np.array([10, 20]), names, names, names), np.ones((2, 3), np.int8))
    >>> new = resample(panel, GeneticMap.uniform(1e-8, 100), 2, 11418, 0.0, np.random.default_rng(1), "CEU")
    >>> new.samples.tolist(), new.dosages.tolist()
    (['CEU1', 'CEU2'], [[2, 2], [2, 2]])
    """
    _check_size(n_people)
    model, samples = CopyingModel.of(panel, genetic_map, effective_size, theta), _sample_ids(prefix, n_people)
    groups = copied_people(model, Anchors.none(2 * n_people), rng)
    return DrawnPeople(panel.variants, samples, None, groups).in_memory().genotypes


def simulate_cohort(
    panel: Haplotypes,
    genetic_map: GeneticMap,
    n_people: int,
    effective_size: float,
    config: CohortsConfig,
    rng: np.random.Generator,
    prefix: str,
) -> SimulatedCohort:
    """One cohort as :func:`draw_people` draws it, all of it in memory; parameters and errors are as there."""
    return draw_people(panel, genetic_map, n_people, effective_size, config, rng, prefix).in_memory()


def draw_people(
    panel: Haplotypes,
    genetic_map: GeneticMap,
    n_people: int,
    effective_size: float,
    config: CohortsConfig,
    rng: np.random.Generator,
    prefix: str,
) -> DrawnPeople:
    """One cohort as its settings ask for it: people of the population or, with disease SNPs, cases and controls.

    Without disease SNPs this is :func:`resample`. With them, controls (people of the population) come first, then
    round(n_people x ``config.case_fraction``) cases: at one disease SNP P(genotype | case) is in proportion to its
    relative risk times its Hardy-Weinberg frequency, and haplotypes grow outwards from there; at several, see
    :mod:`gtl.simulate.disease`. Other parameters and errors are those of :func:`resample`.

    Raises
    ------
    InputError
        Also if a disease SNP is not in the panel, or its risk allele is on no haplotype of the panel.
    """
    _check_size(n_people)
    model, samples = CopyingModel.of(panel, genetic_map, effective_size, config.theta), _sample_ids(prefix, n_people)
    if not config.disease_snps:
        return DrawnPeople(panel.variants, samples, None, copied_people(model, Anchors.none(2 * n_people), rng))
    n_cases = round(n_people * config.case_fraction)
    n_controls = n_people - n_cases
    cases = draw_case_anchors(model, panel.variants, config.disease_snps, n_cases, rng)
    controls = copied_people(model, Anchors.none(2 * n_controls), rng)
    case = np.repeat(np.array([0, 1], dtype=np.int8), [n_controls, n_cases])
    return DrawnPeople(panel.variants, samples, case, chain(controls, _copied_cases(model, cases, rng)))


def grow_people(
    panel: Haplotypes,
    genetic_map: GeneticMap,
    n_people: int,
    wanted: slice,
    effective_size: float,
    theta: float | None,
    rng: np.random.Generator,
    prefix: str,
) -> PeopleByVariant:
    """Some of the people of one run in which everybody new joins the panel; other parameters are :func:`resample`'s.

    Two runs drift apart from each other as each does from the panel, so cohorts of one population are parts of one run.

    Parameters
    ----------
    n_people
        People of the whole run.
    wanted
        Which of them this cohort has.
    """
    _check_size(wanted.stop - wanted.start)
    model = CopyingModel.of(panel, genetic_map, effective_size, theta, later=2 * n_people)
    samples = _sample_ids(prefix, wanted.stop - wanted.start)
    return PeopleByVariant(panel.variants, samples, None, grown_blocks(model, n_people, wanted, rng))


def _copied_cases(model: CopyingModel, cases: CaseAnchors, rng: np.random.Generator) -> Iterator[PackedPeople]:
    first = 0
    for group in copied_people(model, cases.anchors, rng):
        for row, dosages in zip(cases.anchors.rows.tolist(), cases.dosages, strict=True):
            group.replace(row, dosages[first : first + len(group)])
        first += len(group)
        yield group


def _check_size(n_people: int) -> None:
    if n_people < 1:
        raise InputError(f"cohort of {n_people} people: expected at least 1")


def _sample_ids(prefix: str, n_people: int) -> npt.NDArray[np.object_]:
    return np.array([f"{prefix}{number}" for number in range(1, n_people + 1)], dtype=object)
