"""Which settings name files."""

from collections.abc import Iterator, Mapping
from typing import Any

from gtl.config.genotypes import PANEL_FILES
from gtl.config.people import FILE_FIELDS
from gtl.config.sources import SOURCE_FILES
from gtl.config.study import StudyConfig

_SECTIONS = ("panel", "sources", "files")  # a reference is named where it is written before files.large repeats it
_FIELDS = frozenset((*PANEL_FILES, *FILE_FIELDS, "tables", *SOURCE_FILES))


def named_paths(config: StudyConfig) -> Iterator[tuple[str, str]]:
    """Setting and path of every file that the settings name, needed or not, as it is written (with ``{chrom}``).

    >>> files = {"small": {"genotypes": "/data/yri.bed"}}
    >>> config = StudyConfig(source="files", files=files, sources={"EUR": {"score": {"height": "/data/score"}}})
    >>> list(named_paths(config))
    [('sources.EUR.score.height', '/data/score'), ('files.small.genotypes', '/data/yri.bed')]
    """
    for section in _SECTIONS:
        yield from _paths(section, config.model_dump(mode="json", include={section})[section])


def _paths(where: str, node: Any) -> Iterator[tuple[str, str]]:
    for name, value in node.items() if isinstance(node, Mapping) else ():
        if name == "reference_groups" and isinstance(value, str):
            yield f"{where}.{name}", value.rpartition(":")[0]  # the rest is a column
        elif name in _FIELDS and _is_named(value):
            yield from _each(f"{where}.{name}", value)
        else:
            yield from _paths(f"{where}.{name}", value)


def _is_named(value: Any) -> bool:
    """Whether a value can be paths: a source or population that is called as such a field is a section instead."""
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else [value]
    return all(isinstance(item, str) for item in items)


def _each(where: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        yield from ((f"{where}.{name}", path) for name, path in value.items())
    else:
        yield from ((where, path) for path in (value if isinstance(value, list) else [value]))
