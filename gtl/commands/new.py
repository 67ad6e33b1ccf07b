"""``gtl new``: a study file for one's own files."""

import shlex
from pathlib import Path
from typing import Annotated

import typer


def new(
    folder: Annotated[
        Path,
        typer.Argument(
            help="Folder with genotype files and tables of two populations, or of one beside statistics or scores."
        ),
    ],
) -> None:
    """Write a commented study.yaml for the genotype files and tables in a folder."""
    from gtl.prepare.study_draft import write_study

    path = write_study(folder)
    typer.echo(f"{path}: written; read its lines with `# ?`, then run `gtl check {shlex.quote(str(path))}`")
