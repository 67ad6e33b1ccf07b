"""The trigger form: one Airflow Param for every field of :class:`gtl.config.StudyConfig`."""

from collections.abc import Mapping
from typing import Any

from airflow.sdk import Param

from gtl.config import StudyConfig, flatten, preset, with_overrides
from gtl.flow import FLOW
from operators.airflow_settings import default_store

_TITLES = {"name": "Study"}

_LARGEST = 2**53
"""Whole numbers above it are others in JSON's readers, and above 2**63 Airflow's workers cannot be handed them."""

_METHODS = [stage.name for stage in FLOW if stage.method]


def form_defaults() -> StudyConfig:
    """What an empty form holds: the quick study, in this Airflow's store."""
    return with_overrides(preset("quick"), [f"store={default_store()}"])


def study_params(defaults: StudyConfig) -> dict[str, Param]:
    """Params by dotted field name, with sections, bounds, choices and help from the settings' own schema."""
    schema = StudyConfig.model_json_schema()
    values = flatten(defaults)
    return {name: _param(name, values[name], _field_schema(schema, name)) for name in values}


def _field_schema(schema: Mapping[str, Any], dotted: str) -> dict[str, Any]:
    node: Mapping[str, Any] = schema
    for part in dotted.split("."):
        node = _resolved(node, schema)["properties"][part]
    return dict(_plain(node, schema))


def _resolved(node: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in node:
        return node
    target = schema["$defs"][node["$ref"].rpartition("/")[2]]
    return {**target, **{key: value for key, value in node.items() if key != "$ref"}}


def _plain(node: Any, schema: Mapping[str, Any]) -> Any:
    """``node`` with references resolved, and "this or nothing" in the one form that the UI draws a field for."""
    if isinstance(node, list):
        return [_plain(item, schema) for item in node]
    if not isinstance(node, Mapping):
        return node
    plain = {key: _plain(value, schema) for key, value in _resolved(node, schema).items()}
    options = plain.pop("anyOf", [])
    for option in options:
        if option.get("type") != "null":
            plain |= option | {"type": [option["type"], "null"]}
    return plain


def _param(name: str, default: Any, schema: dict[str, Any]) -> Param:
    section, _, field = name.rpartition(".")
    kept = _strict({key: value for key, value in schema.items() if key not in ("default", "title", "description")})
    if name == "transfer.methods":
        kept["items"] = {"enum": _METHODS}
    return Param(
        default,
        title=_TITLES.get(name, field.replace("_", " ").capitalize()),
        description=schema.get("description", ""),
        section=section.replace("_", " ").replace(".", ": ").capitalize() or "Study",
        **kept,
    )


def _strict(node: Any) -> Any:
    """``node`` with what JSON's patterns and numbers leave open: no line break at the end, no number without bound."""
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, Mapping):
        return node
    strict = {key: _strict(value) for key, value in node.items()}
    if isinstance(pattern := strict.get("pattern"), str) and pattern.endswith("$"):
        strict["pattern"] = f"{pattern}(?!\\n)"  # Python's $ also stands before a last line break
    if strict.get("type") in ("integer", ["integer", "null"]) and not strict.keys() & {"maximum", "exclusiveMaximum"}:
        strict["maximum"] = _LARGEST
    return strict
