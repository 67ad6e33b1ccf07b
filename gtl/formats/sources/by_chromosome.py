"""One file a chromosome, named by a pattern such as ``ukb_chr{chrom}.bed``."""

from collections.abc import Callable, Iterator
from pathlib import Path

from gtl.domain.genotypes import GenotypeMatrix
from gtl.domain.packed_calls import PackedGenotypes
from gtl.errors import InputError
from gtl.formats.sources.base import GenotypeSource, LeftOut, SourceSamples, Wanted
from gtl.formats.variant_fields import USUAL_CHROMOSOMES
from gtl.formats.variant_fields import chromosome as usual_name

PLACE = "{chrom}"

_ORDER = {name: rank for rank, name in enumerate(USUAL_CHROMOSOMES)}


class ChromosomeFiles:
    """A source in several files that have the same people.

    Parameters
    ----------
    pattern
        Path with ``{chrom}`` in the file's name.
    open_file
        Opens one file, given its path and chromosome.

    Raises
    ------
    InputError
        If no file fits the pattern, two are of one chromosome, or the people differ.
    """

    def __init__(self, pattern: str, open_file: Callable[[Path, str], GenotypeSource]) -> None:
        self.location = pattern
        files = chromosome_files(pattern)
        self._sources = {name: open_file(path, name) for name, path in files.items()}
        first, *others = self._sources.values()
        for other in others:
            _check_same(first, other)
        self.samples: SourceSamples = first.samples
        self.imputed = any(source.imputed for source in self._sources.values())

    @property
    def left_out(self) -> list[LeftOut]:
        """As of :class:`GenotypeSource`, of all files."""
        return [row for source in self._sources.values() for row in source.left_out]

    @property
    def gvcf(self) -> bool:
        """As of :class:`GenotypeSource`, of any file."""
        return any(source.gvcf for source in self._sources.values())

    def chromosomes(self) -> tuple[str, ...]:
        """The chromosomes in the files' names, numbers first."""
        return tuple(self._sources)

    def blocks(self, chromosome: str) -> Iterator[GenotypeMatrix]:
        """As of :class:`GenotypeSource`; :class:`InputError` if a file's variants are of other chromosomes."""
        yield from self._of(chromosome).blocks(chromosome)

    def stored_blocks(self, chromosome: str) -> Iterator[GenotypeMatrix | PackedGenotypes]:
        """As of :class:`GenotypeSource`; errors as of :meth:`blocks`."""
        yield from self._of(chromosome).stored_blocks(chromosome)

    def _of(self, chromosome: str) -> GenotypeSource:
        if chromosome not in self._sources:
            raise InputError(
                f"{self.location}: no file of chromosome {chromosome}; there is one of {', '.join(self._sources)}"
            )
        source = self._sources[chromosome]
        if {*source.chromosomes()} != {chromosome}:
            raise InputError(
                f"{source.location}: variants of chromosome {', '.join(source.chromosomes())}, but the file's name "
                f"says {chromosome}; give a file a chromosome, or one file with all of them"
            )
        return source

    def all_blocks(self) -> Iterator[GenotypeMatrix]:
        """As of :class:`GenotypeSource`."""
        for chromosome in self._sources:
            yield from self.blocks(chromosome)

    def blocks_with(self, wanted: Wanted) -> Iterator[GenotypeMatrix]:
        """As of :class:`GenotypeSource`."""
        for chromosome in self._sources:
            yield from self._of(chromosome).blocks_with(wanted)


def chromosome_files(pattern: str) -> dict[str, Path]:
    """Chromosome → file, numbers first; :class:`InputError` if there is none, or two of one chromosome."""
    folder, name = Path(pattern).parent, Path(pattern).name
    if name.count(PLACE) != 1 or PLACE in str(folder):
        raise InputError(f"{pattern}: expected {PLACE} once, in the file's name, such as ukb_chr{PLACE}.bed")
    before, after = name.split(PLACE)
    found: dict[str, Path] = {}
    for path in sorted(folder.glob("*") if folder.is_dir() else []):
        text = path.name[len(before) : len(path.name) - len(after)]
        if path.name != f"{before}{text}{after}" or not _names_chromosome(text):
            continue
        chrom = usual_name(text)
        if chrom in found:
            raise InputError(f"{pattern}: {found[chrom].name} and {path.name} are both of chromosome {chrom}; keep one")
        found[chrom] = path
    if not found:
        raise InputError(f"{pattern}: no such files; check the folder, and what stands in place of {PLACE}")
    return dict(sorted(found.items(), key=lambda item: _ORDER[item[0]]))


def _names_chromosome(text: str) -> bool:
    return bool(text) and usual_name(text) in _ORDER


def _check_same(first: GenotypeSource, other: GenotypeSource) -> None:
    ours, theirs = first.samples.ids, other.samples.ids
    if len(ours) == len(theirs) and (ours == theirs).all():
        return
    pairs = enumerate(zip(ours, theirs, strict=False), 1)
    where, a, b = next(((place, a, b) for place, (a, b) in pairs if a != b), (min(len(ours), len(theirs)) + 1, "", ""))
    differ = f"person {where} is {a} in one and {b} in the other" if a or b else f"{len(ours)} and {len(theirs)} people"
    raise InputError(
        f"{first.location} and {other.location} have other people: {differ}; give files of one cohort, people in the "
        "same order"
    )
