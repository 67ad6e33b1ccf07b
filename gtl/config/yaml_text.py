"""YAML as settings are written in it: what plain YAML drops or cannot make without a word is an error with its line.

Not here: what the keys mean (:mod:`gtl.config.loading`).
"""

import re
from collections.abc import Callable
from typing import Any

import yaml

from gtl.errors import InputError

_KINDS = {"timestamp": "date", "int": "whole number", "float": "number", "bool": "yes or no"}

_UNQUOTED_PLACE = re.compile(r"""^[^"']*[^\s"'{,]\{\w+\}""")

_WAYS: tuple[tuple[Callable[[str], object], str], ...] = (
    (lambda line: line.lstrip(" ").startswith("\t"), "lines are moved in by blanks; replace the tabs"),
    (_UNQUOTED_PLACE.search, 'put a name with {chrom} in it in quotes, as in "large_chr{chrom}.bed"'),
    (re.compile(r"^\s*[\w-]+:[^\s:/]").match, "after the colon of `name: value` comes a blank"),
)
"""What a line near a mistake is told by, and what to do about it."""


def parsed(text: str, where: str) -> Any:
    """What the YAML ``text`` says; errors begin with ``where``.

    Raises
    ------
    InputError
        If it is no YAML, a key stands twice in one section, a date in it does not exist, or it is nested without end.

    Examples
    --------
    >>> parsed("a: {b: 1}", "here")
    {'a': {'b': 1}}
    """
    try:
        return yaml.load(text, _Loader)  # noqa: S506  # a SafeLoader
    except _Mistake as mistake:
        line = f", line {mistake.line}" if "\n" in text.strip() else ""
        raise InputError(f"{where}{line}: {mistake}") from None
    except yaml.YAMLError as error:
        raise InputError(f"{where} is not YAML: {_in_words(error, text)}") from None
    except RecursionError:
        raise InputError(f"{where} is nested too deeply; settings have three levels") from None


def _in_words(error: yaml.YAMLError, text: str) -> str:
    """What the parser says, where, and what most likely is to be done about that line."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return str(error)
    said = f"line {mark.line + 1}, column {mark.column + 1}: {getattr(error, 'problem', None) or error}"
    lines = text.splitlines()
    advice = "; ".join(
        way for fits, way in _WAYS if any(fits(line) for line in lines[max(mark.line - 1, 0) : mark.line + 1])
    )
    return f"{said}; {advice}" if advice else said


class _Mistake(yaml.YAMLError):
    """Text that is YAML, and yet cannot be what was meant."""

    def __init__(self, node: yaml.Node, message: str) -> None:
        super().__init__(message)
        self.line = node.start_mark.line + 1


class _Loader(yaml.SafeLoader):
    # Where nodes are composed and not where dicts are made: by then merge keys (<<) have been written into the nodes.
    def compose_mapping_node(self, anchor: dict[Any, yaml.Node]) -> yaml.MappingNode:
        mapping = super().compose_mapping_node(anchor)
        lines: dict[tuple[str, str], int] = {}
        for key, _ in mapping.value:
            if isinstance(key, yaml.ScalarNode):
                name, line = (key.tag, key.value), key.start_mark.line + 1
                if name in lines:
                    raise _Mistake(key, f"{key.value} is there already, in line {lines[name]}; make the two one")
                lines[name] = line
        return mapping

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, KeyError, AttributeError):  # what int(), datetime() and the like say of the text
            kind = node.tag.rpartition(":")[2]
            message = f"{node.value} looks like a {_KINDS.get(kind, kind)}, but there is none such"
            raise _Mistake(node, f"{message}; correct it, or put it in quotes if it is text") from None
