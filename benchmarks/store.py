"""The store on S3 beside a local folder: the quick study, and what one stage costs in requests and time.

Goal: the quick study on S3 takes less than 1.2 × the wall time of the local folder.

Run it with ``python -m benchmarks.store`` (``--study`` also runs the two studies, some minutes; ``--listing`` asks what
a study of 1,000 stages was made from, beside 0 and 99,000 stages of other studies, some ten minutes). The server is the
JuiceFS gateway on loopback, on the same cores and disk.
"""

import os
import sys
import tempfile
from collections.abc import Callable
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
                _compare_listings()
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


def _compare_listings() -> None:
    store = Store("s3://benchmark@gtl/listing")
    _make_study(store, "own")
    _ask(store, 1)
    for number in range(_OTHER_STUDIES):
        _make_study(store, f"other-{number}")
    _ask(store, 1 + _OTHER_STUDIES)


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
