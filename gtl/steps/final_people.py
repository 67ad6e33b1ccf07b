"""The sealed final people: read once, for the score, by the stage that opens the seal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.domain.cohort import Cohort, Population
from gtl.domain.dosages import Dosages
from gtl.domain.trait import Trait
from gtl.learn.model_card import sha256_of
from gtl.steps.cohort_files import GENOTYPES, CohortFiles
from gtl.steps.phenotypes import read_phenotype
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.steps.traits import read_trait
from gtl.store import ArtifactRef, Store


@dataclass(frozen=True, eq=False)
class FinalPeople:
    """Final people at the variants of the chosen models.

    Attributes
    ----------
    trait
        What is predicted.
    samples, value, covariates
        (n_people,) ids and trait, and (n_people, n_covariates).
    dosages
        (n_variants, n_people), counted alleles as in training.
    rows
        Method → its variants, as rows of ``dosages``.
    """

    trait: Trait
    samples: npt.NDArray[np.object_]
    value: npt.NDArray[np.float64]
    covariates: npt.NDArray[np.float64]
    dosages: Dosages
    rows: Mapping[str, npt.NDArray[np.intp]]


def read_final(store: Store, inputs: Mapping[str, ArtifactRef], keys: Mapping[str, Sequence[str]]) -> FinalPeople:
    """Open the seal: genotypes at the variants called ``keys`` (by method) and the trait of the final people."""
    shared, phenotype = SharedGenotypes.open(store, inputs["genotypes"]), store.read(inputs["phenotype"], unseal=True)
    table = read_phenotype(phenotype, Cohort.FINAL)
    samples = table["sample"].to_numpy(dtype=object)
    by_method = {method: shared.rows_of(names) for method, names in keys.items()}
    union = np.unique(np.concatenate([np.empty(0, np.intp), *by_method.values()]))
    people = shared.people(Population.SMALL, samples, union, unseal=True)
    names = phenotype.read_json("covariates.json")
    return FinalPeople(
        read_trait(phenotype),
        samples,
        table["value"].to_numpy(),
        np.array(table["covariates"].tolist(), dtype=np.float64).reshape(len(table), len(names)),
        people.dosages,
        {method: np.searchsorted(union, rows) for method, rows in by_method.items()},
    )


def final_hash(store: Store, inputs: Mapping[str, ArtifactRef]) -> str:
    """Hash of the final people's genotypes and trait, from the manifests: no genotype or trait is read for it.

    Of the files' content alone: people that are made again, by another release or with other settings, are the same.
    """
    shared = SharedGenotypes.open(store, inputs["genotypes"])
    refs = [shared.cohort_ref(cohort) for cohort in (Cohort.FINAL, Cohort.SMALL)]
    cohorts = [CohortFiles.open(store, ref, unseal=True) for ref in refs]
    parts = next(cohort.parts for cohort in cohorts if cohort.exists)
    genotypes = [store.read(part).manifest.outputs[GENOTYPES]["sha256"] for part in parts.values()]
    phenotypes = store.read(inputs["phenotype"]).manifest.outputs["final.parquet"]["sha256"]
    return sha256_of(" ".join([*genotypes, phenotypes]).encode())
