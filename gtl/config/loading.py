"""From YAML, presets and ``key=value`` to a :class:`StudyConfig`, with errors that a user can act on."""

import difflib
import reprlib
import shlex
from collections.abc import Iterable, Mapping
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from gtl.config.base import PATTERNS
from gtl.config.genotypes import PANEL_FILES
from gtl.config.people import FILE_FIELDS, Source
from gtl.config.sources import SOURCE_FILES
from gtl.config.study import StudyConfig
from gtl.config.yaml_text import parsed
from gtl.errors import InputError

_SHAPES = {
    "tuple_type": "expected a list, such as [a, b]",
    "dict_type": "expected a section: lines `name: value` below it, or {name: value}",
    "model_type": "expected a section: lines `name: value` below it, or {name: value}",
}
"""What is said of a value of another shape, by pydantic's name of the mistake."""

Tree = dict[str, Any]

_SHORT = reprlib.Repr()
"""How values are shown: a few lines of YAML can make one of gigabytes."""
_SHORT.maxlevel, _SHORT.maxstring, _SHORT.maxlong, _SHORT.maxother = 3, 120, 60, 120

NO_PRESET = "none"
"""What stands in the place of a preset's name for none: the models' own defaults."""


def preset_names() -> list[str]:
    """Names of the presets that come with the project."""
    files = resources.files("gtl.config").joinpath("presets").iterdir()
    return sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml"))


def preset(name: str) -> StudyConfig:
    """The preset ``name``: ``quick``, ``paper`` or ``reproduction``."""
    return validated(_preset_tree(name), f"preset {name}")


def load_study(path: Path, overrides: Iterable[str] = ()) -> StudyConfig:
    """Read a study's YAML file; its optional key ``preset`` names the preset that it starts from.

    Paths of the panel's and the cohorts' files are relative to the file itself; ``store`` is kept as it is, so a
    relative one means the folder that the process stands in.
    """
    schedule_free = {key: value for key, value in read_yaml(path).items() if key != "schedule"}
    return study_of(schedule_free, path.parent, str(path), overrides)


def study_of(tree: Tree, folder: Path, where: str, overrides: Iterable[str] = ()) -> StudyConfig:
    """The study that the settings ``tree`` of a YAML file in ``folder`` describe; errors begin with ``where``."""
    settings = with_preset(tree)
    _anchor_paths(settings, folder)
    return validated(_overridden(settings, overrides), where)


def with_paths_below(config: StudyConfig, folder: Path) -> StudyConfig:
    """``config`` with every relative path of its files, and a relative store, below ``folder``."""
    tree = config.model_dump(mode="json")
    _anchor_paths(tree, folder)
    if "://" not in config.store:
        tree["store"] = str(folder / config.store)
    return validated(tree, "parameters")


def schedule_of(path: Path) -> str | None:
    """When the study of a YAML file is to run (its key ``schedule``); None for a study without one."""
    schedule = read_yaml(path).get("schedule")
    if schedule is not None and not isinstance(schedule, str):
        raise InputError(f"{path}: schedule: expected text such as '@weekly' or '0 3 * * 1', got {schedule!r}")
    return schedule


def with_overrides(config: StudyConfig, overrides: Iterable[str]) -> StudyConfig:
    """``config`` changed by ``dotted.key=value`` items; values are read as YAML.

    >>> with_overrides(StudyConfig(), ["training.epochs=3"]).training.epochs
    3
    """
    return validated(_overridden(config.model_dump(mode="json"), overrides), "--set")


def with_settings(config: StudyConfig, settings: Mapping[str, Any], where: str) -> StudyConfig:
    """``config`` with other values of dotted ``settings``; errors begin with ``where``.

    >>> with_settings(StudyConfig(), {"training.epochs": 3}, "here").training.epochs
    3
    """
    tree = config.model_dump(mode="json")
    for key, value in settings.items():
        put(tree, key, value)
    return validated(tree, where)


