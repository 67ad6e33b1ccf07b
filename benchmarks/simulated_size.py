"""10,000 simulated people x 1.2 million variants through `gtl run`: time and peak memory of each stage.

    python -m benchmarks.simulated_size --store FOLDER [--share 0.05] [--jobs 2]

The study is benchmarks/simulated_size.yaml; ``--share`` takes a part of its variants, of a shorter region. A run that
was interrupted goes on where it was, and what it had finished keeps its time (its memory is not known then). Peak
memory is the largest process's while the stage ran, looked at twice a second. Needs /proc (Linux).
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.processes import family
from gtl.config import load_study

STUDY = Path(__file__).with_suffix(".yaml")
_EVERY = 0.5

Seen = list[tuple[float, float]]
"""When, and MB of the largest process."""


def main() -> None:
    options = _options()
    panel = load_study(STUDY).panel
    sizes = {"sequence_length": panel.sequence_length * options.share}
    sizes |= {name: round(getattr(panel, name) * options.share) for name in ("variants_large", "variants_small")}
    sizes |= {"variants_shared": sizes["variants_large"]}
    changes = [part for name, size in sizes.items() for part in ("--set", f"panel.{name}={size}")]
    gtl = [sys.executable, "-m", "gtl", "run", str(STUDY), "--store", options.store, "--jobs", str(options.jobs)]
    running = subprocess.Popen([*gtl, *changes])
    seen = list(_watch(running))
    print(f"\n| stage | wall s | CPU s | peak MB |\n|---|---|---|---|\n{_rows(Path(options.store), seen)}")
    sys.exit(running.returncode)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", required=True)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args()


def _watch(running: subprocess.Popen[bytes]) -> Iterator[tuple[float, float]]:
    while running.poll() is None:
        yield time.time(), max(map(_resident_mb, family(running.pid)))
        time.sleep(_EVERY)


def _resident_mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


def _rows(store: Path, seen: Seen) -> str:
    times = {path.parents[1]: json.loads(path.read_text()) for path in store.rglob("time.json")}
    ordered = sorted(times.items(), key=lambda item: item[1]["started"])
    return "\n".join(_row(folder.relative_to(store).as_posix(), spent, seen) for folder, spent in ordered)


def _row(name: str, spent: dict[str, float], seen: Seen) -> str:
    end = spent["started"] + spent["wall_seconds"]
    peaks = [mb for when, mb in seen if spent["started"] <= when <= end + _EVERY]
    peak = f"{max(peaks):,.0f}" if peaks else "-"
    return f"| {name} | {spent['wall_seconds']:,.1f} | {spent['cpu_seconds']:,.1f} | {peak} |"


if __name__ == "__main__":
    main()
