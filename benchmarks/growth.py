"""Cost as it grows: CPU seconds and peak memory of each part, by SNPs, by people and by phenotypes.

    python -m benchmarks.growth [--points results/growth.csv]

One number is varied at a time from 1,000 SNPs, 1,000 people of the large population and one phenotype; each point is
measured in a process of its own (imports not in the seconds, but in the memory) and kept in a file, so that an
interrupted run goes on where it stopped; remove the file to measure anew. A point that would take more than a minute or
4 GB by the growth of those before it is not run, which the table says. Ends with docs/growth.md and
docs/images/growth.png.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.figure import Figure

from benchmarks.measure import Measured, measure
from gtl.config import StudyConfig, preset, with_overrides
from gtl.config.learning import PAPER_NETWORKS, ClassicalModel, PreselectionRule
from gtl.config.phenotypes import PhenotypesConfig
from gtl.domain.genotypes import GenotypeMatrix, Haplotypes, Variants
from gtl.domain.phenotype_code import PhenotypeCode
from gtl.plots.rendering import render
from gtl.plots.style import CATEGORIES, DPI, MARKERS, dress
from gtl.random_streams import stream, stream_seed

BASE = 1000
GRID = {
    "SNPs": (10, 100, 1000, 10_000, 50_000),
    "people": (100, 300, 1000, 3000, 10_000, 50_000),
    "phenotypes": (1, 3, 10, 30, 100),
}
MOST_SECONDS, MOST_MB = 60.0, 4000.0
NETWORKS, EPOCHS = (PAPER_NETWORKS[0], PAPER_NETWORKS[5]), 5  # one dense network and one BiLSTM
DOCS = Path(__file__).parents[1] / "docs"

Call = Callable[[], object]

BRANCH = {
    "cohorts.small": 60, "cohorts.final": 50, "split.small_train": 40, "split.small_validation": 8,
    "split.small_test": 12, "phenotypes.risk_snps": [3], "phenotypes.iterations": 1,
    "phenotypes.causal_maf_min": 0, "preselection.p_values_large": [0.1, 1.0], "preselection.p_values_small": [1.0],
    "association.plots": False, "classical.models": ["CART"], "transfer.methods": ["no_transfer", "deep_transfer"],
    "training.epochs": EPOCHS, "transfer.epochs": EPOCHS,
    "training.networks": [PAPER_NETWORKS[0].model_dump(mode="json")],
}  # fmt: skip
"""The whole way in little: one classical model, one network at every freeze depth."""


# The parts: each prepares its data and returns the call that is measured


def cohort(n_snps: int, people: int, phenotypes: int) -> Call:
    from gtl.domain.genetic_map import GeneticMap
    from gtl.simulate.genotypes import resample

    rng, variants = stream(1, "growth"), _variants(n_snps)
    panel = Haplotypes(variants, rng.integers(0, 2, (n_snps, 120), dtype=np.int8))
    return lambda: resample(panel, GeneticMap.uniform(1.3e-8, 46_700_000), people, 11418, None, rng, "P")


def kinship_factor(n_snps: int, people: int, phenotypes: int) -> Call:
    from gtl.simulate.phenotypes import kinship, kinship_factor

    genotypes = _genotypes(n_snps, people)
    return lambda: kinship_factor(kinship(genotypes.dosages))


def phenotype(n_snps: int, people: int, phenotypes: int) -> Call:
    from gtl.simulate.phenotypes import simulate_study_phenotypes

    large, small = _genotypes(n_snps, people), _genotypes(n_snps, 150)
    config, code = PhenotypesConfig(genetic_variance=0.3, snp_share=1), PhenotypeCode("YRI", 5, 1)
    return lambda: simulate_study_phenotypes(large, small, None, None, config, code, seed=1)


def association(n_snps: int, people: int, phenotypes: int) -> Call:
    from gtl.association import associate

    genotypes = _genotypes(n_snps, people)
    return lambda: associate(genotypes, _case(genotypes))


def classical_models(n_snps: int, people: int, phenotypes: int) -> Call:
    from gtl.association import associate
    from gtl.learn.classical import fit
    from gtl.learn.preselect import preselect, scores_of

    genotypes, rule = _genotypes(n_snps, people), PreselectionRule.PVALUE
    case = _case(genotypes)
    table = associate(genotypes, case)

    def call() -> None:
        (everything,) = preselect(scores_of(table, rule), (1.0,), rule)
        x = genotypes.dosages[everything.rows].T.astype(np.float32)
        for model in ClassicalModel:
            fit(model, x, case, seed=1)

    return call


def deep_grid(n_snps: int, people: int, phenotypes: int) -> Call:
    from gtl.learn import networks
    from gtl.learn.training import FitSettings, TrainingJob, fit

    genotypes = _genotypes(n_snps, people)
    x, y = genotypes.dosages.T.copy(), _case(genotypes)

    def call() -> None:
        jobs = []
        for network in NETWORKS:
            weights = networks.build(network, n_snps, dropout=0.2, time_steps=1, seed=1).get_weights()
            jobs.append(TrainingJob(network, x, y, x[:10], y[:10], weights, stream_seed(1, network.name)))
        fit(jobs, FitSettings(epochs=EPOCHS))

    return call


def whole_study(n_snps: int, people: int, phenotypes: int) -> Call:
    from gtl.store import Store
    from gtl.study_run import run_study

    config = _study(n_snps, people, phenotypes)

    def call() -> None:
        with tempfile.TemporaryDirectory() as folder:
            run_study(config, Store(folder), jobs=1)

    return call


BRANCHES = "whole study"
PARTS: dict[str, Callable[[int, int, int], Call]] = {
    "simulate a cohort": cohort,
    "kinship and its factor": kinship_factor,
    "phenotype": phenotype,
    "association, Fisher": association,
    "pre-selection, five classical models": classical_models,
    f"two networks, {EPOCHS} epochs": deep_grid,
    BRANCHES: whole_study,
}


def main() -> None:
    options = _options()
    if options.point:
        part, *sizes = options.point
        _tell(measure(PARTS[part](*map(int, sizes))))
    else:
        _write(measure_all(Path(options.points)))


def measure_all(path: Path) -> pd.DataFrame:
    """Measure what the file does not have yet; each point is in it as soon as it is known."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        for axis in ("SNPs", "people", *(["phenotypes"] if part == BRANCHES else [])):
            for value in GRID[axis]:
                done = _read(path)
                series = done[(done["part"] == part) & (done["axis"] == axis)]
                if value not in set(series["value"]):
                    _append(path, part, axis, value, *_measured_or_expected(part, axis, value, series))
    return _read(path)


