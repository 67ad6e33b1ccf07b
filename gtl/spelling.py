"""What a message says about a name that is not there: the nearest names, then all of them."""

import difflib
from collections.abc import Iterable

_SHOWN = 12


def listed(names: Iterable[object], shown: int = _SHOWN) -> str:
    """The first ``shown`` names, and how many more there are.

    >>> listed(["a", "b", "c"], shown=2)
    "'a', 'b' and 1 more"
    """
    texts = [repr(str(name)) for name in names]
    more = len(texts) - shown
    return ", ".join(texts[:shown]) + (f" and {more} more" if more > 0 else "")


def known(name: str, names: Iterable[str], shown: int = _SHOWN) -> str:
    """The names that ``name`` may have been meant for, and the names that there are, for the end of a message.

    Of these the first ``shown``.

    >>> known("sexx", ["SEX", "age"])
    "did you mean 'SEX'? There are 'SEX', 'age'"
    """
    choices = [str(choice) for choice in names]
    near = _near(name, choices)
    meant = f"did you mean {' or '.join(map(repr, near))}? " if near else ""
    there = f"here {'is' if len(choices) == 1 else 'are'} {listed(choices, shown) if choices else 'none'}"
    return meant + ("T" if near else "t") + there


def _near(name: str, choices: list[str]) -> list[str]:
    folded: dict[str, str] = {}
    for choice in choices:
        folded.setdefault(choice.casefold(), choice)
    return [folded[match] for match in difflib.get_close_matches(name.casefold(), folded, n=3)]
