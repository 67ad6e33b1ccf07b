"""Names that files suggest, as a study may have them."""

import re


def plain_name(name: str) -> str:
    """A population's or source's name for tables and pictures: a letter, then letters, digits and dashes, 32 at most.

    >>> plain_name("pop_AFR"), plain_name("1"), plain_name("Han, Beijing")
    ('AFR', 'population-1', 'Han-Beijing')
    """
    plain = re.sub(r"[^A-Za-z0-9]+", "-", re.sub(r"^pop(ulation)?[_.-]", "", name, flags=re.I)).strip("-")
    return (plain if plain[:1].isalpha() else f"population-{plain}")[:32].rstrip("-")
