"""The traits of a study, and who has them: simulated, or read from the cohorts' tables and joined by sample id."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.config import StudyConfig
from gtl.domain.cohort import Cohort, Population
from gtl.domain.trait import Trait, TraitKind, code_in
from gtl.errors import InputError
from gtl.formats.people_table import PeopleTable, stacked
from gtl.prepare.covariate_checks import check_covariates
from gtl.prepare.covariates import Covariates, covariate_matrix, covariate_names
from gtl.prepare.lost_people import lost_people
from gtl.prepare.traits import TraitColumn, check_trait, slugs, trait_column
from gtl.schema import LOST_PEOPLE, PEOPLE, PHENOTYPE, ROLES
from gtl.spelling import known, listed
from gtl.steps.imports import Wanted, read_table
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.store import Artifact, ArtifactRef, ArtifactWriter, Store

TRAIT = "trait.json"
"""File that says which trait an artefact is about: its name and kind."""

_NO_TRAITS = ("sex", "gender", "pat", "mat", "fid", "iid")
"""Columns that are no trait, however a table writes them."""

_LEFT_OUT = "left out of the study: see the audit of people"


def write_traits(
    out: ArtifactWriter, config: StudyConfig, store: Store, genotypes: ArtifactRef, population: str = ""
) -> None:
    """List the study's traits: name in keys and tables, and the column that it comes from.

    ``population`` is that of several small ones with which the names begin; simulated ones' always do.
    """
    if config.is_simulated:
        found = {str(code): "" for code in config.codes()}
    else:
        columns = _columns(config, _tables(config, SharedGenotypes.open(store, genotypes)), population)
        found = {code_in(population, name) if population else name: column for name, column in columns.items()}
    out.write_json("traits.json", [{"slug": slug, "column": column} for slug, column in found.items()])


def read_trait(artifact: Artifact) -> Trait:
    """The trait that a phenotype or split artefact is about."""
    found = artifact.read_json(TRAIT)
    return Trait(found["slug"], TraitKind(found["kind"]))


def write_imported_trait(
    out: ArtifactWriter,
    config: StudyConfig,
    store: Store,
    code: str,
    column: str,
    repeat: int,
    inputs: Mapping[str, ArtifactRef],
) -> None:
    """One trait, from its column, of everybody who has it and all covariates; the final people's values are sealed.

    A person without the trait, or without one of the covariates, is left out of this trait only.
    """
    people = store.read(inputs["people"])
    found = _TraitOfPeople.read(config, SharedGenotypes.open(store, inputs["genotypes"]), people, column)
    roles = people.read_table("roles.parquet", ROLES)
    role = roles[roles["repeat"] == repeat].set_index("sample")["role"]
    for cohort in Cohort:
        out.write_table(f"{cohort}.parquet", found.phenotype(cohort, role), PHENOTYPE)
        if cohort is Cohort.FINAL:
            out.seal(f"{cohort}.parquet")
    out.write_table("lost.parquet", found.lost[LOST_PEOPLE.names], LOST_PEOPLE)
    trait = found.column.trait
    notes = list(found.covariates.notes)
    out.write_json(TRAIT, {"slug": code, "kind": trait.kind.value, "coding": found.column.coding, "notes": notes})
    out.write_json("covariates.json", list(found.covariates.names))


@dataclass(frozen=True, eq=False)
class _TraitOfPeople:
    """One trait and the covariates of the study's people, row for row as ``people`` (table PEOPLE)."""

    people: pd.DataFrame
    column: TraitColumn
    covariates: Covariates
    lost: pd.DataFrame

    @classmethod
    def read(cls, config: StudyConfig, shared: SharedGenotypes, people: Artifact, name: str) -> "_TraitOfPeople":
        frame = _with_traits(config, people.read_table("people.parquet", PEOPLE))
        tables = _tables(config, shared, lambda columns: [name, *covariate_names(config.traits.covariates, columns)])
        table = _of_people(stacked(list(tables.values())), frame["sample"].tolist())
        column = trait_column(table, name, _forced_kind(config, name))
        covariates = _with_components(config, _covariates(config, table), frame)
        lost = _lost(frame, table, column, covariates)
        found = cls(frame, column, covariates, lost)
        found.check(config)
        return found

    def check(self, config: StudyConfig) -> None:
        """Refuse a trait or covariates that cannot be studied in one of the populations."""
        usable = ~self.people["sample"].isin(self.lost["sample"]).to_numpy()
        for population in map(Population, self.people["population"].unique()):
            rows = usable & (self.people["population"] == population).to_numpy()
            column = replace(self.column, values=self.column.values[rows])
            name = getattr(config.populations, population)
            self._check_somebody(rows, population, name)
            check_trait(column, name)
            check_covariates(replace(self.covariates, matrix=self.covariates.matrix[rows]), [column], name)

    def _check_somebody(self, rows: npt.NDArray[np.bool_], population: Population, name: str) -> None:
        """Where all people of a population are lost, say to what: it need not be the trait."""
        if rows.any():
            return
        reasons = self.lost.loc[self.lost["population"] == population, "reason"].value_counts()
        said = "; ".join(f"{reason}: {count}" for reason, count in reasons.items())
        raise InputError(
            f"trait {self.column.trait.slug!r} of the {name} people: nobody of {int(reasons.sum())} is left ({said}); "
            "give what is missing, or leave that covariate or this trait out"
        )

    def phenotype(self, cohort: Cohort, role: "pd.Series[str]") -> pd.DataFrame:
        """Table PHENOTYPE of the large population's people, or of the small one's with the cohort's role."""
        samples = self.people["sample"]
        mask = ~samples.isin(self.lost["sample"]) & (self.people["population"] == cohort.population)
        if cohort is not Cohort.LARGE:
            mask &= samples.map(role) == ("final" if cohort is Cohort.FINAL else "learning")
        rows = np.flatnonzero(mask)
        covariates = pd.Series(list(self.covariates.matrix[rows]), index=samples.index[rows], dtype=object)
        return pd.DataFrame({"sample": samples.iloc[rows], "value": self.column.values[rows], "covariates": covariates})


