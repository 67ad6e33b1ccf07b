"""``gtl associations``: a study's own genome-wide associations, for other tools."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gtl.commands.options import StorePlace, StudyName
from gtl.errors import InputError

associations = typer.Typer(no_args_is_help=True, help="List or export the associations that a study has computed.")


class People(StrEnum):
    """Whose association."""

    COHORT = "cohort"
    TRAINING = "training"


@associations.command("list")
def list_associations(study: StudyName, store: StorePlace = "results") -> None:
    """List the associations: trait, population, chromosomes."""
    from gtl.steps.association_export import stored_associations
    from gtl.store import Store

    for one in stored_associations(Store(store), study):
        typer.echo(f"{one.name}: chromosomes {', '.join(one.chromosomes)}")


@associations.command()
def export(
    study: StudyName,
    folder: Annotated[Path, typer.Option("--to", help="Folder to write files to.")],
    name: Annotated[str | None, typer.Option(help="Only this one, named as `gtl associations list` does.")] = None,
    people: Annotated[
        People, typer.Option(help="All people who are not sealed, or those alone that models learn from.")
    ] = People.COHORT,
    build: Annotated[str, typer.Option(help="Genome build of the genotypes, for the metadata: GRCh37 or GRCh38.")] = "",
    ancestry: Annotated[str, typer.Option(help="Of the people, for the metadata, such as European.")] = "",
    store: StorePlace = "results",
) -> None:
    """Write associations as GWAS-SSF files with their YAML, which the GWAS Catalog and `gtl statistics` read."""
    from gtl.steps.association_export import export_associations, stored_associations
    from gtl.store import Store

    place = Store(store)
    found = stored_associations(place, study)
    chosen = [one for one in found if name in (None, one.name)]
    if not chosen:
        some = ", ".join(one.name for one in found[:5])
        raise InputError(f"study {study!r} has no association {name!r}; it has {len(found)}, such as {some}")
    for path, rows in export_associations(place, study, chosen, folder, people.value, build, ancestry):
        typer.echo(f"{path}: {rows:,} variants")
