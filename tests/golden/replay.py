"""A tool whose answer is known: real outputs, recorded where the real program could run."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


class Replay:
    """A :class:`gtl.engines.tool.Tool` that puts recorded outputs into the scratch folder.

    Attributes
    ----------
    argv : what the engine asked to run
    inputs : name -> text of every file that the engine wrote before
    runs : how often it ran
    """

    def __init__(self, folder: Path, answer: Callable[[Path], None]) -> None:
        self._folder, self._answer = folder, answer
        self.argv: list[str] = []
        self.inputs: dict[str, str] = {}
        self.runs = 0

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        self._folder.mkdir(parents=True)
        yield self._folder

    def run(self, argv: Sequence[str], scratch: Path) -> None:
        self.argv, self.runs = list(argv), self.runs + 1
        self.inputs = {path.name: path.read_text() for path in scratch.iterdir()}
        self._answer(scratch)
