"""Kill -9 at random moments of an Airflow with Celery in which a study runs: nothing is lost, the bytes are the same.

The parts are those of :mod:`tests.celery_airflow`: two workers on machines of their own, scheduler, API server, broker
(Redis) and store (S3). One of them, drawn at random, is killed at a random moment after some stage has finished since
the last kill, and started again; of a worker it is the whole machine or one of its processes. After every kill all that
is finished is read and checked, and what was finished before has to be finished still. Where a run fails, its failed
tasks are cleared, as an operator would do, and that is counted as a rerun, of the part that was killed last. In the end
the manifests have to be those of an undisturbed run by ``gtl run``.

Run it with ``python -m benchmarks.airflow_kills --minutes 25 --results kills.jsonl``: a line is written for every kill
and every finished study, and what the file has from earlier runs is counted, too. Measured so far, on two cores: six
studies with 59 kills in 53 minutes (load 8 to 15), no reruns; one study with 10 kills in 45 minutes (load 20, where a
start of the API server took three minutes), two reruns, both while the API server did not answer. Nothing was lost or
corrupt, and the bytes were the same.
"""

import argparse
import json
import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psutil

from benchmarks.kills import SETTINGS
from gtl.config import flatten, preset, with_overrides
from gtl.errors import ArtifactCorrupt
from gtl.store import Store
from gtl.study_run import run_study
from tests.celery_airflow import CeleryAirflow, celery_airflow
from tests.local_s3 import LocalS3

DAG = "transfer_study"
PARTS = ("worker", "scheduler", "api-server", "store", "broker")
_PAUSE_SECONDS = (0.0, 25.0)
_LONGEST_WAIT = 300.0
_REPORTS = "/report"  # they show measured times
_ENDED = ("success", "failed")


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=25, help="no kill after these; the study that runs then ends")
    parser.add_argument("--results", type=Path, default=Path("kills.jsonl"))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, _everything(Path(name)) as (cluster, s3):
        campaign = Campaign(cluster, s3, Results(given.results))
        campaign.run_undisturbed(Path(name) / "undisturbed")
        deadline = time.monotonic() + 60 * given.minutes
        while time.monotonic() < deadline:
            campaign.run_disturbed(deadline)
            campaign.results.show()
    raise SystemExit(campaign.results.is_bad())


@contextmanager
def _everything(place: Path) -> Iterator[tuple[CeleryAirflow, LocalS3]]:
    for folder in ("data", "s3"):
        (place / folder).mkdir()
    s3 = LocalS3(place / "s3")
    s3.start()
    s3.make_bucket("gtl")
    os.environ["AIRFLOW_CONN_KILLS"] = s3.connection()
    try:
        with celery_airflow(place, ("w1", "w2"), {"AIRFLOW_CONN_KILLS": s3.connection()}) as cluster:
            while not cluster.api.has_dag(DAG):
                time.sleep(1)
            yield cluster, s3
    finally:
        s3.stop()


@dataclass(frozen=True)
class Results:
    """One line of JSON for every kill and every finished study."""

    path: Path

    def rows(self) -> list[dict[str, Any]]:
        """All lines, of earlier runs, too."""
        return [json.loads(line) for line in self.path.read_text().splitlines()] if self.path.exists() else []

    def add(self, **row: Any) -> None:
        """Write a line."""
        with self.path.open("a") as file:
            file.write(json.dumps(row) + "\n")

    def next_study(self) -> int:
        """Number of the next study."""
        return 1 + max((row["study"] for row in self.rows()), default=0)

    def show(self) -> None:
        """Print the table."""
        kills = [row for row in self.rows() if "killed" in row]
        reruns = Counter(row["rerun_after"] for row in self.rows() if "rerun_after" in row)
        print(f"\n{'part':<12}{'kills':>7}{'reruns':>8}{'lost':>6}{'corrupt':>9}")
        for part in PARTS:
            own = [row for row in kills if row["killed"] == part]
            lost, corrupt = (sum(row[what] for row in own) for what in ("lost", "corrupt"))
            print(f"{part:<12}{len(own):>7}{reruns[part]:>8}{lost:>6}{corrupt:>9}")
        ended = [row for row in self.rows() if "other_bytes" in row]
        others, seconds = (sum(row[what] for row in ended) for what in ("other_bytes", "seconds"))
        print(f"{len(ended)} studies in {seconds:.0f} s, {others} artefacts of other bytes", flush=True)

    def is_bad(self) -> bool:
        """Whether anything was lost, corrupt, or of other bytes."""
        return any(row.get(what) for row in self.rows() for what in ("lost", "corrupt", "other_bytes"))