def slope(values: npt.NDArray[np.float64], costs: npt.NDArray[np.float64]) -> float:
    """Exponent of the growth at the upper end, between the last two points, of what costs more than the first one.

    The smallest size costs what starting costs; NaN where nothing is clear of it.
    """
    above = costs[-2:] - costs[0]
    if above.min() <= 0.05 * costs[0]:
        return float("nan")
    return float(np.log(above[1] / above[0]) / np.log(values[-1] / values[-2]))


def _measured_or_expected(part: str, axis: str, value: int, series: pd.DataFrame) -> tuple[float, float, bool]:
    expected = _expected(series, value)
    if expected is not None and (expected[0] > MOST_SECONDS or expected[1] > MOST_MB):
        return *expected, False
    line = _point(part, {"SNPs": BASE, "people": BASE, "phenotypes": 1} | {axis: value})
    return line["seconds"], line["mb"], True


def _expected(series: pd.DataFrame, value: int) -> tuple[float, float] | None:
    """Seconds and MB at ``value``, if both grow on as between the last two points."""
    if len(series) < 2:
        return None
    (x0, s0, m0), (x1, s1, m1) = series[["value", "seconds", "mb"]].to_numpy()[-2:]
    steps = np.log(value / x1) / np.log(x1 / x0)
    return s1 * max(s1 / s0, 1.0) ** steps, m1 * max(m1 / m0, 1.0) ** steps


def _point(part: str, sizes: dict[str, int]) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.growth", "--point", part, *map(str, sizes.values())]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    point: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
    return point


def _tell(run: Measured[object]) -> None:
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(json.dumps({"seconds": run.cpu_seconds, "mb": max(run.peak_mb, children)}), flush=True)


def _append(path: Path, part: str, axis: str, value: int, seconds: float, mb: float, measured: bool) -> None:
    row = pd.DataFrame([[part, axis, value, seconds, mb, measured]], columns=_COLUMNS)
    row.to_csv(path, mode="a", header=not path.exists(), index=False)
    print(f"{part}, {value:,} {axis}: {seconds:.2f} CPU-s, {mb:.0f} MB{'' if measured else ' expected, not run'}")


_COLUMNS = ["part", "axis", "value", "seconds", "mb", "measured"]


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path) if path.exists() else pd.DataFrame(columns=_COLUMNS)


def _write(points: pd.DataFrame) -> None:
    table = growth_table(points)
    print(f"\n{table}")
    DOCS.joinpath("growth.md").write_text(f"{_HEAD}\n{table}\n{_WHY}", encoding="utf-8")
    DOCS.joinpath("images", "growth.png").write_bytes(render(growth_figure(points)).png)


def growth_table(points: pd.DataFrame) -> str:
    """Markdown: a row a part and axis; each cell CPU seconds and peak MB, in brackets where expected and not run."""
    lines = []
    for axis, values in GRID.items():
        lines += [f"| {axis} | " + " | ".join(f"{value:,}" for value in values) + " | slope |"]
        lines += ["|---" * (len(values) + 2) + "|"]
        for part, series in points[points["axis"] == axis].groupby("part", sort=False):
            cells = [_cell(row) for row in series.to_dict("records")]
            own = series[series["measured"]]
            lines += [f"| {part} | " + " | ".join(cells) + f" | {_exponent(*own[['value', 'seconds']].to_numpy().T)} |"]
        lines += [""]
    return "\n".join(lines)


