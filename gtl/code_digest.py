"""Digest of what a function runs: the code of every definition of a package that it reaches, and nothing else.

A definition is a function, a class or a constant at the top of a module. One reaches another that it names: in its
body, or as a type in its signature, for methods are called on arguments. Comments, docstrings, formatting, and the
texts of errors are no part of the digest. What is looked up by a computed name has to be asked for beside it.
"""

import ast
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from gtl.known_digests import KnownDigests

_WORD = re.compile(r"\w+")
_NO_CODE = frozenset({"ctx", "kind", "type_comment"})


class Place(NamedTuple):
    """A definition; without ``name`` all of its module."""

    module: str
    name: str = ""


@dataclass
class PackageCode:
    """The source of a package, read as far as it is asked for.

    Attributes
    ----------
    folder
        The package's; its name is the package's name.
    left_out
        Modules and packages that are not followed.
    settings
        Package of settings: the fields of its classes are left out, for a stage knows their values.
    known
        Digests that were computed before, with the same ``left_out`` and ``settings``.
    """

    folder: Path
    left_out: frozenset[str] = frozenset()
    settings: str = ""
    known: KnownDigests | None = None
    _modules: dict[str, "_Module"] = field(default_factory=dict, repr=False)
    _read: dict[Place, tuple[str, frozenset[Place]]] = field(default_factory=dict, repr=False)

    def digest(self, *places: Place) -> str:
        """SHA-256 of the code of ``places`` and of all that they reach; ValueError if one of them does not exist."""
        name = " ".join(f"{place.module}:{place.name}" for place in places)
        digest = self.known.get(name) if self.known else None
        if digest is None:
            digest = self._computed(places)
            if self.known:
                self.known.keep(name, digest)
        return digest

    def _computed(self, places: Iterable[Place]) -> str:
        for module, name in places:
            if name not in {"", *self._module(module).definitions}:
                raise ValueError(f"{module} defines no {name}")
        reached = sorted(self.reached(*places))
        return sha256_of_texts(f"{place.module}:{place.name} {self._definition(place)[0]}" for place in reached)

    def reached(self, *places: Place) -> set[Place]:
        """``places`` and every definition that they reach."""
        found, waiting = set(places), list(places)
        while waiting:
            new = self._definition(waiting.pop())[1] - found
            found |= new
            waiting += new
        return found

    def _definition(self, place: Place) -> tuple[str, frozenset[Place]]:
        if place not in self._read:
            module = self._module(place.module)
            reader = _Reader(module, fields=not _is_within(place.module, self.settings))
            for statement in module.statements(place.name):
                reader.read(statement)
            reached = (self._found(used) for used in [*reader.used, *module.reexported(place.name)])
            self._read[place] = sha256_of_texts(reader.parts), frozenset(used for used in reached if used is not None)
        return self._read[place]

    def _found(self, place: Place) -> Place | None:
        """Where a name that is imported leads: a definition, a whole module, or nothing of this package."""
        if _is_within(submodule := f"{place.module}.{place.name}", *self.left_out):
            return None
        if place.name and self._file(submodule).exists():
            return Place(submodule)
        if not _is_within(place.module, self.folder.name) or not self._file(place.module).exists():
            return None
        return place

    def _module(self, name: str) -> "_Module":
        if name not in self._modules:
            self._modules[name] = _Module(name, ast.parse(self._file(name).read_bytes()))
        return self._modules[name]

    def _file(self, name: str) -> Path:
        path = self.folder.parent.joinpath(*name.split("."))
        return path / "__init__.py" if path.is_dir() else path.with_name(f"{path.name}.py")


def sha256_of_texts(texts: Iterable[str]) -> str:
    """Hexadecimal SHA-256 of texts in order."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


@dataclass(frozen=True)
class _Module:
    name: str
    tree: ast.Module

    @cached_property
    def definitions(self) -> Mapping[str, list[ast.stmt]]:
        """Name → the statements at the top that give it its value; those that name nothing are under ``""``."""
        found: dict[str, list[ast.stmt]] = {"": []}
        for statement in self.tree.body:
            for name in _defined(statement):
                found.setdefault(name, []).append(statement)
        return found

    @cached_property
    def imports(self) -> Mapping[str, Place]:
        """Name → what it stands for, of the imports at the top, also those for type checkers alone."""
        blocks = [self.tree.body, *(node.body for node in self.tree.body if isinstance(node, ast.If))]
        return {name: place for block in blocks for node in block for name, place in _imported(node)}

    def statements(self, name: str) -> list[ast.stmt]:
        """Those that define ``name``, and those that always run; all for no name."""
        if not name:
            return [node for nodes in self.definitions.values() for node in nodes]
        return [*self.definitions.get(name, []), *self.definitions[""]]

    def reexported(self, name: str) -> list[Place]:
        """What ``name`` stands for if another module defines it."""
        if name in self.definitions:
            return []
        return [self.imports[name]] if name in self.imports else [Place(self.name)]


@dataclass
class _Reader:
    """Reads statements: their code as texts, and what they use."""

    module: _Module
    fields: bool
    parts: list[str] = field(default_factory=list)
    used: set[Place] = field(default_factory=set)

    def read(self, node: ast.AST) -> None:
        """One node and all below it."""
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return
        self.used.update(place for _, place in _imported(node))
        self._use(node)
        self.parts.append(type(node).__name__)
        for name, value in self._code(node):
            self.parts.append(name)
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, ast.AST):
                    self.read(item)
                else:
                    self.parts.append(repr(item))
        self.parts.append(")")

    def _code(self, node: ast.AST) -> Iterator[tuple[str, object]]:
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            yield "exc", node.exc.func
            return
        for name, value in ast.iter_fields(node):
            if isinstance(node, ast.ClassDef) and name == "body" and not self.fields:
                value = [statement for statement in node.body if not isinstance(statement, ast.AnnAssign)]
            if name not in _NO_CODE and value not in (None, []):
                yield name, value

    def _use(self, node: ast.AST) -> None:
        if isinstance(node, ast.Name):
            self._use_name(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            place = self.module.imports.get(node.value.id)
            if place is not None:
                self.used.add(Place(f"{place.module}.{place.name}", node.attr))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            for word in _WORD.findall(node.value):  # a type's name in quotes
                self._use_name(word)

    def _use_name(self, name: str) -> None:
        if name in self.module.definitions:
            self.used.add(Place(self.module.name, name))
        elif name in self.module.imports:
            self.used.add(self.module.imports[name])


def _imported(node: ast.AST) -> Iterator[tuple[str, Place]]:
    if isinstance(node, ast.ImportFrom) and not node.level:
        yield from ((alias.asname or alias.name, Place(str(node.module), alias.name)) for alias in node.names)


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
    return [] if isinstance(node, ast.Import | ast.ImportFrom) or _is_typing(node) else [""]


def _is_typing(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _is_within(module: str, *packages: str) -> bool:
    return any(f"{module}.".startswith(f"{package}.") for package in packages)
