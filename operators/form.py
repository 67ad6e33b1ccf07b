"""The trigger form: what people change first, and every other setting of a study in folded sections below.

Airflow draws a field from a JSON schema, and its page changes what it draws: a number is cut to its bounds and to three
decimals without a word, so numbers are fields for text here; what they may be is said, and checked when the run is
triggered (:mod:`operators.trigger_check`), as only there a message can be one for people. A list of types with
``examples`` is what makes the page draw one line of text. Only the section that has no name of its own is unfolded.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from airflow.sdk import Param

from gtl.config import StudyConfig, flatten, preset
from gtl.config.answers import LARGEST, PRESET
from gtl.config.fields import Kind, SettingField, section_title, setting_fields
from gtl.config.loading import NO_PRESET, preset_names
from gtl.config.text_values import NOTHING
from operators.airflow_settings import default_store
from operators.task_params import is_for_a_task, values_alone

FIRST = ("source", PRESET, "name", "store", "populations.large", "populations.small", "transfer.methods")
"""What is asked first, whatever somebody has; on Airflow's page the part that is unfolded."""

ENTRANCES: Mapping[str, tuple[str, ...]] = {
    "With files of two populations": (
        "files.large.genotypes", "files.large.tables", "files.small.genotypes", "files.small.tables", "traits.names",
        "traits.covariates",
    ),
    "With summary statistics or a score": ("sources",),
    "With nothing: the simulation": ("phenotypes.risk_snps", "phenotypes.iterations", "phenotypes.genetic_variance"),
}  # fmt: skip
"""Section → what is asked next, depending on what somebody has; everything that is in neither is advanced."""

ASKED = (*FIRST, *(name for names in ENTRANCES.values() for name in names))
"""The dozen of fields that people change, in the order in which they are asked."""

_SECTION_OF = {name: title for title, names in ENTRANCES.items() for name in names}

_HELP = {
    PRESET: "What the fields that you leave blank are. quick: minutes; paper: the paper's study; reproduction: the "
    "paper's, repeated; none: the settings' own defaults. Blank: quick for a simulation, none for your own data.",
    "sources": 'Code of a population or score → {"statistics": FILE, "reference": {"genotypes": FILE}} or '
    '{"score": FILE}.',
}

_SAMPLE = 3
"""So many values of a list are told in a hint; more would make a paragraph of it."""


def study_params() -> dict[str, Param]:
    """The form of a study that is made up when it is triggered: blank fields are those of its preset."""
    if is_for_a_task():
        return values_alone({**dict.fromkeys([PRESET, *flatten(StudyConfig())]), "store": default_store()})
    bases = {name: flatten(preset(name)) for name in ("quick", "paper")} | {NO_PRESET: flatten(StudyConfig())}
    fields = setting_fields()
    params = {name: _blank(fields[name], bases) if name in fields else _preset_param() for name in ASKED}
    advanced = [field for name, field in fields.items() if name not in params]
    return params | {field.name: _blank(field, bases) for field in _by_section(advanced)}


def file_params(study: StudyConfig) -> dict[str, Param]:
    """The form of a study that has a file: fields hold what the file says."""
    if is_for_a_task():
        return values_alone(flatten(study))
    fields, values = setting_fields(), flatten(study)
    asked = [fields[name] for name in ASKED if name in fields]
    advanced = [field for name, field in fields.items() if name not in ASKED]
    return {field.name: _filled(field, values[field.name]) for field in [*asked, *_by_section(advanced)]}


def _by_section(fields: Iterable[SettingField]) -> list[SettingField]:
    """The fields with those of a section together, however the models have them."""
    listed = list(fields)
    sections = list(dict.fromkeys(field.section for field in listed))
    return sorted(listed, key=lambda field: sections.index(field.section))


def _blank(field: SettingField, bases: Mapping[str, Mapping[str, Any]]) -> Param:
    default = default_store() if field.name == "store" else None
    said = {name: _said(values[field.name], field.choices) for name, values in bases.items()}
    return Param(
        default,
        **_words(field, _if_blank(field, said)),
        **_drawn(field, list(dict.fromkeys(said.values())), blank=True),
    )


