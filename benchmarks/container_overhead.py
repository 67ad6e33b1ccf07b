"""What a container costs a task: PLINK in one, beside PLINK started as a process and beside the built-in test.

Needs a Docker engine, the image of ``make images`` and Debian's ``plink1.9``. Elapsed seconds, since the work is done
by other processes; the median of alternating runs.
"""

import logging
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import structlog

from benchmarks.measure import measure
from gtl.association import associate
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.engines.plink import PlinkAssociation
from operators.container import ContainerOperator
from operators.plink import IMAGE

N_PEOPLE, REPEATS = 1000, 5


class Process:
    """PLINK as a plain process of this machine."""

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A temporary folder."""
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)

    def run(self, argv: Sequence[str], scratch: Path) -> None:
        """Run ``argv`` there."""
        subprocess.run(argv, cwd=scratch, check=True, capture_output=True)


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    container = ContainerOperator(task_id="benchmark", image=IMAGE).tool("benchmark")
    print("SNPs     built-in s  plink s  container s  container - plink s  container / built-in")
    for n_variants in (100, 10_000, 100_000):
        genotypes, case = _study(n_variants)
        engines = [associate, PlinkAssociation(Process()), PlinkAssociation(container)]
        builtin, process, contained = _medians(engines, genotypes, case)
        print(
            f"{n_variants:<8} {builtin:10.2f} {process:8.2f} {contained:12.2f} {contained - process:20.2f}"
            f" {contained / builtin:21.1f}"
        )


def _medians(engines: list[Callable[..., object]], *arguments: object) -> list[float]:
    calls = [partial(engine, *arguments) for engine in engines]
    seconds = [[measure(call).wall_seconds for call in calls] for _ in range(REPEATS)]
    return [statistics.median(column) for column in zip(*seconds, strict=True)]


def _study(n_variants: int) -> tuple[GenotypeMatrix, np.ndarray]:
    rng = np.random.default_rng(1)
    dosages = rng.binomial(2, rng.uniform(0.05, 0.5, (n_variants, 1)), (n_variants, N_PEOPLE)).astype(np.int8)
    names = np.array([f"rs{row}" for row in range(n_variants)], dtype=object)
    texts = [np.full(n_variants, text, dtype=object) for text in ("21", "A", "C")]
    variants = Variants(texts[0], np.arange(1, n_variants + 1), names, *texts[1:])
    samples = np.array([f"p{person}" for person in range(N_PEOPLE)], dtype=object)
    return GenotypeMatrix(variants, samples, dosages), rng.integers(0, 2, N_PEOPLE, dtype=np.int8)


if __name__ == "__main__":
    main()
