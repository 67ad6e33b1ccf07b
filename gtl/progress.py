"""Progress as log records: Airflow shows them in a task's log, whoever waits at a terminal sees them drawn."""

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

from gtl.config.study import SHARED_COHORTS

if TYPE_CHECKING:
    from gtl.learn.training import Progress

_logger = logging.getLogger("gtl.progress")
_SECONDS_BETWEEN_REPORTS = 5
_TOO_EARLY = 0.02
"""Share of the training before which no remaining time is shown: until then most of the time was compilation."""

_FEW_DONE = 0.1
"""Share of a study's work before which no remaining time is shown."""


class Kind(StrEnum):
    """What a branch is: part of a study, whose stages count, or something else that is under way."""

    TRAIT = "trait"
    SHARED = "shared by traits"
    OTHER = "other"


def announce(
    branch: str,
    activity: str,
    done: int | None = None,
    total: int | None = None,
    kind: Kind = Kind.OTHER,
    work: int | None = None,
) -> None:
    """Say what ``branch`` (a phenotype code, or ``cohorts``) does now, and how many of its stages are done.

    ``work`` of those that are done (:func:`gtl.flow.work_of`); without it they are taken to be alike.
    """
    counted = "" if total is None else f" ({done} of {total})"
    extra = {"branch": branch, "activity": activity, "done": done, "total": total, "kind": kind}
    _logger.info("%s: %s%s", branch, activity, counted, extra=extra | {"work": done if work is None else work})


def announce_expected(stages: int, work: int) -> None:
    """Say how many stages of all branches the study has, and their work."""
    _logger.info("the study has %d stages", stages, extra={"expected": stages, "expected_work": work})


def cohorts_label(cohort_set: str, chromosome: str = "") -> str:
    """What progress calls a set of cohorts, or one of its chromosomes.

    >>> cohorts_label("shared"), cohorts_label("3"), cohorts_label("3", "21")
    ('cohorts', 'cohorts 3', 'cohorts 3, chromosome 21')
    """
    cohorts = "cohorts" if cohort_set == SHARED_COHORTS else f"cohorts {cohort_set}"
    if not chromosome:
        return cohorts
    return f"chromosome {chromosome}" if cohort_set == SHARED_COHORTS else f"{cohorts}, chromosome {chromosome}"


def import_label(cohort_set: str, cohort: str, chromosome: str) -> str:
    """What progress calls a chromosome of a cohort that is imported.

    >>> import_label("shared", "large", "21"), import_label("JPT", "small", "X")
    ('large cohort, chromosome 21', 'small cohort of JPT, chromosome X')
    """
    of_set = "" if cohort_set == SHARED_COHORTS else f" of {cohort_set}"
    return f"{cohort} cohort{of_set}, chromosome {chromosome}"


def spent_and_left(elapsed: float, done: int, total: int | None) -> str:
    """Time since the beginning, and about how long it will still take: work that is ``done``, of ``total``.

    >>> spent_and_left(60, 0, 40), spent_and_left(600, 10, 40), spent_and_left(4000, 40, 40)
    ('1:00', '10:00, about 30 min left', '1:06:40')
    """
    minutes, seconds = divmod(round(elapsed), 60)
    hours, minutes = divmod(minutes, 60)
    spent = f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
    if not total or done < _FEW_DONE * total or done >= total:
        return spent
    left = elapsed * (total - done) / done
    return f"{spent}, about {left / 60:.0f} min left" if left > 90 else f"{spent}, about {left:.0f} s left"


def training_reporter(code: str, done: int, total: int) -> "Callable[[Progress], None]":
    """A callback that announces how far training is, every few seconds.

    ``done`` of ``total`` networks were trained before; a ``total`` of 0 stands for the number that training says.
    """
    begin = last = time.monotonic()

    def report(at: "Progress") -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < _SECONDS_BETWEEN_REPORTS:
            return
        last = now
        wanted = total or at.total
        counted = f"{done + at.done} of {wanted} networks trained"
        left = _time_left(now - begin, at, wanted - done)
        announce(code, f"{counted}; epoch {at.epoch}, loss {at.loss:.3f}{left}")

    return report


def _time_left(elapsed: float, at: "Progress", wanted: int) -> str:
    trained = at.share * at.total
    if trained < _TOO_EARLY * wanted:
        return ""
    return f", about {elapsed * (wanted - trained) / trained:.0f} s left"


class _Lines(logging.Handler):
    """Prints a line a change, where there is no terminal to draw bars on."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[str, str] = {}

    def emit(self, record: logging.LogRecord) -> None:
        branch, line = getattr(record, "branch", ""), record.getMessage()
        if self._last.get(branch) != line:
            self._last[branch] = line
            print(line, file=sys.stderr, flush=True)


@contextmanager
def bars() -> Iterator[logging.Handler]:
    """Show progress while the block runs: a live view on a terminal, lines elsewhere.

    Yields the handler that other processes' records go to.
    """
    if not sys.stderr.isatty():
        with _attached(_Lines()) as handler:
            yield handler
        return
    from rich.console import Console

    from gtl.live_view import LiveView

    view = LiveView(Console(stderr=True))
    with view.drawn(), _attached(view) as handler:
        yield handler


@contextmanager
def silent() -> Iterator[None]:
    """Announce nothing within the block, as where a study is only looked through."""
    _logger.disabled = True
    try:
        yield
    finally:
        _logger.disabled = False


@contextmanager
def _attached(handler: logging.Handler) -> Iterator[logging.Handler]:
    # Other handlers (Airflow's own, say) would print the same lines again.
    _logger.addHandler(handler)
    _logger.setLevel(logging.INFO)
    _logger.propagate = False
    try:
        yield handler
    finally:
        _logger.propagate = True
        _logger.removeHandler(handler)
