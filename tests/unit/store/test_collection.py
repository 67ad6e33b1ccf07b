"""What nothing reaches is found, and nothing else; old stores are converted."""

import json
import os
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gtl.__main__ import app
from gtl.errors import ArtifactCorrupt, InputError
from gtl.store import Store, exchange, files
from gtl.store.collection import remove, unreached
from gtl.store.conversion import convert
from gtl.store.versions import Versions


@pytest.fixture
def store(tmp_path):
    return Store(str(tmp_path / "results"))


def make(store, key, text="x", compute=None, **inputs):
    return store.run(key, compute or (lambda out: out.write_text("a.txt", text)), params={}, inputs=inputs, code=text)


def paths(found):
    return [one.path for one in found]


def place(ref):
    return f"{ref.key}/{ref.sha256[:16]}"


def test_older_versions_are_found_and_removed(store):
    old, new = make(store, "study/a", "old"), make(store, "study/a", "new")
    found = unreached(store, hours=0)
    assert paths(found) == [place(old)]
    assert found[0].finished
    assert found[0].size == sum(path.stat().st_size for path in Path(store.address(old)).iterdir())
    remove(store, found)
    assert not Path(store.address(old)).exists()
    store.read(new).verify()
    assert unreached(store, hours=0) == []


def test_what_current_results_were_made_from_stays_though_its_own_pointer_has_moved(store):
    people = make(store, "study/people", "first")
    results = make(store, "study/results", people=make(store, "study/method", people=people))
    make(store, "study/people", "second")
    assert unreached(store, hours=0) == []
    store.read(results).verify()


def test_parts_of_what_is_reached_stay(store):
    def stage(out):
        make(store, "study/networks/one", "first")
        out.write_text("a.txt", "x")

    make(store, "study/networks", compute=stage)
    make(store, "study/networks/one", "second")
    assert unreached(store, hours=0) == []


def test_what_was_written_lately_stays(store):
    old = make(store, "study/a", "old")
    make(store, "study/a", "new")
    assert unreached(store, hours=1) == []
    for path in Path(store.address(old)).iterdir():
        os.utime(path, (path.stat().st_mtime - 7200,) * 2)
    assert paths(unreached(store, hours=1)) == [place(old)]


def test_an_upload_that_was_killed_is_found(store):
    ref = make(store, "study/a")
    killed = Path(store.address(ref)).with_name("0123456789abcdef")
    killed.mkdir()
    (killed / "half.txt").write_text("x")
    found = unreached(store, hours=0)
    assert [(one.path, one.finished) for one in found] == [("study/a/0123456789abcdef", False)]
    remove(store, found)
    assert not killed.exists()


def test_files_of_a_program_whose_worker_was_killed_are_found(store, tmp_path):
    kept = make(store, "study/a")
    given = tmp_path / "given"
    (given / "in").mkdir(parents=True)
    (given / "in" / "a.bed").write_text("x")
    for run in ("first", "second"):
        exchange.send_inputs(given, store.root / exchange.FOLDER / "step" / run)
    assert unreached(store, hours=1) == []
    found = unreached(store, hours=0)
    assert paths(found) == [".exchange/step/first", ".exchange/step/second"]
    assert not found[0].finished
    remove(store, found[:1])
    assert paths(unreached(store, hours=0)) == [".exchange/step/second"]
    store.read(kept).verify()


def test_a_manifest_that_cannot_be_read_stops_it(store):
    make(store, "study/b", a=make(store, "study/a"))
    manifest = Path(store.address(store.find("study/a"))) / "manifest.json"
    manifest.write_text("{")
    with pytest.raises(ArtifactCorrupt, match=r"study/a/.*manifest\.json is not a manifest"):
        unreached(store, hours=0)


def test_on_object_storage_too(s3, monkeypatch, request):
    monkeypatch.setenv("AIRFLOW_CONN_UNIT", s3.connection())
    store = Store(f"s3://unit@gtl/{request.node.name}")
    old, new = make(store, "study/a", "old"), make(store, "study/a", "new")
    found = unreached(store, hours=0)
    assert paths(found) == [place(old)]
    remove(store, found)
    assert unreached(store, hours=0) == []
    store.read(new).verify()