def _exponent(values: npt.NDArray[np.float64], costs: npt.NDArray[np.float64]) -> str:
    exponent = slope(values, costs)
    return "–" if np.isnan(exponent) else f"{exponent:.1f}"


def _cell(row: dict[str, float]) -> str:
    text = f"{row['seconds']:.3g} s, {row['mb']:.0f} MB"
    return text if row["measured"] else f"({text})"


def growth_figure(points: pd.DataFrame) -> Figure:
    """Log-log: CPU seconds above, peak memory below; a column an axis, a line a part."""
    figure = Figure(figsize=(15, 8.5), dpi=DPI, layout="constrained", facecolor="white")
    grid = figure.subplots(2, len(GRID))
    parts, own = list(dict.fromkeys(points["part"])), points[points["measured"]]
    for column, axis in enumerate(GRID):
        for row, (cost, name) in enumerate({"seconds": "CPU seconds", "mb": "Peak memory, MB"}.items()):
            ax = dress(grid[row, column], f"{name} by {axis}", axis, name)
            ax.set(xscale="log", yscale="log")
            for part, series in own[own["axis"] == axis].groupby("part", sort=False):
                x, y = series[["value", cost]].to_numpy(dtype=float).T
                place = parts.index(part)
                ax.plot(x, y, color=CATEGORIES[place], marker=MARKERS[place], label=part)
                ax.annotate(f" {_exponent(x, y)}", (x[-1], y[-1]), color=CATEGORIES[place], fontsize=9, va="center")
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False)
    figure.suptitle("What it costs as it grows; the number at a line's end is its slope", fontsize=12)
    return figure


_HEAD = """# What it costs as it grows

Made by `python -m benchmarks.growth`: one thread, CPU seconds and peak memory of a process. One number is varied at a
time from 1,000 SNPs, 1,000 people and one phenotype. In brackets: expected from the growth so far, and not run. Slope:
exponent of the growth between the last two measured points, of what costs more than the smallest size does.

![CPU seconds and peak memory by SNPs, people and phenotypes, log-log](images/growth.png)
"""

_WHY = """## Where it stops being bound by hardware

* **Kinship**: its matrix grows with the square of the people, and its Cholesky factor takes time with their cube.
  50,000 people would need 20 GB for one matrix, and no processor changes the exponents. Studies whose phenotypes have
  no share for it are spared it.
* **The classical models**: scikit-learn's SVM compares every person with every other, and the trees sort every SNP.
* **Networks**: most of what is measured here is fixed: building Keras models and tracing a graph for each kind and size
  of network. Above that it is linear, in SNPs through the first layer's weights, which each batch reads and updates.
* **A whole small study**: starting a process, importing TensorFlow and tracing do not grow, so ten times the SNPs cost
  little more at first. Further phenotypes reuse the process, so that each costs far less than the first.
* **Cohorts, phenotypes and association** are linear above their start, and together cost less than one second
  even at 50,000; they read each genotype once or a few times, which memory bounds.
"""


def _study(n_snps: int, people: int, phenotypes: int) -> StudyConfig:
    test = people // 5
    sizes = {"large": people, "large_train": people - test - people // 10, "large_validation": people // 10}
    changes = BRANCH | {
        "panel.sequence_length": 2000 * n_snps if n_snps < BASE else 700 * n_snps,
        "panel.variants_shared": n_snps,
        "cohorts.large": sizes.pop("large"),
        "split.large_test": test,
        "phenotypes.iterations": phenotypes,
        **{f"split.{name}": size for name, size in sizes.items()},
    }
    return with_overrides(preset("quick"), [f"{name}={json.dumps(value)}" for name, value in changes.items()])


def _variants(n_snps: int) -> Variants:
    texts = [np.full(n_snps, text, dtype=object) for text in ("21", "A", "C")]
    names = np.array([f"rs{row}" for row in range(n_snps)], dtype=object)
    return Variants(texts[0], np.arange(1, n_snps + 1) * 900, names, *texts[1:])


def _genotypes(n_snps: int, people: int) -> GenotypeMatrix:
    rng = stream(1, "growth", n_snps, people)
    dosages = np.stack([rng.binomial(2, q, people).astype(np.int8) for q in rng.uniform(0.05, 0.5, n_snps)])
    return GenotypeMatrix(_variants(n_snps), np.array([f"p{i}" for i in range(people)], dtype=object), dosages)


def _case(genotypes: GenotypeMatrix) -> npt.NDArray[np.int8]:
    score = genotypes.dosages[:5].sum(axis=0) + stream(2, "growth").normal(size=genotypes.n_samples)
    return (score > np.median(score)).astype(np.int8)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", default="results/growth.csv", help="file that measured points are kept in")
    parser.add_argument("--point", nargs=4, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    from gtl.worker_environment import WORKER_ENVIRONMENT

    os.environ.update(WORKER_ENVIRONMENT)  # one thread, for the processes that measure
    main()
