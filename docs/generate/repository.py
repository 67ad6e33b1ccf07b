"""Links that leave docs/ work on GitHub as they are; in the site they lead to a page made of that file."""

import os
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]

COPIES = PurePosixPath("repository")
"""Folder of the site with pages made of files outside docs/."""

_LINK = re.compile(r"(?P<image>!?)\[(?P<words>(?:[^\[\]]|\[[^\]]*\])*)\]\((?P<target>[^)\s]+)\)")
_FENCED = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
_LANGUAGES = {".py": "python", ".yaml": "yaml", ".yml": "yaml"}


def linked_files(docs: Path) -> list[Path]:
    """Files outside docs/ that its pages link to, and that those link to in turn, below the repository's root."""
    found: dict[Path, None] = {}
    waiting = sorted(docs.rglob("*.md"))
    while waiting:
        page = waiting.pop()
        for target in _relative_targets(page.read_text()):
            path = Path(os.path.normpath(page.parent / target.partition("#")[0]))
            if path.is_file() and docs not in path.parents and path not in found:
                found[path] = None
                waiting += [path] if path.suffix == ".md" else []
    return sorted(found)


def place_in_site(path: Path) -> str:
    """Where the page made of a file is, relative to docs/: ``repository/gtl/flow.py.md``."""
    inside = path.relative_to(ROOT).as_posix()
    return str(COPIES / (inside if inside.endswith(".md") else f"{inside}.md"))


def as_page(path: Path) -> str:
    """A file as a page: Markdown as it is, anything else as text under its name."""
    text = path.read_text()
    if path.suffix == ".md":
        return text
    return f"# {path.relative_to(ROOT).as_posix()}\n\n````{_LANGUAGES.get(path.suffix, 'text')}\n{text}\n````\n"


def with_links(markdown: str, page: PurePosixPath) -> str:
    """``markdown`` of the site's ``page`` with its relative links as the site needs them; code is left alone."""
    parts = _FENCED.split(markdown)
    return "".join(part if part.startswith("```") else _all_moved(part, page) for part in parts)


def _all_moved(text: str, page: PurePosixPath) -> str:
    return _LINK.sub(lambda link: _moved(link, page), text)


def _moved(link: re.Match[str], page: PurePosixPath) -> str:
    target, _, anchor = link["target"].partition("#")
    if not target or ":" in target:
        return link[0]
    folder = _in_repository(page).parent
    path = ROOT / posixpath.normpath(str(folder / target))
    if path.is_dir() or not path.exists():
        # A folder has no page. What does not exist is left for MkDocs to complain of.
        return link["words"] if path.is_dir() else link[0]
    docs = ROOT / "docs"
    inside = path.relative_to(docs).as_posix() if docs in path.parents else place_in_site(path)
    place = posixpath.relpath(inside, str(page.parent))
    return f"{link['image']}[{link['words']}]({place}{'#' + anchor if anchor else ''})"


def _in_repository(page: PurePosixPath) -> PurePosixPath:
    """The file in the repository that a page of the site is made of."""
    return page.relative_to(COPIES) if COPIES in page.parents else PurePosixPath("docs") / page


def _relative_targets(markdown: str) -> Iterator[str]:
    for part in _FENCED.split(markdown):
        if not part.startswith("```"):
            yield from (link["target"] for link in _LINK.finditer(part) if ":" not in link["target"])
