"""What can be wrong with names of traits, and with sources: files that are not there, traits that nobody has."""

from collections.abc import Iterator
from pathlib import Path

from gtl.config import StudyConfig
from gtl.config.people import CohortFiles
from gtl.config.sources import SourceConfig
from gtl.errors import InputError


def source_files(section: str, source: SourceConfig) -> Iterator[tuple[str, str]]:
    """Setting and path of every file of a source, but the genotypes of its reference."""
    from gtl.formats.summary_statistics.reader import statistics_files

    for setting in ("statistics", "score"):
        files = getattr(source, setting)
        for location in files.values() if isinstance(files, dict) else filter(None, [files]):
            try:
                yield from ((f"{section}.{setting}", str(path)) for path in statistics_files(location).values())
            except InputError as error:
                raise InputError(f"{section}.{setting}: {error}") from None
    if source.chain is not None:
        yield f"{section}.chain", source.chain
    if source.reference_groups is not None:
        yield f"{section}.reference_groups", source.reference_groups.rpartition(":")[0]


def check_named_traits(config: StudyConfig) -> None:
    """Raise :class:`InputError` where ``traits.names`` has what is no column of any of several small populations.

    What one of them lacks is not studied in that one. Tables of a single one are checked where they are read.
    """
    from gtl.spelling import known

    columns = _small_columns(config) if config.traits.names else []
    for name in config.traits.names:
        if columns and name not in columns:
            raise InputError(
                f"traits.names: no small population's tables have a column {name!r}; {known(name, columns)}"
            )


def check_source_traits(config: StudyConfig) -> None:
    """Raise :class:`InputError` where a source has a file for a trait that is no column of the small population's.

    Its file would never be read. A column that is there and not studied this time is no mistake.
    """
    from gtl.spelling import known

    named = list(_named_traits(config))
    columns = _small_columns(config) if named else []
    studied = [*config.traits.names] or columns
    for setting, trait in named:
        if columns and trait not in (*studied, *columns):
            raise InputError(
                f"{setting}: {trait!r} is neither a trait of this study nor a column of the small population's tables, "
                f"so its file would never be read; traits are called as their columns: {known(trait, studied)}"
            )


def _named_traits(config: StudyConfig) -> Iterator[tuple[str, str]]:
    for name, source in config.in_order.items():
        for setting in ("statistics", "score"):
            files = getattr(source, setting)
            yield from ((f"sources.{name}.{setting}", trait) for trait in (files if isinstance(files, dict) else ()))


def _small_columns(config: StudyConfig) -> list[str]:
    """Columns of all small populations' tables, by their first lines alone."""
    from gtl.formats.table_file import table_columns

    files: list[CohortFiles] = [config.files.small, *(own.small for own in config.files.populations.values())]
    paths = [path for own in files for path in own.tables]
    return list(dict.fromkeys(name for path in paths for name in table_columns(Path(path))))
