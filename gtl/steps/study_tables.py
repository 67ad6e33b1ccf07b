"""Reading the tables of a finished study. Nothing heavy is imported: whoever looks at a table should not wait."""

import pandas as pd

from gtl.errors import InputError
from gtl.schema import EVIDENCE, RESULTS
from gtl.steps.results_versions import results_ref
from gtl.steps.study_times import study_times
from gtl.steps.tables_by_population import read_csv, read_table
from gtl.store import Artifact, Store

NOT_RUN = "not_run.json"
"""File with the methods that could not run, and why."""


def table_file(number: str) -> str:
    """File name of one of the paper's tables."""
    return f"table_{number}.csv"


def read_tables(results: Artifact) -> dict[str, pd.DataFrame]:
    """The paper's tables by number, as :func:`write_results` wrote them."""
    names = [name for name in results.files if name.startswith("table_")]
    return {name.removeprefix("table_").removesuffix(".csv"): read_csv(results, name) for name in sorted(names)}


def read_study_table(store: Store, study: str, table: str, version: str = "") -> pd.DataFrame:
    """A table of a finished study: one of the paper's by its number, ``results``, ``times``, or
    one of :data:`gtl.schema.EVIDENCE` by its name; of its current results or of another ``version``
    (:mod:`gtl.steps.results_versions`).

    Raises
    ------
    InputError
        If the study is not in the store or not finished, or has no such table; says which there are.
    """
    ref = results_ref(store, study, version)
    results = store.read(ref)
    if table == "results":
        return read_table(results, "results.parquet", RESULTS)
    if table == "times":
        report = None if version else store.find(f"studies/{study}/report")
        return study_times(store, study, [ref, *filter(None, [report])])
    if table in EVIDENCE:
        return read_table(results, f"{table}.parquet", EVIDENCE[table])
    tables = read_tables(results)
    if table not in tables:
        known = ", ".join(table_names(store, study, version))
        raise InputError(f"study {study!r} has no table {table!r}; it has {known}")
    return tables[table]


def table_names(store: Store, study: str, version: str = "") -> list[str]:
    """Names of the tables that :func:`read_study_table` finds; the paper's only of simulated people."""
    return ["results", *EVIDENCE, *read_tables(store.read(results_ref(store, study, version))), "times"]
