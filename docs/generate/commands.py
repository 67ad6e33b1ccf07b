"""The commands' reference, from the command line itself."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from gtl.__main__ import app

_TARGET = re.compile(r"^([a-z]+):.*## (.*)$", re.MULTILINE)


def reference() -> str:
    """A heading, a usage line and a table of arguments and options for each command of ``gtl``."""
    return "\n".join(line for words, command in commands() for line in _described(" ".join(words), command))


def commands() -> list[tuple[tuple[str, ...], Any]]:
    """Words of each command, such as ``("gtl", "models", "list")``, and what Click knows of it."""
    return list(_leaves(("gtl",), typer.main.get_command(app)))


def make_targets() -> str:
    """What ``make`` can do, as ``make help`` says."""
    makefile = (Path(__file__).parents[2] / "Makefile").read_text()
    rows = [f"| `make {name}` | {_cell(words)} |" for name, words in _TARGET.findall(makefile)]
    return "\n".join(["| command | what it does |", "|---|---|", *rows])


def _leaves(words: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield words, command
        return
    for name in sorted(inner):
        yield from _leaves((*words, name), inner[name])


def _described(words: str, command: Any) -> Iterator[str]:
    context = command.make_context(words, [], resilient_parsing=True)
    records = [param.get_help_record(context) for param in command.params]
    yield from (f"## {words}", "", f"```text\n{context.get_usage().removeprefix('Usage: ')}\n```", "")
    yield from (str(command.help or "").strip(), "")
    if any(records):
        yield from ("| argument or option | what it is |", "|---|---|")
        yield from (f"| `{record[0]}` | {_cell(record[1])} |" for record in records if record)
        yield ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
