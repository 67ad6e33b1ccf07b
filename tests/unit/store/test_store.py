import errno
import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gtl.errors import ArtifactCorrupt, ArtifactMissing, InputError, LeakageError, StoreError
from gtl.schema import ROLES
from gtl.store import ArtifactRef, Job, Store
from gtl.store.records import Records


@pytest.fixture
def store(tmp_path):
    return Store(str(tmp_path / "results"))


def make(store, calls=None, **params):
    def compute(out):
        (calls if calls is not None else []).append(params)
        out.write_text("a.txt", "alpha")
        out.write_json("b.json", {"params": params})

    return store.run("study/stage", compute, params=params)


def test_a_stage_is_run_once(store):
    calls = []
    first, second = make(store, calls, x=1), make(store, calls, x=1)
    assert first == second
    assert calls == [{"x": 1}]
    assert store.read(first).files == ["a.txt", "b.json"]
    assert store.read(first).read_json("b.json") == {"params": {"x": 1}}


def folder_of(store, ref):
    return Path(store.address(ref))


def test_changed_settings_make_another_version_and_the_old_one_stays(store):
    old, new = make(store, x=1), make(store, x=2)
    assert old != new
    assert store.find("study/stage") == new
    assert store.read(old).read_json("b.json") == {"params": {"x": 1}}


def test_the_settings_of_before_find_their_version_and_make_it_current(store):
    calls = []
    old, new = make(store, calls, x=1), make(store, calls, x=2)
    assert make(store, calls, x=1) == old != new
    assert store.find("study/stage") == old
    assert calls == [{"x": 1}, {"x": 2}]


def test_the_layout_is_that_of_the_documentation(store):
    ref = make(store, x=1)
    root = Path(store.root.path)
    pointer, folder = root / "study/stage/current.json", root / "study/stage" / ref.sha256[:16]
    assert hashlib.sha256(pointer.read_bytes()).hexdigest() == ref.sha256
    assert (folder / "manifest.json").read_bytes() == pointer.read_bytes()
    assert sorted(path.name for path in folder.iterdir()) == ["a.txt", "b.json", "manifest.json", "time.json"]
    assert store.address(ref, "a.txt") == str(folder / "a.txt")


def test_a_stage_that_refuses_leaves_what_was_finished_before(store):
    def refuse(out):
        raise LeakageError("a second look")

    old = make(store, x=1)
    with pytest.raises(LeakageError):
        store.run("study/stage", refuse, params={"x": 2})
    assert store.find("study/stage") == old
    assert store.read(old).read_json("b.json") == {"params": {"x": 1}}


def test_changed_inputs_make_it_anew(store):
    calls = []

    def stage(ref):
        store.run("next", lambda out: calls.append(ref), params={}, inputs={"first": ref})

    for x in (1, 1, 2):
        stage(make(store, x=x))
    assert len(calls) == 2


def test_other_code_remakes_a_stage_and_another_release_does_not(store, monkeypatch):
    calls = []

    def stage(code):
        return store.run("study/stage", lambda out: calls.append(code), params={}, code=code)

    first = stage("a1")
    monkeypatch.setattr("gtl.__version__", "99.0.0")
    assert stage("a1") == first
    assert stage("b2") != first
    assert calls == ["a1", "b2"]


def test_a_manifest_of_a_release_that_knew_no_code_is_another_fingerprint(store):
    ref = store.run("study/stage", lambda out: out.write_text("a.txt", "x"), params={}, code="a1")
    path = Path(store.root.path) / ref.key / "current.json"
    older = {name: value for name, value in json.loads(path.read_bytes()).items() if name != "code"}
    path.write_text(json.dumps(older | {"fingerprint": "of another kind"}))
    shutil.rmtree(folder_of(store, ref))
    calls = []
    store.run("study/stage", lambda out: calls.append(1), params={}, code="a1")
    assert calls == [1]


def test_equal_stages_have_equal_bytes(tmp_path):
    refs = [make(Store(str(tmp_path / name)), x=1) for name in ("one", "two")]
    assert refs[0] == refs[1]


def test_a_lost_file_makes_it_anew(store):
    calls = []
    ref = make(store, calls, x=1)
    os.remove(folder_of(store, ref) / "a.txt")
    make(store, calls, x=1)
    assert len(calls) == 2
    assert store.read(ref).read_bytes("a.txt") == b"alpha"


