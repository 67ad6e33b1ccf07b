"""Everything of a study of real people up to its models: what ``gtl check`` runs, and what it finds there.

The stages are those of the study itself, in its store: a later run finds them finished.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gtl import stages
from gtl.config import StudyConfig
from gtl.config.study import SHARED_COHORTS
from gtl.domain.trait import Trait
from gtl.errors import InputError
from gtl.flow import Per, Stage, needed, stages_per
from gtl.preflight import check_settings
from gtl.prepare.frequencies import FrequencyCheck, frequency_check
from gtl.progress import announce
from gtl.schema import FUNNEL, LOST_PEOPLE, PEOPLE, PEOPLE_AUDIT, ROLES, SPLIT
from gtl.steps.frequencies import frequency_table
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.steps.source_traits import check_scales
from gtl.steps.sources import said_of_sources, trait_ref
from gtl.steps.trait_list import trait_columns
from gtl.steps.traits import TRAIT, read_trait
from gtl.store import ArtifactRef, Store


@dataclass(frozen=True, eq=False)
class CheckedTrait:
    """One trait of the people, in the first draw of the roles.

    Attributes
    ----------
    trait
        Name and kind.
    column, coding, notes
        Where it is read from, how, and what was decided about covariates.
    covariates
        The coded columns that every method is judged on top of.
    split
        Table SPLIT of the learning people.
    sealed
        Number of final people who have the trait.
    lost
        Table LOST_PEOPLE.
    sources
        What stands for the large population's people, source by source in lines; empty where they are there themselves.
    """

    trait: Trait
    column: str
    coding: str
    notes: tuple[str, ...]
    covariates: tuple[str, ...]
    split: pd.DataFrame
    sealed: int
    lost: pd.DataFrame
    sources: Mapping[str, Sequence[str]]


@dataclass(frozen=True, eq=False)
class StudyCheck:
    """What the files of a study hold.

    Attributes
    ----------
    funnel, audit, people, roles
        Tables FUNNEL, PEOPLE_AUDIT, PEOPLE and ROLES.
    frequencies
        Whether both populations' files count the same alleles.
    relatives
        How people were compared, in a sentence.
    traits
        Those that can be studied.
    problems
        Name of each other trait → why it cannot be.
    """

    funnel: pd.DataFrame
    frequencies: FrequencyCheck
    audit: pd.DataFrame
    people: pd.DataFrame
    roles: pd.DataFrame
    relatives: str
    traits: tuple[CheckedTrait, ...]
    problems: Mapping[str, str]


def check_study(config: StudyConfig, store: Store, cohort_set: str = SHARED_COHORTS) -> StudyCheck:
    """Run every stage before the models; of traits, those that say who has them and who learns.

    ``cohort_set`` is one of :meth:`gtl.config.StudyConfig.cohort_sets`: of several small populations, one is checked.

    Raises
    ------
    InputError
        For anything wrong that is not about one trait alone: what, where, and what to do.
    """
    check_settings(config)
    outputs = _people_stages(config, store, cohort_set)
    shared, people = SharedGenotypes.open(store, outputs["genotypes"]), store.read(outputs["people"])
    columns = trait_columns(store.read(outputs["traits"]))
    traits, problems = [], {}
    for number, (code, column) in enumerate(columns.items()):
        announce("check", f"trait {code}", number, len(columns))
        try:
            traits.append(_checked(config, store, code, column, outputs))
        except InputError as error:
            problems[code] = str(error)
    announce("check", "finished", len(columns), len(columns))
    return StudyCheck(
        shared.artifact.read_table("funnel.parquet", FUNNEL),
        frequency_check(frequency_table(shared)),
        people.read_table("audit.parquet", PEOPLE_AUDIT),
        people.read_table("people.parquet", PEOPLE),
        people.read_table("roles.parquet", ROLES),
        str(people.read_json("said.json").get("relatives", "")),
        tuple(traits),
        problems,
    )


def _people_stages(config: StudyConfig, store: Store, cohort_set: str) -> dict[str, ArtifactRef]:
    outputs: dict[str, ArtifactRef] = {}
    todo = [*stages_per(Per.STUDY), *stages_per(Per.COHORTS)]
    said = needed(todo, config.of_set(cohort_set))
    for stage in todo:
        if stage in said:
            announce("check", stage.label, said.index(stage), len(said))
        arguments = {"cohort_set": cohort_set} if stage.per is Per.COHORTS else {}
        outputs[stage.name] = _run(stage, config, store, outputs, **arguments)
    return outputs


def _run(
    stage: Stage, config: StudyConfig, store: Store, outputs: Mapping[str, ArtifactRef], **arguments: Any
) -> ArtifactRef:
    """The first draw's output of one stage."""
    inputs = {argument: outputs[name] for argument, name in stage.inputs.items()}
    ref: ArtifactRef = getattr(stages, stage.function)(config, store, **stage.arguments, **inputs, **arguments)
    return ref


def _checked(
    config: StudyConfig, store: Store, code: str, column: str, people: Mapping[str, ArtifactRef]
) -> CheckedTrait:
    outputs = dict(people)
    for stage in stages_per(Per.TRAIT):
        outputs[stage.name] = _run(stage, config, store, outputs, code=code)
    phenotype = store.read(outputs["phenotype"])
    if not config.has_large_people:
        check_scales(config, store.read(trait_ref(store, outputs["sources"], code)), read_trait(phenotype))
    said, lost = phenotype.read_json(TRAIT), phenotype.read_table("lost.parquet", LOST_PEOPLE)
    roles = store.read(outputs["people"]).read_table("roles.parquet", ROLES)
    # Counted by ids: the seal of the final people's values stays whole.
    final = roles[(roles["repeat"] == 1) & (roles["role"] == "final")]["sample"]
    return CheckedTrait(
        read_trait(phenotype),
        column,
        said["coding"],
        tuple(said["notes"]),
        tuple(phenotype.read_json("covariates.json")),
        store.read(outputs["split"]).read_table("split.parquet", SPLIT),
        int((~final.isin(lost["sample"])).sum()),
        lost,
        said_of_sources(store, outputs["sources"]).get(code, {}),
    )


def problem_lines(check: StudyCheck) -> Iterator[str]:
    """A line for each trait that cannot be studied."""
    for code, problem in check.problems.items():
        yield f"{code}: {problem}"
