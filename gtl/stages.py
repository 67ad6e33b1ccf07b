"""The table of contents: every stage of a study, in the order of the paper's modules.

A stage takes the settings, the store and references to earlier artefacts, and returns a reference to its own. The
DAG, the command line and the tests all go through these functions. Each is a transaction of
:meth:`gtl.store.Store.run`: a stage whose inputs, settings and code are unchanged is skipped. What a stage does is in
:mod:`gtl.steps`.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gtl import steps
from gtl.config import StudyConfig
from gtl.config.study import SHARED_COHORTS
from gtl.domain.cohort import Cohort, Population
from gtl.steps.panel_key import panel_key, panel_params
from gtl.store import ArtifactRef, Store

if TYPE_CHECKING:
    from gtl.steps.engines import AssociationEngine, GenotypeEngine, PhenotypeEngine


# Module 1: genotypes


def build_panel(config: StudyConfig, store: Store) -> ArtifactRef:
    """Reference haplotypes of both populations; kept outside the study, since studies can share a panel."""
    params = panel_params(config)
    return store.run(panel_key(params), lambda out: steps.panel.write_panel(out, config), params=params)


def simulate_cohort(
    config: StudyConfig,
    store: Store,
    cohort: str,
    panel: ArtifactRef,
    engine: "GenotypeEngine | None" = None,
    cohort_set: str = SHARED_COHORTS,
) -> ArtifactRef:
    """People of one cohort (large, small, final), resampled from the panel's haplotypes.

    ``cohort_set``, here and below, is one of :meth:`gtl.config.StudyConfig.cohort_sets`.
    """
    return store.run(
        f"{_people(config, cohort_set)}/cohorts/{cohort}",
        lambda out: steps.cohorts.write_cohort(out, config, store.read(panel), Cohort(cohort), cohort_set, engine),
        inputs={"panel": panel},
        params=_cohort_params(config),
    )


def harmonise_variants(
    config: StudyConfig,
    store: Store,
    large: ArtifactRef,
    small: ArtifactRef,
    final: ArtifactRef,
    cohort_set: str = SHARED_COHORTS,
) -> ArtifactRef:
    """The SNPs that both populations have, with one counted allele each: the genotypes from here on."""
    cohort_refs = {Cohort.LARGE: large, Cohort.SMALL: small, Cohort.FINAL: final}
    return store.run(
        f"{_people(config, cohort_set)}/genotypes",
        lambda out: steps.cohorts.write_shared_variants(out, store, cohort_refs),
        inputs={cohort.value: ref for cohort, ref in cohort_refs.items()},
        params={},
    )


def compute_kinship(
    config: StudyConfig, store: Store, population: str, genotypes: ArtifactRef, cohort_set: str = SHARED_COHORTS
) -> ArtifactRef:
    """Cholesky factor of a population's kinship; once for all phenotypes of these people."""
    from gtl.simulate.phenotypes.variance import kinship_matters

    unused = {} if kinship_matters(config.phenotypes) else {"unused": True}
    return store.run(
        f"{_people(config, cohort_set)}/kinship/{population}",
        lambda out: steps.cohorts.write_kinship(out, config, store, genotypes, Population(population)),
        inputs={"genotypes": genotypes},
        params=config.phenotypes.model_dump(include={"standardise_kinship", "impute_missing"}) | unused,
    )


# Module 2: phenotypes


def simulate_phenotype(
    config: StudyConfig,
    store: Store,
    code: str,
    genotypes: ArtifactRef,
    kinship_large: ArtifactRef,
    kinship_small: ArtifactRef,
    engine: "PhenotypeEngine | None" = None,
) -> ArtifactRef:
    """Liability and case status of one phenotype in both populations; the final cohort's are sealed."""
    inputs = {"genotypes": genotypes, "kinship_large": kinship_large, "kinship_small": kinship_small}
    return _branch_stage(
        config, store, code, "phenotype",
        lambda out: steps.phenotypes.write_phenotype(out, config, store, code, inputs, engine),
        inputs,
        _phenotype_params(config),
    )  # fmt: skip


# Modules 3 and 4: quality control, splits, association, pre-selection, models


def control_quality(
    config: StudyConfig, store: Store, code: str, genotypes: ArtifactRef, phenotype: ArtifactRef
) -> ArtifactRef:
    """Variants and samples that pass quality control, each population by itself, and why the others do not."""
    return _branch_stage(
        config, store, code, "quality",
        lambda out: steps.preparation.write_quality(out, config, store, genotypes, store.read(phenotype)),
        {"genotypes": genotypes, "phenotype": phenotype},
        _params(config, "quality_control"),
    )  # fmt: skip


