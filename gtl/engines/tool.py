"""What an engine is given to work with: a program in surroundings of its own, and a strict reader of its tables."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import pandas as pd

from gtl.errors import ToolError


class Tool(Protocol):
    """Runs programs that see one folder and nothing else."""

    def scratch(self) -> AbstractContextManager[Path]:
        """An empty folder for one run's inputs and outputs; it is removed when the block ends, however it ends."""

    def run(self, argv: Sequence[str], scratch: Path) -> None:
        """Run ``argv`` (the program first) in the folder ``scratch``, which is its working directory.

        Raises
        ------
        ToolError
            If it does not end with exit code 0; the message has the code and its last lines.
        """


def output_file(path: Path) -> Path:
    """``path``, if the tool wrote it to its end; :class:`ToolError` if it is absent, empty or cut off."""
    if not path.is_file():
        raise ToolError(f"the output {path.name} is absent although the tool reported success; run again, see its log")
    with path.open("rb") as file:
        if file.seek(0, 2) == 0:
            raise ToolError(f"the output {path.name} is empty; run again, and check that the disk is not full")
        file.seek(-1, 2)
        if file.read(1) != b"\n":
            raise ToolError(f"the output {path.name} is cut off; run again, and check that the disk is not full")
    return path


def read_table(path: Path, columns: Mapping[str, str], names: Sequence[str], separator: str = r"\s+") -> pd.DataFrame:
    """Some columns of a tool's table, its first column being checked against what was asked.

    Parameters
    ----------
    path
        Text with a header line; ``NA`` and ``nan`` are missing numbers.
    columns
        Columns to read and their dtypes; the first one names the rows.
    names
        The rows' names that are expected, in order.
    separator
        What stands between columns; white space by default.

    Raises
    ------
    ToolError
        If the file is absent or cut off, a column is absent or of another type, or rows are absent, added or in
        another order.
    """
    try:
        table = pd.read_csv(output_file(path), sep=separator, usecols=list(columns), dtype=dict(columns))
    except (ValueError, pd.errors.ParserError) as error:
        raise ToolError(f"the output {path.name} is not as expected ({error}); is it another version?") from error
    found = table[next(iter(columns))].tolist()
    if found != list(names):
        raise ToolError(f"the output {path.name}: {_first_difference(found, list(names))}; run again")
    return table


def _first_difference(found: list[str], expected: list[str]) -> str:
    if len(found) != len(expected):
        return f"{len(found)} rows, expected {len(expected)}"
    row = next(i for i, pair in enumerate(zip(found, expected, strict=True)) if pair[0] != pair[1])
    return f"row {row + 1} is {found[row]!r}, expected {expected[row]!r}"
