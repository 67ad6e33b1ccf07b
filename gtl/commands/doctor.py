"""``gtl doctor``: whether all is there that studies need, and what to do where it is not."""

from typing import Annotated

import typer


def doctor(
    store: Annotated[
        str | None,
        typer.Option(envvar="GTL_STORE", help="Folder or URI that results are to go to; a probe is written there."),
    ] = None,
) -> None:
    """Check store, connection, disks, versions and, where Airflow is installed, its pools, DAGs, containers, folders.

    One line each: ok, note (some studies cannot run) or NOT ok, and what to do. Exit code 2: studies cannot run.
    """
    from gtl.doctor import examine, surroundings

    fatal = 0
    around = surroundings()
    for finding in examine(store or around.default_store(), around):
        typer.echo(str(finding))
        fatal += finding.is_fatal
    if fatal:
        raise typer.Exit(2)
