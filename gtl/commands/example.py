"""``gtl example``: two small cohorts as files, to try a study of real people with."""

import shlex
from pathlib import Path
from typing import Annotated

import typer


def example(folder: Annotated[Path, typer.Argument(help="New folder to write the files to.")]) -> None:
    """Write a small pair of simulated cohorts (PLINK, VCF, tables) and a study file for them."""
    from gtl.simulate.example_files import write_example

    typer.echo("simulating 1,500 people, about half a minute", err=True)
    path = write_example(folder)
    file = shlex.quote(str(path))
    typer.echo(f"{path}: written, with the files that it names; next: `gtl check {file}`, then `gtl run {file}`")
