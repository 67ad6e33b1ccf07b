"""``python docs/generate SITE``: the documentation site, its reference pages made from the code.

The pages of docs/ are copied, what is generated is filled in, links that leave docs/ are led to pages made of those
files, and Zensical builds the copy. A warning of its, such as a broken link, ends the build.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path, PurePosixPath

import commands
import methods
import repository
import settings
import tables

DOCS = repository.ROOT / "docs"

MADE = {
    "settings": settings.tables,
    "presets": settings.presets,
    "commands": commands.reference,
    "make": commands.make_targets,
    "methods": methods.table,
    "method details": methods.details,
    "tables": tables.contracts,
}
"""What stands in place of ``<!-- made here: NAME -->``."""


def build(site: Path) -> None:
    """Write the site to a folder, whose earlier contents are replaced."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stage(folder)
        subprocess.run([sys.executable, "-m", "zensical", "build", "--strict"], cwd=folder, check=True)
        shutil.rmtree(site, ignore_errors=True)
        shutil.move(folder / "site", site)


def stage(folder: Path) -> None:
    """Write what Zensical reads: mkdocs.yml, and docs/ with every page finished."""
    copy = shutil.copytree(DOCS, folder / "docs", ignore=shutil.ignore_patterns(Path(__file__).parent.name))
    for path in repository.linked_files(DOCS):
        page = copy / repository.place_in_site(path)
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(repository.as_page(path))
    for page in copy.rglob("*.md"):
        text = repository.with_links(_filled(page.read_text()), PurePosixPath(page.relative_to(copy).as_posix()))
        page.write_text(text)
    (folder / "mkdocs.yml").write_text(_menu())


def _filled(markdown: str) -> str:
    for name, made in MADE.items():
        marker = f"<!-- made here: {name} -->"
        if marker in markdown:
            markdown = markdown.replace(marker, made())
    return markdown


def _menu() -> str:
    """The site's settings, with pages that its menu does not name at the end: a new page is never out of reach."""
    text = Path(__file__).with_name("mkdocs.yml").read_text()
    others = [path.name for path in sorted(DOCS.glob("*.md")) if f" {path.name}\n" not in text]
    more = "".join(f"      - {name}\n" for name in others)
    return f"{text}  - More:\n{more}" if others else text


if __name__ == "__main__":
    build(Path(sys.argv[1]))