def test_changed_bytes_are_found(store):
    ref = make(store, x=1)
    (folder_of(store, ref) / "a.txt").write_text("omega")
    with pytest.raises(ArtifactCorrupt, match=r"a\.txt: the bytes in the store are not those"):
        store.read(ref).verify()


def test_changed_bytes_are_found_when_parts_are_read(store):
    ref = make(store, x=1)
    with store.read(ref).open("a.txt") as stream:
        assert stream.read() == b"alpha"
    (folder_of(store, ref) / "a.txt").write_text("omega")
    with (
        pytest.raises(ArtifactCorrupt, match=r"a\.txt: the bytes in the store are not those"),
        store.read(ref).open("a.txt"),
    ):
        pass


def test_an_error_leaves_nothing_that_counts_as_finished(store):
    def compute(out):
        out.write_text("a.txt", "alpha")
        raise RuntimeError("half-way")

    with pytest.raises(RuntimeError):
        store.run("study/stage", compute, params={})
    assert store.find("study/stage") is None
    assert list((Path(store.root.path) / ".scratch").iterdir()) == []
    assert not (Path(store.root.path) / "study").exists()


def test_artefacts_made_together_that_fail_leave_nothing_either(store):
    def compute(jobs, writers):
        for writer in writers:
            writer.write_text("a.txt", "alpha")
        raise RuntimeError("half-way")

    with pytest.raises(RuntimeError):
        store.run_together([Job("study/one", {}, {}), Job("study/two", {}, {})], compute)
    assert not (Path(store.root.path) / "study").exists()


def test_a_stage_that_fails_after_another_machine_finished_it_takes_nothing_away(store, monkeypatch):
    """Locks hold on one machine: here the other one, whose lock is elsewhere, finishes while this one still runs."""
    elsewhere = Store(store.uri("").rstrip("/"))
    monkeypatch.setattr(elsewhere._scratch, "lock_file", lambda key: Path(store.root.path) / "other.lock")

    def compute(out):
        out.write_text("a.txt", "alpha")
        made.append(elsewhere.run("k", lambda other: other.write_text("a.txt", "alpha"), params={}))
        raise RuntimeError("half-way")

    made = []
    with pytest.raises(RuntimeError):
        store.run("k", compute, params={})
    assert store.read(made[0]).read_bytes("a.txt") == b"alpha"


def test_a_failed_remake_leaves_what_was_finished(store):
    old = make(store, x=1)

    def compute(out):
        out.write_text("a.txt", "beta")
        raise RuntimeError("half-way")

    with pytest.raises(RuntimeError):
        store.run("study/stage", compute, params={"x": 2})
    assert store.find("study/stage") == old
    store.read(old).verify()


def test_a_killed_stage_is_made_again_without_leftovers(tmp_path):
    program = textwrap.dedent("""
        import os, signal, sys
        from gtl.store import Store
        def compute(out):
            out.write_text("old.txt", "first")
            os.kill(os.getpid(), signal.SIGKILL)
        Store(sys.argv[1]).run("study/stage", compute, params={"x": 1})
    """)
    killed = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False, timeout=120)
    assert killed.returncode == -9
    store = Store(str(tmp_path))
    assert store.find("study/stage") is None
    ref = make(store, x=1)
    assert sorted(path.name for path in folder_of(store, ref).iterdir()) == [
        "a.txt", "b.json", "manifest.json", "time.json",
    ]  # fmt: skip
    assert list((tmp_path / ".scratch").iterdir()) == []


def test_a_second_process_waits_and_then_finds_it_finished(store, caplog):
    begun, calls = threading.Event(), []

    def slow(out):
        calls.append(1)
        begun.set()
        assert wait_until(lambda: "is being made by another process" in caplog.text)  # the second one is waiting
        out.write_text("a.txt", "alpha")

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(store.run, "stage", slow, params={})
        begun.wait(10)
        second = pool.submit(store.run, "stage", slow, params={})
    assert first.result() == second.result() == store.find("stage")
    assert calls == [1]


def test_what_another_process_finished_just_before_the_lock_was_taken_is_kept(store, monkeypatch):
    look, calls = store.find, []

    def find(key, mark=None):
        found = look(key, mark)
        monkeypatch.setattr(store, "find", look)
        make(store, calls)  # another process, after this one looked and before it takes the lock
        return found

    monkeypatch.setattr(store, "find", find)
    make(store, calls)
    assert len(calls) == 1


