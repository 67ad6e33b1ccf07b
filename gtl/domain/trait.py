"""What is to be predicted: a trait's name and kind, and its place in tables."""

import re
from dataclasses import dataclass
from enum import StrEnum

from gtl.errors import InputError

_SLUG = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,63}")


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
        Its name in tables, keys and pictures: a letter, then letters, digits, dots, dashes and underscores.
    kind
        Binary (1 = case, 0 = control) or quantitative.
    """

    slug: str
    kind: TraitKind = TraitKind.BINARY

    def __post_init__(self) -> None:
        if _SLUG.fullmatch(self.slug) is None:
            raise InputError(
                f"trait {self.slug!r}: expected a letter, then at most 63 letters, digits, dots, dashes and underscores"
            )


def trait_order(slug: str) -> tuple[tuple[bool, int, str], ...]:
    """Sort key of traits' names: numbers inside them count as numbers.

    >>> sorted(["YRI_10_1", "YRI_5_2", "YRI_5_1", "asthma"], key=trait_order)
    ['YRI_5_1', 'YRI_5_2', 'YRI_10_1', 'asthma']
    """
    return tuple((part.isdigit(), int(part) if part.isdigit() else 0, part) for part in re.split(r"(\d+)", slug))
