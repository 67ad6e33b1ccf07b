"""``gtl results``: the tables of a finished study."""

from typing import TYPE_CHECKING, Annotated

import typer

from gtl.commands.options import Format, OutputFormat, StorePlace, StudyName
from gtl.errors import InputError

if TYPE_CHECKING:
    from gtl.store import Store

_GAINS_FROM = 8
"""The paper's first table of gains; from it on there is one for each number of risk SNPs."""


def results(
    study: StudyName,
    table: Annotated[
        str,
        typer.Option(
            help="results, verdict, on_top (what each score adds to the covariates), selection, attainable, "
            "calibration, times; of simulated people also a table of the paper: 1 2 3 6 7, and from 8 on one for each "
            "number of risk SNPs (the paper: 8 9). Default: 8, of real people verdict.",
            show_default=False,
        ),
    ] = "",
    store: StorePlace = "results",
    output: OutputFormat = Format.TABLE,
    version: Annotated[str, typer.Option(help="Results of earlier settings: first digits of their version.")] = "",
    versions: Annotated[
        bool, typer.Option("--versions", help="List the versions and in which settings they differ.")
    ] = False,
) -> None:
    """Print a table of a finished study."""
    from gtl.report.plain_table import as_text
    from gtl.steps.results_versions import versions_table
    from gtl.steps.study_tables import read_study_table, table_names
    from gtl.store import Store

    place = Store(store)
    if versions:
        typer.echo(as_text(versions_table(place, study), output.value), nl=False)
        return
    typer.echo(_which(place, study, version), err=True)
    of_paper = str(_GAINS_FROM) in table_names(place, study, version)
    table = table or (str(_GAINS_FROM) if of_paper else "verdict")
    if of_paper:
        _check_number(place, study, table, version)
    rows = read_study_table(place, study, table, version)
    typer.echo(as_text(rows, output.value), nl=False)
    if rows.empty and table != "results":
        typer.echo(f"every method's scores: gtl results {study} --table results", err=True)


def _which(store: "Store", study: str, version: str) -> str:
    """Which results are shown, and whether there are others."""
    from gtl.steps.results_versions import results_ref, results_versions

    shown, found = results_ref(store, study, version), results_versions(store, study)
    own = next(one for one in found if one.ref == shown)
    number = "1 other version" if len(found) == 2 else f"{len(found) - 1} other versions"
    others = f"; {number}: gtl results {study} --versions" if len(found) > 1 else ""
    return f"study {study}: {own}{others}"


def _check_number(store: "Store", study: str, table: str, version: str) -> None:
    """Say why a simulated study has no table of gains ``table``, where it has fewer numbers of risk SNPs than that."""
    from gtl.domain.phenotype_code import PhenotypeCode
    from gtl.steps.study_tables import read_study_table

    if not table.isdecimal() or int(table) < _GAINS_FROM:
        return
    codes = read_study_table(store, study, "results", version)["phenotype"].unique()
    numbers = list(dict.fromkeys(PhenotypeCode.parse(code).risk_snps for code in codes))
    if int(table) >= _GAINS_FROM + len(numbers):
        tables = ", ".join(f"{number} ({snps} risk SNPs)" for number, snps in enumerate(numbers, start=_GAINS_FROM))
        raise InputError(
            f"study {study!r} has no table {table!r}: tables {_GAINS_FROM}, {_GAINS_FROM + 1} and on are one for each "
            f"number of risk SNPs (phenotypes.risk_snps), and this study has only {tables}"
        )
