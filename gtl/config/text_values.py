"""What is meant by the value of a number, a list of numbers or a yes and no: as JSON has it, or as text of a form."""

import json
import re
from typing import Any

from gtl.config.fields import Kind, SettingField

NOTHING = "none"
"""What is written into a field that is to be empty, where a blank means: as the preset says."""

_INTEGER = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")

EXPECTED = {
    Kind.INTEGER: "a whole number",
    Kind.NUMBER: "a number",
    Kind.NUMBERS: "numbers with commas between them",
    Kind.FLAG: "true or false",
}
"""Kind of field whose values are read here → what they have to be."""


def meant(field: SettingField, value: Any) -> Any:
    """The value that a field of one of the kinds of :data:`EXPECTED` has.

    Raises
    ------
    ValueError
        If it is no value of this kind; bounds are not checked.
    """
    if field.nullable and isinstance(value, str) and value.strip() == NOTHING:
        return None
    if field.kind is Kind.FLAG:
        return _flag(value)
    if field.kind is not Kind.NUMBERS:
        return _number(value, whole=field.kind is Kind.INTEGER)
    whole = field.schema["items"].get("type") == "integer"
    return [_number(item, whole=whole) for item in _items(value)]


def _flag(value: Any) -> bool:
    named = {"true": True, "false": False}
    if isinstance(value, str):
        value = named.get(value.strip().lower())
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


def _number(value: Any, *, whole: bool) -> int | float:
    if isinstance(value, str):
        text = value.strip()
        if not (_INTEGER if whole else _NUMBER).fullmatch(text):
            raise ValueError(value)
        return int(text) if whole else float(text)
    if isinstance(value, bool) or not isinstance(value, int | float) or (whole and value != value // 1):
        raise ValueError(value)
    return value


def _items(value: Any) -> list[Any]:
    """The elements of a list, or of its text: with commas or blanks between them, brackets around them or not."""
    if isinstance(value, str):
        text = value.strip()
        return json.loads(text) if text.startswith("[") else [item for item in re.split(r"[,;\s]+", text) if item]
    if not isinstance(value, list):
        raise ValueError(value)
    return value
