"""Digests that one process computes and others find, as long as the source is the same."""

import json

import pytest

from gtl.code_digest import PackageCode, Place
from gtl.known_digests import KnownDigests

STEP = Place("small.steps", "step")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A package, and an empty folder for caches."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "steps.py").write_text("def step():\n    return 1\n")
    return folder


def test_a_later_process_knows_what_an_earlier_one_has_kept(folder):
    assert KnownDigests(folder).get("a") is None
    first = KnownDigests(folder)
    first.keep("a", "1")
    first.keep("b", "2")
    later = KnownDigests(folder)
    assert (later.get("a"), later.get("b"), later.get("c")) == ("1", "2", None)


@pytest.mark.parametrize("name", ["steps.py", "new.py"])
def test_nothing_is_known_of_other_source(folder, name):
    KnownDigests(folder).keep("a", "1")
    (folder / name).write_text("def step():\n    return 2\n")
    assert KnownDigests(folder).get("a") is None


def test_what_was_computed_while_the_source_changed_is_not_kept(folder):
    known, before = KnownDigests(folder), (folder / "steps.py").read_text()
    assert known.get("a") is None
    (folder / "steps.py").write_text("def step():\n    return 2\n")
    known.keep("a", "1")
    (folder / "steps.py").write_text(before)
    assert KnownDigests(folder).get("a") is None


def test_each_installation_has_its_own(folder, tmp_path):
    KnownDigests(folder).keep("a", "1")
    other = tmp_path / "other"
    folder.rename(other)
    assert KnownDigests(other).get("a") is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"source": 1}', '{"source": "", "digests": 3}'])
def test_a_file_that_is_none_of_ours_is_written_anew(folder, content):
    KnownDigests(folder).keep("a", "1")
    (file,) = folder.parent.glob("caches/gtl/*")
    file.write_text(content)
    known = KnownDigests(folder)
    assert known.get("a") is None
    known.keep("a", "2")
    assert json.loads(file.read_text())["digests"] == {"a": "2"}


def test_without_a_folder_to_write_to_digests_are_the_process_s_own(folder, monkeypatch):
    (folder.parent / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder.parent / "file"))
    known = KnownDigests(folder)
    known.keep("a", "1")
    assert known.get("a") == "1"
    assert KnownDigests(folder).get("a") is None


def test_a_package_s_digest_is_the_same_whether_it_is_known_or_computed(folder):
    computed = PackageCode(folder).digest(STEP)
    for _ in range(2):
        assert PackageCode(folder, known=KnownDigests(folder)).digest(STEP) == computed
    (folder / "steps.py").write_text("def step():\n    return 2\n")
    changed = PackageCode(folder, known=KnownDigests(folder)).digest(STEP)
    assert changed == PackageCode(folder).digest(STEP) != computed
