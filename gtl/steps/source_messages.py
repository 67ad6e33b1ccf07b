"""Messages about a source's files, which name the settings of a study where the command line's options are named."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from gtl.errors import InputError
from gtl.prepare.statistics_checks import Check

_COLUMN = re.compile(r"--columns (\w+)=([^\s;,)]*[^\s;,):])")
_WEIGHT = re.compile(r"--weight\b")
_OPTION = re.compile(r"--(columns|n|cases|controls|chain|trait-sd|reference-groups)\b")


def as_settings(text: str, source: str) -> str:
    """``text`` with options of ``gtl statistics`` as the settings of a source.

    >>> as_settings("name it: --columns beta=NAME, or give --trait-sd", "EUR")
    'name it: sources.EUR.columns: {beta: NAME}, or give sources.EUR.trait_sd'
    """
    text = _COLUMN.sub(rf"sources.{source}.columns: {{\1: \2}}", text)
    text = _WEIGHT.sub(f"sources.{source}.columns: {{weight: NAME}}", text)
    return _OPTION.sub(lambda found: f"sources.{source}.{found[1].replace('-', '_')}", text)


@contextmanager
def about_source(source: str) -> Iterator[None]:
    """Say of which source it is what goes wrong within, and by which of its settings it can be put right."""
    try:
        yield
    except InputError as error:
        raise InputError(f"sources.{source}: {as_settings(str(error), source)}") from None


def with_settings(checks: Sequence[Check], source: str) -> tuple[Check, ...]:
    """``checks`` whose advice names settings of a source."""
    return tuple(replace(check, advice=as_settings(check.advice, source)) for check in checks)
