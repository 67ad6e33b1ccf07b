from pathlib import Path

import pytest

from gtl.code_digest import PackageCode, Place

_SOURCES = {
    "__init__": "version = '1'\n",
    "steps": '''\
"""Steps."""

from typing import TYPE_CHECKING

from small.people import Person
from small import sums

if TYPE_CHECKING:
    from small.types import Typed

LIMIT = 3


def first(person: Person) -> int:
    """Doc."""
    from small.inner import deep  # a comment

    return deep(person.age()) + LIMIT


def second(value: "Typed") -> int:
    if value.x < 0:
        raise ValueError(f"{value.x}: below 0")
    return sums.add(value.x, 1)
''',
    "people": "class Person:\n    def age(self):\n        return 1\n",
    "types": "class Typed:\n    x: int = 1\n    def double(self):\n        return 2 * self.x\n",
    "inner": "from small.errors import text\n\ndef deep(x):\n    return text(x)\n",
    "errors": "def text(x):\n    return x\n",
    "sums": "def add(a, b):\n    return a + b\n\ndef never(a):\n    return a\n",
}  # fmt: skip

FIRST, SECOND = Place("small.steps", "first"), Place("small.steps", "second")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    folder.mkdir()
    for name, source in _SOURCES.items():
        (folder / f"{name}.py").write_text(source)
    return folder


def changed(folder: Path, module: str, old: str, new: str, **options: frozenset[str] | str) -> tuple[bool, bool]:
    """Whether the digests of the first and of the second step change when ``old`` becomes ``new``."""

    def digests() -> list[str]:
        code = PackageCode(folder, **options)  # type: ignore[arg-type]
        return [code.digest(FIRST), code.digest(SECOND)]

    before, path = digests(), folder / f"{module}.py"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    first, second = (one != other for one, other in zip(before, digests(), strict=True))
    return first, second


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"""Doc."""', '"""Another."""'),
        ('    """Doc."""\n', ""),
        ('"""Steps."""', ""),
        ("  # a comment", ""),
        ("return deep(person.age()) + LIMIT", "return (\n        deep(person.age())\n        + LIMIT\n    )"),
        (": below 0", ": is negative"),
    ],
)
def test_what_only_people_read_changes_nothing(folder: Path, old: str, new: str) -> None:
    assert changed(folder, "steps", old, new) == (False, False)


@pytest.mark.parametrize(
    ("module", "old", "new", "expected"),
    [
        ("steps", "+ LIMIT", "- LIMIT", (True, False)),
        ("steps", "LIMIT = 3", "LIMIT = 4", (True, False)),
        ("people", "return 1", "return 2", (True, False)),  # a method of the argument's class
        ("inner", "text(x)", "text(-x)", (True, False)),  # imported inside the function
        ("errors", "return x", "return -x", (True, False)),  # two modules away
        ("types", "2 * self.x", "3 * self.x", (False, True)),  # imported for type checkers alone, named in quotes
        ("sums", "a + b", "a - b", (False, True)),  # through its module's name
        ("steps", "if value.x < 0", "if value.x <= 0", (False, True)),
        ("__init__", "version = '1'", "version = '2'", (False, False)),
    ],
)
def test_a_change_counts_for_what_reaches_it(
    folder: Path, module: str, old: str, new: str, expected: tuple[bool, bool]
) -> None:
    assert changed(folder, module, old, new) == expected


def test_only_what_is_named_is_reached(folder: Path) -> None:
    reached = PackageCode(folder).reached(FIRST)
    expected = {FIRST, Place("small.steps", "LIMIT"), Place("small.people", "Person"), Place("small.inner", "deep")}
    assert reached == expected | {Place("small.errors", "text")}


def test_modules_that_are_left_out_are_not_followed(folder: Path) -> None:
    options = frozenset({"small.errors"})
    assert changed(folder, "errors", "return x", "return -x", left_out=options) == (False, False)


def test_the_fields_of_settings_are_left_out_but_not_their_methods(folder: Path) -> None:
    assert changed(folder, "types", "x: int = 1", "x: int = 2", settings="small.types") == (False, False)
    assert changed(folder, "types", "2 * self.x", "3 * self.x", settings="small.types") == (False, True)


def test_a_name_that_does_not_exist_is_an_error(folder: Path) -> None:
    with pytest.raises(ValueError, match=r"small\.steps defines no third"):
        PackageCode(folder).digest(Place("small.steps", "third"))