def split_samples(
    config: StudyConfig, store: Store, code: str, phenotype: ArtifactRef, quality: ArtifactRef
) -> ArtifactRef:
    """Training, validation and test people of both populations."""
    return _branch_stage(
        config, store, code, "split",
        lambda out: steps.preparation.write_split(out, config, code, store.read(phenotype), store.read(quality)),
        {"phenotype": phenotype, "quality": quality},
        _params(config, "split"),
    )  # fmt: skip


def associate(
    config: StudyConfig,
    store: Store,
    code: str,
    population: str,
    genotypes: ArtifactRef,
    split: ArtifactRef,
    engine: "AssociationEngine | None" = None,
) -> ArtifactRef:
    """Every shared SNP against case status: in the whole cohort (for plots), and in its training people."""
    return _branch_stage(
        config, store, code, f"association_{population}",
        lambda out: steps.association.write_association(
            out, config, store, genotypes, split, Population(population), engine
        ),
        {"genotypes": genotypes, "split": split},
        {"test": config.association.test, "engine": config.engines.association},
    )  # fmt: skip


def plot_association(
    config: StudyConfig,
    store: Store,
    code: str,
    genotypes: ArtifactRef,
    phenotype: ArtifactRef,
    split: ArtifactRef,
    association_large: ArtifactRef,
    association_small: ArtifactRef,
) -> ArtifactRef:
    """Manhattan, QQ and LD plots of both populations, PNG and SVG."""
    inputs = {
        "genotypes": genotypes, "phenotype": phenotype, "split": split,
        "large": association_large, "small": association_small,
    }  # fmt: skip
    return _branch_stage(
        config, store, code, "plots",
        lambda out: steps.association.write_plots(out, config, store, code, inputs),
        inputs,
        _params(config, "association", "populations"),
    )  # fmt: skip


def preselect_snps(
    config: StudyConfig, store: Store, code: str, population: str, quality: ArtifactRef, association: ArtifactRef
) -> ArtifactRef:
    """The sub-datasets of a population: SNPs that pass each threshold among its training people."""
    return _branch_stage(
        config, store, code, f"subsets_{population}",
        lambda out: steps.preparation.write_subsets(
            out, config, store.read(quality), store.read(association), Population(population)
        ),
        {"quality": quality, "association": association},
        _params(config, "preselection"),
    )  # fmt: skip


def train_networks(
    config: StudyConfig,
    store: Store,
    code: str,
    genotypes: ArtifactRef,
    split: ArtifactRef,
    subsets_large: ArtifactRef,
) -> ArtifactRef:
    """Every network on every sub-dataset of the large population, saved with model cards."""
    inputs = {"genotypes": genotypes, "split": split, "subsets": subsets_large}
    return _branch_stage(
        config, store, code, "networks",
        lambda out: steps.training.write_networks(
            out, config, store, code, f"{_branch(config, code)}/networks", inputs
        ),
        inputs,
        _params(config, "training") | {"metric": config.selection.metric.value},
    )  # fmt: skip


# Module 5: transfer, choice and the one final score


def apply_method(
    config: StudyConfig,
    store: Store,
    code: str,
    method: str,
    genotypes: ArtifactRef,
    split: ArtifactRef,
    subsets_large: ArtifactRef,
    subsets_small: ArtifactRef,
    networks: ArtifactRef | None = None,
    phenotype: ArtifactRef | None = None,
) -> ArtifactRef:
    """All candidates of one method, and the one that the small population's test people choose.

    ``networks`` are for methods whose registry row needs them; ``phenotype``, which holds the truth, for the oracle
    alone: :class:`gtl.errors.LeakageError` for any other method.
    """
    inputs = {"genotypes": genotypes, "split": split, "subsets_large": subsets_large, "subsets_small": subsets_small}
    inputs |= {name: ref for name, ref in (("networks", networks), ("phenotype", phenotype)) if ref is not None}
    return _branch_stage(
        config, store, code, method,
        lambda out: steps.transfer.write_method(out, config, store, code, method, inputs),
        inputs,
        _method_params(config, needs_truth=phenotype is not None),
    )  # fmt: skip


