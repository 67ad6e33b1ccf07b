"""Every stage of a study as a function of the settings, the store and earlier artefacts, in the order of the flow.

A stage returns a reference to its own artefact. The DAG, the command line and the tests all go through these
functions, in the order that :mod:`gtl.flow` states. Each is a transaction of :meth:`gtl.store.Store.run`: a stage whose
inputs, settings and code are unchanged is skipped. What a stage does is in :mod:`gtl.steps`; which settings it depends
on, in :mod:`gtl.stage_settings`.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from gtl import stage_settings as settings
from gtl import steps
from gtl.cohort_jobs import cohort_job, part_of, settings_of_cohort
from gtl.config import StudyConfig
from gtl.config.study import SHARED_COHORTS
from gtl.domain.cohort import Cohort, Population
from gtl.domain.cohort_set import CohortSet
from gtl.methods.registry import method_info
from gtl.stage_code import code_of, code_of_method, code_of_tables
from gtl.stage_keys import Branch, branch_key, linkage_key, openings_key, people_key, study_key
from gtl.steps.association_parts import own_parts, part_key, pass_key
from gtl.steps.panel_key import panel_key, panel_params
from gtl.steps.trait_list import trait_columns
from gtl.store import ArtifactRef, ArtifactWriter, Job, Store

if TYPE_CHECKING:
    from gtl.steps.engines import AssociationEngine, GenotypeEngine, PhenotypeEngine
    from gtl.steps.sources import Part


# People and their genotypes


def build_panel(config: StudyConfig, store: Store) -> ArtifactRef:
    """Reference haplotypes of both populations; kept outside the study, since studies can share a panel.

    A study of real people has none: a note stands in its place.
    """
    if not config.is_simulated:
        return store.run(f"{study_key(config)}/no_panel", steps.panel.write_no_panel, params={})
    params = panel_params(config)
    return store.run(
        panel_key(params),
        lambda out: steps.panel.write_panel(out, config),
        params=params,
        code=code_of("panel.write_panel"),
    )


def import_chromosome(
    config: StudyConfig,
    store: Store,
    cohort: str,
    chromosome: str,
    panel: ArtifactRef,
    cohort_set: str = SHARED_COHORTS,
) -> ArtifactRef:
    """One chromosome of a cohort's files: what :func:`make_cohort` would make of it, which then finds it finished."""
    config = settings_of_cohort(config, cohort_set, Cohort(cohort))
    return _run(
        store,
        part_of(cohort_job(config, cohort_set, Cohort(cohort), panel), chromosome),
        lambda out: steps.imports.write_imported_chromosome(
            out, getattr(config.files, cohort), Cohort(cohort), chromosome
        ),
    )


def make_cohort(
    config: StudyConfig,
    store: Store,
    cohort: str,
    panel: ArtifactRef,
    engine: "GenotypeEngine | None" = None,
    cohort_set: str = SHARED_COHORTS,
    small: ArtifactRef | None = None,
) -> ArtifactRef:
    """People of one cohort (large, small, final): resampled from the panel's haplotypes, or imported from files.

    ``cohort_set``, here and below, is one of :meth:`gtl.config.StudyConfig.cohort_sets`. The final cohort takes its
    people from the ``small`` one where an engine made them in one run.
    """
    config = settings_of_cohort(config, cohort_set, Cohort(cohort))
    job = cohort_job(config, cohort_set, Cohort(cohort), panel, small)

    def run_part(chromosome: str, compute: Any) -> ArtifactRef:
        return _run(store, part_of(job, chromosome), compute)

    def compute(out: Any) -> None:
        if config.is_simulated:
            steps.cohorts.write_simulated_cohort(
                out, config, store, panel, Cohort(cohort), cohort_set, engine, run_part, small
            )
        else:
            steps.imports.write_imported_cohort(
                out, getattr(config.files, cohort), Cohort(cohort), run_part, store.read
            )

    return _run(store, job, compute)


def match_variants(
    config: StudyConfig,
    store: Store,
    large: ArtifactRef,
    small: ArtifactRef,
    final: ArtifactRef,
    cohort_set: str = SHARED_COHORTS,
) -> ArtifactRef:
    """The variants that all cohorts have, with one counted allele each, and why the others are lost."""
    config = config.of_set(cohort_set)
    cohort_refs = {Cohort.LARGE: large, Cohort.SMALL: small, Cohort.FINAL: final}
    return store.run(
        f"{people_key(config, cohort_set)}/genotypes",
        lambda out: steps.matching.write_shared_variants(out, config, store, cohort_refs),
        inputs={cohort.value: ref for cohort, ref in cohort_refs.items()},
        params=settings.matching(config),
        code=code_of("matching.write_shared_variants"),
    )