@dataclass
class Campaign:
    """Studies on one Airflow, of which parts are killed."""

    cluster: CeleryAirflow
    s3: LocalS3
    results: Results
    wanted: dict[str, str] = field(default_factory=dict)
    chance: random.Random = field(default_factory=random.Random)
    _machines: Iterator[int] = field(default_factory=lambda: count(3))

    def run_undisturbed(self, folder: Path) -> None:
        """Run the study that the others have to equal."""
        begun, store = time.monotonic(), Store(str(folder))
        run_study(with_overrides(preset("quick"), SETTINGS), store, jobs=2)
        self.wanted, _ = finished(store)
        print(f"undisturbed: {len(self.wanted)} artefacts in {time.monotonic() - begun:.0f} s", flush=True)

    def run_disturbed(self, deadline: float) -> None:
        """Run a study to its end, with kills until ``deadline``, and compare."""
        number, begun, part = self.results.next_study(), time.monotonic(), ""
        run, store = self._begin(f"study-{number}")
        before: dict[str, str] = {}
        while (state := self._state_later(run, store, len(before))) != "success":
            if state == "failed":
                self.results.add(study=number, rerun_after=part)
                self.cluster.api.clear_failed(DAG, run)
            elif time.monotonic() < deadline:
                part = self.chance.choice(PARTS)
                at = time.monotonic() - begun
                how = self._kill(part)
                after, corrupt = finished(store)
                lost = sum(after.get(key) != sha256 for key, sha256 in before.items())
                self.results.add(
                    study=number, killed=part, how=how, at=round(at, 1), finished=len(after), lost=lost, corrupt=corrupt
                )
                before = after
        found, corrupt = finished(store)
        others = corrupt + sum(found.get(key) != sha256 for key, sha256 in self.wanted.items())
        self.results.add(study=number, other_bytes=others, seconds=round(time.monotonic() - begun))

    def _begin(self, name: str) -> tuple[str, Store]:
        uri = f"s3://kills@gtl/{name}"
        config = with_overrides(preset("quick"), [*SETTINGS, f"store={uri}"])
        return self.cluster.api.trigger(DAG, flatten(config)), Store(uri)

    def _state_later(self, run: str, store: Store, n_before: int) -> str:
        """State of the run as soon as it has ended, or some time after more is finished than before."""
        deadline, more = time.monotonic() + _LONGEST_WAIT, False
        while (state := self.cluster.api.run_state(DAG, run)) not in _ENDED and time.monotonic() < deadline:
            self._replace_ended_workers()
            if not more and len(keys(store)) > n_before:
                more, deadline = True, time.monotonic() + self.chance.uniform(*_PAUSE_SECONDS)
            time.sleep(0.5)
        return state

    def _kill(self, part: str) -> str:
        """Kill a part, start it again, and wait until it works; what of it was killed."""
        how = {"worker": self._kill_worker, "store": self._kill_store, "broker": self._kill_broker}
        said = how[part]() if part in how else self.cluster.restart(part)
        self._replace_ended_workers()
        self.cluster.wait_until_ready()
        return said or "all"

    def _kill_worker(self) -> str:
        name = self.chance.choice(self.cluster.workers)
        inside = [process for process in self.cluster.processes_of(name) if process.name() != "unshare"]
        if self.chance.random() < 0.5 or not inside:
            self.cluster.kill_worker(name)
            self._add_worker()
            return "machine"
        with suppress(psutil.NoSuchProcess):
            self.chance.choice(inside).send_signal(signal.SIGKILL)
        time.sleep(5)  # with its first process all of it ends
        return "one process"

    def _replace_ended_workers(self) -> None:
        for name in self.cluster.workers:
            if self.cluster.processes[name].poll() is not None:
                self.cluster.processes.pop(name)
                self._add_worker()

    def _add_worker(self) -> None:
        self.cluster.add_worker(f"w{next(self._machines)}")

    def _kill_store(self) -> None:
        self.s3.stop(kill=True)
        time.sleep(self.chance.uniform(0, 5))
        self.s3.start()

    def _kill_broker(self) -> None:
        self.cluster.redis.kill()
        time.sleep(self.chance.uniform(0, 5))
        self.cluster.redis.start()


def keys(store: Store) -> list[str]:
    """Keys of all finished artefacts but reports."""
    return [key for key in store.keys("") if not key.endswith(_REPORTS)]


def finished(store: Store) -> tuple[dict[str, str], int]:
    """Key → hash of every finished artefact but reports, and how many of them are not what they say."""
    found, corrupt = {}, 0
    for ref in filter(None, [store.find(key) for key in keys(store)]):
        try:
            store.read(ref, unseal=True).verify()
        except ArtifactCorrupt:
            corrupt += 1
        found[ref.key] = ref.sha256
    return found, corrupt


if __name__ == "__main__":
    main()