def _of_people(table: PeopleTable, samples: list[str]) -> PeopleTable:
    place = {sample: row for row, sample in enumerate(table.ids)}
    return table.take(np.array([place[sample] for sample in samples], dtype=np.intp))


def _with_traits(config: StudyConfig, people: pd.DataFrame) -> pd.DataFrame:
    """Everybody; without large people, whose trait nobody knows, if statistics or scores stand for them."""
    if config.has_large_people:
        return people
    small: pd.DataFrame = people[people["population"] == Population.SMALL].reset_index(drop=True)
    return small


def _tables(config: StudyConfig, shared: SharedGenotypes, wanted: Wanted | None = None) -> dict[Cohort, PeopleTable]:
    """The tables of the cohorts that have files of their own; of ``wanted`` columns or all."""
    found = {}
    for cohort in [cohort for cohort in Cohort if config.has_large_people or cohort is not Cohort.LARGE]:
        files = shared.files(cohort, unseal=True)
        if not files.exists:
            continue
        table = read_table(files.artifact, wanted)
        if table is None:
            raise InputError(f"files.{cohort}.tables: no table names these people's traits; give at least one")
        found[cohort] = table
    return found


def _columns(config: StudyConfig, tables: Mapping[Cohort, PeopleTable], population: str) -> dict[str, str]:
    """Name of each trait that is studied → its column."""
    both = stacked(list(tables.values())).names
    wanted = _named_traits(config, tables, population)
    left_out = _no_traits(config, both)
    named = wanted or [name for name in both if name not in left_out]
    if not named:
        raise InputError(
            "traits.names: the people's tables share no column that could be a trait; "
            + "; ".join(f"the {cohort} ones have {listed(own.names, 12) or 'none'}" for cohort, own in tables.items())
        )
    return slugs(named)


def _named_traits(config: StudyConfig, tables: Mapping[Cohort, PeopleTable], population: str) -> list[str]:
    """``traits.names``; of several small populations without those of which this one's tables know nothing."""
    small = [set(table.names) for cohort, table in tables.items() if cohort is not Cohort.LARGE]
    named = [name for name in config.traits.names if not population or any(name in names for names in small)]
    if config.traits.names and not named:
        columns = sorted(set().union(*small))
        raise InputError(
            f"traits.names: none of them is a column of the tables of {population}, which have {listed(columns, 12)}; "
            "name a trait of theirs, or take them out of populations.small"
        )
    for cohort, table in tables.items():
        for name in named:
            if name not in table.names:
                raise InputError(
                    f"traits.names: the tables of the {cohort} people have no column {name!r}; "
                    f"{known(name, table.names)}"
                )
    return named


def _no_traits(config: StudyConfig, columns: list[str]) -> set[str]:
    conditions = [getattr(config.files, cohort).where for cohort in ("large", "small", "final")]
    named = {condition.partition("=")[0].strip() for condition in conditions if condition}
    named |= {config.roles.column} if config.roles.column else set()
    named |= set(covariate_names(config.traits.covariates, columns)) | set(config.traits.categorical)
    return named | {name for name in columns if name.lower() in _NO_TRAITS}


def _forced_kind(config: StudyConfig, column: str) -> TraitKind | None:
    if column in config.traits.binary:
        return TraitKind.BINARY
    return TraitKind.QUANTITATIVE if column in config.traits.quantitative else None


def _covariates(config: StudyConfig, table: PeopleTable) -> Covariates:
    names = covariate_names(config.traits.covariates, table.names)
    return covariate_matrix(table, names, config.traits.categorical)


def _with_components(config: StudyConfig, covariates: Covariates, people: pd.DataFrame) -> Covariates:
    """The tables' covariates, then the principal components that the settings ask for."""
    wanted = config.traits.components
    if not wanted:
        return covariates
    names = tuple(f"component {number}" for number in range(1, wanted + 1))
    scores: npt.NDArray[np.float64] = np.array([row[:wanted] for row in people["components"]], dtype=np.float64)
    return replace(
        covariates,
        names=covariates.names + names,
        sources=covariates.sources + names,
        matrix=np.column_stack([covariates.matrix, scores]),
    )


def _lost(people: pd.DataFrame, table: PeopleTable, column: TraitColumn, covariates: Covariates) -> pd.DataFrame:
    """Table LOST_PEOPLE, and who takes no part in any trait."""
    found = lost_people(table, "", [column], covariates).set_index("sample")["reason"]
    reasons = people["sample"].map(found).where(people["kept"], _LEFT_OUT)
    rows = reasons.notna()
    return people.loc[rows, ["sample", "population"]].assign(reason=reasons[rows])
