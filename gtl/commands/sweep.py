"""``gtl sweep``: many studies that differ in declared settings."""

import os
from pathlib import Path
from typing import Annotated

import typer

from gtl.commands.options import Overrides
from gtl.errors import InputError


def sweep(
    file: Annotated[Path | None, typer.Argument(help="YAML file of the sweep.")] = None,
    preset_name: Annotated[str | None, typer.Option("--preset", help="ladder, instead of a file.")] = None,
    store: Annotated[str | None, typer.Option(help="Folder or URI that results go to.")] = None,
    overrides: Overrides = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Phenotypes at a time; default: one a core.")] = None,
) -> None:
    """Run every combination of a grid of settings as a study; finished ones are found finished."""
    from gtl.config.sweep import load_sweep, sweep_preset
    from gtl.progress import bars
    from gtl.report.plain_table import as_text
    from gtl.report.sweep import sweep_lines
    from gtl.steps.sweep import read_sweep
    from gtl.store import Store
    from gtl.sweep import run_sweep

    if (file is None) == (preset_name is None):
        raise InputError("give either a sweep file or --preset ladder")
    changes = [*(overrides or []), *([f"store={store}"] if store else [])]
    config = load_sweep(file, changes) if file is not None else sweep_preset(str(preset_name), changes)
    place = Store(config.study.store)
    with bars():
        made = run_sweep(config, place, jobs or os.cpu_count() or 1)
    typer.echo(as_text(sweep_lines(read_sweep(place, config.name), config.study.selection)), nl=False)
    typer.echo(f"results: {place.address(made)}")
