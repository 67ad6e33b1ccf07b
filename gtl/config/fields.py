"""The settings one by one, as forms and messages speak of them: label, help, unit, kind, choices and bounds.

Everything but the words is read from the settings' own models, so that a form cannot offer what a study refuses.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from gtl.config.loading import flatten
from gtl.config.study import StudyConfig
from gtl.config.words import CHOICES, SECTIONS, label_of, unit_of

Schema = Mapping[str, Any]

_UNBOUNDED = 2**31
"""A bound that no study reaches is not worth a word."""


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    FLAG = "flag"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBERS = "numbers"
    TEXTS = "texts"
    JSON = "json"


@dataclass(frozen=True)
class SettingField:
    """One setting.

    Attributes
    ----------
    name
        Dotted, such as ``quality_control.hwe``: its key in conf and in ``--set``.
    label
        In the field's words, such as HWE p-value.
    help
        What it means, in a sentence or two.
    amount
        Of numbers: unit and bounds, such as ``people, at least 1``; empty otherwise.
    kind
        What it holds.
    nullable
        Whether it can be nothing.
    choices
        Allowed value → what it is called; empty where any is allowed.
    schema
        JSON schema of its values, references resolved.
    """

    name: str
    label: str
    help: str
    amount: str
    kind: Kind
    nullable: bool
    choices: Mapping[str, str]
    schema: Schema

    @property
    def section(self) -> str:
        """Dotted name of the section that it stands in; empty for a field of the study itself."""
        return self.name.rpartition(".")[0]


@cache
def setting_fields() -> Mapping[str, SettingField]:
    """Every setting of a study by its dotted name, in the order of the models.

    >>> field = setting_fields()["quality_control.hwe"]
    >>> field.label, field.amount, field.kind.value
    ('HWE p-value', 'p-value, 0 to 1', 'number')
    """
    schema = StudyConfig.model_json_schema()
    return {name: _field(name, _schema_of(schema, name)) for name in flatten(StudyConfig())}


@cache
def section_names() -> frozenset[str]:
    """Dotted names of everything that has settings within, such as ``files`` and ``files.large``."""
    return frozenset(
        ".".join(parts[:length])
        for parts in (name.split(".") for name in setting_fields())
        for length in range(1, len(parts))
    )


def section_title(section: str) -> str:
    """What a section is called in a form.

    >>> section_title("files.large"), section_title("quality_control")
    ('Files of the large population', 'Quality control')
    """
    return SECTIONS.get(section, section.replace("_", " ").replace(".", ": ").capitalize())


def _field(name: str, schema: dict[str, Any]) -> SettingField:
    types = schema.get("type", "string")
    kind = _kind(schema)
    return SettingField(
        name=name,
        label=label_of(name),
        help=str(schema.get("description", "")),
        amount=_amount(name, schema, kind),
        kind=kind,
        nullable=isinstance(types, list) and "null" in types,
        choices=_choices(name, schema),
        schema=schema,
    )


def _kind(schema: Schema) -> Kind:
    types = schema.get("type", "string")
    first = types[0] if isinstance(types, list) else types
    if "enum" in schema:
        return Kind.CHOICE
    if first == "array":
        return _kind_of_list(schema.get("items", {}))
    kinds = {"integer": Kind.INTEGER, "number": Kind.NUMBER, "boolean": Kind.FLAG, "object": Kind.JSON}
    return kinds.get(first, Kind.TEXT)


def _kind_of_list(items: Schema) -> Kind:
    if "enum" in items:
        return Kind.CHOICES
    kinds = {"integer": Kind.NUMBERS, "number": Kind.NUMBERS, "string": Kind.TEXTS}
    return kinds.get(items.get("type", "object"), Kind.JSON)


def _choices(name: str, schema: Schema) -> Mapping[str, str]:
    values = schema.get("enum") or schema.get("items", {}).get("enum", [])
    words = CHOICES.get(name, {})
    return {**{str(value): words.get(str(value), str(value)) for value in values}, **words}


def _amount(name: str, schema: Schema, kind: Kind) -> str:
    if kind not in (Kind.INTEGER, Kind.NUMBER, Kind.NUMBERS):
        return ""
    node = schema["items"] if kind is Kind.NUMBERS else schema
    return ", ".join(filter(None, [unit_of(name), _bounds(node)]))


def _bounds(node: Schema) -> str:
    low, above = node.get("minimum"), node.get("exclusiveMinimum")
    high, below = node.get("maximum"), node.get("exclusiveMaximum", _UNBOUNDED)
    if low is not None and high is not None:
        return f"{low:g} to {high:,g}"
    lower = f"at least {low:g}" if low is not None else f"above {above:g}" if above is not None else ""
    upper = f"at most {high:,g}" if high is not None else f"below {below:g}" if below < _UNBOUNDED else ""
    return ", ".join(filter(None, [lower, upper]))


def _schema_of(schema: Schema, dotted: str) -> dict[str, Any]:
    node: Schema = schema
    for part in dotted.split("."):
        node = _resolved(node, schema)["properties"][part]
    plain = dict(_plain(node, schema))
    if dotted == "transfer.methods":
        plain["items"] = {"enum": list(CHOICES[dotted])}
    return plain


def _resolved(node: Schema, schema: Schema) -> Schema:
    if "$ref" not in node:
        return node
    target = schema["$defs"][node["$ref"].rpartition("/")[2]]
    return {**target, **{key: value for key, value in node.items() if key != "$ref"}}


def _plain(node: Any, schema: Schema) -> Any:
    """``node`` with references resolved, and "this or nothing" as a list of types."""
    if isinstance(node, list):
        return [_plain(item, schema) for item in node]
    if not isinstance(node, Mapping):
        return node
    plain = {key: _plain(value, schema) for key, value in _resolved(node, schema).items()}
    for option in plain.pop("anyOf", []):
        if option.get("type") != "null":
            plain |= option | {"type": [option["type"], "null"]}
    return plain
