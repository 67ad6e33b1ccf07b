"""Summary statistics and published scores among the files of a folder, told by their headers."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gtl.errors import InputError
from gtl.formats.scoring_header import read_header as read_score_header
from gtl.formats.summary_statistics.blocks import first_line
from gtl.formats.summary_statistics.header import read_header
from gtl.formats.text_file import as_text, line_blocks
from gtl.prepare.file_patterns import located
from gtl.prepare.genotype_people import genotype_end

_BESIDE = (
    ".bim", ".fam", ".pvar", ".pvar.zst", ".psam", ".sample", ".bgi", ".tbi", ".csi", ".log", ".yaml", ".yml", ".md",
    ".chain", ".chain.gz", ".html", ".pdf", ".png",
)  # fmt: skip
"""Endings of what lies beside genotypes, statistics and scores."""

_TOP_BYTES = 1 << 16
_TOP_LINES = 200

STATISTICS, SCORE = "statistics", "score"


@dataclass(frozen=True)
class FoundSource:
    """A file, or one a chromosome, of GWAS statistics or of a published score.

    Attributes
    ----------
    location : relative to the folder; ``{chrom}`` in it where there is one a chromosome
    kind : :data:`STATISTICS` or :data:`SCORE`
    format : which format of statistics, in words
    """

    location: str
    kind: str
    format: str = ""

    def has(self, name: str) -> bool:
        """Whether a file is one of it."""
        return re.fullmatch(re.escape(self.location).replace(re.escape("{chrom}"), ".+"), name) is not None


def found_sources(folder: Path, names: Iterable[str]) -> Iterator[FoundSource]:
    """Which of the files ``names`` below ``folder`` are statistics or scores, by the first of each pattern."""
    texts = [name for name in names if not genotype_end(name) and not name.lower().endswith(_BESIDE)]
    for location, first in located(texts).items():
        try:
            form = read_header(first_line(folder / first), {}, first).format
        except InputError:
            if _is_score(folder / first):
                yield FoundSource(location, SCORE)
        else:
            yield FoundSource(location, STATISTICS, form)


def _is_score(path: Path) -> bool:
    try:
        top = next(line_blocks(path, _TOP_BYTES)).split(b"\n", _TOP_LINES)[:_TOP_LINES]
        read_score_header([as_text(line.rstrip(b"\r"), str(path)) for line in top], path)
    except InputError:
        return False
    return True
