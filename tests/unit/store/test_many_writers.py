"""Several writers that know nothing of each other: no lock is shared, as on several machines."""

import itertools
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from contextlib import suppress
from pathlib import Path

import pytest

from gtl.errors import StoreUnavailable, ToolError
from gtl.store import Store
from gtl.store.alone import alone
from gtl.store.scratch import Scratch
from gtl.store.versions import Versions


@pytest.fixture
def root(tmp_path):
    return tmp_path / "results"


def writer(root, name):
    """A store as another host sees it: its locks and scratch are its own."""
    store = Store(str(root))
    store._scratch = Scratch(store.root, name)
    store._scratch._parent = lambda: _made(root / ".scratch" / name)
    return store


def _made(folder):
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _text(content):
    return lambda out: out.write_text("a.txt", content)


def test_a_zombie_that_finishes_after_its_successor_changes_nothing_for_readers(root):
    zombie, successor = writer(root, "zombie"), writer(root, "successor")

    def slow(out):
        out.write_text("a.txt", "alpha")
        downstream.append(successor.run("k", _text("alpha"), params={}))

    downstream = []
    late = zombie.run("k", slow, params={})
    # The zombie's manifest says that another's artefact was finished meanwhile; the reader's version is as it was.
    assert successor.read(downstream[0]).read_bytes("a.txt") == b"alpha"
    assert zombie.read(late).read_bytes("a.txt") == b"alpha"


def test_writers_whose_bytes_differ_both_keep_theirs(root):
    """Another processor's last digit: equal settings, unequal bytes."""
    one, other = writer(root, "one"), writer(root, "other")
    refs = {}

    def first(out):
        out.write_text("a.txt", "0.1")
        refs["other"] = other.run("k", _text("0.10000001"), params={})

    refs["one"] = one.run("k", first, params={})
    assert [one.read(refs[name]).read_bytes("a.txt") for name in ("one", "other")] == [b"0.1", b"0.10000001"]


@pytest.mark.parametrize("order", sorted(set(itertools.permutations(["one"] * 2 + ["other"] * 2))))
@pytest.mark.parametrize("contents", [("x", "x"), ("x", "y")])
def test_every_order_of_the_steps_of_two_publications(root, tmp_path, order, contents):
    """A publication is two steps: the version's folder, then the pointer. Whatever comes between, both are whole."""
    stores = {name: writer(root, name) for name in ("one", "other")}
    begun = {name: _Halting(store) for name, store in stores.items()}
    for (name, publication), content in zip(begun.items(), contents, strict=True):
        publication.compute(tmp_path / name, content)
    for name in order:
        begun[name].step()
        current = stores["one"].find("k")
        if current is not None:
            stores["one"].read(current).verify()
    for publication, content in zip(begun.values(), contents, strict=True):
        assert stores["other"].read(publication.ref).read_bytes("a.txt") == content.encode()


class _Halting:
    """A publication that stops after each of its steps."""

    def __init__(self, store):
        self.versions, self.steps = Versions(store.root), iter(())
        self.ref = None

    def compute(self, folder, content):
        self.folder, self.content = folder, content
        self.steps = self._steps()

    def step(self):
        next(self.steps)

    def _steps(self):
        moved, self.versions.make_current = [], lambda key, manifest: moved.append((key, manifest))
        made = _made(self.folder)
        (made / "a.txt").write_text(self.content)
        self.ref = self.versions.publish("k", made, _manifest(self.content))
        yield
        Versions.make_current(self.versions, *moved[0])
        yield


def _manifest(content):
    from gtl.store import ArtifactWriter, Job

    scratch = ArtifactWriter(Path("unused"))
    scratch.outputs["a.txt"] = {"sha256": _sha(content), "bytes": len(content)}
    return Job("k", {}).manifest(scratch).to_bytes()


def _sha(content):
    from gtl.store.manifest import sha256_of

    return sha256_of(content.encode())


@pytest.mark.parametrize("at", ["versions._move", "versions.Versions.make_current"])
def test_a_writer_killed_before_a_step_leaves_what_was_finished(root, at):
    store = Store(str(root))
    old = store.run("k", _text("old"), params={"x": 1})
    program = textwrap.dedent(f"""
        import os, signal, sys
        from gtl.store import Store, versions
        def killed(*_):
            os.kill(os.getpid(), signal.SIGKILL)
        {at} = killed
        Store(sys.argv[1]).run("k", lambda out: out.write_text("a.txt", "new"), params={{"x": 2}})
    """)
    assert subprocess.run([sys.executable, "-c", program, str(root)], check=False).returncode == -signal.SIGKILL
    assert store.find("k") == old
    store.read(old).verify()
    new = store.run("k", _text("new"), params={"x": 2})
    assert store.read(new).read_bytes("a.txt") == b"new"
    store.run("another", _text("x"), params={})
    assert list((root / ".scratch").glob("*/")) == []


def test_killed_workers_of_a_study_that_failed_leave_nothing(root):
    program = textwrap.dedent("""
        import os, signal, sys
        from gtl.store import Store
        Store(sys.argv[1]).run("k", lambda out: os.kill(os.getpid(), signal.SIGKILL), params={})
    """)
    store, scratch = Store(str(root)), root / ".scratch"
    with store._scratch.folder("other") as living:
        with suppress(ToolError), store.left_tidy():
            subprocess.run([sys.executable, "-c", program, str(root)], check=False)
            assert len([*scratch.iterdir()]) == 3  # what lives, and a folder and a lock of who was killed
            raise ToolError("failed")
        assert [*scratch.iterdir()] == [living]


def test_a_lock_that_is_held_is_left_alone(root):
    store = Store(str(root))
    with alone(store._scratch.lock_file("k"), "k"):
        with store.left_tidy():
            pass
        assert (root / ".scratch" / "k.lock").exists()


def test_scratch_that_is_removed_under_a_stage_is_told_so_that_it_is_tried_again(root):
    store = Store(str(root))

    def robbed(out):
        shutil.rmtree(out.scratch)
        out.write_text("a.txt", "x")

    with pytest.raises(StoreUnavailable, match="was removed while k was made in it; try again"):
        store.run("k", robbed, params={})
    assert store.read(store.run("k", _text("x"), params={})).files == ["a.txt"]


def test_scratch_of_a_living_process_and_of_another_host_is_left_alone(root, monkeypatch):
    store = Store(str(root))
    with store._scratch.folder("k") as living:
        monkeypatch.setattr("socket.gethostname", lambda: "elsewhere")
        foreign = root / ".scratch" / living.name.replace(living.name.split(".")[0], "00000000")
        foreign.mkdir()
        monkeypatch.undo()
        with store._scratch.folder("k") as second:
            assert living.exists()
            assert foreign.exists()
            assert second != living
    assert [path.name for path in (root / ".scratch").iterdir()] == [foreign.name]


def test_a_key_of_any_length_has_a_scratch_folder(root):
    store = Store(str(root))
    key = "/".join(["studies", *("x" * 64 for _ in range(5))])
    with store._scratch.folder(key) as folder:
        assert len(os.fsencode(folder.name)) < 200
    assert store.read(store.run(key, _text("x"), params={})).files == ["a.txt"]
