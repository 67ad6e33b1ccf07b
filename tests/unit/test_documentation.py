"""The documentation: the site builds, every link is right, and what pages say to write or type the program takes."""

import ast
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from gtl.__main__ import app
from gtl.config import StudyConfig, flatten
from gtl.config.loading import study_of
from gtl.config.sweep import load_sweep
from gtl.methods.registry import METHODS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "deploy/README.md", ROOT / "docker/README.md",
                *DOCS.rglob("*.md")])  # fmt: skip
TAUGHT = [page for page in PAGES if page.parent.name not in ("deploy", "docker") and page.name != "CHANGELOG.md"]
"""Pages whose study files and commands are those of this release."""

_FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\((?P<target>[^)\s]+)\)")
_INLINE = re.compile(r"`(?:\.venv/bin/)?(gtl [^`]+)`")
_STUDY = {*StudyConfig.model_fields, "preset", "schedule"}
_COHORT = {"genotypes": "x.bed", "tables": ["x.tsv"]}


class _Links(HTMLParser):
    """Ids and targets of one built page; ``fetched`` are those that a browser asks for by itself."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.ids, self.targets, self.fetched = set[str](), list[str](), list[str]()
        self.feed(page.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.ids |= {found[name] for name in ("id", "name") if name in found}
        target = found.get("href", found.get("src", ""))
        (self.targets if tag == "a" else self.fetched).append(target)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documentation") / "site"
    done = subprocess.run([sys.executable, "docs/generate", folder], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_every_link_of_the_site_leads_somewhere_and_nothing_is_fetched_from_the_network(site: Path) -> None:
    pages = {page: _Links(page) for page in site.rglob("*.html") if page.name != "404.html"}
    wrong = [
        f"{page.relative_to(site)}: {target}"
        for page, links in pages.items()
        for target in (*links.targets, *links.fetched)
        if _is_relative(target) and not _is_there(page, target, pages)
    ]
    assert not wrong
    assert [link for links in pages.values() for link in links.fetched if "//" in link and "w3.org" not in link] == []


def test_the_reference_has_every_setting_command_and_method(site: Path) -> None:
    settings, commands, methods = ((site / f"{name}.html").read_text() for name in ("settings", "commands", "methods"))
    assert [name for name in flatten(StudyConfig()) if name.split(".")[-1] not in settings] == []
    assert [words for words in _commands() if f"<code>{words}" not in commands and f">{words}<" not in commands] == []
    assert [name for name in METHODS if f'id="{name}"' not in methods] == []
    assert "made here" not in settings + commands + methods + (site / "formats/outputs.html").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_work_on_github_too(page: Path) -> None:
    text = _FENCE.sub("", page.read_text())
    for target in _LINK.findall(text):
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        if not _is_relative(target):
            continue
        assert path.exists(), f"{page}: {target}"
        assert not anchor or anchor in _anchors(path), f"{page}: {target}"


@pytest.mark.parametrize("page", TAUGHT, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_study_files_and_commands_in_a_page_are_what_the_program_takes(page: Path, tmp_path: Path) -> None:
    text = page.read_text()
    for language, block in _FENCE.findall(text):
        if language == "yaml":
            _check_settings(block, page, tmp_path)
        elif language in ("", "bash"):
            for line in block.splitlines():
                _check_line(line.strip().removeprefix(".venv/bin/"))
    for words in _INLINE.findall(_FENCE.sub("", text)):
        _check_mention(words)


def test_messages_of_the_troubleshooting_page_are_the_programs() -> None:
    said = "\0".join(_texts())
    page = (DOCS / "troubleshooting.md").read_text()
    blocks = [text for language, text in _FENCE.findall(page) if language == "output"]
    parts = [part.strip() for block in blocks for part in re.split("…|; ", block.strip())]
    assert len(blocks) > 25
    assert [part for part in parts if part not in said] == []


def _is_relative(target: str) -> bool:
    return bool(target) and ":" not in target and not target.startswith("//")


def _is_there(page: Path, target: str, pages: dict[Path, _Links]) -> bool:
    name, _, anchor = target.partition("#")
    path = (page.parent / name.partition("?")[0]).resolve() if name else page
    path = path / "index.html" if path.is_dir() else path
    return path.exists() and (not anchor or path not in pages or anchor in pages[path].ids | {"__codelineno"})


@cache
def _anchors(page: Path) -> set[str]:
    """Headings as GitHub names them."""
    headings = re.findall(r"^#+ (.*)$", _FENCE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def _check_settings(block: str, page: Path, folder: Path) -> None:
    tree: dict[str, Any] = yaml.safe_load(block)
    if "grids" in tree:
        (folder / "sweep.yaml").write_text(block)
        load_sweep(folder / "sweep.yaml")
        return
    assert set(tree) <= _STUDY, f"{page}: {tree}"
    cohorts = ("small",) if "sources" in tree else ("small", "large")
    base = {"source": "files", "files": dict.fromkeys(cohorts, _COHORT)} if {"files", "sources"} & set(tree) else {}
    study_of({**base, **{key: value for key, value in tree.items() if key != "schedule"}}, folder, str(page))


def _check_line(line: str) -> None:
    if not line.startswith(("gtl ", "make ", "python -m ")):
        return
    program, *words = shlex.split(line, comments=True)
    if program == "gtl":
        command, rest = _command(words)
        command.make_context(program, rest)
    elif program == "make":
        targets = {word for word in words if "=" not in word}
        makefile = (ROOT / "Makefile").read_text()
        assert [name for name in targets if not re.search(rf"^{re.escape(name)}:", makefile, re.MULTILINE)] == []
    else:
        assert find_spec(words[1]) is not None, words


def _check_mention(words: str) -> None:
    """A command in running text may lack what it needs, and names nothing that does not exist."""
    first, *rest = shlex.split(words)[1:]
    if not first.isupper() and not first.startswith("-"):
        command, rest = _command([first, *rest])
        known = {name for param in command.params for name in (*param.opts, *param.secondary_opts)} | {"--help"}
        assert [word for word in rest if word.startswith("--") and word not in known] == [], words


def _command(words: list[str]) -> tuple[Any, list[str]]:
    found = typer.main.get_command(app)
    while words and words[0] in getattr(found, "commands", {}):
        found, words = found.commands[words[0]], words[1:]
    assert found.name != "gtl", words
    return found, words


def _commands() -> list[str]:
    top = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    return [f"gtl {name} {inner}".strip() for name, one in top.items() for inner in getattr(one, "commands", [""])]


def _texts() -> Iterator[str]:
    """Every text in the program's modules; what an f-string fills in parts it."""
    for module in [*(ROOT / "gtl").rglob("*.py"), *(ROOT / "operators").rglob("*.py")]:
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
