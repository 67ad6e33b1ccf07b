"""People of a genotype file: .sample."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.errors import InputError
from gtl.formats.text_file import PathLike, Sink, as_text, lines, one_word, writable


@dataclass(frozen=True, eq=False)
class SampleFile:
    """People of a .sample file.

    Attributes
    ----------
    samples : (n_samples,) array of str objects, column ``ID_1``
    case : (n_samples,) int8, 1 = case, 0 = control, from the first column typed ``B``; None where there is none
    """

    samples: npt.NDArray[np.object_]
    case: npt.NDArray[np.int8] | None


def read_sample(path: PathLike) -> SampleFile:
    """Read a .sample file: a header, a line of column types, one line a person.

    Raises
    ------
    InputError
        If a line has another number of columns, the type line is absent, an id appears twice, or a case status is not
        0 or 1.
    """
    rows = [(number, as_text(line, f"{path}: line {number}").split()) for number, line in lines(path)]
    for number, fields in rows:
        if len(fields) != len(rows[0][1]):
            raise InputError(
                f"{path}: line {number}: {len(fields)} columns, expected {len(rows[0][1])} as in the header"
            )
    if len(rows) < 2 or rows[1][1][0] != "0":
        raise InputError(f"{path}: line 2: expected the line of column types, such as `0 0 0 B`, below the header")
    people = rows[2:]
    _check_unique(people, path)
    case = _case_status(people, rows[1][1].index("B"), path) if "B" in rows[1][1] else None
    return SampleFile(np.array([fields[0] for _, fields in people], dtype=object), case)


def write_sample(samples: npt.NDArray[np.object_], file: Sink, case: npt.NDArray[np.int8] | None = None) -> None:
    """Write a .sample file as HAPGEN2 does: the last column is the case status (0 for all without ``case``)."""
    status = np.zeros(len(samples), dtype=np.int8) if case is None else case
    people = zip(map(one_word, samples), status.tolist(), strict=True)
    rows = "".join(f"{sample} {sample} 0 {value}\n" for sample, value in people)
    with writable(file) as opened:
        opened.write(f"ID_1 ID_2 missing pheno\n0 0 0 B\n{rows}".encode())


def _check_unique(people: list[tuple[int, list[str]]], path: PathLike) -> None:
    seen: set[str] = set()
    for number, (sample, *_) in people:
        if sample in seen:
            raise InputError(f"{path}: line {number}: sample {sample!r} appears twice; ids must be unique")
        seen.add(sample)


def _case_status(people: list[tuple[int, list[str]]], column: int, path: PathLike) -> npt.NDArray[np.int8]:
    for number, fields in people:
        if fields[column] not in ("0", "1"):
            raise InputError(f"{path}: line {number}: case status {fields[column]!r}, expected 0 or 1")
    return np.array([int(fields[column]) for _, fields in people], dtype=np.int8)
