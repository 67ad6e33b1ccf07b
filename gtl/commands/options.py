"""Options that several commands have, and the study that they describe."""

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gtl.errors import InputError

if TYPE_CHECKING:
    from gtl.config import StudyConfig


class Format(StrEnum):
    """How a table is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


StudyName = Annotated[str, typer.Argument(help="Name of the study.")]
StorePlace = Annotated[
    str,
    typer.Option(
        "--store",
        envvar="GTL_STORE",
        help="Folder or URI that the results lie in.",
        callback=lambda store: os.path.expanduser(store),  # shells leave --store=~/x as it is
    ),
]
OutputFormat = Annotated[Format, typer.Option("--format", help="How to print it.")]
Overrides = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change one field, e.g. training.epochs=20.")
]


def study_config(study: Path | None, preset_name: str | None, store: str | None, overrides: list[str]) -> "StudyConfig":
    """The settings that the command line asks for: a file or a preset, changed by ``--store`` and ``--set``."""
    from gtl.config import load_study, preset, with_overrides

    if (study is None) == (preset_name is None):
        raise InputError("give either a study file or --preset quick|paper|reproduction")
    changes = [*overrides, *([f"store={store}"] if store else [])]
    if study is not None:
        return load_study(study, changes)
    return with_overrides(preset(str(preset_name)), changes)
