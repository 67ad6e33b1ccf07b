"""The command line. Heavy modules are imported where they are used, so that help and errors come at once."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gtl.commands.models import models, predict
from gtl.commands.options import Overrides
from gtl.commands.page import page
from gtl.commands.results import results
from gtl.commands.sweep import sweep
from gtl.config import StudyConfig, flatten, load_study, preset, with_overrides
from gtl.errors import GtlError, InputError

if TYPE_CHECKING:
    from gtl.store import Store

app = typer.Typer(
    name="gtl",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Genotype transfer learning: predict a disease in a small population from a study of a large one.",
)
app.add_typer(models, name="models")
app.command()(predict)
app.command()(sweep)
app.command()(page)
app.command()(results)


@app.command()
def run(
    study: Annotated[Path | None, typer.Argument(help="YAML file of the study.")] = None,
    preset_name: Annotated[str | None, typer.Option("--preset", help="quick, paper or reproduction.")] = None,
    store: Annotated[str | None, typer.Option(help="Folder or URI that results go to.")] = None,
    overrides: Overrides = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Phenotypes at a time; default: one a core.")] = None,
) -> None:
    """Run a study here, without Airflow; finished stages are skipped."""
    from gtl.progress import bars
    from gtl.store import Store
    from gtl.study_run import run_study

    config = study_config(study, preset_name, store, overrides or [])
    place = Store(config.store)
    with bars() as progress:
        run_study(config, place, jobs or os.cpu_count() or 1, progress)
    echo_results(place, config)


@app.command()
def fields() -> None:
    """List every field of a study's settings with the paper's value."""
    for name, value in flatten(StudyConfig()).items():
        typer.echo(f"{name} = {value}")


def study_config(study: Path | None, preset_name: str | None, store: str | None, overrides: list[str]) -> StudyConfig:
    """The settings that the command line asks for: a file or a preset, changed by ``--store`` and ``--set``."""
    if (study is None) == (preset_name is None):
        raise InputError("give either a study file or --preset quick|paper|reproduction")
    changes = [*overrides, *([f"store={store}"] if store else [])]
    if study is not None:
        return load_study(study, changes)
    return with_overrides(preset(str(preset_name)), changes)


def echo_results(store: "Store", config: StudyConfig) -> None:
    """Print a finished study's summary and verdict, and where its results and report lie."""
    from gtl.evaluate.ceiling import study_ceiling
    from gtl.evaluate.verdict import advice
    from gtl.report.evidence import PERMUTED
    from gtl.report.text import show_summary
    from gtl.steps.results import read_study_table

    results = read_study_table(store, config.name, "results")
    show_summary(results, config.selection.metric.value, study_ceiling(config))
    if verdict := advice(read_study_table(store, config.name, "verdict")):
        typer.echo(verdict)
    if config.phenotypes.permute_labels:
        typer.echo(PERMUTED)
    typer.echo(f"results: {store.uri(f'studies/{config.name}/results')}")
    typer.echo(f"report: {store.uri(f'studies/{config.name}/report/report.html')}")


def main() -> None:
    """Entry point: a mistake of the user's ends with its message and exit code 2, never with a traceback."""
    try:
        app()
    except GtlError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
