"""The flow of a study as data: every stage once, in order, with what it takes from which other stage.

The DAG, the run without Airflow, progress, the Gantt chart and the order of tables are all made from :data:`FLOW`.
Whoever adds a stage writes its function in :mod:`gtl.stages` and one row here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from gtl.methods.registry import METHODS, networks_needed

if TYPE_CHECKING:
    from gtl.config import StudyConfig


class Per(StrEnum):
    """What a stage runs once for, in this order.

    A trait's stages are in two groups: those before a chromosome's genotypes are passed over for all traits together
    (``TRAIT``), and those after it, which see the variants that it found (``BRANCH``).
    """

    STUDY = "study"
    IMPORTS = "imports"
    COHORTS = "cohorts"
    TRAIT = "trait"
    CHROMOSOME = "chromosome"
    BRANCH = "branch"
    END = "end"


class Weight(StrEnum):
    """What a stage needs most of; decides its pool and its time limit."""

    LIGHT = "light"
    CPU = "cpu"
    MEMORY = "memory"


class When(StrEnum):
    """Which studies need a stage; in the others it leaves a note in place of its output, and nobody hears of it."""

    ALWAYS = "always"
    SIMULATED = "people are simulated"
    LARGE_COHORT = "the large population has genotypes: its people's, or a reference's"
    FINAL_COHORT = "the sealed people are a cohort of their own"
    SOURCES = "statistics or published scores stand for the large population's people"
    NETWORKS = "a method starts from networks"
    NAMED = "the study names the method"


NOT_NEEDED = "not_needed.txt"
"""File of such a note."""

_NEEDED: Mapping[When, "Callable[[Stage, StudyConfig], bool]"] = {
    When.ALWAYS: lambda stage, config: True,
    When.SIMULATED: lambda stage, config: config.is_simulated,
    When.FINAL_COHORT: lambda stage, config: config.is_simulated or config.files.has_final,
    When.LARGE_COHORT: lambda stage, config: config.is_simulated or config.files.large.genotypes is not None,
    When.SOURCES: lambda stage, config: not config.has_large_people,
    When.NETWORKS: lambda stage, config: config.has_large_people and networks_needed(config.transfer.methods),
    When.NAMED: lambda stage, config: stage.name in config.transfer.methods,
}


_LONG = 10
"""Work of a stage that trains networks or takes LD from people; of others it is 1.