def check_people(
    config: StudyConfig, store: Store, genotypes: ArtifactRef, cohort_set: str = SHARED_COHORTS
) -> ArtifactRef:
    """Who takes part: quality of people, relatives, principal components; and who is sealed, before any trait."""
    config = config.of_set(cohort_set)
    return store.run(
        f"{people_key(config, cohort_set)}/people",
        lambda out: steps.people.write_people(out, config, store, genotypes),
        inputs={"genotypes": genotypes},
        params=settings.people(config),
        code=code_of("people.write_people"),
    )


def list_traits(
    config: StudyConfig, store: Store, genotypes: ArtifactRef, cohort_set: str = SHARED_COHORTS
) -> ArtifactRef:
    """Names of the traits that these people are studied for; of several small populations with theirs in front."""
    config, population = config.of_set(cohort_set), CohortSet.parse(cohort_set).population
    return store.run(
        f"{people_key(config, cohort_set)}/traits",
        lambda out: steps.traits.write_traits(out, config, store, genotypes, population),
        inputs={"genotypes": genotypes},
        params=settings.trait_names(config, population),
        code=code_of("traits.write_traits"),
    )


def read_sources(
    config: StudyConfig, store: Store, genotypes: ArtifactRef, traits: ArtifactRef, cohort_set: str = SHARED_COHORTS
) -> ArtifactRef:
    """What stands for the large population's people where these cannot be had: statistics with LD, or scores.

    A study of people on both sides has none: a note stands in its place.
    """
    config = config.of_set(cohort_set)
    key = f"{people_key(config, cohort_set)}/sources"
    if not config.sources:
        return store.run(key, steps.sources.write_no_sources, params={})
    columns = trait_columns(store.read(traits))

    def job_of(part: "Part") -> Job:
        own = f"{key}/{part.name}" if part.made_of is None else linkage_key(part.made_of)
        return Job(own, steps.sources.params_of(config, part), part.inputs, code_of(part.step))

    of_traits = {code: steps.sources.trait_params(config, column) for code, column in columns.items()}
    return store.run(
        key,
        lambda out: steps.sources.write_sources(
            out, config, store, genotypes, columns, lambda part, compute: _run(store, job_of(part), compute)
        ),
        inputs={"genotypes": genotypes},
        params={
            "sources": of_traits,
            "references": {name: settings.reference(config, name) for name in config.in_order},
        },
        code=code_of("sources.write_sources"),
    )


# One trait: values and roles


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


# All traits of a set of cohorts, chromosome by chromosome


def associate(
    config: StudyConfig,
    store: Store,
    chromosome: str,
    population: str,
    genotypes: ArtifactRef,
    splits: Sequence[ArtifactRef],
    engine: "AssociationEngine | None" = None,
    cohort_set: str = SHARED_COHORTS,
    sources: ArtifactRef | None = None,
) -> ArtifactRef:
    """Every shared variant of a chromosome against all traits of a set of cohorts, in one pass over the genotypes.

    Where statistics stand for the large population's people, its associations are theirs.

    Each trait and draw of the roles is an artefact of its own, so that those that are finished are not computed again
    when others are added; what is returned lists them. ``splits`` may be of other sets of cohorts, too.
    """
    own = _own_splits(config, splits, population, cohort_set)
    config = config.of_set(cohort_set)
    if Population(population) is Population.LARGE and not config.has_large_people and sources is not None:
        return _associate_sources(config, store, chromosome, sources, own, cohort_set)
    params, code = settings.association(config), code_of("association.write_association", config.engines.association)
    jobs = [
        Job(
            part_key(config, Branch.of(split.key), population, chromosome),
            params, {"genotypes": genotypes, "split": split}, code,
        )
        for split in own
    ]  # fmt: skip
    return store.run(
        pass_key(config, cohort_set, population, chromosome),
        lambda out: steps.association.write_association(
            out, config, store, Population(population), chromosome, jobs, engine
        ),
        inputs={"genotypes": genotypes} | {job.key: job.inputs["split"] for job in jobs},
        params=params,
        code=code,
    )


def _associate_sources(
    config: StudyConfig,
    store: Store,
    chromosome: str,
    sources: ArtifactRef,
    splits: Sequence[ArtifactRef],
    cohort_set: str,
) -> ArtifactRef:
    branches = [Branch.of(split.key) for split in splits]
    code = code_of("source_association.write_source_association")
    jobs = [
        Job(
            part_key(config, branch, Population.LARGE, chromosome), {},
            {"statistics": steps.sources.trait_ref(store, sources, branch.code)}, code,
        )
        for branch in branches
    ]  # fmt: skip
    return store.run(
        pass_key(config, cohort_set, Population.LARGE, chromosome),
        lambda out: steps.source_association.write_source_association(out, config, store, chromosome, jobs),
        inputs={job.key: job.inputs["statistics"] for job in jobs},
        params={},
        code=code,
    )


