"""Kill -9 at random moments of a running study: nothing that was finished is lost, and the bytes are the same.

One of the processes of a small study by ``gtl run``, drawn at random, is killed at a random moment; the study is
started again, and so on until it is finished, then from an empty store again, until so many kills are made. After
every kill all that is finished is read and checked, and what was finished before has to be finished still. The
manifests of every finished study have to be those of an undisturbed one.

Run it with ``python -m benchmarks.kills --kills 200``; ``--s3`` has the store on a local S3 server. A kill comes, on
average, after a quarter of the undisturbed study's time, which was 21 s on two cores with little else to do, and 278 s
where they were overloaded. :mod:`benchmarks.airflow_kills` kills parts of an Airflow.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.processes import family
from gtl.store import Store
from tests.local_s3 import LocalS3
from tests.prepared import SMALL_STUDY

SETTINGS = (*SMALL_STUDY, "name=killed", "transfer.methods=[no_transfer, snp_transfer, polygenic_score]")


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--s3", action="store_true", help="the store on a local S3 server")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, _places(Path(name), given.s3) as place:
        _campaign(place, given.kills, random.Random(given.seed))  # noqa: S311


@contextmanager
def _places(folder: Path, on_s3: bool) -> Iterator[str]:
    """What the names of stores begin with."""
    if not on_s3:
        yield str(folder)
        return
    server = LocalS3(folder)
    server.start()
    server.make_bucket("gtl")
    os.environ["AIRFLOW_CONN_KILLS"] = server.connection()
    try:
        yield "s3://kills@gtl"
    finally:
        server.stop()


def _campaign(place: str, kills: int, chance: random.Random) -> None:
    begun = time.monotonic()
    if _start(f"{place}/undisturbed").wait():
        raise SystemExit("the undisturbed study failed")
    seconds = time.monotonic() - begun
    wanted = _finished(Store(f"{place}/undisturbed"))
    print(f"undisturbed: {len(wanted)} artefacts in {seconds:.0f} s", flush=True)
    made, studies, lost, others = 0, 0, 0, 0
    while made < kills:
        store = Store(f"{place}/study-{studies}")
        before: dict[str, str] = {}
        while not _ends_before_its_kill(store, chance.uniform(0.5, seconds / 2), chance):
            made += 1
            after = _finished(store)
            lost += sum(after.get(key) != sha256 for key, sha256 in before.items())
            before = after
        studies += 1
        found = _finished(store)
        others += sum(found.get(key) != wanted[key] for key in wanted if not key.endswith("/report"))
        print(f"{made} kills, {studies} studies finished: {lost} artefacts lost, {others} of other bytes", flush=True)
    if lost or others:
        sys.exit(1)


def _start(store: str) -> "subprocess.Popen[bytes]":
    sets = [part for setting in SETTINGS for part in ("--set", setting)]
    command = [sys.executable, "-m", "gtl", "run", "--preset", "quick", "--store", store, *sets]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def _ends_before_its_kill(store: Store, seconds: float, chance: random.Random) -> bool:
    """Start the study, kill one of its processes after so many seconds; whether it was finished before."""
    run = _start(store.uri("").rstrip("/"))
    try:
        return run.wait(seconds) == 0
    except subprocess.TimeoutExpired:
        os.kill(chance.choice(family(run.pid)), signal.SIGKILL)
    try:
        run.wait(2)  # one that has lost a worker ends by itself, after its other stages
    except subprocess.TimeoutExpired:
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
    return False


def _finished(store: Store) -> dict[str, str]:
    """Key → hash of every finished artefact, each of which is read and checked."""
    refs = [store.find(key) for key in store.keys("")]
    for ref in refs:
        if ref is not None:
            store.read(ref, unseal=True).verify()
    return {ref.key: ref.sha256 for ref in refs if ref is not None}


if __name__ == "__main__":
    main()
