"""The store on S3 beside a local folder: the quick study, and what one stage costs in requests and time.

Goal: the quick study on S3 takes less than 1.2 × the wall time of the local folder.

Run it with ``python -m benchmarks.store`` (``--study`` also runs the two studies, some minutes; ``--listing`` asks what
a study of 1,000 stages was made from, beside 0 and 99,000 stages of other studies). The server is the JuiceFS gateway
on loopback, on the same cores and disk; the other studies are copies of the first that its database is told of, since
making them through it takes hours.
"""

import os
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from benchmarks.measure import Measured, measure
from gtl.config import preset, with_overrides
from gtl.store import ArtifactRef, Store
from gtl.store.lineage import in_parallel
from gtl.study_run import run_study
from tests.local_s3 import LocalS3

_STAGES = 50
_STUDY_STAGES = 1_000
_OTHER_STUDIES = 99
_MATRIX_MB = 64
_INODES = ("inode", "parent")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = LocalS3(folder)
        server.start()
        server.make_bucket("gtl")
        os.environ["AIRFLOW_CONN_BENCHMARK"] = server.connection()
        try:
            _compare(f"{_STAGES} stages of 4 small files", _make_stages, folder)
            _compare(f"the same {_STAGES} stages, finished", _make_stages, folder)
            _compare(f"one file of {_MATRIX_MB} MB, written and read", _make_matrix, folder)
            if "--listing" in sys.argv:
                _compare_listings(server)
            if "--study" in sys.argv:
                _compare("quick study", _run_quick, folder)
        finally:
            server.stop()


def _compare(what: str, task: Callable[[Store], None], folder: Path) -> None:
    local = measure(lambda: task(Store(str(folder / "local"))))
    remote = measure(lambda: task(Store("s3://benchmark@gtl/remote")))
    ratio = remote.wall_seconds / local.wall_seconds
    print(f"{what}: local {_figures(local)}; S3 {_figures(remote)}; {ratio:.2f} x wall", flush=True)


def _figures(run: Measured[None]) -> str:
    return f"{run.wall_seconds:.2f} s wall, {run.cpu_seconds:.2f} s CPU, {run.peak_mb:.0f} MB"


def _make_stages(store: Store) -> None:
    for number in range(_STAGES):
        store.run(
            f"stages/{number}",
            lambda out: [out.write_text(f"{letter}.txt", "x" * 10_000) for letter in "abcd"] and None,
            params={},
        )


def _compare_listings(server: LocalS3) -> None:
    store = Store("s3://benchmark@gtl/listing")
    _make_study(store, "own")
    _ask(store, 1)
    server.stop()
    with closing(sqlite3.connect(server.folder / "meta.db")) as database, database:
        _copy(database, b"own", _OTHER_STUDIES)
    server.start()
    _check_copy(store)
    _ask(store, 1 + _OTHER_STUDIES)


def _copy(database: sqlite3.Connection, folder: bytes, times: int) -> None:
    """Copy a folder in the server's database, within the folder that it lies in; the files' bytes are shared."""
    ((parent, top),) = database.execute("select parent, inode from jfs_edge where name = ?", (folder,))
    database.execute(
        "create temp table tree as with recursive below(inode) as (select ? union all "
        "select jfs_edge.inode from jfs_edge join below on jfs_edge.parent = below.inode) select inode from below",
        (top,),
    )
    step = database.execute("select value from jfs_counter where name = 'nextInode'").fetchone()[0]
    for table in ("jfs_node", "jfs_edge", "jfs_chunk"):
        names = [row[1] for row in database.execute(f"pragma table_info({table})") if row[1] != "id"]
        listed, moved = ", ".join(names), ", ".join(f"{name} + ?1" if name in _INODES else name for name in names)
        rows = f"temp.own_{table}"
        database.execute(f"create table {rows} as select * from {table} where inode in tree")  # noqa: S608
        many = f"insert into {table} ({listed}) select {moved} from {rows} where ?1"  # noqa: S608
        database.executemany(many, [(number * step,) for number in range(1, times + 1)])
    for number in range(1, times + 1):
        copy = top + number * step
        database.execute("update jfs_node set parent = ? where inode = ?", (parent, copy))
        values = parent, b"other-%d" % number, copy
        database.execute("update jfs_edge set parent = ?, name = ? where inode = ?", values)
    database.execute("update jfs_counter set value = value + ? where name = 'nextInode'", (times * step,))


def _check_copy(store: Store) -> None:
    """The last copy has all that the study has, and its files can be read."""
    own, last = (store.files(f"studies/{name}") for name in ("own", f"other-{_OTHER_STUDIES}"))
    if own != last or not (store.root / f"studies/other-{_OTHER_STUDIES}" / last[0]).read_bytes():
        raise SystemExit("the copies of the study are not complete")


def _make_study(store: Store, name: str) -> None:
    def make(stage: int) -> ArtifactRef:
        return store.run(f"studies/{name}/{stage}", lambda out: out.write_text("a.txt", "x"), params={})

    inputs = in_parallel(make, range(_STUDY_STAGES))
    results = {ref.key: ref for ref in inputs}
    store.run(f"studies/{name}/results", lambda out: out.write_text("a.txt", "x"), params={}, inputs=results)


def _ask(store: Store, studies: int) -> None:
    found = measure(lambda: store.made_from("studies/own", store.versions("studies/own/results")))
    stages = (_STUDY_STAGES + 1) * studies
    print(f"{stages:,} stages, a study's {len(found.result):,} found: {_figures(found)}", flush=True)


def _make_matrix(store: Store) -> None:
    data = os.urandom(1 << 20) * _MATRIX_MB
    ref = store.run("matrix", lambda out: out.write_bytes("matrix.bin", data), params={})
    store.read(ref).verify()


def _run_quick(store: Store) -> None:
    run_study(with_overrides(preset("quick"), []), store, jobs=os.cpu_count() or 1)


if __name__ == "__main__":
    main()
