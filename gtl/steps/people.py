"""Who takes part in a study, who is related to whom, and who is sealed: once a set of cohorts, before any trait."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.config import StudyConfig
from gtl.config.people import RolesConfig
from gtl.domain.blocks import Blocks, selected, side_by_side
from gtl.domain.cohort import Cohort, Population
from gtl.domain.genotypes import GenotypeMatrix
from gtl.errors import InputError
from gtl.prepare.ancestry import sits_with_other_population
from gtl.prepare.components import Components, principal_components
from gtl.prepare.final_people import assign_final
from gtl.prepare.people_checks import CohortPeople, PeopleLimits, check_people
from gtl.prepare.people_rows import PersonRow, ancestry_rows, people_table
from gtl.prepare.person_figures import missing_share, person_figures
from gtl.prepare.pruning import Pruning, prune
from gtl.prepare.relatedness import find_relatives, relatedness_groups
from gtl.prepare.same_people import shared_ids
from gtl.random_streams import stream, stream_integer
from gtl.schema import LOST_PEOPLE, PEOPLE, PEOPLE_AUDIT, ROLES
from gtl.steps.cohort_files import row_blocks
from gtl.steps.imports import PEOPLE_LEFT_OUT, read_table
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.store import ArtifactRef, ArtifactWriter, Store

COMPONENTS = 10
"""Principal components that are computed, and can be covariates."""


def write_people(out: ArtifactWriter, config: StudyConfig, store: Store, genotypes: ArtifactRef) -> None:
    """Check everybody, find relatives and principal components, and draw the roles of the small population's people."""
    shared = SharedGenotypes.open(store, genotypes)
    people, audit, said = _simulated(config, shared) if config.is_simulated else _real(config, shared)
    _check_cohorts_left(people, audit)
    out.write_table("people.parquet", people, PEOPLE)
    out.write_table("audit.parquet", audit, PEOPLE_AUDIT)
    out.write_table("roles.parquet", _roles(config, shared, people), ROLES)
    out.write_json("said.json", said)


def _simulated(config: StudyConfig, shared: SharedGenotypes) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    """Everybody but those with too many missing genotypes; nobody is related that the simulator knows of."""
    frame = _everybody(shared)
    figures = pd.concat([shared.files(cohort, unseal=True).people for cohort in Cohort], ignore_index=True)
    missing = missing_share(figures["called"].to_numpy(np.float64), figures["variants"].to_numpy(np.float64))
    lost = missing > config.quality_control.sample_missingness
    audit = frame.loc[lost, ["sample", "population"]].assign(
        action="dropped", reason="too many missing genotypes", value=missing[lost],
        threshold=config.quality_control.sample_missingness,
    )  # fmt: skip
    components = pd.Series([np.empty(0) for _ in range(len(frame))])
    return frame.assign(group=np.arange(len(frame)), kept=~lost, components=components), audit, {}


def _everybody(shared: SharedGenotypes) -> pd.DataFrame:
    """Columns sample, population and cohort of all people whose genotypes are in a file."""
    frames = []
    for cohort in Cohort:
        files = shared.files(cohort, unseal=True)
        if files.exists:
            columns = {"sample": files.people["sample"], "population": cohort.population.value, "cohort": cohort.value}
            frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


def _real(config: StudyConfig, shared: SharedGenotypes) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    """Everybody's figures by all variants; relatives and components by pruned ones; who is left out, and why."""
    cohorts = _Cohorts(shared, _everybody(shared))
    cohorts.check_ids()
    everybody, frame = cohorts.blocks(cohorts.present), cohorts.frame
    codes = {population.value: getattr(config.populations, population) for population in Population}
    names = frame["population"].map(codes).to_numpy(dtype=object)
    pruned = selected(everybody, prune(everybody, Pruning(), names))
    relatives = find_relatives(pruned)
    there = [population for population in Population if (frame["population"] == population).any()]
    people = [cohorts.of_population(population, codes[population.value]) for population in there]
    limits = PeopleLimits(missing=config.quality_control.sample_missingness)
    checked = check_people(people, relatives, limits)
    components = _components(config, pruned, len(frame))
    misplaced = _misplaced(frame["sample"].to_numpy(dtype=object), names, components.scores)
    audit = pd.concat([checked, people_table(misplaced)], ignore_index=True)
    bound = max(relatives.bound, 0.0 if relatives.inbred else config.roles.kinship)
    dropped = set(audit.loc[audit["dropped"], "sample"])
    frame = frame.assign(
        group=relatedness_groups(relatives.pairs, frame["sample"].tolist(), bound),
        kept=[sample not in dropped for sample in frame["sample"]],
        components=pd.Series(list(components.scores)),
    )
    said = {"relatives": relatives.said, "explained": components.explained.tolist()}
    rows = _audit(audit, {name: code for code, name in codes.items()})
    return frame, pd.concat([rows, *cohorts.left_out()], ignore_index=True), said


