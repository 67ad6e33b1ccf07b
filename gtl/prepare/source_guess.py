"""What statistics and scores of a folder stand for: a source each, or one for the files of several traits."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gtl.prepare.found_sources import FoundSource
from gtl.prepare.names import plain_name

_LARGE = "large"
_CHROMOSOME = re.compile(r"[._-]?(chr(omosome)?)?[._-]?(\{chrom\}|chr\d{1,2})", re.I)
_EDGES = " ._-"


@dataclass(frozen=True)
class SourceGuess:
    """One source of a study.

    Attributes
    ----------
    name : what it is called
    kind : :data:`STATISTICS` or :data:`SCORE`
    files : relative to the folder: one for every trait, or by trait
    format : of statistics, in words
    """

    name: str
    kind: str
    files: str | Mapping[str, str]
    format: str = ""


def guess_sources(found: Sequence[FoundSource], traits: Sequence[str]) -> tuple[SourceGuess, ...]:
    """Files whose names differ in a trait's name only are one source; what is left of the name names it.

    >>> from gtl.prepare.found_sources import STATISTICS
    >>> files = [FoundSource(f"ukb_{name}.tsv", STATISTICS, "GWAS-SSF") for name in ("height", "asthma")]
    >>> [(source.name, source.files) for source in guess_sources(files, ["height", "asthma"])]
    [('ukb', {'height': 'ukb_height.tsv', 'asthma': 'ukb_asthma.tsv'})]
    """
    alike: dict[tuple[str, str], dict[str, FoundSource]] = defaultdict(dict)
    for source in found:
        name, trait = _named(source.location, traits)
        key = (name, source.kind)
        while alike[key] and (not trait or trait in alike[key] or "" in alike[key]):
            key = (f"{name}-{len(alike)}", source.kind)
        alike[key][trait] = source
    return tuple(_source(name, kind, files) for (name, kind), files in alike.items() if files)


def _source(name: str, kind: str, files: Mapping[str, FoundSource]) -> SourceGuess:
    form = next(iter(files.values())).format
    by_trait = {trait: source.location for trait, source in files.items()}
    return SourceGuess(name, kind, by_trait.get("") or by_trait, form)


def _named(location: str, traits: Sequence[str]) -> tuple[str, str]:
    """What a file's name says beside a trait's, and that trait ("" = none)."""
    stem = _CHROMOSOME.sub("", location.rsplit("/", 1)[-1]).split(".")[0]
    for trait in sorted(traits, key=len, reverse=True):
        parts = re.split(rf"(?<![A-Za-z0-9]){re.escape(trait)}(?![A-Za-z0-9])", stem, maxsplit=1, flags=re.I)
        if len(parts) == 2:
            left = "_".join(filter(None, (part.strip(_EDGES) for part in parts)))
            return plain_name(left) if left else _LARGE, trait
    return plain_name(stem), ""
