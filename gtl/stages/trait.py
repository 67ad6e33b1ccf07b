"""One trait before and after the pass over the genotypes: values and roles; pictures, pre-selection, networks."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gtl import stage_settings as settings
from gtl import steps
from gtl.config import StudyConfig
from gtl.domain.cohort import Population
from gtl.stage_code import code_of
from gtl.stage_keys import Branch, branch_key
from gtl.steps.association_parts import own_parts
from gtl.steps.trait_list import trait_columns
from gtl.store import ArtifactRef, Store

if TYPE_CHECKING:
    from gtl.steps.engines import PhenotypeEngine


def make_trait(
    config: StudyConfig,
    store: Store,
    code: str,
    genotypes: ArtifactRef,
    people: ArtifactRef,
    traits: ArtifactRef,
    engine: "PhenotypeEngine | None" = None,
    repeat: int = 1,
) -> ArtifactRef:
    """One trait of both populations, simulated or from the tables; the final people's values are sealed.

    ``code``, here and below, is the trait's name; ``repeat`` the draw of the roles, from 1.
    """
    config = config.of_trait(code)
    inputs = {"genotypes": genotypes} if config.is_simulated else {"genotypes": genotypes, "people": people}
    # Of the list of traits its own column alone: another trait on it changes nothing of this one.
    column = "" if config.is_simulated else trait_columns(store.read(traits))[code]

    def compute(out: Any) -> None:
        if config.is_simulated:
            steps.phenotypes.write_phenotype(out, config, store, code, inputs, engine)
        else:
            steps.traits.write_imported_trait(out, config, store, code, column, repeat, inputs)

    return store.run(
        f"{branch_key(config, code, repeat)}/phenotype",
        compute,
        inputs=inputs,
        params=settings.trait(config) | ({"column": column} if column else {}),
        code=(
            code_of("phenotypes.write_phenotype", config.engines.phenotypes)
            if config.is_simulated
            else code_of("traits.write_imported_trait")
        ),
    )


def split_samples(
    config: StudyConfig, store: Store, code: str, phenotype: ArtifactRef, people: ArtifactRef, repeat: int = 1
) -> ArtifactRef:
    """Training, tuning and choosing people of both populations, among those who are not sealed."""
    config = config.of_trait(code)
    return store.run(
        f"{branch_key(config, code, repeat)}/split",
        lambda out: steps.preparation.write_split(out, config, code, repeat, store.read(phenotype), store.read(people)),
        inputs={"phenotype": phenotype, "people": people},
        params=settings.split(config),
        code=code_of("preparation.write_split"),
    )


def plot_association(
    config: StudyConfig,
    store: Store,
    code: str,
    genotypes: ArtifactRef,
    phenotype: ArtifactRef,
    split: ArtifactRef,
    association_large: Mapping[str, ArtifactRef],
    association_small: Mapping[str, ArtifactRef],
) -> ArtifactRef:
    """Manhattan, QQ and LD plots of both populations, PNG and SVG.

    ``association_*``, here and below, are chromosome → what :func:`associate` returned.
    """
    config = config.of_trait(code)
    passes = {Population.LARGE: association_large, Population.SMALL: association_small}
    parts = {name: own_parts(config, store, made, Branch(code), name) for name, made in passes.items()}
    inputs = {"genotypes": genotypes, "phenotype": phenotype, "split": split}
    for name, of_population in parts.items():
        inputs |= _by_chromosome(of_population, name)
    return store.run(
        f"{branch_key(config, code)}/plots",
        lambda out: steps.association_plots.write_plots(out, config, store, code, inputs, parts),
        inputs=inputs,
        params=settings.plots(config),
        code=code_of("association_plots.write_plots"),
    )


def preselect_snps(
    config: StudyConfig,
    store: Store,
    code: str,
    population: str,
    genotypes: ArtifactRef,
    association: Mapping[str, ArtifactRef],
    repeat: int = 1,
) -> ArtifactRef:
    """The sub-datasets of a population: SNPs that pass each threshold among its training people."""
    config = config.of_trait(code)
    parts = own_parts(config, store, association, Branch(code, repeat), population)
    return store.run(
        f"{branch_key(config, code, repeat)}/subsets_{population}",
        lambda out: steps.preparation.write_subsets(out, config, store, genotypes, parts, Population(population)),
        inputs={"genotypes": genotypes} | _by_chromosome(parts, "association"),
        params=settings.preselection(config),
        code=code_of("preparation.write_subsets"),
    )


def train_networks(
    config: StudyConfig,
    store: Store,
    code: str,
    genotypes: ArtifactRef,
    split: ArtifactRef,
    subsets_large: ArtifactRef,
) -> ArtifactRef:
    """Every network on every sub-dataset of the large population, saved with model cards."""
    config = config.of_trait(code)
    inputs = {"genotypes": genotypes, "split": split, "subsets": subsets_large}
    key = f"{branch_key(config, code)}/networks"
    return store.run(
        key,
        lambda out: steps.training.write_networks(out, config, store, code, key, inputs),
        inputs=inputs,
        params=settings.networks(config),
        code=code_of("training.write_networks"),
    )


def _by_chromosome(parts: Mapping[str, ArtifactRef], name: str) -> dict[str, ArtifactRef]:
    return {f"{name} chr{chromosome}": ref for chromosome, ref in parts.items()}
