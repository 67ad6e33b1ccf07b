"""Module 1: a cohort's people and genotypes, simulated or imported, and the kinship that simulated traits need."""

import io
from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.config import StudyConfig
from gtl.domain.cohort import Cohort, Population
from gtl.domain.cohort_set import CohortSet
from gtl.domain.genotypes import GenotypeMatrix
from gtl.formats.genotype_parquet import write_genotypes
from gtl.formats.oxford import write_gen, write_sample
from gtl.random_streams import stream
from gtl.schema import COHORT_PEOPLE, LEFT_OUT, VARIANT_COUNTS
from gtl.simulate.genotypes import SimulatedCohort, simulate_cohort
from gtl.simulate.phenotypes.kinship import kinship, kinship_factor
from gtl.simulate.phenotypes.variance import kinship_matters
from gtl.steps.cohort_files import GENOTYPES, PARTS, counts_of
from gtl.steps.engines import GenotypeEngine
from gtl.steps.panel import read_panel
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.store import Artifact, ArtifactRef, ArtifactWriter, Store

RunPart = Callable[[str, Callable[[ArtifactWriter], None]], ArtifactRef]
"""Makes the genotypes of one chromosome an artefact of their own: (chromosome, what writes them) → reference."""


def write_simulated_cohort(
    out: ArtifactWriter,
    config: StudyConfig,
    panel: Artifact,
    cohort: Cohort,
    cohort_set: str,
    engine: GenotypeEngine | None,
    run_part: RunPart,
) -> None:
    """Simulate one cohort; every file of the final one is sealed."""
    made = _simulate(config, panel, cohort, cohort_set, engine)
    sealed = cohort is Cohort.FINAL
    chromosome = str(made.genotypes.variants.chrom[0]) if len(made.genotypes.variants) else "1"
    part = run_part(chromosome, partial(_write_matrix, made.genotypes, sealed))
    counts = counts_of(made.genotypes)
    out.write_table("variants.parquet", counts, VARIANT_COUNTS)
    out.write_table("left_out.parquet", LEFT_OUT.empty_table().to_pandas(), LEFT_OUT)
    out.write_table("people.parquet", _people(made.genotypes), COHORT_PEOPLE)
    if made.case is not None or config.cohorts.write_gen:
        with out.file("cohort.sample") as path:
            write_sample(made.genotypes.samples, path, made.case)
    if config.cohorts.write_gen:
        with out.file("cohort.gen") as path:
            write_gen(made.genotypes, path)
    out.write_json(PARTS, [(chromosome, part.to_json())])
    if sealed:
        for name in list(out.outputs):
            out.seal(name)


def _write_matrix(genotypes: GenotypeMatrix, sealed: bool, out: ArtifactWriter) -> None:
    with out.file(GENOTYPES) as path:
        write_genotypes(genotypes, path)
    if sealed:
        out.seal(GENOTYPES)


def _people(genotypes: GenotypeMatrix) -> pd.DataFrame:
    n_people, n_variants = genotypes.n_samples, len(genotypes.variants)
    called = np.zeros(n_people, dtype=np.int64)
    het = np.zeros(n_people, dtype=np.int64)
    for start in range(0, n_variants, 4096):
        block = genotypes.dosages[start : start + 4096]
        called += (block >= 0).sum(axis=0)
        het += (block == 1).sum(axis=0)
    return pd.DataFrame(
        {
            "sample": genotypes.samples, "family": "0", "sex": np.zeros(n_people, np.int8), "called": called,
            "het": het, "variants": n_variants,
        }
    )  # fmt: skip


def _simulate(
    config: StudyConfig, artifact: Artifact, cohort: Cohort, cohort_set: str, engine: GenotypeEngine | None
) -> SimulatedCohort:
    wanted, population = CohortSet.parse(cohort_set), cohort.population
    panel = read_panel(artifact, wanted.population)  # all small populations' panels have the same large haplotypes
    own = [wanted.population] if wanted.population and cohort is not Cohort.LARGE else []
    iteration = [wanted.iteration] if wanted.iteration else []
    final = ["final"] if cohort is Cohort.FINAL else []
    return (engine or simulate_cohort)(
        getattr(panel, population),
        panel.genetic_map,
        getattr(config.cohorts, cohort),
        getattr(config.cohorts, f"effective_size_{population}"),
        config.cohorts,
        stream(config.seed, "genotypes", cohort, *own, *iteration),
        "-".join([getattr(config.populations, population), *final, *iteration, ""]),
    )


def write_kinship(
    out: ArtifactWriter, config: StudyConfig, store: Store, genotypes: ArtifactRef, population: Population
) -> None:
    """Cholesky factor of the kinship among a population's people (the small one's with the final cohort).

    Without a share of the variance it would be for nothing, at a cost that grows with the cube of the people: then a
    note stands in its place.
    """
    if not (config.is_simulated and kinship_matters(config.phenotypes)):
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
