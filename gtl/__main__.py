"""The command line. Heavy modules are imported where they are used, so that help and errors come at once."""

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gtl import __version__
from gtl.commands.associations import associations
from gtl.commands.check import check
from gtl.commands.doctor import doctor
from gtl.commands.example import example
from gtl.commands.models import models, predict
from gtl.commands.new import new
from gtl.commands.options import Overrides, study_config
from gtl.commands.page import page
from gtl.commands.results import results
from gtl.commands.statistics import statistics
from gtl.commands.store import collect, convert_store
from gtl.commands.sweep import sweep
from gtl.errors import GtlError

if TYPE_CHECKING:
    import pandas as pd

    from gtl.config import StudyConfig
    from gtl.store import Store

app = typer.Typer(
    name="gtl",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)
app.add_typer(models, name="models")
app.add_typer(associations, name="associations")
app.command()(new)
app.command()(example)
app.command()(check)
app.command()(doctor)
app.command()(statistics)
app.command()(predict)
app.command()(sweep)
app.command()(page)
app.command()(results)
app.command(name="gc")(collect)
app.command()(convert_store)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"gtl {__version__}")
        raise typer.Exit


@app.callback()
def about(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version, and end.")
    ] = False,
) -> None:
    """Genotype transfer learning: predict a disease in a small population from a study of a large one."""


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
    from gtl.config import StudyConfig, flatten

    for name, value in flatten(StudyConfig()).items():
        typer.echo(f"{name} = {value}")


def echo_results(store: "Store", config: "StudyConfig") -> None:
    """Print a finished study's summary and verdict, for each small population, and where results and report lie."""
    from gtl.report.evidence import PERMUTED
    from gtl.steps.study_tables import read_study_table
    from gtl.steps.tables_by_population import of_population

    results, verdicts = (read_study_table(store, config.name, name) for name in ("results", "verdict"))
    for name, own in config.by_population().items():
        if config.several:
            typer.echo(f"\n{name}, with the help of {config.populations.large}")
        _echo_population(own, of_population(results, name), of_population(verdicts, name))
    if config.several:
        typer.echo("\nIntervals of the verdicts hold for all small populations together.")
    if config.phenotypes.permute_labels:
        typer.echo(PERMUTED)
    for stage, name in (("results", ""), ("report", "report.html")):
        if (made := store.find(f"studies/{config.name}/{stage}")) is not None:
            typer.echo(f"{stage}: {store.address(made, name)}")


def _echo_population(config: "StudyConfig", results: "pd.DataFrame", verdicts: "pd.DataFrame") -> None:
    from gtl.domain.trait import TraitKind
    from gtl.evaluate.advice import advice, recommendation
    from gtl.evaluate.ceiling import study_ceilings
    from gtl.methods.registry import RECOMMENDED_WHY
    from gtl.report.text import show_summary

    ceilings = study_ceilings(config) if config.is_simulated else None
    metrics = [config.selection.primary(kind) for kind in TraitKind]
    for metric in [name for name in metrics if (results["metric"] == name).any()]:
        show_summary(results, metric, ceilings, config.baseline)
    declared = config.recommended
    words = advice(verdicts, config.baseline)
    if declared:
        words = recommendation(verdicts, declared, config.baseline, RECOMMENDED_WHY.get(declared, ""))
    typer.echo(words)


def end_in_order() -> None:
    """Let TERM and the terminal's end stop a study as Ctrl-C does: its processes ended, its locks given back.

    Python would end at once, and the processes' locks, which nobody had given back, would be told of as leaked.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # not where ``nohup`` has it ignored
            signal.signal(number, lambda received, _: sys.exit(128 + received))


def main() -> None:
    """Entry point: a mistake of the user's ends with its message and exit code 2, never with a traceback."""
    end_in_order()
    try:
        app()
    except GtlError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
