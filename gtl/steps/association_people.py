"""Whom a pass over the genotypes of one population looks at, for which traits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.association.several_traits import TraitValues
from gtl.domain.cohort import Population
from gtl.stage_keys import Branch
from gtl.steps.preparation import read_split
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.steps.traits import read_trait
from gtl.store import Artifact, ArtifactRef, Store

Array = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class AssociationTable:
    """One table to be made: ``trait`` in the people called ``name`` of the split at ``place``."""

    place: int
    name: str
    trait: TraitValues


@dataclass(frozen=True)
class AssociatedPeople:
    """Everybody whom one of the splits names, in the order of the genotypes, and what is to be tested in whom.

    Attributes
    ----------
    samples : (n_people,) ids
    tables
        In the order of the splits.
    """

    samples: npt.NDArray[np.object_]
    tables: tuple[AssociationTable, ...]

    @classmethod
    def read(cls, store: Store, shared: SharedGenotypes, population: Population, splits: Sequence[ArtifactRef]) -> Self:
        """Read the splits of several traits and draws of the roles."""
        artifacts = [store.read(split) for split in splits]
        people = [read_split(artifact, population) for artifact in artifacts]
        samples = shared.in_order(population, np.unique(np.concatenate([table["sample"] for table in people])))
        rows = [pd.Index(samples).get_indexer(pd.Index(table["sample"])) for table in people]
        covariates = _Covariates(len(samples))
        tables: list[AssociationTable] = []
        for place, (split, artifact) in enumerate(zip(splits, artifacts, strict=True)):
            common = covariates.of(artifact, people[place], rows[place])
            tables += _tables(place, Branch.of(split.key), artifact, people[place], rows[place], common)
        return cls(samples, tuple(tables))


def _tables(
    place: int, branch: Branch, artifact: Artifact, people: pd.DataFrame, rows: Rows, covariates: Array
) -> list[AssociationTable]:
    """In all learning people, of the first draw only, which plots show; and in the training people."""
    kind, values = read_trait(artifact).kind, people["value"].to_numpy(dtype=np.float64)
    groups = {"cohort": np.full(len(people), fill_value=True)} if branch.repeat == 1 else {}
    groups |= {"training": (people["part"] == "train").to_numpy()}
    tables = []
    for name, members in groups.items():
        among = np.full(len(covariates), np.nan)
        among[rows[members]] = values[members]
        tables.append(AssociationTable(place, name, TraitValues(branch.code, among, kind, covariates)))
    return tables


class _Covariates:
    """Covariates of everybody: traits whose covariates are the same share a matrix, and so its products."""

    def __init__(self, n_people: int) -> None:
        self._n_people = n_people
        self._found: list[Array] = []

    def of(self, artifact: Artifact, people: pd.DataFrame, rows: Rows) -> Array:
        """(n_people, n_covariates) those of the split's people, and maybe of others; nan where they are not known."""
        n_covariates = len(artifact.read_json("covariates.json"))
        own = np.array(people["covariates"].tolist(), dtype=np.float64).reshape(len(people), n_covariates)
        matrix = next((known for known in self._found if _agree(known, own, rows)), None)
        if matrix is None:
            matrix = np.full((self._n_people, n_covariates), np.nan)
            self._found.append(matrix)
        matrix[rows] = own
        return matrix


def _agree(known: Array, own: Array, rows: Rows) -> bool:
    """Whether all who are in both have the same covariates."""
    if known.shape[1] != own.shape[1]:
        return False
    there = known[rows]
    return bool((np.isnan(there) | (there == own)).all())
