"""The YAML beside a GWAS-SSF file, ``<file>-meta.yaml``: build, people, coordinates. Older ones have camelCase keys."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gtl.errors import InputError

_BUILDS = {
    "GRCh36": ("ncbi36", "hg18", "grch36", "36"),
    "GRCh37": ("grch37", "hg19", "b37", "37"),
    "GRCh38": ("grch38", "hg38", "b38", "38"),
}
_CAMEL = re.compile(r"(?<=[a-z0-9])([A-Z])")


@dataclass(frozen=True)
class StatisticsMetadata:
    """What it says; None where it does not.

    Attributes
    ----------
    path : the file
    build : ``GRCh37``, ``GRCh38``, or as the file has it
    n, cases, controls : people, over all samples
    zero_based : positions are counted from 0
    trait : in words
    """

    path: Path
    build: str | None = None
    n: float | None = None
    cases: float | None = None
    controls: float | None = None
    zero_based: bool = False
    trait: str | None = None


def metadata_beside(path: Path) -> StatisticsMetadata | None:
    """The metadata of the statistics ``path``; None if no YAML of its name lies beside it.

    Raises
    ------
    InputError
        If the file is no YAML mapping, or a number in it is none.
    """
    names = [f"{path.name}-meta.yaml", f"{path.name.removesuffix('.gz')}-meta.yaml"]
    found = next((path.with_name(name) for name in names if path.with_name(name).is_file()), None)
    return None if found is None else _read(found)


def build_name(text: object) -> str | None:
    """One name for a genome build; None for ``NR`` and nothing.

    >>> [build_name(text) for text in ("hg19", "GRCh38.p14", "NR", None, "T2T")]
    ['GRCh37', 'GRCh38', None, None, 'T2T']
    """
    word = str(text or "").strip()
    plain = word.casefold().split(".")[0]
    if plain in ("", "nr", "none"):
        return None
    return next((name for name, names in _BUILDS.items() if plain in names), word)


def _read(path: Path) -> StatisticsMetadata:
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as YAML ({error}); correct it, or move it away") from None
    if not isinstance(content, Mapping):
        raise InputError(f"{path}: expected keys and values of GWAS-SSF metadata; correct it, or move it away")
    values = {_CAMEL.sub(r"_\1", str(key)).lower(): value for key, value in content.items()}
    listed = values.get("samples") or []
    samples = [
        {_CAMEL.sub(r"_\1", str(key)).lower(): value for key, value in sample.items()}
        for sample in (listed if isinstance(listed, list) else [listed])
        if isinstance(sample, Mapping)
    ]
    return StatisticsMetadata(
        path,
        build_name(values.get("genome_assembly")),
        n=_total(samples, "sample_size", path),
        cases=_total(samples, "case_count", path),
        controls=_total(samples, "control_count", path),
        zero_based=str(values.get("coordinate_system")).startswith("0"),
        trait=_words(values.get("trait_description")),
    )


def _total(samples: list[dict[str, Any]], name: str, path: Path) -> float | None:
    numbers = [sample[name] for sample in samples if sample.get(name) not in (None, "NR")]
    try:
        return float(sum(map(float, numbers))) if len(numbers) == len(samples) and numbers else None
    except (TypeError, ValueError):
        raise InputError(f"{path}: {name} {numbers[0]!r} is no number; correct it, or write NR") from None


def _words(value: object) -> str | None:
    words = value if isinstance(value, list) else [value]
    return ", ".join(str(word) for word in words if word) or None
