"""Settings of a sweep: one study, and grids of settings of which every combination is a study of its own."""

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from gtl.config.base import Section, worded
from gtl.config.genotypes import PANEL_FILES
from gtl.config.loading import Tree, anchored, explained, flatten, read_yaml, study_of, with_settings
from gtl.config.study import StudyConfig
from gtl.errors import InputError

Name = Annotated[
    str,
    Field(
        pattern=worded(
            r"^[a-z0-9][a-z0-9_-]{0,31}$",
            "a name of lower-case letters, digits, - and _ that begins with a letter or digit and has 32 at most",
        )
    ),
]
"""Name of a sweep or of a grid; it becomes part of the names of studies."""

Grid = dict[str, Annotated[list[Any], Field(min_length=1)]]
"""Dotted setting → values that it takes."""

_LONGEST = 64
"""Letters of a study's name."""

_SECTIONS = {"name", "study", "grids"}
_FILES = {f"panel.{field}" for field in PANEL_FILES}


@dataclass(frozen=True)
class Cell:
    """One study of a sweep.

    Attributes
    ----------
    study
        Its settings.
    varied
        The value here of every setting that varies anywhere in the sweep, by dotted name.
    """

    study: StudyConfig
    varied: dict[str, Any]


class SweepConfig(Section):
    """A base study and grids; a grid's cells are all combinations of its settings' values."""

    name: Name = Field(description="Name of the sweep; its studies' names begin with it.")
    study: StudyConfig = Field(description="What all cells have in common; the key preset names what it starts from.")
    grids: dict[Name, Grid] = Field(min_length=1, description="Name of each grid → dotted setting → its values.")
    folder: Path = Field(Path(), description="What paths in the grids are relative to: not a section of the file.")

    def cells(self) -> list[Cell]:
        """Every study of the sweep, grid after grid, the last setting of a grid varying fastest.

        A study is called sweep-grid-setting-value, with those settings of its grid that have several values there;
        where that is longer than a study's name may be, words of the settings' names are cut, at last to one letter.

        Raises
        ------
        InputError
            If a grid names no setting, a combination is not a study, or two cells have one name.
        """
        varied = list(dict.fromkeys(setting for grid in self.grids.values() for setting in grid))
        known = flatten(self.study)
        for setting in varied:
            if setting not in known or setting in ("name", "store"):
                raise InputError(f"sweep {self.name}: {setting} is no setting to vary; see `gtl fields`")
        studies = [study for name, grid in self.grids.items() for study in self._studies(name, grid)]
        _check_names(self.name, [study.name for study in studies])
        return [Cell(study, _values(study, varied)) for study in studies]

    def _studies(self, grid_name: str, grid: Mapping[str, list[Any]]) -> Iterator[StudyConfig]:
        cells = [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]
        shown = [setting for setting in grid if len(grid[setting]) > 1]
        said = [[(setting, _said(settings[setting])) for setting in shown] for settings in cells]
        for settings, name in zip(cells, _names(f"{self.name}-{grid_name}", said), strict=True):
            # Paths are named as they were written, so that names do not depend on where the file lies.
            paths = {key: anchored(settings[key], self.folder) for key in _FILES & settings.keys()}
            yield with_settings(self.study, {**settings, **paths, "name": name}, f"sweep {self.name}, cell {name}")


def load_sweep(path: Path, overrides: Iterable[str] = ()) -> SweepConfig:
    """Read a sweep's YAML file; ``overrides`` (``dotted.key=value``) change its base study.

    Paths inside the file, those in grids, too, are relative to the file itself.
    """
    return _sweep(read_yaml(path), path.parent, str(path), overrides)


def sweep_preset(name: str, overrides: Iterable[str] = ()) -> SweepConfig:
    """The sweep ``name`` that comes with the project: ``ladder``.

    >>> len(sweep_preset("ladder").cells())
    27
    """
    folder = resources.files("gtl.config").joinpath("sweeps")
    names = sorted(file.name.removesuffix(".yaml") for file in folder.iterdir() if file.name.endswith(".yaml"))
    if name not in names:
        raise InputError(f"sweep preset {name!r} does not exist; choose one of {', '.join(names)}")
    with resources.as_file(folder.joinpath(f"{name}.yaml")) as path:
        return load_sweep(path, overrides)


def _sweep(tree: Tree, folder: Path, where: str, overrides: Iterable[str]) -> SweepConfig:
    if set(tree) != _SECTIONS:
        raise InputError(f"{where}: a sweep has the sections name, study and grids; got {', '.join(map(str, tree))}")
    if not isinstance(tree["study"], dict):
        raise InputError(
            f"{where}: study: expected the settings that all cells have in common, lines `name: value` below it as "
            f"in a study's file; got {tree['study']!r}"
        )
    study = study_of(tree["study"], folder, f"{where}: study", overrides)
    try:
        return SweepConfig.model_validate({**tree, "study": study, "folder": folder.resolve()})
    except ValidationError as error:
        raise InputError(explained(error, where)) from None


def _values(study: StudyConfig, settings: Iterable[str]) -> dict[str, Any]:
    flat = flatten(study)
    return {setting: flat[setting] for setting in settings}


def _check_names(sweep: str, names: list[str]) -> None:
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise InputError(f"sweep {sweep}: more than one cell is called {', '.join(sorted(twice))}; make values differ")


def _names(begin: str, cells: list[list[tuple[str, str]]]) -> list[str]:
    """Names of a grid's cells: settings' names as they are, or so much of their words as the longest has room for."""
    for letters in range(_LONGEST, 0, -1):
        names = ["-".join([begin, *(f"{_leaf(key, letters)}-{value}" for key, value in cell)]) for cell in cells]
        if max(map(len, names)) <= _LONGEST:
            break
    return names


def _leaf(setting: str, letters: int) -> str:
    return "_".join(word[:letters] for word in setting.rpartition(".")[2].lower().split("_"))


def _said(value: Any) -> str:
    """A value as it can stand in a name: 0.3 is 0p3, and -0.5 is m0p5."""
    text = value if isinstance(value, str) else json.dumps(value)
    return re.sub(r"[^a-z0-9]+", "_", text.lower().replace(".", "p").replace("-", "m")).strip("_")
