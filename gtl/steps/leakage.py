"""Where the leakage guards (:mod:`gtl.evaluate.guards`) meet a study's artefacts."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from gtl.domain.cohort import Cohort, Population
from gtl.domain.dosages import counted_other
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.evaluate.guards import (
    check_ids_differ,
    check_people_differ,
    check_predicts_alone,
    check_selected_on_training,
    check_trained_on_training,
)
from gtl.evaluate.likeness import LikenessCheck
from gtl.methods.base import Candidate, MethodContext, SubDatasets
from gtl.schema import ASSOCIATION
from gtl.steps.cohort_files import CohortFiles
from gtl.store import Artifact, ArtifactRef, Store

LIKENESS = "likeness.json"
"""File with what was found, of simulated people; real ones are looked at as :mod:`gtl.steps.people` does."""

_COMPARED = 2000
"""Shared variants, evenly from everywhere, of which the common ones are compared between people."""


def check_cohorts(store: Store, cohorts: Mapping[Cohort, ArtifactRef], shared: pd.DataFrame) -> LikenessCheck:
    """No sample id and no person may be in a study twice; looks at all cohorts' genotypes, the final one's, too.

    Parameters
    ----------
    shared
        Table SHARED of the cohorts.
    """
    rows = np.unique(np.linspace(0, len(shared) - 1, _COMPARED).astype(np.intp))
    people = {str(cohort): _read(store, cohort, ref, shared.iloc[rows]) for cohort, ref in cohorts.items()}
    check_ids_differ({f"the {cohort} cohort": matrix.samples for cohort, matrix in people.items()})
    return check_people_differ(people)


def check_selection(subsets: Mapping[Population, Artifact], context: MethodContext) -> None:
    """SNPs must have been selected by training people alone; ``subsets`` are the artefacts behind the context's."""
    for population, artifact in subsets.items():
        data, numbered = (
            (context.large, context.subsets_large)
            if population is Population.LARGE
            else (context.small, context.subsets_small)
        )
        if not len(data.value):  # statistics of other people chose
            continue
        selected = artifact.read_table("selected.parquet", ASSOCIATION)
        check_selected_on_training(selected, data, _all_rows(numbered), population.value)


def check_chosen(candidate: Candidate, context: MethodContext, nested: bool = False) -> None:
    """The chosen model must be trained on training people (``nested``: on learning people), and complete before it
    meets the test people.
    """
    check_trained_on_training(candidate, context.large, context.small, nested)
    check_predicts_alone(candidate, context.small.take(candidate.rows, context.small.split.test))


def _all_rows(subsets: SubDatasets) -> "np.ndarray[tuple[int], np.dtype[np.intp]]":
    return np.unique(np.concatenate([np.empty(0, np.intp), *subsets.values()]))


def _read(store: Store, cohort: Cohort, ref: ArtifactRef, shared: pd.DataFrame) -> GenotypeMatrix:
    files = CohortFiles.open(store, ref, unseal=cohort is Cohort.FINAL)
    (chromosome,) = shared["chrom"].unique()
    matrix = files.read(str(chromosome), shared[f"{cohort}_row"].to_numpy(dtype=np.intp))
    flip = np.zeros(len(shared), bool) if cohort is Cohort.LARGE else shared[f"{cohort}_flip"].to_numpy()
    columns = {name: shared[name].to_numpy(dtype=object) for name in ("chrom", "rsid", "ref", "alt")}
    variants = Variants(pos=shared["pos"].to_numpy(), **columns)
    return GenotypeMatrix(variants, matrix.samples, counted_other(matrix.dosages, flip))