def _own_splits(
    config: StudyConfig, splits: Sequence[ArtifactRef], population: str, cohort_set: str
) -> list[ArtifactRef]:
    """Those of a set of cohorts; the large population's people have the same roles in every draw."""
    branches = {split: Branch.of(split.key) for split in sorted(splits, key=lambda split: split.key)}
    return [
        split
        for split, branch in branches.items()
        if config.cohort_set_of(branch.code) == cohort_set
        and (branch.repeat == 1 or Population(population) is not Population.LARGE)
    ]


# One trait after the genotypes were passed over: pictures, pre-selection, networks


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


# Transfer, choice and the one final score


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
    sources: ArtifactRef | None = None,
    repeat: int = 1,
) -> ArtifactRef:
    """All candidates of one method, and the one that the small population's choosing people choose.

    ``networks`` and ``sources`` are for methods whose registry row says so; ``phenotype``, which holds the truth, for
    the oracle alone: :class:`gtl.errors.LeakageError` for any other method.
    """
    config = config.of_trait(code)
    inputs = {"genotypes": genotypes, "split": split, "subsets_large": subsets_large, "subsets_small": subsets_small}
    inputs |= {name: ref for name, ref in (("networks", networks), ("phenotype", phenotype)) if ref is not None}
    if sources is not None and config.sources:
        inputs["sources"] = steps.sources.trait_ref(store, sources, code)
    return store.run(
        f"{branch_key(config, code, repeat)}/{method}",
        lambda out: steps.transfer.write_method(out, config, store, code, method, inputs),
        inputs=inputs,
        params=settings.method(config, needs_truth=phenotype is not None),
        code=code_of_method(method_info(method).learned_from(sources=not config.has_large_people)),
    )


def score_final(
    config: StudyConfig,
    store: Store,
    code: str,
    genotypes: ArtifactRef,
    phenotype: ArtifactRef,
    methods: Mapping[str, ArtifactRef | None],
    repeat: int = 1,
) -> ArtifactRef:
    """The chosen model of each method, scored once on the sealed final people."""
    config = config.of_trait(code)
    applied = {name: ref for name, ref in methods.items() if ref is not None}
    inputs = {"genotypes": genotypes, "phenotype": phenotype, **applied}
    openings = openings_key(config)
    return store.run(
        f"{branch_key(config, code, repeat)}/scores",
        partial(
            steps.transfer.write_scores, config=config, store=store, code=code, repeat=repeat,
            records_key=openings, inputs=inputs, methods=list(applied),
        ),
        inputs=inputs,
        params=settings.scores(config),
        code=code_of("transfer.write_scores"),
    )  # fmt: skip


# Fan-in: tables and report


def tabulate_results(
    config: StudyConfig,
    store: Store,
    scores: Sequence[ArtifactRef],
    subsets_large: Sequence[ArtifactRef],
    subsets_small: Sequence[ArtifactRef],
    people: Sequence[ArtifactRef],
    genotypes: Sequence[ArtifactRef],
    sources: Sequence[ArtifactRef],
) -> ArtifactRef:
    """The long results table of all traits, and the tables made from it."""
    groups = scores, subsets_large, subsets_small
    return store.run(
        f"{study_key(config)}/results",
        lambda out: steps.results.write_results(out, config, store, *groups, people, genotypes, sources),
        inputs=_numbered(*groups, people, genotypes, sources),
        params=settings.results(config),
        code=code_of_tables("results.write_results"),
    )


def write_report(config: StudyConfig, store: Store, results: ArtifactRef, plots: Sequence[ArtifactRef]) -> ArtifactRef:
    """One self-contained HTML page: what was asked, what came out, how sure it is, and what it cost."""
    return store.run(
        f"{study_key(config)}/report",
        lambda out: steps.report.write_report(out, config, store, store.read(results), plots),
        inputs={"results": results} | _numbered(plots),
        params=settings.report(config),
        code=code_of_tables("report.write_report"),
    )


def _run(store: Store, job: Job, compute: Callable[[ArtifactWriter], None]) -> ArtifactRef:
    return store.run(job.key, compute, inputs=job.inputs, params=job.params, code=job.code)


def _by_chromosome(parts: Mapping[str, ArtifactRef], name: str) -> dict[str, ArtifactRef]:
    return {f"{name} chr{chromosome}": ref for chromosome, ref in parts.items()}


def _numbered(*groups: Sequence[ArtifactRef]) -> dict[str, ArtifactRef]:
    return {f"{group}-{number:04d}": ref for group, refs in enumerate(groups) for number, ref in enumerate(refs)}