@dataclass(frozen=True, eq=False)
class _Cohorts:
    """The study's cohorts side by side, in the order of ``frame``."""

    shared: SharedGenotypes
    frame: pd.DataFrame

    @property
    def present(self) -> list[Cohort]:
        return [Cohort(name) for name in dict.fromkeys(self.frame["cohort"])]

    def check_ids(self) -> None:
        """Raise :class:`InputError` if one id is in two cohorts: people are found by id from here on."""
        ids = {
            cohort.value: self.frame.loc[self.frame["cohort"] == cohort, "sample"].tolist() for cohort in self.present
        }
        twice = shared_ids(ids)
        if twice:
            sample, cohort = twice[0][0], twice[0][1]
            raise InputError(
                f"{len(twice)} sample ids are in two cohorts, such as {sample!r} of the {cohort} one; if it is one "
                "person, leave it out of one of the files (files.*.where); if not, give people of different cohorts "
                "different ids"
            )

    def of_population(self, population: Population, name: str) -> CohortPeople:
        members = [cohort for cohort in self.present if cohort.population is population]
        sexes = {1: "male", 2: "female"}
        tables = pd.concat([self.shared.files(cohort, unseal=True).people for cohort in members])
        known = {
            sample: sexes[sex] for sample, sex in zip(tables["sample"], tables["sex"], strict=True) if sex in sexes
        }
        # of all its people together: a handful of final people alone has no frequencies to expect heterozygotes by
        return CohortPeople(name, person_figures(self.blocks(members)), known)

    def left_out(self) -> Iterator[pd.DataFrame]:
        """Rows of PEOPLE_AUDIT of those whose genotypes were not imported, as no table names them."""
        for cohort in self.present:
            lost = self.shared.files(cohort, unseal=True).artifact.read_table(PEOPLE_LEFT_OUT, LOST_PEOPLE)
            # Another cohort may have them: its people can lie in the same genotype file.
            lost = lost[~lost["sample"].isin(self.frame["sample"])]
            if len(lost):
                yield lost.assign(action="dropped", value=np.nan, threshold=np.nan)[PEOPLE_AUDIT.names]

    def blocks(self, cohorts: list[Cohort]) -> Blocks:
        """Blocks of the usable shared variants of some cohorts, one's people after the other's."""
        largest = int(self.frame["cohort"].value_counts().max())
        return side_by_side(*(partial(self._of_cohort, cohort, largest) for cohort in cohorts))

    def _of_cohort(self, cohort: Cohort, largest: int) -> Iterator[GenotypeMatrix]:
        for part in row_blocks(self.shared.measured, largest):
            yield self.shared.cohort(cohort, self.shared.measured[part], unseal=True)


def _components(config: StudyConfig, pruned: Blocks, n_people: int) -> Components:
    n_variants = sum(len(block.variants) for block in pruned())
    wanted = min(COMPONENTS, n_people - 1, n_variants - 1)
    if wanted < config.traits.components:
        raise InputError(
            f"traits.components: {config.traits.components} principal components of {n_people} people and {n_variants} "
            f"independent variants; at most {max(wanted, 0)} can be told"
        )
    if wanted < 1:
        return Components(np.empty((n_people, 0)), np.empty(0))
    return principal_components(pruned, wanted, stream_integer(config.seed, "components"))


def _misplaced(
    samples: npt.NDArray[np.object_], populations: npt.NDArray[np.object_], scores: npt.NDArray[np.float64]
) -> list[PersonRow]:
    """People who are nearer to the other population, by the first components."""
    if not scores.shape[1]:
        return []
    return ancestry_rows(samples, populations, sits_with_other_population(scores[:, :4], populations))