In a study of the paper's settings training took 199 s a phenotype, fine-tuning 77, and any other stage 9 on average.
"""


@dataclass(frozen=True)
class Stage:
    """One stage.

    Attributes
    ----------
    name
        Of its task and of its output, such as ``associate_large``.
    function
        In :mod:`gtl.stages`.
    per
        Once for the study, a chromosome of a cohort in files, a set of cohorts, a trait (twice, see :class:`Per`), a
        chromosome of a set of cohorts, or at the end for everything together.
    inputs
        Argument of the function → name of the stage whose output it takes. For a chromosome, the outputs of a trait's
        stages are a list of all traits'; for a trait, those of a chromosome's stages are a mapping, chromosome →
        output. At the end these are lists, of all traits.
    arguments
        Further arguments, the same in every run.
    weight
        What it needs most of.
    repeated
        Whether it runs once for each draw of the roles; if not, it takes the first draw's outputs.
    when
        Which studies need it.
    """

    name: str
    function: str
    per: Per
    inputs: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, str] = field(default_factory=dict)
    weight: Weight = Weight.CPU
    repeated: bool = False
    when: When = When.ALWAYS

    @property
    def method(self) -> bool:
        """Whether it is one of the methods, of which a study names some."""
        return self.when is When.NAMED

    @property
    def label(self) -> str:
        """For people, such as ``associate large``."""
        return self.name.replace("_", " ")

    @property
    def work(self) -> int:
        """About how long it takes, relative to the others; by this the time that is left is judged."""
        return _LONG if self.weight is Weight.MEMORY else 1


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


_POPULATIONS = ("large", "small")

# Nobody takes its output: the cohort's own stage finds each chromosome finished, and makes those that are not.
_IMPORTS = (Stage("import", "import_chromosome", Per.IMPORTS, _same("panel")),)

_PEOPLE = (
    *(
        Stage(f"{cohort}_cohort", "make_cohort", Per.COHORTS, _same("panel") | before, {"cohort": cohort}, when=when)
        for cohort, before, when in (
            ("large", {}, When.LARGE_COHORT),
            ("small", {}, When.ALWAYS),
            # An engine makes both in one run; elsewhere it takes nothing of the small one.
            ("final", {"small": "small_cohort"}, When.FINAL_COHORT),
        )
    ),
    Stage(
        "genotypes", "match_variants", Per.COHORTS,
        {cohort: f"{cohort}_cohort" for cohort in ("large", "small", "final")}, weight=Weight.LIGHT,
    ),
    Stage("people", "check_people", Per.COHORTS, _same("genotypes")),
    Stage("traits", "list_traits", Per.COHORTS, _same("genotypes"), weight=Weight.LIGHT),
    Stage(
        "sources", "read_sources", Per.COHORTS, _same("genotypes", "traits"), weight=Weight.MEMORY, when=When.SOURCES
    ),
)  # fmt: skip

_ROLES = (
    Stage("phenotype", "make_trait", Per.TRAIT, _same("genotypes", "people", "traits"), repeated=True),
    Stage("split", "split_samples", Per.TRAIT, _same("phenotype", "people"), repeated=True),
)  # fmt: skip

_ASSOCIATION = tuple(
    Stage(
        f"association_{population}", "associate", Per.CHROMOSOME,
        {"genotypes": "genotypes", "sources": "sources", "splits": "split"}, {"population": population},
    )
    for population in _POPULATIONS
)  # fmt: skip

_LEARNING = (
    *(
        Stage(
            f"subsets_{population}", "preselect_snps", Per.BRANCH,
            {"genotypes": "genotypes", "association": f"association_{population}"}, {"population": population},
            repeated=population == "small",
        )
        for population in _POPULATIONS
    ),
    Stage(
        "plots", "plot_association", Per.BRANCH,
        _same("genotypes", "phenotype", "split", "association_large", "association_small"),
    ),
    Stage(
        "networks", "train_networks", Per.BRANCH, _same("genotypes", "split", "subsets_large"), weight=Weight.MEMORY,
        when=When.NETWORKS,
    ),
)  # fmt: skip


def _method(name: str) -> Stage:
    info = METHODS[name]
    inputs = _same("genotypes", "split", "subsets_large", "subsets_small")
    inputs |= _same("networks") if info.needs_networks else {}
    inputs |= _same("phenotype") if info.needs_truth else {}
    inputs |= _same("sources") if info.from_sources else {}
    weight = Weight.MEMORY if info.needs_networks else Weight.CPU
    return Stage(name, "apply_method", Per.BRANCH, inputs, {"method": name}, weight, repeated=True, when=When.NAMED)


FLOW = (
    Stage("panel", "build_panel", Per.STUDY, when=When.SIMULATED),
    *_IMPORTS,
    *_PEOPLE,
    *_ROLES,
    *_ASSOCIATION,
    *_LEARNING,
    *map(_method, METHODS),
    Stage("scores", "score_final", Per.BRANCH, _same("genotypes", "phenotype"), repeated=True),
    Stage(
        "results",
        "tabulate_results",
        Per.END,
        _same("scores", "subsets_large", "subsets_small", "people", "genotypes", "sources"),
    ),
    Stage("report", "write_report", Per.END, _same("results", "plots")),
)
"""Every stage of a study, each after those whose outputs it takes.

``scores`` also takes the outputs of all methods that the study names, as ``methods``.
"""


def stages_per(per: Per) -> list[Stage]:
    """The stages that run once for ``per``, in order.

    >>> [stage.name for stage in stages_per(Per.END)]
    ['results', 'report']
    """
    return [stage for stage in FLOW if stage.per is per]


def needed(stages: Iterable[Stage], config: "StudyConfig") -> list[Stage]:
    """Those of ``stages`` that do something in a study, in the same order.

    >>> from gtl.config import StudyConfig
    >>> config = StudyConfig(transfer={"methods": ["no_transfer"]})
    >>> [stage.name for stage in needed(stages_per(Per.BRANCH), config)]
    ['subsets_large', 'subsets_small', 'plots', 'no_transfer', 'scores']
    """
    return [stage for stage in stages if _NEEDED[stage.when](stage, config)]


def stages_of_trait(config: "StudyConfig") -> list[Stage]:
    """The stages of each trait that do something in a study, of both its groups."""
    return needed([*stages_per(Per.TRAIT), *stages_per(Per.BRANCH)], config)


def expected_stages(config: "StudyConfig", traits: int, chromosomes: int) -> list[Stage]:
    """The stages of people, chromosomes and traits in a study, each as often as it runs.

    Parameters
    ----------
    traits, chromosomes
        Of all sets of cohorts together.
    """
    sets = [config.of_set(name) for name in config.cohort_sets()]
    people = [stage for own in sets for stage in needed(stages_per(Per.COHORTS), own)]
    return people + chromosomes * stages_per(Per.CHROMOSOME) + traits * stages_of_trait(config)


def work_of(stages: Iterable[Stage]) -> int:
    """The work of all of them, see :attr:`Stage.work`."""
    return sum(stage.work for stage in stages)


def place_of(name: str) -> int:
    """Where a stage stands in the flow; one that is not in it comes last.

    >>> place_of("panel"), place_of("no such stage") == len(FLOW)
    (0, True)
    """
    names = [stage.name for stage in FLOW]
    return names.index(name) if name in names else len(names)
