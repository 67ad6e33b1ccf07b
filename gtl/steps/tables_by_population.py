"""Tables of a study as a whole: of several small populations with a column that says which one a row is of."""

import io
from collections.abc import Mapping

import pandas as pd
import pyarrow as pa

from gtl.schema import by_population
from gtl.store import Artifact, ArtifactWriter

POPULATIONS = "populations.json"
"""File with the codes of several small populations; absent where there is one."""


def write_tables(out: ArtifactWriter, name: str, schema: pa.Schema, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write one table of all small populations; as it is where there is one."""
    if len(tables) == 1:
        (table,) = tables.values()
        out.write_table(name, table.reset_index(drop=True), schema)
        return
    column = by_population(schema).names[0]
    frames = [table.assign(**{column: population}) for population, table in tables.items()]
    out.write_table(name, pd.concat(frames, ignore_index=True), by_population(schema))


def read_table(artifact: Artifact, name: str, schema: pa.Schema) -> pd.DataFrame:
    """The table that :func:`write_tables` wrote, with its column of populations where there are several."""
    return artifact.read_table(name, by_population(schema) if POPULATIONS in artifact.files else schema)


def write_csv(out: ArtifactWriter, name: str, tables: Mapping[str, pd.DataFrame], *, several: bool) -> None:
    """As :func:`write_tables`, for a table whose columns only the study knows; not all populations need to have it."""
    frames = [_named(table, population) if several else table for population, table in tables.items()]
    out.write_text(name, pd.concat(frames, ignore_index=True).to_csv(index=False))


def read_csv(artifact: Artifact, name: str) -> pd.DataFrame:
    """The table that :func:`write_csv` wrote."""
    return pd.read_csv(io.BytesIO(artifact.read_bytes(name)))


def of_population(table: pd.DataFrame, population: str) -> pd.DataFrame:
    """Rows of one small population without the column that names it; all of them where no column does.

    >>> of_population(pd.DataFrame({"population": ["YRI", "JPT"], "n": [1, 2]}), "JPT")["n"].tolist()
    [2]
    """
    if "population" not in table.columns:
        return table
    return table[table["population"] == population].drop(columns="population").reset_index(drop=True)


def csv_of_population(table: pd.DataFrame, population: str) -> pd.DataFrame:
    """As :func:`of_population`, without columns that only other populations have."""
    own = of_population(table, population)
    return own if own is table else own.dropna(axis="columns", how="all")


def _named(table: pd.DataFrame, population: str) -> pd.DataFrame:
    named = table.copy()
    named.insert(0, "population", population)
    return named
