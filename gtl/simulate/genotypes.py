"""Cohorts of any size from a reference panel, by HAPGEN2's published model (the paper's Module 1)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.config.genotypes import CohortsConfig
from gtl.domain.genetic_map import GeneticMap
from gtl.domain.genotypes import GenotypeMatrix, Haplotypes
from gtl.errors import InputError
from gtl.simulate.copying import CopyingModel
from gtl.simulate.disease import draw_case_anchors
from gtl.simulate.mosaics import Anchors, copy_dosages


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
    model = CopyingModel.of(panel, genetic_map, effective_size, theta)
    dosages = _empty_dosages(panel, n_people)
    copy_dosages(model, Anchors.none(2 * n_people), dosages, rng)
    return GenotypeMatrix(panel.variants, _sample_ids(prefix, n_people), dosages)


def simulate_cohort(
    panel: Haplotypes,
    genetic_map: GeneticMap,
    n_people: int,
    effective_size: float,
    config: CohortsConfig,
    rng: np.random.Generator,
    prefix: str,
) -> SimulatedCohort:
    """One cohort as its settings ask for it: people of the population or, with disease SNPs, cases and controls.

    Without disease SNPs this is :func:`resample`. With them, controls (people of the population) come first, then
    round(n_people x ``config.case_fraction``) cases: at one disease SNP P(genotype | case) is in proportion to its
    relative risk times its Hardy-Weinberg frequency, and haplotypes grow outwards from there; at several, see
    :mod:`gtl.simulate.disease`. Other parameters, results and errors are those of :func:`resample`.

    Raises
    ------
    InputError
        Also if a disease SNP is not in the panel, or its risk allele is on no haplotype of the panel.
    """
    if not config.disease_snps:
        people = resample(panel, genetic_map, n_people, effective_size, config.theta, rng, prefix)
        return SimulatedCohort(people, None)
    model = CopyingModel.of(panel, genetic_map, effective_size, config.theta)
    dosages = _empty_dosages(panel, n_people)
    n_cases = round(n_people * config.case_fraction)
    n_controls = n_people - n_cases
    cases = draw_case_anchors(model, panel.variants, config.disease_snps, n_cases, rng)
    copy_dosages(model, Anchors.none(2 * n_controls), dosages[:, :n_controls], rng)
    copy_dosages(model, cases.anchors, dosages[:, n_controls:], rng)
    dosages[cases.anchors.rows, n_controls:] = cases.dosages
    case = np.repeat(np.array([0, 1], dtype=np.int8), [n_controls, n_cases])
    return SimulatedCohort(GenotypeMatrix(panel.variants, _sample_ids(prefix, n_people), dosages), case)


def _empty_dosages(panel: Haplotypes, n_people: int) -> npt.NDArray[np.int8]:
    if n_people < 1:
        raise InputError(f"cohort of {n_people} people: expected at least 1")
    return np.empty((len(panel.variants), n_people), dtype=np.int8)


def _sample_ids(prefix: str, n_people: int) -> npt.NDArray[np.object_]:
    return np.array([f"{prefix}{number}" for number in range(1, n_people + 1)], dtype=object)
