"""Options that several commands have."""

from enum import StrEnum
from typing import Annotated

import typer


class Format(StrEnum):
    """How a table is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


StudyName = Annotated[str, typer.Argument(help="Name of the study.")]
StorePlace = Annotated[str, typer.Option("--store", envvar="GTL_STORE", help="Folder or URI that the results lie in.")]
OutputFormat = Annotated[Format, typer.Option("--format", help="How to print it.")]
Overrides = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change one field, e.g. training.epochs=20.")
]
