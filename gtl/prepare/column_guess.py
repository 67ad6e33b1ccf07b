"""What the columns of a table are for, guessed by their names and values: traits, covariates, populations, roles."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.formats.people_table import PeopleTable
from gtl.prepare.covariates import MOST_LEVELS
from gtl.prepare.table_numbers import cells
from gtl.prepare.traits import slug, trait_column

_POPULATION = re.compile(r"(super|sub)?_?pop(ulation)?|ancestry|ethnic(ity)?|race|region|group|cohort|cluster", re.I)
_ROLE = re.compile(r"set|role|split|fold|partition|subset", re.I)
_COVARIATE = re.compile(r"sex|gender|age([_.].*)?|pc_?\d+|batch|site|array|chip|cent(er|re)|plate|assay", re.I)
_NUMBERED = re.compile(r"(.*?)(\d+)")


@dataclass
class ColumnGuess:
    """Columns by what they seem to be for.

    Attributes
    ----------
    traits : kind by column
    covariates : columns that others are adjusted for
    categorical : those of them that are levels
    populations, roles : columns with few values, by name
    left_out : reason by column
    """

    traits: dict[str, TraitKind] = field(default_factory=dict)
    covariates: list[str] = field(default_factory=list)
    categorical: list[str] = field(default_factory=list)
    populations: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)


def guess_columns(table: PeopleTable) -> ColumnGuess:
    """Sort the columns of ``table``; those that are neither known by name nor readable as a trait are left out."""
    guess = ColumnGuess()
    for name in table.names:
        if _POPULATION.fullmatch(name):
            guess.populations.append(name)
        elif _ROLE.fullmatch(name):
            guess.roles.append(name)
        elif _COVARIATE.fullmatch(name):
            _add_covariate(guess, table, name)
        else:
            _add_trait(guess, table, name)
    return guess


def common_columns(one: ColumnGuess, other: ColumnGuess) -> ColumnGuess:
    """What two populations both have; a trait that one lacks, or that is of another kind in it, is left out."""
    common = ColumnGuess(
        covariates=[name for name in one.covariates if name in other.covariates],
        categorical=sorted({*one.categorical, *other.categorical} & {*one.covariates} & {*other.covariates}),
        populations=[name for name in one.populations if name in other.populations],
        roles=other.roles,
        left_out={**other.left_out, **one.left_out},
    )
    for name in sorted({*one.covariates} ^ {*other.covariates}):
        common.left_out.setdefault(name, "a covariate that only one of the populations has")
    for name in {**one.traits, **other.traits}:
        kinds = [guess.traits.get(name) for guess in (one, other)]
        if kinds[0] is not None and kinds[0] == kinds[1]:
            common.traits[name] = kinds[0]
        else:
            words = [kind.value if kind else "no trait" for kind in kinds]
            common.left_out.setdefault(name, f"{words[0]} in the large population, {words[1]} in the small one")
    return common


def levels(table: PeopleTable, column: str) -> Counter[str]:
    """How many people have each value of ``column``, missing ones left out."""
    found = cells(table, column)
    return Counter(found.texts[~found.missing].tolist())


def contracted(names: Iterable[str]) -> list[str]:
    """``names`` with runs of numbered ones as ranges, the form that settings have them in.

    >>> contracted(["sex", "PC1", "PC2", "PC3", "x5"])
    ['sex', 'PC1-PC3', 'x5']
    """
    runs: list[list[str]] = []
    for name in names:
        if runs and _follows(runs[-1][-1], name):
            runs[-1].append(name)
        else:
            runs.append([name])
    return [run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]


def _follows(before: str, name: str) -> bool:
    one, two = _NUMBERED.fullmatch(before), _NUMBERED.fullmatch(name)
    return bool(one and two and one[1] == two[1] and int(two[2]) == int(one[2]) + 1)


def _add_covariate(guess: ColumnGuess, table: PeopleTable, name: str) -> None:
    column = cells(table, name)
    is_sex = name.casefold() in ("sex", "gender")
    known = set(column.levels()) - ({"0"} if is_sex else set())
    if len(known) < 2:
        guess.left_out[name] = "all people have the same value" if known else "nobody has a value"
    elif column.strange.any() and not is_sex:
        if len(known) > MOST_LEVELS:
            guess.left_out[name] = f"{len(known)} levels, too many for a covariate"
            return
        guess.covariates.append(name)
        guess.categorical.append(name)
    else:
        guess.covariates.append(name)


def _add_trait(guess: ColumnGuess, table: PeopleTable, name: str) -> None:
    try:
        column = trait_column(table, name)
    except InputError as error:
        guess.left_out[name] = str(error)
        return
    seen = column.values[column.values == column.values]
    if (seen == seen[0]).all():
        guess.left_out[name] = "all people have the same value"
    elif any(slug(other) == slug(name) for other in guess.traits):
        guess.left_out[name] = f"another trait's name is {slug(name)!r}, too"
    else:
        guess.traits[name] = column.trait.kind