def _audit(rows: pd.DataFrame, codes: dict[str, str]) -> pd.DataFrame:
    """Table PEOPLE_AUDIT of who was dropped or flagged."""
    action = np.where(rows["dropped"], "dropped", "flagged")
    other = np.where(rows["other"] != "", " (" + rows["other"] + ")", "")
    population, reason = rows["population"].map(codes), rows["reason"] + other
    audit: pd.DataFrame = rows.assign(action=action, population=population, reason=reason)[PEOPLE_AUDIT.names]
    return audit


def _roles(config: StudyConfig, shared: SharedGenotypes, people: pd.DataFrame) -> pd.DataFrame:
    """Table ROLES: who of the small population is sealed, in each draw; whom a role column leaves out has none."""
    small = people[(people["population"] == Population.SMALL) & people["kept"]]
    small = small[_has_role(config, shared, small)]
    frames = []
    for repeat in range(1, config.draws + 1):
        final = _final(config, shared, small, repeat)
        role = np.where(final, "final", "learning")
        frames.append(small.assign(repeat=np.int16(repeat), role=role)[ROLES.names])
    roles: pd.DataFrame = pd.concat(frames, ignore_index=True)
    return roles


def _check_cohorts_left(people: pd.DataFrame, audit: pd.DataFrame) -> None:
    """Raise :class:`InputError` if nobody of a file is left: final people are not drawn where a file names them."""
    for cohort, members in people.groupby("cohort"):
        if members["kept"].any():
            continue
        why = audit.loc[audit["sample"].isin(members["sample"]) & (audit["action"] == "dropped"), "reason"]
        said = "; ".join(f"{reason}: {count}" for reason, count in why.value_counts().items())
        raise InputError(
            f"files.{cohort}: nobody of {len(members)} people is left ({said}); give people who can be used"
        )


def _final(config: StudyConfig, shared: SharedGenotypes, small: pd.DataFrame, repeat: int) -> npt.NDArray[np.bool_]:
    own_file = (small["cohort"] == Cohort.FINAL).to_numpy()
    if config.is_simulated or own_file.any():
        return own_file
    if config.roles.column is not None and repeat == 1:
        return np.isin(_role_values(config, shared, small), config.roles.final)
    rng = stream(config.seed, "final people", *([repeat] if repeat > 1 else []))
    share = config.roles.final_share
    if config.roles.column is not None:
        share = float(np.isin(_role_values(config, shared, small), config.roles.final).mean())
    return assign_final(small["group"].to_numpy(), share, rng)


def _has_role(config: StudyConfig, shared: SharedGenotypes, small: pd.DataFrame) -> npt.NDArray[np.bool_]:
    if config.is_simulated or config.roles.column is None:
        return np.full(len(small), True)
    return np.isin(_role_values(config, shared, small), [*config.roles.learning, *config.roles.final])


def _role_values(config: StudyConfig, shared: SharedGenotypes, small: pd.DataFrame) -> npt.NDArray[np.object_]:
    """What the role column says of the small population's people; '' where it says nothing."""
    found: dict[str, str] = {}
    for cohort in (Cohort.SMALL, Cohort.FINAL):
        files = shared.files(cohort, unseal=True)
        table = read_table(files.artifact) if files.exists else None
        if table is not None:
            found |= dict(zip(table.ids, table.text(str(config.roles.column)), strict=True))
    values = np.array([found.get(sample, "") for sample in small["sample"]], dtype=object)
    _check_role_words(config.roles, values)
    return values


def _check_role_words(roles: RolesConfig, values: npt.NDArray[np.object_]) -> None:
    """Raise :class:`InputError` if nobody has a role that is asked for, or some only but for upper and lower case."""
    there = set(values) - {""}
    for name in ("learning", "final"):
        if not np.isin(values, getattr(roles, name)).any():
            raise InputError(
                f"roles.{name}: nobody of the {len(values)} people of the small population has "
                f"{' or '.join(getattr(roles, name))} in column {roles.column}; it has "
                f"{', '.join(sorted(there)) or 'no value'}"
            )
    named = {*roles.learning, *roles.final}
    almost = sorted(word for word in there - named if word.casefold() in {own.casefold() for own in named})
    if almost:
        raise InputError(
            f"roles: {int((values == almost[0]).sum())} people have {almost[0]!r} in column {roles.column}, which is "
            f"one of {', '.join(sorted(named))} but for upper and lower case; write it alike, or name it in roles, too"
        )
