"""What a form or a REST client says about a study: dotted fields, sections in one piece, a preset, and blanks.

Three ways lead to the same settings. A study file has sections; a form has one field for each setting, which may be
left blank and which is written as text where a list of numbers is asked for; ``conf`` of the REST API may have either.
"""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from gtl.config.fields import section_names, setting_fields
from gtl.config.loading import (
    NO_PRESET,
    Tree,
    WrongSettings,
    merged,
    preset_names,
    put,
    suggestion,
    validated,
    with_preset,
)
from gtl.config.people import Source
from gtl.config.study import StudyConfig
from gtl.config.text_values import EXPECTED, NOTHING, meant

PRESET = "preset"
"""Key of the preset that answers start from."""

LARGEST = 2**53
"""Whole numbers above it are others in JSON's readers, and above 2**63 Airflow's workers cannot be handed them."""


def study_of_answers(answers: Mapping[str, Any]) -> StudyConfig:
    """The study that ``answers`` describe.

    With a key ``preset``, settings that are absent or None are those of the preset; where it is None itself, of
    ``quick`` for a simulation and of no preset for one's own data; a setting that is given twice is a mistake. Without
    the key, None is a value as any other, what is absent has the models' defaults, as after :func:`gtl.config.flatten`,
    and a section beside its fields changes them.

    Raises
    ------
    WrongSettings
        For whatever cannot be: each mistake names its field, the value, and what is allowed.

    Examples
    --------
    >>> study_of_answers({"preset": "quick", "phenotypes.risk_snps": "5, 10", "seed": None}).phenotypes.risk_snps
    (5, 10)
    >>> study_of_answers({"preset": None, "cohorts": {"larg": 3}})
    Traceback (most recent call last):
    ...
    gtl.config.loading.WrongSettings: unknown field cohorts.larg; did you mean cohorts.large?
    """
    tree, mistakes = _read(answers)
    try:
        config = validated(with_preset(tree), "")
    except WrongSettings as error:
        mistakes += error.mistakes
    mistakes = mistakes or list(_too_large("", tree))
    if mistakes:
        raise WrongSettings(mistakes)
    return config


def tree_of_answers(answers: Mapping[str, Any]) -> Tree:
    """``answers`` as a study file has them: sections, and the preset that they start from, if they start from one.

    >>> tree_of_answers({"preset": None, "phenotypes.risk_snps": "5, 10", "seed": None})
    {'preset': 'quick', 'phenotypes': {'risk_snps': [5, 10]}}
    """
    tree, mistakes = _read(answers)
    if mistakes:
        raise WrongSettings(mistakes)
    return tree


def _read(answers: Mapping[str, Any]) -> tuple[Tree, list[str]]:
    """The answers as a study file has them, but for those that are mistakes by themselves, and these."""
    blank = PRESET in answers
    given = {key: value for key, value in answers.items() if key != PRESET and not (blank and value is None)}
    mistakes: list[str] = []
    tree = _tree(deepcopy(given), mistakes, blank)
    base = {PRESET: _preset(answers[PRESET], tree, mistakes)} if blank else {}
    _read_fields(tree, mistakes)
    return {**base, **tree}, mistakes


def answers_of(config: StudyConfig) -> Tree:
    """Answers that :func:`study_of_answers` reads as ``config``: all sections, and no preset below them.

    >>> study_of_answers(answers_of(StudyConfig(name="mine"))).name
    'mine'
    """
    return {PRESET: NO_PRESET, **config.model_dump(mode="json")}


def field_of(mistake: str) -> str:
    """The setting that a message is about; empty if it names none.

    >>> field_of("split.large_train + large_validation = 3, but cohorts.large is 4")
    'split.large_train'
    """
    if mistake.startswith("unknown field"):
        return ""
    known = {*setting_fields(), PRESET}
    words = re.findall(r"[a-z_]+(?:\.[A-Za-z0-9_]+)*", mistake)
    named = next((name for word in words for name in _beginnings(word) if name in known and "." in name), "")
    first = mistake.partition(":")[0]
    return first if first in known else named


def _beginnings(word: str) -> Iterator[str]:
    parts = word.split(".")
    yield from (".".join(parts[:length]) for length in range(len(parts), 0, -1))


def _tree(given: Mapping[str, Any], mistakes: list[str], blank: bool) -> Tree:
    """The answers as a study file has them: sections within sections.

    In a form that is not ``blank`` all fields have values, and a section beside them is what somebody changed.
    """
    tree: Tree = {}
    blocks = {key: value for key, value in given.items() if key in section_names()}
    fields = {key: value for key, value in given.items() if key in setting_fields()}
    mistakes += [
        f"unknown field {key!r}{suggestion((key,))}" for key in given if key not in blocks and key not in fields
    ]
    for key, value in blocks.items():
        block: Tree = {}
        put(block, key, value)
        tree = merged(tree, block)
    for key, value in fields.items():
        within = _at(tree, key)
        if within is not None and not blank:
            continue
        if within is not None and within != value:
            mistakes.append(f"{key}: is given twice, as {value!r} and, within its section, as {within!r}; give it once")
        elif not _is_blocked(tree, key):
            put(tree, key, value)
    return tree


def _is_blocked(tree: Tree, dotted: str) -> bool:
    """Whether something that is no section stands in the place of one, which is told of better by itself."""
    sections = [name for name in section_names() if dotted.startswith(f"{name}.")]
    return any(not isinstance(_at(tree, name), dict | None) for name in sections)


def _at(tree: Any, dotted: str) -> Any:
    for part in dotted.split("."):
        tree = tree.get(part) if isinstance(tree, dict) else None
    return tree


def _preset(name: Any, tree: Tree, mistakes: list[str]) -> str:
    """The preset that the settings start from."""
    names = [*preset_names(), NO_PRESET]
    if name is None:
        return "quick" if tree.get("source", Source.SIMULATED) == Source.SIMULATED else NO_PRESET
    if name not in names:
        mistakes.append(f"preset: {name!r} does not exist; choose one of {', '.join(names)}")
        return NO_PRESET
    return str(name)


def _read_fields(tree: Tree, mistakes: list[str]) -> None:
    """Replace what a form has as text by what it says; take out whatever else a number is given as: a mistake."""
    for name, field in setting_fields().items():
        value = _at(tree, name)
        if value is None or field.kind not in EXPECTED:
            continue
        try:
            put(tree, name, meant(field, value))
        except ValueError:
            expected = ", ".join(filter(None, [EXPECTED[field.kind], field.amount]))
            or_nothing = f", or {NOTHING}" if field.nullable else ""
            _take_out(tree, name)
            mistakes.append(f"{name}: expected {expected}{or_nothing}, got {value!r}")


def _take_out(tree: Tree, dotted: str) -> None:
    section, _, field = dotted.rpartition(".")
    del (_at(tree, section) if section else tree)[field]


def _too_large(where: str, node: Any) -> Iterator[str]:
    """A message for each whole number that not every reader of JSON can take."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _too_large(f"{where}.{key}" if where else str(key), value)
    elif isinstance(node, list):
        for item in node:
            yield from _too_large(where, item)
    elif isinstance(node, int) and abs(node) > LARGEST:
        yield f"{where}: {node} is too large; expected a whole number of at most {LARGEST:,}"
