"""Files that are one: of a chromosome each, named alike."""

import re
from collections import defaultdict
from collections.abc import Iterable

_CHROMOSOME = re.compile(
    r"(?<![A-Za-z0-9])(\d{1,2}|X|Y|XY|MT?)(?=[._-])|(?<=chr)(\d{1,2}|X|Y|XY|MT?)(?![0-9A-Za-z])", re.I
)


def located(names: Iterable[str]) -> dict[str, str]:
    """First file of each place: a name, or a pattern where the names differ in the chromosome only.

    >>> located(["a/ukb_chr1.bed", "a/ukb_chr2.bed", "b.bed"])
    {'a/ukb_chr{chrom}.bed': 'a/ukb_chr1.bed', 'b.bed': 'b.bed'}
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for name in names:
        folder, slash, file = name.rpartition("/")
        marks = list(_CHROMOSOME.finditer(file))
        mark = next(
            (found for found in marks if file[: found.start()].lower().endswith("chr")), marks[-1] if marks else None
        )
        groups[name if mark is None else f"{folder}{slash}{file[: mark.start()]}{{chrom}}{file[mark.end() :]}"].append(
            name
        )
    return {place if len(files) > 1 else files[0]: files[0] for place, files in groups.items()}
