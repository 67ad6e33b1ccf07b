"""Module 3: association with case status, and its plots."""

from collections.abc import Mapping

from gtl.association import associate
from gtl.config import StudyConfig
from gtl.domain.cohort import Cohort, Population
from gtl.schema import ASSOCIATION
from gtl.steps.engines import AssociationEngine
from gtl.steps.preparation import read_split
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.store import ArtifactRef, ArtifactWriter, Store


def write_association(
    out: ArtifactWriter,
    config: StudyConfig,
    store: Store,
    genotypes: ArtifactRef,
    split: ArtifactRef,
    population: Population,
    engine: AssociationEngine | None,
) -> None:
    """Test every shared SNP, once in all people that passed quality control, once in the training people alone.

    Plots show the first table; pre-selection uses the second, so that no test person has a say in it.
    """
    people = SharedGenotypes.open(store, genotypes).cohort(Cohort(population))
    parts, case = read_split(store.read(split), population, people.n_samples)
    for name, rows in (("cohort", parts.everyone), ("training", parts.train)):
        table = (engine or associate)(people.take_samples(rows), case[rows], config.association.test)
        out.write_table(f"{name}.parquet", table, ASSOCIATION)


def write_plots(
    out: ArtifactWriter, config: StudyConfig, store: Store, code: str, inputs: Mapping[str, ArtifactRef]
) -> None:
    """Draw Manhattan, QQ and LD plots of both populations; nothing where the settings switch them off."""