def test_after_a_failure_the_one_that_waited_makes_it(store, caplog):
    begun = threading.Event()

    def failing(out):
        begun.set()
        assert wait_until(lambda: "is being made by another process" in caplog.text)
        raise ValueError("first")

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(store.run, "study/stage", failing, params={})
        begun.wait(10)
        second = pool.submit(make, store)
    assert isinstance(first.exception(), ValueError)
    assert store.read(second.result()).files == ["a.txt", "b.json"]


def wait_until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


def test_sealed_files_are_refused_unless_unsealed(store):
    def compute(out):
        out.write_text("open.txt", "a")
        out.write_text("final.txt", "b")
        out.seal("final.txt")

    ref = store.run("study/stage", compute, params={})
    assert store.read(ref).read_bytes("open.txt") == b"a"
    with pytest.raises(LeakageError, match=r"final\.txt is sealed"):
        store.read(ref).read_bytes("final.txt")
    assert store.read(ref, unseal=True).read_bytes("final.txt") == b"b"


def test_what_is_not_there_is_named(store):
    with pytest.raises(ArtifactMissing, match="is not finished; run the stage that makes it"):
        store.read(ArtifactRef("study/none", "0"))
    with pytest.raises(ArtifactMissing, match=r"has no file 'c'; it has a\.txt, b\.json"):
        store.read(make(store)).read_bytes("c")


def test_file_names_stay_in_their_folder(store):
    with pytest.raises(InputError, match="not a plain file name"):
        store.run("stage", lambda out: out.write_text("../escape.txt", "x"), params={})


def test_tables_keep_their_contract(store):
    roles = pd.DataFrame({"repeat": [1, 1], "sample": ["a", "b"], "role": "final"})

    def compute(out):
        out.write_table("t.parquet", roles, ROLES)

    ref = store.run("stage", compute, params={})
    assert store.read(ref).read_table("t.parquet", ROLES)["sample"].tolist() == ["a", "b"]
    with pytest.raises(InputError, match="not in its contract"):
        store.run("other", lambda out: out.write_table("t", pd.DataFrame({"x": [1]}), ROLES), params={})


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, a disk that is always full")
def test_a_full_disk_is_named(store):
    def fill(out):
        (out.made / "a.txt").symlink_to("/dev/full")
        out.write_text("a.txt", "x")

    with pytest.raises(StoreError, match="the disk is full; free some space, then run again"):
        store.run("stage", fill, params={})
    assert store.find("stage") is None


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "Error writing bytes to file"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        OSError("14400 requested and 3056 written"),
    ],
)
def test_a_full_disk_is_named_wherever_a_stage_meets_it(store, error):
    def fill(out):
        raise error

    with pytest.raises(StoreError, match=r"disk.* free some space, then run again; finished stages are kept"):
        store.run("stage", fill, params={})
    assert list((Path(store.root.path) / ".scratch").iterdir()) == []


def test_a_full_disk_met_by_parquet_is_named(store):
    def fill(out):
        with out.file("a.parquet") as path:
            path.symlink_to("/dev/full")
            pq.write_table(pa.table({"x": range(100_000)}), path)

    with pytest.raises(StoreError, match="the disk is full; free some space, then run again"):
        store.run("stage", fill, params={})


def test_other_faults_of_a_computation_are_its_own(store):
    def fail(out):
        Path("no such folder/x").read_text()

    with pytest.raises(FileNotFoundError):
        store.run("stage", fail, params={})


def test_a_store_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="a file stands where a folder is needed"):
        make(Store(str(tmp_path / "file" / "results")))


def test_times_are_kept_beside_the_manifest(store):
    ref = make(store)
    assert set(store.times(ref)) == {"started", "wall_seconds", "cpu_seconds"}
    assert store.times(ArtifactRef("none", "0")) == {}


def test_a_part_that_was_made_before_its_stage_has_a_time_of_its_own(store):
    def part(name):
        return store.run(f"study/stage/{name}", lambda out: out.write_text("a", "x"), params={})

    def stage(out):
        part("within")
        out.write_text("a", "x")

    refs = {"stage/before": part("before"), "stage": store.run("study/stage", stage, params={})}
    refs["stage/within"] = store.find("study/stage/within")
    assert [key for key, _ in store.all_times(refs)] == ["stage/before", "stage"]


