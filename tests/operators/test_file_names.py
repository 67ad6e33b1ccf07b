import os

import pytest

from operators.pages.file_names import MOST, names_like


@pytest.fixture
def roots(tmp_path):
    root = tmp_path / "data"
    (root / "cohorts").mkdir(parents=True)
    (root / ".secret").mkdir()
    for name in ("ceu.bed", "ceu.bim", "cohorts/yri.vcf.gz", ".hidden", ".secret/key"):
        (root / name).write_text("contents")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "private.bed").touch()
    (root / "away").symlink_to(tmp_path / "outside")
    (root / "link.bed").symlink_to(tmp_path / "outside" / "private.bed")
    (root / "near.bed").symlink_to(root / "ceu.bed")
    os.mkfifo(root / "pipe")
    return [root]


def test_nothing_gives_the_roots(roots, tmp_path):
    assert names_like("", roots, tmp_path) == [f"{roots[0]}/"]


def test_what_begins_so_below_a_root(roots, tmp_path):
    root = roots[0]
    assert names_like(f"{root}/", roots, tmp_path) == [
        f"{root}/{name}" for name in ("ceu.bed", "ceu.bim", "cohorts/", "near.bed")
    ]
    assert names_like(f"{root}/cohorts/y", roots, tmp_path) == [f"{root}/cohorts/yri.vcf.gz"]
    assert names_like("data/ce", roots, tmp_path) == ["data/ceu.bed", "data/ceu.bim"]


@pytest.mark.parametrize(
    "text",
    [
        "/", "/e", "/etc/", "/etc/pass", "..", "../", "../outside/", "data/../outside/", "{root}/../outside/p",
        "{root}/away/", "{root}/link", "{root}/.s", "{root}/.secret/", "{root}/.hidden", "{root}/pipe",
        "{root}/cohorts/../../outside/", "{root}/ceu.bed/", "{root}/nowhere/x", "{root}/\0", "\0", "a" * 4000,
        "{root}/" + "b" * 5000 + "/", "~/", "~root/", "file:///etc/", "s3://bucket/", "//etc/", "/proc/self/",
        "/dev/", "{root}//../outside/", "%2e%2e/outside/", "{root}/cohorts/./../../outside/",
    ],
)  # fmt: skip
def test_nothing_else_is_told(roots, tmp_path, text):
    assert names_like(text.format(root=roots[0]), roots, tmp_path) == []


def test_so_many_at_most(roots, tmp_path):
    for number in range(MOST + 5):
        (roots[0] / "cohorts" / f"x{number:03}").touch()
    assert len(names_like(f"{roots[0]}/cohorts/x", roots, tmp_path)) == MOST
