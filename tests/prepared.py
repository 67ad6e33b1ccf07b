"""A phenotype prepared for the methods: the stages of Modules 1 to 4, in this process."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from gtl import stages
from gtl.config import StudyConfig
from gtl.domain.cohort import Cohort, Population
from gtl.steps.association_parts import chromosomes_of
from gtl.steps.engines import AssociationEngine
from gtl.store import ArtifactRef, Store

# A study whose stages take seconds altogether; several tests change it further.
SMALL_STUDY = (
    "panel.sequence_length=100000", "cohorts.large=60", "cohorts.small=40", "cohorts.final=20",
    "split.large_train=40", "split.large_validation=10", "split.large_test=10",
    "split.small_train=20", "split.small_validation=8", "split.small_test=12",
    "phenotypes.risk_snps=[3]", "phenotypes.iterations=1",
    # So wide that some SNP passes, whatever is drawn.
    "preselection.p_values_large=[1e-5, 1e-3, 0.05]", "preselection.p_values_small=[1e-3, 0.01, 0.05]",
)  # fmt: skip


def at_once(function: Callable[..., Any], *args: Any, **kwargs: Any) -> "Future[Any]":
    """Call the function in this process: stands for the processes that a study is run in."""
    done = Future[Any]()
    done.set_result(function(*args, **kwargs))
    return done


@dataclass(frozen=True)
class Prepared:
    """References to what the stages of Modules 4 and 5 take."""

    genotypes: ArtifactRef
    people: ArtifactRef
    phenotype: ArtifactRef
    split: ArtifactRef
    subsets: dict[str, ArtifactRef]

    @property
    def inputs(self) -> dict[str, ArtifactRef]:
        """Arguments that every method takes."""
        return {"genotypes": self.genotypes, "split": self.split, **self.subsets}


def prepare(config: StudyConfig, store: Store, code: str) -> Prepared:
    """Run every stage before the networks and the methods."""
    panel = stages.build_panel(config, store)
    cohorts = [stages.make_cohort(config, store, cohort.value, panel) for cohort in Cohort]
    genotypes = stages.match_variants(config, store, *cohorts)
    people = stages.check_people(config, store, genotypes)
    phenotype = make_phenotype(config, store, code, genotypes, people)
    split = stages.split_samples(config, store, code, phenotype, people)
    subsets = {}
    for name in (population.value for population in Population):
        tested = associations(config, store, name, genotypes, split)
        subsets[f"subsets_{name}"] = stages.preselect_snps(config, store, code, name, genotypes, tested)
    return Prepared(genotypes, people, phenotype, split, subsets)


def associations(
    config: StudyConfig,
    store: Store,
    population: str,
    genotypes: ArtifactRef,
    split: ArtifactRef,
    engine: AssociationEngine | None = None,
) -> dict[str, ArtifactRef]:
    """A pass over each chromosome for one trait."""
    return {
        chromosome: stages.associate(config, store, chromosome, population, genotypes, [split], engine)
        for chromosome in chromosomes_of(store, genotypes)
    }


def make_phenotype(
    config: StudyConfig, store: Store, code: str, genotypes: ArtifactRef, people: ArtifactRef
) -> ArtifactRef:
    """Run the stages between the people and one of their traits, and that trait's."""
    traits = stages.list_traits(config, store, genotypes)
    return stages.make_trait(config, store, code, genotypes, people, traits)
