"""People of a genotype file: .sample."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.errors import InputError
from gtl.formats.text_file import PathLike, Sink, as_text, lines, one_word, words, writable

_UNKNOWN = ("NA", "-9", ".", "nan")


@dataclass(frozen=True, eq=False)
class SampleFile:
    """People of a .sample file.

    Attributes
    ----------
    samples : (n_samples,) array of str objects, unique: column ``ID_1``; where that repeats, as families do,
        ``ID_2``, or both joined by ``_``
    statuses : file and line of each person, and the text of the first column typed ``B``; None without one
    """

    samples: npt.NDArray[np.object_]
    statuses: tuple[tuple[str, str], ...] | None

    @property
    def case(self) -> npt.NDArray[np.int8] | None:
        """(n_samples,) 1 = case, 0 = control, -1 = unknown; None without a column for it.

        A status is 0 or 1, or as PLINK has it 1 or 2, where a 2 is there; NA and -9 are unknown.

        Raises
        ------
        InputError
            If one is none of these: who wants the genotypes alone does not ask.
        """
        return None if self.statuses is None else _case_status(self.statuses)


def read_sample(path: PathLike) -> SampleFile:
    """Read a .sample file: a header, a line of column types, one line a person.

    Raises
    ------
    InputError
        If a line has another number of columns, the type line is absent, or two people have the same ids.
    """
    rows = [(number, words(as_text(line, f"{path}: line {number}"))) for number, line in lines(path)]
    for number, fields in rows:
        if len(fields) != len(rows[0][1]):
            raise InputError(
                f"{path}: line {number}: {len(fields)} columns, expected {len(rows[0][1])} as in the header"
            )
    if len(rows) < 2 or rows[1][1][0] != "0":
        raise InputError(f"{path}: line 2: expected the line of column types, such as `0 0 0 B`, below the header")
    people = rows[2:]
    if "B" not in rows[1][1]:
        return SampleFile(_ids(people, path), None)
    column = rows[1][1].index("B")
    statuses = tuple((f"{path}: line {number}", fields[column]) for number, fields in people)
    return SampleFile(_ids(people, path), statuses)


def write_sample(samples: npt.NDArray[np.object_], file: Sink, case: npt.NDArray[np.int8] | None = None) -> None:
    """Write a .sample file as HAPGEN2 does: the last column is the case status (0 for all without ``case``)."""
    status = np.zeros(len(samples), dtype=np.int8) if case is None else case
    people = zip(map(one_word, samples), status.tolist(), strict=True)
    rows = "".join(f"{sample} {sample} 0 {value}\n" for sample, value in people)
    with writable(file) as opened:
        opened.write(f"ID_1 ID_2 missing pheno\n0 0 0 B\n{rows}".encode())


def _ids(people: list[tuple[int, list[str]]], path: PathLike) -> npt.NDArray[np.object_]:
    columns = [list(column) for column in zip(*(fields[:2] for _, fields in people), strict=True)] or [[]]
    ways = [*columns, ["_".join(pair) for pair in zip(*columns, strict=True)]]
    ids = next((way for way in ways if len({*way}) == len(way)), columns[0])
    seen: set[str] = set()
    for sample, (number, _) in zip(ids, people, strict=True):
        if sample in seen:
            raise InputError(f"{path}: line {number}: sample {sample!r} appears twice; ids must be unique")
        seen.add(sample)
    return np.array(ids, dtype=object)


def _case_status(statuses: tuple[tuple[str, str], ...]) -> npt.NDArray[np.int8]:
    written = [(where, text.removesuffix(".0")) for where, text in statuses]
    of_plink = any(text == "2" for _, text in written)
    codes = dict.fromkeys(_UNKNOWN, -1) | ({"1": 0, "2": 1} if of_plink else {"0": 0, "1": 1})
    codes |= {"0": -1} if of_plink else {}
    for where, text in written:
        if text not in codes:
            raise InputError(
                f"{where}: case status {text!r}, expected 0 or 1 (or PLINK's 1 and 2; NA or -9 where it is not known)"
            )
    return np.array([codes[text] for _, text in written], dtype=np.int8)
