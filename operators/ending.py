"""What ends ``make run`` and ``make ui``: the first signal stops them in order, a second one speeds that up.

A second Ctrl-C must not end the program in the midst of its clean-up, or Airflow would go on without it.
"""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ending:
    """Whether the program has been asked to end.

    Attributes
    ----------
    hurry : asked a second time
    """

    def __init__(self) -> None:
        self.hurry = False
        self._asked = False
        self._held = False
        self._waiting: int | None = None

    def install(self) -> None:
        """Take over Ctrl-C, TERM and HUP (the terminal was closed); HUP not where ``nohup`` lets it be ignored."""
        for number in _SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._receive)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Put off the first signal until the block ends, as of a program that is started but not yet known."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        if self._waiting is not None:
            number, self._waiting = self._waiting, None
            _end(number)

    def _receive(self, number: int, frame: FrameType | None) -> None:
        if self._asked:
            self.hurry = True
            return
        self._asked = True
        if self._held:
            self._waiting = number
        else:
            _end(number)


def _end(number: int) -> None:
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    sys.exit(128 + number)


ENDING = Ending()
"""That of this process."""
