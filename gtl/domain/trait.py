"""What is to be predicted: a trait's name and kind, and its place in tables."""

import re
from dataclasses import dataclass
from enum import StrEnum

from gtl.errors import InputError

_SLUG = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,96}")


class TraitKind(StrEnum):
    """Whether people have the trait or not, or how much of it they have."""

    BINARY = "binary"
    QUANTITATIVE = "quantitative"


@dataclass(frozen=True)
class Trait:
    """One trait.

    Attributes
    ----------
    slug
        Its name in tables, keys and pictures: a letter, then letters, digits, dots, dashes and underscores. Of several
        small populations, with the one that it is studied in (:func:`code_in`).
    kind
        Binary (1 = case, 0 = control) or quantitative.
    """

    slug: str
    kind: TraitKind = TraitKind.BINARY

    def __post_init__(self) -> None:
        if _SLUG.fullmatch(self.slug) is None:
            raise InputError(
                f"trait {self.slug!r}: expected a letter, then at most 96 letters, digits, dots, dashes and underscores"
            )


def code_in(population: str, slug: str) -> str:
    """Name of a trait in one of several small populations, as the paper's ``X_Y_Z`` begins: the inverse is
    :func:`population_in`.

    >>> code_in("JPT", "seed_length")
    'JPT_seed_length'
    """
    return f"{population}_{slug}"


def population_in(code: str) -> str:
    """The small population in the name of a trait, of a study that has several: their codes have no underscore.

    >>> population_in("JPT_seed_length"), population_in("YRI_5_2")
    ('JPT', 'YRI')
    """
    return code.partition("_")[0]


def trait_in(code: str) -> str:
    """The trait in such a name.

    >>> trait_in("JPT_seed_length")
    'seed_length'
    """
    return code.partition("_")[2]


def trait_order(slug: str) -> tuple[tuple[bool, int, str], ...]:
    """Sort key of traits' names: numbers inside them count as numbers.

    >>> sorted(["YRI_10_1", "YRI_5_2", "YRI_5_1", "asthma"], key=trait_order)
    ['YRI_5_1', 'YRI_5_2', 'YRI_10_1', 'asthma']
    """
    return tuple((part.isdigit(), int(part) if part.isdigit() else 0, part) for part in re.split(r"(\d+)", slug))
