"""Module 2: one phenotype in both populations."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from gtl.config import StudyConfig
from gtl.domain.cohort import Cohort, Population
from gtl.domain.phenotype import PhenotypeTable
from gtl.domain.phenotype_code import PhenotypeCode
from gtl.domain.trait import TraitKind
from gtl.formats.oxford import write_sample
from gtl.formats.private_file import made_private
from gtl.formats.twentythreeandme import write_people
from gtl.random_streams import stream
from gtl.schema import CAUSAL, COMPONENTS, LIABILITY, LOST_PEOPLE, PHENOTYPE
from gtl.simulate.phenotypes.outputs import snp_list_text
from gtl.simulate.phenotypes.population import PhenotypeEngine, simulate_builtin
from gtl.simulate.phenotypes.study import StudyPhenotypes, check_both_classes, simulate_study_phenotypes
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.steps.simulated_people import SimulatedPeople
from gtl.store import Artifact, ArtifactRef, ArtifactWriter, Store


def write_phenotype(
    out: ArtifactWriter,
    config: StudyConfig,
    store: Store,
    code: str,
    inputs: Mapping[str, ArtifactRef],
    engine: PhenotypeEngine | None,
) -> None:
    """Simulate the phenotype, with permuted labels if the settings say so; the final cohort's part is sealed.

    Beside who is a case lies the truth: the liability, causal SNPs and components of the variance.
    """
    genotypes = SharedGenotypes.open(store, inputs["genotypes"])
    people = {population: SimulatedPeople(genotypes, population) for population in Population}
    made = _simulate(config, PhenotypeCode.parse(code), people, engine)
    for cohort, table in _tables(config, code, people, made).items():
        _write_cohort(out, cohort, table)
    out.write_json(
        "trait.json", {"slug": code, "kind": TraitKind.BINARY.value, "coding": "liability above the threshold"}
    )
    out.write_json("covariates.json", [])
    out.write_table("lost.parquet", LOST_PEOPLE.empty_table().to_pandas(), LOST_PEOPLE)
    out.write_table("causal.parquet", made.causal, CAUSAL)
    out.write_table("components.parquet", made.components, COMPONENTS)
    out.write_text("snps.txt", snp_list_text(genotypes.variants.rsid))
    out.write_text("causal_snps.txt", snp_list_text(made.causal["rsid"].unique()))
    if config.phenotypes.write_23andme:
        _write_23andme(out, genotypes)


def read_phenotype(artifact: Artifact, cohort: Cohort) -> pd.DataFrame:
    """Table PHENOTYPE of one cohort; the final one's needs an unsealed artefact."""
    return artifact.read_table(f"{cohort}.parquet", PHENOTYPE)


def _simulate(
    config: StudyConfig,
    code: PhenotypeCode,
    people: Mapping[Population, SimulatedPeople],
    engine: PhenotypeEngine | None,
) -> StudyPhenotypes:
    return simulate_study_phenotypes(
        people[Population.LARGE],
        people[Population.SMALL],
        config.phenotypes,
        code,
        config.seed,
        engine or simulate_builtin,
        n_reference=config.cohorts.small,
    )


def _tables(
    config: StudyConfig, code: str, people: Mapping[Population, SimulatedPeople], made: StudyPhenotypes
) -> dict[Cohort, PhenotypeTable]:
    tables = {}
    for population in Population:
        liability = getattr(made, population)[:, 0]
        table = PhenotypeTable.from_liability(people[population].samples, liability, config.phenotypes.threshold)
        tables[population] = table
    n_small = config.cohorts.small
    cohorts = {
        Cohort.LARGE: tables[Population.LARGE],
        Cohort.SMALL: tables[Population.SMALL].take(slice(0, n_small)),
        Cohort.FINAL: tables[Population.SMALL].take(slice(n_small, None)),
    }
    for cohort in (Cohort.LARGE, Cohort.SMALL):
        check_both_classes(cohorts[cohort].case, PhenotypeCode.parse(code), cohort.value)
    return _permuted(cohorts, config, code) if config.phenotypes.permute_labels else cohorts


def _permuted(cohorts: Mapping[Cohort, PhenotypeTable], config: StudyConfig, code: str) -> dict[Cohort, PhenotypeTable]:
    return {
        cohort: table.permuted(stream(config.seed, "permuted labels", code, cohort))
        for cohort, table in cohorts.items()
    }


def _write_cohort(out: ArtifactWriter, cohort: Cohort, table: PhenotypeTable) -> None:
    values = {"sample": table.samples, "value": table.case.astype(np.float64)}
    covariates = [np.empty(0) for _ in table.samples]
    liability = pd.DataFrame({"sample": table.samples, "liability": table.liability})
    out.write_table(f"{cohort}.parquet", pd.DataFrame({**values, "covariates": covariates}), PHENOTYPE)
    out.write_table(f"{cohort}_liability.parquet", liability, LIABILITY)
    if cohort is Cohort.FINAL:
        out.seal(f"{cohort}.parquet")
        out.seal(f"{cohort}_liability.parquet")
    else:
        with out.file(f"{cohort}.sample") as path:
            write_sample(table.samples, path, table.case)


def _write_23andme(out: ArtifactWriter, genotypes: SharedGenotypes) -> None:
    for population in Population:
        shown = genotypes.cohort(Cohort(population))
        with out.file(f"{population}_23andme.zip") as path:
            made_private(path)
            write_people(shown, path)