def flatten(config: BaseModel) -> Tree:
    """Settings as one level of dotted keys, JSON types: the form that Airflow's trigger form has.

    >>> flatten(StudyConfig())["cohorts.large"]
    1000
    """
    flat: Tree = {}
    for name, value in config:
        if isinstance(value, BaseModel):
            flat |= {f"{name}.{key}": inner for key, inner in flatten(value).items()}
        else:
            flat[name] = config.model_dump(mode="json", include={name})[name]
    return flat


class WrongSettings(InputError):
    """Settings that cannot be; ``mistakes`` has a text for each, which begins with the field's name if it has one."""

    def __init__(self, mistakes: Iterable[str], where: str = "") -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(f"{where}: {mistake}" if where else mistake for mistake in self.mistakes))


def validated(tree: Mapping[str, Any], where: str) -> StudyConfig:
    """Check ``tree``; raise :class:`WrongSettings` with one line for each field that is wrong."""
    try:
        return StudyConfig.model_validate(tree)
    except ValidationError as error:
        raise WrongSettings(_mistakes(error), where) from None


def explained(error: ValidationError, where: str) -> str:
    """What is wrong, a line for each field, each of which begins with ``where``."""
    return "\n".join(f"{where}: {mistake}" for mistake in _mistakes(error))


def _mistakes(error: ValidationError) -> list[str]:
    details = error.errors()
    # A list without its bad elements may be too short; that is no second mistake.
    within = {detail["loc"][:length] for detail in details for length in range(len(detail["loc"]))}
    return [_explain(detail) for detail in details if detail["type"] != "too_short" or detail["loc"] not in within]


def _explain(detail: Any) -> str:
    # What is in <> says which of several kinds a value was taken for.
    location = ".".join(str(part) for part in detail["loc"] if not str(part).startswith("<"))
    if detail["type"] == "extra_forbidden":
        return f"unknown field {location}{suggestion(detail['loc'])}"
    if detail["type"] == "string_type" and isinstance(detail["input"], int | float | date):
        hint = f"put it in quotes, after --set in both kinds: '{location}=\"...\"'"
        return f"{location}: expected text, got {detail['input']}; {hint}"
    if detail["type"] == "string_pattern_mismatch":
        return f"{location}: {_SHORT.repr(detail['input'])} is not {_in_words(detail['ctx']['pattern'])}"
    message = _SHAPES.get(detail["type"]) or detail["msg"].removeprefix("Value error, ")
    if location and detail["type"] != "value_error":
        return f"{location}: {message} (got {_SHORT.repr(detail['input'])})"
    return f"{location}: {message}" if location else message


def _in_words(pattern: str) -> str:
    return PATTERNS.get(pattern, f"as expected (the regular expression {pattern})")


def suggestion(location: tuple[Any, ...]) -> str:
    """What the name of a field that there is none of may have been meant for, for the end of a message."""
    known = flatten(StudyConfig())
    names = [*known, *{name.partition(".")[0] for name in known}]
    close = difflib.get_close_matches(".".join(map(str, location)), names, n=1)
    return f"; did you mean {close[0]}?" if close else "; see `gtl fields` for the fields that exist"


def _preset_tree(name: str) -> Tree:
    if name not in preset_names():
        raise InputError(f"preset {name!r} does not exist; choose one of {', '.join(preset_names())}")
    text = resources.files("gtl.config").joinpath("presets", f"{name}.yaml").read_text()
    return with_preset(dict(parsed(text, f"preset {name}")))


def with_preset(tree: Tree) -> Tree:
    """Settings on top of those of the preset that their key ``preset`` names, if it does.

    Presets are of simulations: a study of real people that names no methods has those for real people.
    """
    own = dict(tree)
    name = own.pop("preset", None)
    base = _preset_tree(str(name)) if name and name != NO_PRESET else {}
    if own.get("source", Source.SIMULATED) != Source.SIMULATED:
        base = base | {"transfer": {key: value for key, value in base.get("transfer", {}).items() if key != "methods"}}
    return merged(base, own)


