"""``gtl gc`` and ``gtl convert-store``: what is done to a store as a whole."""

from typing import TYPE_CHECKING, Annotated

import typer

from gtl.commands.options import StorePlace
from gtl.errors import InputError

if TYPE_CHECKING:
    from gtl.store import Store

_MB = 1e6


def collect(
    store: StorePlace = "results",
    delete: Annotated[bool, typer.Option("--delete", help="Delete them; without this they are only listed.")] = False,
    hours: Annotated[
        float, typer.Option(min=0, help="Keep what was written during the last so many hours: a run may need it.")
    ] = 24.0,
) -> None:
    """List, or delete, versions of artefacts that no study's current results were made from.

    Runs delete nothing: each change of settings or code leaves the older versions of what it remade. Run it while no
    study is running; a study that goes back to older settings afterwards makes their versions again.
    """
    from gtl.store.collection import remove, unreached

    place = _existing(store)
    found = unreached(place, hours)
    for one in found:
        typer.echo(f"{one.size / _MB:10.1f} MB  {one.path}{'' if one.finished else '  (unfinished)'}")
    total = f"{len(found)} versions, {sum(one.size for one in found) / _MB:.1f} MB"
    if not found:
        typer.echo("nothing to delete: every version is current, or is what a current one was made from")
    elif delete:
        remove(place, found)
        typer.echo(f"deleted {total}")
    else:
        typer.echo(f"{total}; nothing was deleted: give --delete to do it")


def convert_store(store: StorePlace = "results") -> None:
    """Bring a store that a release before 0.2 wrote to the layout of today; nothing is computed again or lost.

    Stop every run that uses the store first.
    """
    from gtl.store.conversion import convert

    place = _existing(store)
    typer.echo(f"converted {convert(place.root)} artefacts in {place.uri('')}")


def _existing(store: str) -> "Store":
    from gtl.store import Store

    place = Store(store)
    if not place.exists():
        raise InputError(f"{place.uri('')}: nothing lies there; name the store that the studies were run with: --store")
    return place