def _filled(field: SettingField, value: Any) -> Param:
    return Param(value, **_words(field, ""), **_drawn(field, [_said(value, {})], blank=field.nullable))


def _preset_param() -> Param:
    names = ["quick", *(name for name in preset_names() if name != "quick"), NO_PRESET]
    return Param(None, title="Preset", description=_HELP[PRESET], type=["string", "null"], enum=[*names, None],
                 values_display={"null": "as fits: quick for a simulation, none for your own data"})  # fmt: skip


def _words(field: SettingField, more: str) -> dict[str, Any]:
    """Label, help and section."""
    parts = [_HELP.get(field.name, field.help), f"Unit: {field.amount}." if field.amount else "", more]
    section = _SECTION_OF.get(field.name, f"Advanced: {section_title(field.section)}")
    named = {} if field.name in FIRST else {"section": section}
    return {"title": field.label, "description": " ".join(filter(None, parts)), **named}


def _if_blank(field: SettingField, said: Mapping[str, str]) -> str:
    """What a blank field means: preset by preset, those that agree together."""
    if field.name in ("store", "source") or not any(said.values()):
        return ""
    if len(set(said.values())) == 1:
        return f"Blank: {_shortened(said[NO_PRESET])}."
    alike: dict[str, list[str]] = {}
    for name, value in said.items():
        alike.setdefault(value, []).append(name)
    told = [f"{' and '.join(names)}: {_shortened(value)}" for value, names in alike.items()]
    return f"Blank: {'; '.join(told)}."


def _shortened(said: str) -> str:
    items = said.split(", ")
    return ", ".join(items[:_SAMPLE]) + ", …" if len(items) > _SAMPLE else said or "nothing"


def _said(value: Any, names: Mapping[str, str]) -> str:
    """A value as it is written into a text field; nothing of what has no such form."""
    if value is None or isinstance(value, dict):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return (
            ""
            if any(isinstance(item, list | dict) for item in value)
            else ", ".join(_said(item, names) for item in value)
        )
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else names.get(str(value), str(value))


def _drawn(field: SettingField, examples: list[str], *, blank: bool) -> dict[str, Any]:
    """The JSON schema that makes Airflow's page draw the field, and that takes whatever a study can have there."""
    nothing: list[Any] = ["null"] if blank else []
    if field.kind in (Kind.CHOICE, Kind.FLAG):
        return _choice(field, blank=blank)
    if field.kind is Kind.CHOICES:
        return {
            "type": ["array", *nothing], "examples": list(field.choices), "values_display": dict(field.choices),
        }  # fmt: skip
    if field.kind is Kind.TEXTS:
        return {"type": ["array", *nothing], "items": {"type": "string"}}
    if field.kind is Kind.JSON:
        of_list = {"items": {"type": "object"}} if _has_type(field, "array") else {}
        return {"type": ["array" if of_list else "object", *nothing], **of_list}
    others = _OTHERS.get(field.kind, ["array"] if _has_type(field, "array") else [])
    empty = [NOTHING] if field.nullable and others else []
    return {
        "type": ["string", *others, *nothing],
        **({"examples": [*filter(None, examples), *empty]} if others or any(examples) else {}),
        "anyOf": [{"not": {"type": "integer"}}, {"minimum": -LARGEST, "maximum": LARGEST}],
    }


_OTHERS = {Kind.INTEGER: ["number"], Kind.NUMBER: ["number"], Kind.NUMBERS: ["array"]}


def _has_type(field: SettingField, name: str) -> bool:
    types = field.schema.get("type", "string")
    return name == types or name in types


def _choice(field: SettingField, *, blank: bool) -> dict[str, Any]:
    """A list to choose from, of yes and no, too: a box that is neither ticked nor not does not exist."""
    names = {"true": "yes", "false": "no"} if field.kind is Kind.FLAG else dict(field.choices)
    values: list[Any] = [True, False] if field.kind is Kind.FLAG else list(names)
    typed = ["string", "boolean"] if field.kind is Kind.FLAG else ["string"]
    if not blank:
        return {"type": typed, "enum": values, "values_display": names}
    empty = "Nothing: simulate (blank)" if field.name == "source" else "as the preset says"
    return {"type": [*typed, "null"], "enum": [*values, None], "values_display": names | {"null": empty}}