def read_yaml(path: Path) -> Tree:
    """The ``field: value`` lines of a YAML file; :class:`InputError` if there are none."""
    try:
        text = path.read_text()
    except FileNotFoundError:
        raise InputError(f"study file {path} does not exist; give a YAML file or --preset") from None
    except IsADirectoryError:
        raise InputError(
            f"{path} is a folder; give the study file in it, or write one: gtl new {shlex.quote(str(path))}"
        ) from None
    except UnicodeDecodeError:
        _check_ending(path)
        raise InputError(f"study file {path} is not text in UTF-8; save it so, or convert it by iconv") from None
    except OSError as error:
        raise InputError(f"study file {path} cannot be read: {error.strerror or error}") from None
    try:
        tree = parsed(text, f"study file {path}")
    except InputError:
        _check_ending(path)
        raise
    if not isinstance(tree, dict):
        found = "nothing" if tree is None else f"a {type(tree).__name__}"
        raise InputError(f"study file {path}: expected `field: value` lines, got {found}")
    return tree


def _check_ending(path: Path) -> None:
    """:class:`InputError` if a file that is no YAML does not even end like one."""
    if path.suffix.lower() not in (".yaml", ".yml"):
        raise InputError(
            f"{path} is no study file; give a .yaml that names your files: `gtl new FOLDER` writes one for a folder's"
        )


def merged(base: Tree, change: Mapping[str, Any]) -> Tree:
    """``base`` with what ``change`` has otherwise, section by section."""
    both = dict(base)
    for key, value in change.items():
        inner = both.get(key)
        both[key] = merged(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return both


def _anchor_paths(tree: Tree, folder: Path) -> None:
    _anchor(tree.get("panel"), PANEL_FILES, folder)
    _anchor_cohorts(tree.get("files"), folder)
    sources = tree.get("sources")
    for source in sources.values() if isinstance(sources, dict) else ():
        _anchor(source, SOURCE_FILES, folder)
        _anchor_cohorts(source.get("reference") if isinstance(source, dict) else None, folder)


def _anchor_cohorts(section: Any, folder: Path) -> None:
    """Paths of cohorts' files, of those that are named by population, too."""
    _anchor(section, (*FILE_FIELDS, "tables"), folder)
    for inner in section.values() if isinstance(section, dict) else ():
        if isinstance(inner, dict):
            _anchor_cohorts(inner, folder)


def _anchor(section: Any, fields: Iterable[str], folder: Path) -> None:
    for field in fields:
        if isinstance(section, dict) and field in section:
            found = section[field]
            section[field] = _all_anchored(found, folder)


def _all_anchored(found: Any, folder: Path) -> Any:
    if isinstance(found, list | tuple):
        return [anchored(path, folder) for path in found]
    if isinstance(found, dict):
        return {name: anchored(path, folder) for name, path in found.items()}
    return anchored(found, folder)


def anchored(path: Any, folder: Path) -> Any:
    """A path of a file that lies in ``folder``, or below ``~``, absolute; anything that is none is left as it is."""
    if not isinstance(path, str) or "://" in path:
        return path
    try:
        return str((folder / Path(path).expanduser()).resolve())
    except (ValueError, RuntimeError):  # no such user, or a name that no file can have: whoever opens it says so
        return path


def _overridden(tree: Tree, overrides: Iterable[str]) -> Tree:
    for item in overrides:
        key, equals, value = item.partition("=")
        if not equals:
            raise InputError(f"--set {item!r}: expected dotted.key=value, such as training.epochs=20")
        put(tree, key.strip(), parsed(value, f"--set {item!r}"))
    return tree


def put(tree: Tree, dotted: str, value: Any) -> None:
    """Set the field called ``dotted`` in nested settings."""
    *sections, field = dotted.split(".")
    for section in sections:
        tree = tree.setdefault(section, {})
        if not isinstance(tree, dict):
            raise InputError(f"{dotted}: {section} is not a section{suggestion(tuple(dotted.split('.')))}")
    tree[field] = value
