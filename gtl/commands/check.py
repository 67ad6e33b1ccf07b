"""``gtl check``: everything of a study up to its models, without training."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gtl.commands.options import Overrides, study_config
from gtl.errors import InputError

if TYPE_CHECKING:
    from gtl.config import StudyConfig


def check(
    study: Annotated[Path | None, typer.Argument(help="YAML file of the study.")] = None,
    preset_name: Annotated[str | None, typer.Option("--preset", help="quick, paper or reproduction.")] = None,
    store: Annotated[str | None, typer.Option(help="Folder or URI that results go to.")] = None,
    overrides: Overrides = None,
) -> None:
    """Read a study's files, check people, variants and traits, and say what would run; nothing is trained."""
    from gtl.preflight import check_settings
    from gtl.report.check_text import simulated_text

    config = study_config(study, preset_name, store, overrides or [])
    if config.is_simulated:
        check_settings(config)
        typer.echo(simulated_text(config))
    else:
        _check_files(config)
    typer.echo(f"\nrun it: {_command(study, preset_name, store, overrides or [])}")


def _check_files(config: "StudyConfig") -> None:
    from gtl.progress import bars
    from gtl.report.check_text import check_text
    from gtl.store import Store
    from gtl.study_check import check_study, problem_lines

    store, problems = Store(config.store), list[str]()
    for cohort_set in config.cohort_sets():
        with bars():
            found = check_study(config, store, cohort_set)
        if config.several:
            typer.echo(f"\n{cohort_set}, with the help of {config.populations.large}\n")
        typer.echo(check_text(found, config.of_set(cohort_set)))
        problems += problem_lines(found)
    if problems:
        raise InputError("\n".join(["some traits cannot be studied:", *problems]))


def _command(study: Path | None, preset_name: str | None, store: str | None, overrides: list[str]) -> str:
    """The command line that runs what was checked."""
    what = [str(study)] if study is not None else ["--preset", str(preset_name)]
    changes = [word for item in overrides for word in ("--set", item)]
    return shlex.join(["gtl", "run", *what, *(["--store", store] if store else []), *changes])