def test_the_command_lists_and_deletes_only_when_it_is_asked(store):
    old = make(store, "study/a", "old")
    make(store, "study/a", "new")
    command = ["gc", "--store", str(store.root), "--hours", "0"]
    listed = CliRunner().invoke(app, command)
    assert place(old) in listed.output
    assert "nothing was deleted: give --delete to do it" in listed.output
    assert Path(store.address(old)).exists()
    assert "deleted 1 versions" in CliRunner().invoke(app, [*command, "--delete"]).output
    assert "nothing to delete" in CliRunner().invoke(app, command).output
    assert not Path(store.address(old)).exists()


@pytest.mark.parametrize("command", ["gc", "convert-store"])
def test_a_store_that_is_not_there_is_said_and_not_made(store, command):
    absent = store.root / "typo"
    done = CliRunner().invoke(app, [command, "--store", str(absent)])
    assert isinstance(done.exception, InputError)
    assert "typo/: nothing lies there; name the store that the studies were run with: --store" in str(done.exception)
    assert not absent.exists()


# Stores of releases before 0.2


def as_before(store):
    """Lay the store out as releases before 0.2 did: the one version in the key's own folder."""
    root = Path(store.root.path)
    for pointer in sorted(root.rglob("current.json"), reverse=True):
        [version] = [path for path in pointer.parent.iterdir() if len(path.name) == 16]
        for path in version.iterdir():
            path.rename(pointer.parent / path.name)
        version.rmdir()
        pointer.unlink()
    (root / "gtl-store.json").unlink()
    shutil.rmtree(root / ".scratch")


def test_an_old_store_is_refused_with_the_command_that_converts_it(store):
    people = make(store, "studies/s/people")
    method = make(store, "studies/s/people/method", people=people)
    as_before(store)
    assert json.loads((Path(store.root.path) / "studies/s/people/manifest.json").read_text())["key"] == people.key
    with pytest.raises(InputError, match=r"before 0\.2, which kept one version of each stage; convert it by `gtl"):
        Store(str(store.root)).find("studies/s/people")
    with pytest.raises(InputError, match="gtl convert-store"):
        make(Store(str(store.root)), "studies/t/people")
    done = CliRunner().invoke(app, ["convert-store", "--store", str(store.root)])
    assert "converted 2 artefacts" in done.output
    again = Store(str(store.root))
    assert [again.find(ref.key) for ref in (people, method)] == [people, method]
    assert {key: one.inputs for key, one in again.made_from("studies/s", [method]).items()} == {
        "people/method": ["people"], "people": [],
    }  # fmt: skip
    again.read(method).verify()
    assert again.times(method)
    assert make(again, "studies/s/people") == people  # found, not made


def _stop(*_):
    raise KeyboardInterrupt


def _stop_at_the_manifest(source, target, move=files.move):
    if source.name == "manifest.json":
        raise KeyboardInterrupt
    move(source, target)


@pytest.mark.parametrize(
    ("place", "name", "stopped"),
    [(files, "move", _stop), (Versions, "make_current", _stop), (files, "move", _stop_at_the_manifest)],
)
def test_a_conversion_that_was_stopped_goes_on(store, monkeypatch, place, name, stopped):
    ref = make(store, "studies/s/people")
    as_before(store)
    monkeypatch.setattr(place, name, stopped)
    with pytest.raises(KeyboardInterrupt):
        convert(store.root)
    monkeypatch.undo()
    assert convert(store.root) == 1
    again = Store(str(store.root))
    again.read(again.find("studies/s/people")).verify()
    assert again.find("studies/s/people") == ref
    assert again.times(ref)


def test_an_old_store_on_object_storage_is_converted(s3, monkeypatch, request):
    monkeypatch.setenv("AIRFLOW_CONN_UNIT", s3.connection())
    store = Store(f"s3://unit@gtl/{request.node.name}")
    ref = make(store, "studies/s/people")
    fs, root = store.root.fs, store.root.path
    for name in ("a.txt", "manifest.json", "time.json"):
        fs.cp_file(f"{root}/{place(ref)}/{name}", f"{root}/{ref.key}/{name}")
        fs.rm_file(f"{root}/{place(ref)}/{name}")
    for name in (f"{ref.key}/current.json", "gtl-store.json"):
        fs.rm_file(f"{root}/{name}")
    old = Store(store.uri("").rstrip("/"))
    with pytest.raises(InputError, match="gtl convert-store"):
        old.find(ref.key)
    assert convert(old.root) == 1
    assert old.find(ref.key) == ref
    old.read(ref).verify()
