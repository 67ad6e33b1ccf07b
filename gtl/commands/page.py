"""``gtl page``: the page of results, made from the store."""

from pathlib import Path
from typing import Annotated

import typer

from gtl.commands.options import StorePlace


def page(
    store: StorePlace = "results",
    ladder: Annotated[str, typer.Option(help="Name of the sweep of SNP variance and effect correlation.")] = "ladder",
    reproduction: Annotated[str, typer.Option(help="Name of the study that repeats the paper.")] = "reproduction",
    folder: Annotated[Path, typer.Option("--to", help="Folder to write results.md and images/ to.")] = Path("docs"),
) -> None:
    """Write results.md and its figures from the finished studies ladder and reproduction."""
    from gtl.report.studies import results_page
    from gtl.steps.study_tables import read_study_table
    from gtl.steps.sweep import read_sweep
    from gtl.store import Store

    place = Store(store)
    text, figures = results_page(read_sweep(place, ladder), read_study_table(place, reproduction, "results"))
    (folder / "images").mkdir(parents=True, exist_ok=True)
    (folder / "results.md").write_text(text)
    for name, content in figures.items():
        (folder / "images" / name).write_bytes(content)
    typer.echo(folder / "results.md")