def score_final(
    config: StudyConfig,
    store: Store,
    code: str,
    genotypes: ArtifactRef,
    phenotype: ArtifactRef,
    methods: Mapping[str, ArtifactRef | None],
) -> ArtifactRef:
    """The chosen model of each method, scored once on the sealed final cohort."""
    applied = {name: ref for name, ref in methods.items() if ref is not None}
    inputs = {"genotypes": genotypes, "phenotype": phenotype, **applied}
    return _branch_stage(
        config, store, code, "scores",
        lambda out: steps.transfer.write_scores(
            out, config, store, code, f"{_study(config)}/openings", inputs, list(applied)
        ),
        inputs,
        _params(config, "selection"),
    )  # fmt: skip


# Fan-in: tables and report


def tabulate_results(
    config: StudyConfig,
    store: Store,
    scores: Sequence[ArtifactRef],
    subsets_large: Sequence[ArtifactRef],
    subsets_small: Sequence[ArtifactRef],
) -> ArtifactRef:
    """The long results table of all phenotypes, and the paper's tables made from it."""
    groups = scores, subsets_large, subsets_small
    return store.run(
        f"{_study(config)}/results",
        lambda out: steps.results.write_results(out, config, *([store.read(ref) for ref in refs] for refs in groups)),
        inputs=_numbered(*groups),
        params=_params(config, "phenotypes", "populations", "preselection", "selection", "transfer"),
    )


def write_report(config: StudyConfig, store: Store, results: ArtifactRef, plots: Sequence[ArtifactRef]) -> ArtifactRef:
    """One self-contained HTML page: what was asked, what came out, how sure it is, and what it cost."""
    codes = [str(code) for code in config.codes()]
    return store.run(
        f"{_study(config)}/report",
        lambda out: steps.results.write_report(
            out, config, store, store.read(results), dict(zip(codes, map(store.read, plots), strict=True))
        ),
        inputs={"results": results} | _numbered(plots),
        params=config.model_dump(mode="json", exclude={"store"}),
    )


def _study(config: StudyConfig) -> str:
    return f"studies/{config.name}"


def _people(config: StudyConfig, cohort_set: str) -> str:
    return _study(config) if cohort_set == SHARED_COHORTS else f"{_study(config)}/iterations/{cohort_set}"


def _branch(config: StudyConfig, code: str) -> str:
    return f"{_study(config)}/phenotypes/{code}"


def _params(config: StudyConfig, *sections: str) -> dict[str, Any]:
    return {"seed": config.seed, **config.model_dump(mode="json", include=set(sections))}


def _cohort_params(config: StudyConfig) -> dict[str, Any]:
    # Which other people the study has changes none of these; the key says which set they are.
    cohorts = config.cohorts.model_dump(mode="json", exclude={"fresh"})
    return _params(config, "populations") | {"cohorts": cohorts, "engine": config.engines.genotypes}


def _phenotype_params(config: StudyConfig) -> dict[str, Any]:
    # Which other phenotypes the study has changes none of this one. Younger settings are mentioned only where they are
    # not the default, so that studies from before one could ask for them count as finished.
    younger = {"permute_labels": False, "causal_overlap": 1.0}
    phenotypes = config.phenotypes.model_dump(mode="json", exclude={"risk_snps", "iterations"})
    phenotypes = {name: value for name, value in phenotypes.items() if name not in younger or younger[name] != value}
    return _params(config, "populations") | {"phenotypes": phenotypes, "engine": config.engines.phenotypes}


def _method_params(config: StudyConfig, needs_truth: bool) -> dict[str, Any]:
    # Which other methods the study compares with changes nothing of this one.
    transfer = config.transfer.model_dump(mode="json", exclude={"methods"})
    threshold = {"threshold": config.phenotypes.threshold} if needs_truth else {}
    return _params(config, "classical", "training", "selection") | {"transfer": transfer} | threshold


def _numbered(*groups: Sequence[ArtifactRef]) -> dict[str, ArtifactRef]:
    return {f"{group}-{number:04d}": ref for group, refs in enumerate(groups) for number, ref in enumerate(refs)}


def _branch_stage(
    config: StudyConfig,
    store: Store,
    code: str,
    name: str,
    compute: Any,
    inputs: Mapping[str, ArtifactRef],
    params: Mapping[str, Any],
) -> ArtifactRef:
    return store.run(f"{_branch(config, code)}/{name}", compute, inputs=inputs, params=params)
