"""How a study grows with workers: a schedule of its tasks, simulated from the wall seconds that were measured.

    python -m benchmarks.schedule --store results --study mine --traits 100 --chromosomes 22

Each task of :data:`gtl.flow.FLOW` takes the seconds that the same stage took in a finished study (its instances in
turn), and the seconds that Airflow needs to start a task. It waits for what it waits for in the DAG: stages of one
instance of a mapped group for each other, a group for all instances of the groups before it. The free worker takes the
ready task that is first in the flow; the scheduler starts no more than ``--rate`` tasks a second. Printed are, for
each number of workers, the seconds, the speed-up, and the speed-up that a schedule without waiting would have: work ÷
workers, but no less than the longest chain of tasks and what the scheduler needs to start all of them.
"""

import argparse
import heapq
import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gtl.config import load_study, preset
from gtl.config.study import StudyConfig
from gtl.flow import FLOW, Per, Stage, needed
from gtl.steps.study_tables import read_study_table
from gtl.store import Store

WORKERS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000)


@dataclass
class Task:
    """One task of the DAG: how long it takes, and which tasks wait for it."""

    place: int
    seconds: float
    waits_for: int = 0
    followers: list["Task"] = field(default_factory=list)
    chain: float = 0.0

    def __lt__(self, other: "Task") -> bool:
        return self.place < other.place


def main() -> None:
    """Entry point."""
    given = _options()
    config = load_study(given.settings) if given.settings else preset(given.preset)
    times = read_study_table(Store(given.store), given.study, "times")
    seconds = times.groupby("stage")["wall_seconds"].apply(list).to_dict()
    sizes = {Per.TRAIT: given.traits, Per.BRANCH: given.traits, Per.CHROMOSOME: given.chromosomes}
    sizes |= {Per.IMPORTS: 2 * given.chromosomes if not config.is_simulated else 0}
    tasks = list(_tasks(config, seconds, sizes, given.start))
    work, longest = sum(task.seconds for task in tasks), max(task.chain for task in tasks)
    print(
        f"{given.traits} traits, {given.chromosomes} chromosomes: {len(tasks):,} tasks, {work / 3600:.2f} hours, "
        f"longest chain {longest:.0f} s, {len(tasks) / given.rate:.0f} s to start all\n"
    )
    print("| workers | seconds | speed-up | of what is possible |\n|---|---|---|---|")
    for workers in WORKERS:
        wall = _wall(tasks, workers, given.rate)
        possible = work / max(work / workers, longest, len(tasks) / given.rate)
        print(f"| {workers:,} | {wall:,.0f} | {work / wall:.1f} | {work / wall / possible:.2f} |")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", required=True, help="store of the finished study")
    parser.add_argument("--study", required=True, help="its name")
    parser.add_argument("--settings", type=Path, help="its study file")
    parser.add_argument("--preset", default="quick", help="its preset, without a study file")
    parser.add_argument("--traits", type=int, default=100)
    parser.add_argument("--chromosomes", type=int, default=22)
    parser.add_argument("--start", type=float, default=3.5, help="seconds that Airflow needs to start a task")
    parser.add_argument("--rate", type=float, default=4.0, help="tasks that the scheduler starts a second")
    return parser.parse_args()


def _tasks(
    config: StudyConfig, seconds: Mapping[str, list[float]], sizes: Mapping[Per, int], start: float
) -> Iterator[Task]:
    """Every task, after those that it waits for."""
    made: dict[str, list[Task]] = {}
    taken: dict[str, Iterator[float]] = {name: itertools.cycle(own) for name, own in seconds.items()}
    latest: dict[Per, list[str]] = defaultdict(list)
    for place, stage in enumerate(needed(FLOW, config)):
        own = []
        for instance in range(sizes.get(stage.per, 1)):
            task = Task(place, start + next(taken.get(stage.name, itertools.repeat(0.0))))
            for before in _before(stage, instance, made, latest):
                before.followers.append(task)
                task.waits_for += 1
                task.chain = max(task.chain, before.chain)
            task.chain += task.seconds
            own.append(task)
            yield task
        made[stage.name] = own
        latest[stage.per].append(stage.name)


def _before(stage: Stage, instance: int, made: Mapping[str, list[Task]], latest: Mapping[Per, list[str]]) -> list[Task]:
    """What an instance waits for: within its group its own inputs, of other groups all that was made."""
    per = {name: of for of, names in latest.items() for name in names}
    inputs = [name for name in stage.inputs.values() if name in made]
    if stage.name == "scores":
        inputs += [name for name in latest[Per.BRANCH] if name not in inputs]
    found: list[Task] = []
    for name in inputs:
        found += [made[name][instance]] if per[name] is stage.per else made[name]
    if stage.per is Per.COHORTS:  # cohorts wait until all chromosomes are imported
        found += [task for name in latest[Per.IMPORTS] for task in made[name]]
    return found


def _wall(tasks: list[Task], workers: int, rate: float) -> float:
    """Seconds until all are done."""
    waiting = {id(task): task.waits_for for task in tasks}
    ready = [task for task in tasks if not task.waits_for]
    heapq.heapify(ready)
    running: list[tuple[float, int, Task]] = []
    now, next_start, count = 0.0, 0.0, itertools.count()
    while ready or running:
        while ready and len(running) < workers:
            begin = max(now, next_start)
            next_start = begin + 1 / rate
            task = heapq.heappop(ready)
            heapq.heappush(running, (begin + task.seconds, next(count), task))
        now, _, done = heapq.heappop(running)
        for follower in done.followers:
            waiting[id(follower)] -= 1
            if not waiting[id(follower)]:
                heapq.heappush(ready, follower)
    return now


if __name__ == "__main__":
    main()
