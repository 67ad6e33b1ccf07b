"""Tables of people that the tests of their columns share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gtl.formats.people_table import PeopleTable, read_people_tables


@pytest.fixture
def column(tmp_path: Path) -> Callable[..., PeopleTable]:
    """Makes a table of people p1, p2, ... from columns that are given as lists of texts."""

    def make(**columns: list[str]) -> PeopleTable:
        rows = zip(*columns.values(), strict=True)
        lines = ["\t".join(("IID", *columns)), *("\t".join((f"p{n}", *row)) for n, row in enumerate(rows, start=1))]
        (tmp_path / "people.tsv").write_text("\n".join(lines) + "\n")
        return read_people_tables([tmp_path / "people.tsv"])

    return make
