"""The settings' reference, from the models themselves: every field with its type, default and description."""

import json
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

from gtl.config import StudyConfig
from gtl.config.base import PATTERNS

Schema = Mapping[str, Any]

_NUMBERS = {"integer": "whole number", "number": "number"}
_BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}


def tables() -> str:
    """A heading and a table for the study's own fields, each section, and each part that sections are made of."""
    schema = StudyConfig.model_json_schema()
    parts = schema["$defs"]
    own = {name: field for name, field in schema["properties"].items() if not _is_section(field)}
    lines = ["## The study", "", "Fields that stand in no section.", "", *_table({"properties": own}, "", parts)]
    shown: set[str] = set()
    for name, field in schema["properties"].items():
        if _is_section(field):
            lines += _section(name, _part_of(field, parts), parts, shown)
    lines += _own_parts(own, parts, shown)
    return "\n".join(lines)


def presets() -> str:
    """The presets' files."""
    folder = resources.files("gtl.config").joinpath("presets")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    return "\n".join(f"### {file.name.removesuffix('.yaml')}\n\n```yaml\n{file.read_text()}```\n" for file in files)


def _section(name: str, section: Schema, parts: Schema, shown: set[str]) -> list[str]:
    lines = ["", f"## {name}", "", _first_line(section), "", *_table(section, f"{name}.", parts)]
    return lines + _own_parts(section["properties"], parts, shown, section["properties"])


def _own_parts(fields: Schema, parts: Schema, shown: set[str], outer: Schema | None = None) -> list[str]:
    """Tables of the models that ``fields`` hold, each once in the page; ``outer`` lends descriptions to namesakes."""
    lines: list[str] = []
    for name in _named_parts(fields, parts):
        if name not in shown:
            shown.add(name)
            lines += ["", f"### {name}", "", _first_line(parts[name]), "", *_table(parts[name], "", parts, outer)]
            lines += _own_parts(parts[name]["properties"], parts, shown)
    return lines


def _table(model: Schema, prefix: str, parts: Schema, outer: Schema | None = None) -> list[str]:
    needed = model.get("required", ())
    rows = [
        f"| `{prefix}{name}` | {_type(field, parts)} | {'needed' if name in needed else _default(field)} "
        f"| {_words(field, (outer or {}).get(name))} |"
        for name, field in model["properties"].items()
    ]
    return ["| field | type | default | what it is |", "|---|---|---|---|", *rows]


def _words(field: Schema, namesake: Schema | None) -> str:
    return _cell(field.get("description") or (namesake or {}).get("description", ""))


def _type(field: Schema, parts: Schema) -> str:
    if "$ref" in field:
        name = _reference(field)
        return _type(parts[name], parts) if "enum" in parts[name] else f"[{name}](#{name.lower()})"
    if "anyOf" in field:
        return " or ".join(dict.fromkeys(_type(each, parts) for each in field["anyOf"]))
    if "enum" in field or "const" in field:
        return " · ".join(f"`{value}`" for value in field.get("enum", [field.get("const")]))
    return _plain_type(field, parts)


def _plain_type(field: Schema, parts: Schema) -> str:
    kind = field.get("type", "value")
    if isinstance(kind, list):
        return " or ".join("empty" if each == "null" else _simple(each) for each in kind)
    if kind == "array":
        return _list_type(field, parts)
    if kind == "object":
        inner = [field.get("additionalProperties"), *field.get("patternProperties", {}).values()]
        return next((f"name → {_type(each, parts)}" for each in inner if isinstance(each, dict)), "mapping")
    bounds = [f"{sign} {field[key]}" for key, sign in _BOUNDS.items() if key in field and field[key] < _LARGEST]
    allowed = PATTERNS.get(field.get("pattern", ""), "")
    return " ".join([_simple(kind), ", ".join(bounds), f"({allowed})" if allowed else ""]).strip()


def _list_type(field: Schema, parts: Schema) -> str:
    if "prefixItems" in field:
        return "pair of " + " and ".join(_type(each, parts) for each in field["prefixItems"])
    return f"list: {_type(field['items'], parts)}" if "items" in field else "list"


def _simple(kind: str) -> str:
    names = {"string": "text", "boolean": "`true` · `false`", "null": "empty", "array": "list", "object": "mapping"}
    return (names | _NUMBERS).get(kind, kind)


def _default(field: Schema) -> str:
    if "default" not in field:
        return "see right"
    value = field["default"]
    if value is None or value in ("", [], {}):
        return "empty"
    if isinstance(value, dict) or (isinstance(value, list) and isinstance(value[0], dict)):
        return "" if isinstance(value, dict) else f"{len(value)}, see `gtl fields`"
    value = round(value, 4) if isinstance(value, float) and value > _ROUNDED else value
    return f"`{json.dumps(value, ensure_ascii=False)}`".replace('`"', "`").replace('"`', "`")


_ROUNDED = 0.001
"""Above this a number is shown to four decimals: a third is 0.3333."""

_LARGEST = 2**31
"""Bounds from here on are the computer's, and no reader's."""


def _named_parts(fields: Schema, parts: Schema) -> Iterator[str]:
    for field in fields.values():
        yield from (name for name in _references(field) if "properties" in parts[name])


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield _reference(node)
        for inner in node.values():
            yield from _references(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _references(inner)


def _is_section(field: Schema) -> bool:
    return "$ref" in field and _reference(field).endswith("Config")


def _part_of(field: Schema, parts: Schema) -> Schema:
    part: Schema = parts[_reference(field)]
    return part


def _reference(field: Schema) -> str:
    return str(field["$ref"]).rpartition("/")[2]


def _first_line(model: Schema) -> str:
    return _cell(str(model.get("description", "")).split("\n\n")[0])


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;").replace("``", "`")
