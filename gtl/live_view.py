"""A study's progress on a terminal, drawn anew as it goes on: one bar for all of it, a row a trait, what runs now."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from gtl.progress import Kind, spent_and_left

_BAR = 24
_LINES_KEPT = 4
"""Of the terminal's height, for the bar of all and what stands around the view."""


@dataclass
class Row:
    """What is known of a branch: a trait, people or chromosomes of theirs, or the study itself."""

    kind: Kind = Kind.OTHER
    activity: str = ""
    done: int = 0
    total: int | None = None
    work: int = 0

    @property
    def finished(self) -> bool:
        """Whether all of it is done."""
        return self.total is not None and self.done >= self.total

    @property
    def is_shown(self) -> bool:
        """Traits stay when they are finished, others go."""
        return self.kind is Kind.TRAIT or not self.finished


class LiveView(logging.Handler):
    """Draws what the records of :func:`gtl.progress.announce` say.

    Parameters
    ----------
    console
        Where to.
    """

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._rows: dict[str, Row] = {}
        self._expected: int | None = None
        self._expected_work: int | None = None
        self._begin: float | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Take over what a record says."""
        said = vars(record)
        if (expected := said.get("expected")) is not None:
            self._expected, self._expected_work = expected, said["expected_work"]
        if said.get("branch") is None:
            return
        row = self._rows.setdefault(said["branch"], Row())
        row.activity = said["activity"]
        if said["total"] is not None:
            row.kind, row.done, row.total, row.work = said["kind"], said["done"], said["total"], said["work"]
        if row.kind is not Kind.OTHER and self._begin is None:
            self._begin = time.monotonic()

    @contextmanager
    def drawn(self) -> Iterator[None]:
        """Draw it while the block runs; what it shows at the end stays."""
        with Live(console=self._console, get_renderable=self.view, refresh_per_second=4):
            yield

    def view(self) -> Group:
        """All of it, as it is now, no higher than the terminal."""
        rows = [(name, row) for name, row in list(self._rows.items()) if row.is_shown]
        space = max(1, self._console.size.height - _LINES_KEPT)
        # What runs comes first where there is no space for everything; otherwise all rows keep their places.
        if len(rows) > space:
            rows.sort(key=lambda item: (item[1].finished, item[1].activity == "waiting"))
        hidden = [row for _, row in rows[space:]]
        table = Table.grid(padding=(0, 1))
        self._add_overall(table)
        for name, row in rows[:space]:
            table.add_row(*_cells(name, row.done, row.total, Text(row.activity, overflow="ellipsis", no_wrap=True)))
        finished = sum(row.finished for row in hidden)
        more = Text(f"and {len(hidden)} more: {finished} finished, {len(hidden) - finished} to do")
        return Group(table, *([more] if hidden else []))

    def _add_overall(self, table: Table) -> None:
        if self._begin is None:
            return
        counted = [row for row in list(self._rows.values()) if row.kind is not Kind.OTHER]
        done, work = sum(row.done for row in counted), sum(row.work for row in counted)
        times = spent_and_left(time.monotonic() - self._begin, work, self._expected_work)
        table.add_row(*_cells("all stages", done, self._expected, Text(times)))


def _cells(name: str, done: int, total: int | None, last: Text) -> tuple[Text, ProgressBar, Text, Text]:
    bar = ProgressBar(total=total, completed=done, width=_BAR, pulse=False)
    count = "" if total is None else f"{done} of {total}"
    return Text(f"{name:<12}", no_wrap=True), bar, Text(f"{count:>9}", no_wrap=True), last