def test_parts_are_named_by_their_stage_whether_they_were_made_or_found(store):
    def part(name):
        return store.run(f"study/stage/{name}", lambda out: out.write_text("a", name), params={})

    def stage(out):
        made.extend([part("found"), part("made")])
        out.write_text("a", "x")

    made = []
    part("found")
    ref = store.run("study/stage", stage, params={})
    assert store.read(ref).manifest.parts == {one.key: one.sha256 for one in made}
    assert store.read(made[0]).manifest.parts == {}


def test_all_files_have_the_mode_that_the_user_s_mask_gives(store):
    umask = os.umask(0o027)
    try:
        folder = folder_of(store, make(store))
        Records(store.root / "openings")["study/trait"] = "text"
    finally:
        os.umask(umask)
    written = [*folder.iterdir(), folder.parent / "current.json", *(Path(store.root.path) / "openings").iterdir()]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o750
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in written} == {path.name: 0o640 for path in written}
    assert {"a.txt", "manifest.json", "current.json", "time.json"} <= {path.name for path in written}


def test_what_an_artefact_was_made_from_leaves_out_leftovers(store):
    def stage(key, text="x", **inputs):
        return store.run(f"study/{key}", lambda out: out.write_text("a", text), params={}, inputs=inputs, code=text)

    people = stage("people")
    scores = stage("scores", method=stage("method", people=people))
    results = stage("results", scores=scores)
    stage("leftover", people=people)
    assert set(store.made_from("study", [results])) == {"results", "scores", "method", "people"}


def test_what_an_artefact_was_made_from_are_the_very_versions(store):
    def stage(key, text="x", **inputs):
        return store.run(f"study/{key}", lambda out: out.write_text("a", text), params={}, inputs=inputs, code=text)

    outside = store.run("panels/panel", lambda out: out.write_text("a", "x"), params={})
    method = stage("method", panel=outside)
    scores = stage("scores", method=method)
    assert stage("method", "made later", panel=outside) == store.find("study/method") != method
    made = store.made_from("study", [scores])
    assert {key: one.ref for key, one in made.items()} == {"scores": scores, "method": method}
    assert {key: one.inputs for key, one in made.items()} == {"scores": ["method"], "method": []}


def test_keys_are_those_of_finished_artefacts(store):
    make(store)
    make(store, x=2)
    (Path(store.root.path) / "study/begun").mkdir()
    assert store.keys("study") == ["stage"]
    assert store.keys("none") == []


def jobs(*names, **params):
    return [Job(f"study/{name}", params, {}, "") for name in names]


def together(store, wanted, calls=None, fail_at=""):
    def compute(absent, writers):
        (calls if calls is not None else []).append([job.key for job in absent])
        for job, writer in zip(absent, writers, strict=True):
            writer.write_text("a.txt", job.key)
            if job.key == fail_at:
                raise KeyboardInterrupt

    return store.run_together(wanted, compute)


def test_of_several_artefacts_only_those_that_are_absent_are_made(store):
    calls = []
    [first] = together(store, jobs("b"), calls)
    found = together(store, jobs("c", "b", "a"), calls)
    assert [ref.key for ref in found] == ["study/c", "study/b", "study/a"]
    assert found[1] == first
    assert together(store, jobs("a", "b", "c"), calls) == [found[2], first, found[0]]
    assert calls == [["study/b"], ["study/c", "study/a"]]
    assert store.read(found[2]).read_bytes("a.txt") == b"study/a"
    shares = [store.times(ref)["cpu_seconds"] for ref in (found[0], found[2])]
    assert shares[0] == shares[1]


def test_several_artefacts_that_are_stopped_are_all_unfinished_and_others_stay(store):
    [kept] = together(store, jobs("a"))
    with pytest.raises(KeyboardInterrupt):
        together(store, jobs("a", "b", "c"), fail_at="study/c")
    assert [store.find(f"study/{name}") for name in "abc"] == [kept, None, None]
    assert len(together(store, jobs("a", "b", "c"))) == 3


def test_a_table_is_written_part_by_part(store):
    part = pa.table({"repeat": pa.array([1], pa.int32()), "role": ["final"]})
    schema = part.schema

    def compute(out):
        with out.table_in_parts("roles.parquet", schema) as write:
            write(part)
            write(part)

    ref = store.run("study/table", compute, params={})
    frame = store.read(ref).read_table("roles.parquet", schema, [("role", "==", "final")])
    assert frame["repeat"].tolist() == [1, 1]
    assert store.read(ref).read_table("roles.parquet", schema, [("role", "==", "learns")]).empty
