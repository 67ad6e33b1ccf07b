"""Module 1, second half: cohorts, their shared variants and their kinship."""

import io
from collections.abc import Mapping
from dataclasses import asdict

import numpy as np
import numpy.typing as npt

from gtl.config import StudyConfig
from gtl.config.study import SHARED_COHORTS
from gtl.domain.cohort import Cohort, Population
from gtl.formats.genotype_parquet import read_variants, write_genotypes
from gtl.formats.oxford import write_gen, write_sample
from gtl.harmonise import harmonise
from gtl.random_streams import stream
from gtl.schema import HARMONISATION_AUDIT, SHARED
from gtl.simulate.genotypes import SimulatedCohort, simulate_cohort
from gtl.simulate.phenotypes.kinship import kinship, kinship_factor
from gtl.simulate.phenotypes.variance import kinship_matters
from gtl.steps.engines import GenotypeEngine
from gtl.steps.leakage import check_cohorts
from gtl.steps.panel import read_panel
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.store import Artifact, ArtifactRef, ArtifactWriter, Store


def write_cohort(
    out: ArtifactWriter,
    config: StudyConfig,
    panel: Artifact,
    cohort: Cohort,
    cohort_set: str,
    engine: GenotypeEngine | None,
) -> None:
    """Simulate one cohort; every file of the final one is sealed."""
    made = _simulate(config, panel, cohort, cohort_set, engine)
    with out.file("genotypes.parquet") as path:
        write_genotypes(made.genotypes, path)
    if made.case is not None or config.cohorts.write_gen:
        with out.file("cohort.sample") as path:
            write_sample(made.genotypes.samples, path, made.case)
    if config.cohorts.write_gen:
        with out.file("cohort.gen") as path:
            write_gen(made.genotypes, path)
    if cohort is Cohort.FINAL:
        for name in list(out.outputs):
            out.seal(name)


def _simulate(
    config: StudyConfig, artifact: Artifact, cohort: Cohort, cohort_set: str, engine: GenotypeEngine | None
) -> SimulatedCohort:
    panel, population = read_panel(artifact), cohort.population
    iteration = [] if cohort_set == SHARED_COHORTS else [cohort_set]
    final = ["final"] if cohort is Cohort.FINAL else []
    return (engine or simulate_cohort)(
        getattr(panel, population),
        panel.genetic_map,
        getattr(config.cohorts, cohort),
        getattr(config.cohorts, f"effective_size_{population}"),
        config.cohorts,
        stream(config.seed, "genotypes", cohort, *iteration),
        "-".join([getattr(config.populations, population), *final, *iteration, ""]),
    )


def write_shared_variants(out: ArtifactWriter, store: Store, cohorts: Mapping[Cohort, ArtifactRef]) -> None:
    """Find the variants that all cohorts have; the genotypes themselves stay where they are.

    :class:`gtl.errors.LeakageError` if a person is in the study twice (:func:`gtl.steps.leakage.check_cohorts`).
    """
    variants = {}
    for cohort, ref in cohorts.items():
        with store.read(ref, unseal=cohort is Cohort.FINAL).open("genotypes.parquet") as file:
            variants[cohort] = read_variants(file)
    shared = harmonise(variants[Cohort.LARGE], variants[Cohort.SMALL], variants[Cohort.FINAL])
    out.write_table("shared.parquet", shared.shared, SHARED)
    out.write_table("audit.parquet", shared.audit, HARMONISATION_AUDIT)
    out.write_json("likeness.json", asdict(check_cohorts(store, cohorts, shared.shared)))
    out.write_json("cohorts.json", {cohort.value: ref.to_json() for cohort, ref in cohorts.items()})


def write_kinship(
    out: ArtifactWriter, config: StudyConfig, store: Store, genotypes: ArtifactRef, population: Population
) -> None:
    """Cholesky factor of the kinship among a population's people (the small one's with the final cohort).

    Without a share of the variance it would be for nothing, at a cost that grows with the cube of the people: then a
    note stands in its place.
    """
    if not kinship_matters(config.phenotypes):
        out.write_text("not_needed.txt", "kinship has no share of these phenotypes' variance\n")
        return
    people, settings = SharedGenotypes.open(store, genotypes).population(population), config.phenotypes
    relatedness = kinship(
        people.dosages, standardise=settings.standardise_kinship, impute_missing=settings.impute_missing
    )
    factor = kinship_factor(relatedness)
    with out.file("factor.npy") as path, path.open("wb") as file:
        np.save(file, factor, allow_pickle=False)


def read_kinship(artifact: Artifact) -> npt.NDArray[np.float64]:
    """The factor that :func:`write_kinship` wrote: (n_people, n_people) float64, lower triangular."""
    factor: npt.NDArray[np.float64] = np.load(io.BytesIO(artifact.read_bytes("factor.npy")), allow_pickle=False)
    return factor
