"""Which population a person is from: a table with columns ``sample`` and ``population``, or one of 1000 Genomes."""

from gtl.errors import InputError
from gtl.formats.table_lines import FIRST_COLUMNS, folded, table_rows
from gtl.formats.text_file import PathLike

_SAMPLE = FIRST_COLUMNS | {"iid"}
_POPULATION = ("population", "pop", "population_code")


def read_populations(path: PathLike) -> dict[str, str]:
    """Population of every sample of the table; further columns are ignored.

    Raises
    ------
    InputError
        If a column is absent, a line has too few columns or a quote that does not end, or a sample has two populations.
    """
    rows = table_rows(path)
    number, header = next(rows)
    known_as = [folded(name.removeprefix("#")) for name in header]
    sample = next((place for place, name in enumerate(known_as) if name in _SAMPLE), None)
    population = next((known_as.index(name) for name in _POPULATION if name in known_as), None)
    if sample is None or population is None:
        raise InputError(
            f"{path}: line {number}: columns are {header}, expected `sample` and `population` (or `pop`) among them"
        )
    found: dict[str, str] = {}
    width = max(place for place, name in enumerate(header, 1) if name)
    for number, fields in rows:
        where = f"{path}: line {number}"
        if len(fields) < width or any(fields[width:]):
            raise InputError(f"{where}: {len(fields)} columns, expected {width} as in the header")
        if found.setdefault(fields[sample], fields[population]) != fields[population]:
            raise InputError(
                f"{where}: sample {fields[sample]!r} has population {fields[population]!r} and another above"
            )
    return found
