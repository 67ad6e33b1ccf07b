"""What methods learn from: both populations' people at the SNPs of their sub-datasets, and at no other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.domain.cohort import Population
from gtl.methods.base import LearningData, SubDatasets, subset_rows
from gtl.schema import SUBSETS
from gtl.steps.preparation import read_split, split_of
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.steps.traits import read_trait
from gtl.store import Artifact, ArtifactRef, Store

Rows = npt.NDArray[np.intp]
Array = npt.NDArray[np.float64]

MOST_VARIANTS = 50_000
"""Variants that polygenic methods use at the most: neighbours say nearly the same, and all have to fit in memory."""


@dataclass(frozen=True)
class SubsetSnps:
    """The SNPs of some sub-datasets: only these are read.

    Attributes
    ----------
    shared_rows
        Their rows among the shared variants, ascending; ``shared_rows[i]`` is row i of the learning data.
    subsets
        Population → its sub-datasets, in rows of the learning data.
    """

    shared_rows: Rows
    subsets: Mapping[Population, SubDatasets]

    @classmethod
    def read(cls, artifacts: Mapping[Population, Artifact], others: Rows | None = None) -> "SubsetSnps":
        """SNPs that any of the sub-datasets names, and those at the shared rows ``others``."""
        tables = {name: artifact.read_table("subsets.parquet", SUBSETS) for name, artifact in artifacts.items()}
        named = [table["shared_row"] for table in tables.values()]
        rows = np.unique(np.concatenate([*named, [] if others is None else others])).astype(np.intp)
        subsets = {
            name: subset_rows(table["subset"].to_numpy(), np.searchsorted(rows, table["shared_row"].to_numpy()))
            for name, table in tables.items()
        }
        return cls(rows, subsets)


def read_learning_data(
    store: Store, genotypes: ArtifactRef, split: ArtifactRef, population: Population, shared_rows: Rows
) -> LearningData:
    """One population's people who are not sealed, at ``shared_rows``."""
    parts = store.read(split)
    table = read_split(parts, population)
    samples = table["sample"].to_numpy(dtype=object)
    kind, shared = read_trait(parts).kind, SharedGenotypes.open(store, genotypes)
    if table.empty:  # statistics stand for these people
        variants, nobody = shared.variants.take(shared_rows), np.empty((len(shared_rows), 0), dtype=np.int8)
        return LearningData(variants, nobody, np.empty(0), split_of(table), kind=kind, samples=samples)
    people = shared.people(population, samples, shared_rows)
    return LearningData(
        people.variants, people.dosages, table["value"].to_numpy(), split_of(table), kind=kind, samples=samples
    )


def read_covariates(store: Store, split: ArtifactRef, population: Population) -> tuple[tuple[str, ...], Array]:
    """Names of the covariates, and (n_people, n_covariates) of the people of :func:`read_learning_data`."""
    parts = store.read(split)
    names = tuple(parts.read_json("covariates.json"))
    table = read_split(parts, population)
    return names, np.array(table["covariates"].tolist(), dtype=np.float64).reshape(len(table), len(names))


def genome_rows(shared: SharedGenotypes) -> Rows:
    """Shared rows of the variants that polygenic methods use: all, or of more than a maximum evenly spaced ones."""
    kept = shared.kept
    if len(kept) <= MOST_VARIANTS:
        return kept
    return kept[np.linspace(0, len(kept) - 1, MOST_VARIANTS).astype(np.intp)]


class StoredNetworks(Mapping[tuple[str, int], bytes]):
    """The large population's networks, read from the store one by one, each checked against its hash."""

    def __init__(self, store: Store, ref: ArtifactRef) -> None:
        index = store.read(ref).read_json("index.json")
        self._parts = {name: store.read(ArtifactRef.from_json(part)) for name, part in index.items()}
        self._keys = [
            (name, int(file.removesuffix(".keras").rpartition("-")[2]))
            for name, part in self._parts.items()
            for file in part.files
            if file.endswith(".keras")
        ]

    def __getitem__(self, key: tuple[str, int]) -> bytes:
        name, subset = key
        return self._parts[name].read_bytes(f"{network_file(subset)}.keras")

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


def network_file(subset: int) -> str:
    """File name, without its ending, of the network that was trained on a sub-dataset."""
    return f"subset-{subset:02d}"
