"""What :mod:`benchmarks.growth` found, as docs/growth.md and its figure."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.figure import Figure

from gtl.plots.rendering import render
from gtl.plots.style import CATEGORIES, DPI, MARKERS, dress

DOCS = Path(__file__).parents[1] / "docs"

Grid = Mapping[str, Sequence[int]]


def write_page(points: pd.DataFrame, grid: Grid) -> str:
    """Write the page and the figure of ``points``; return the page's tables."""
    table = growth_table(points, grid)
    DOCS.joinpath("growth.md").write_text(f"{_HEAD}\n{table}\n{_WHY}", encoding="utf-8")
    DOCS.joinpath("images", "growth.png").write_bytes(render(growth_figure(points, grid)).png)
    return table


def growth_table(points: pd.DataFrame, grid: Grid) -> str:
    """Markdown: a row a part and axis; each cell CPU seconds and peak MB, in brackets where expected and not run."""
    lines = []
    for axis, values in grid.items():
        lines += [f"| {axis} | " + " | ".join(f"{value:,}" for value in values) + " | slope |"]
        lines += ["|---" * (len(values) + 2) + "|"]
        for part, series in points[points["axis"] == axis].groupby("part", sort=False):
            cells = [_cell(row) for row in series.to_dict("records")]
            own = series[series["measured"]]
            lines += [f"| {part} | " + " | ".join(cells) + f" | {_exponent(*own[['value', 'seconds']].to_numpy().T)} |"]
        lines += [""]
    return "\n".join(lines)


def slope(values: npt.NDArray[np.float64], costs: npt.NDArray[np.float64]) -> float:
    """Exponent of the growth at the upper end, between the last two points, of what costs more than the first one.

    The smallest size costs what starting costs; NaN where nothing is clear of it.
    """
    above = costs[-2:] - costs[0]
    if above.min() <= 0.05 * costs[0]:
        return float("nan")
    return float(np.log(above[1] / above[0]) / np.log(values[-1] / values[-2]))


def slopes(points: pd.DataFrame) -> dict[str, float]:
    """Axis → the largest :func:`slope` of a part along it; 0 where nothing is clear of what starting costs."""
    found: dict[str, float] = {}
    for (axis, _), series in points[points["measured"]].groupby(["axis", "part"], sort=False):
        exponent = slope(*series[["value", "seconds"]].to_numpy(float).T)
        found[axis] = max(found.get(axis, 0.0), 0.0 if np.isnan(exponent) else exponent)
    return found


def _exponent(values: npt.NDArray[np.float64], costs: npt.NDArray[np.float64]) -> str:
    exponent = slope(values, costs)
    return "–" if np.isnan(exponent) else f"{exponent:.1f}"


def _cell(row: dict[str, float]) -> str:
    text = f"{row['seconds']:.3g} s, {row['mb']:.0f} MB"
    return text if row["measured"] else f"({text})"


def growth_figure(points: pd.DataFrame, grid: Grid) -> Figure:
    """Log-log: CPU seconds above, peak memory below; a column an axis, a line a part."""
    figure = Figure(figsize=(15, 8.5), dpi=DPI, layout="constrained", facecolor="white")
    axes = figure.subplots(2, len(grid))
    parts, own = list(dict.fromkeys(points["part"])), points[points["measured"]]
    for column, axis in enumerate(grid):
        for row, (cost, name) in enumerate({"seconds": "CPU seconds", "mb": "Peak memory, MB"}.items()):
            ax = dress(axes[row, column], f"{name} by {axis}", axis, name)
            ax.set(xscale="log", yscale="log")
            for part, series in own[own["axis"] == axis].groupby("part", sort=False):
                x, y = series[["value", cost]].to_numpy(dtype=float).T
                place = parts.index(part)
                ax.plot(x, y, color=CATEGORIES[place], marker=MARKERS[place], label=part)
                ax.annotate(f" {_exponent(x, y)}", (x[-1], y[-1]), color=CATEGORIES[place], fontsize=9, va="center")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False)
    figure.suptitle("What it costs as it grows; the number at a line's end is its slope", fontsize=12)
    return figure


_HEAD = """# What it costs as it grows

Made by `python -m benchmarks.growth`: one thread, CPU seconds and peak memory of a process, the fastest of three where
one takes less than 20 s. One number is varied at a time from 1,000 SNPs, 1,000 people and one phenotype. In brackets:
expected from the growth so far, and not run. Slope: exponent of the growth between the last two measured points, of
what costs more than the smallest size does. Starts still differ by a tenth, so that the slope of what is little above
them at 10,000 (networks by SNPs, the whole study) is uncertain by more than its distance from 1.

![CPU seconds and peak memory by SNPs, people and phenotypes, log-log](images/growth.png)
"""

_WHY = """## Where it stops being bound by hardware

* **The classical models**: scikit-learn's SVM compares every person with every other, so that it learns from 5,000
  people at most, drawn by chance; trees take everybody, sort every SNP, and are most of the cost.
* **The panel** of a simulated study is made by msprime, whose coalescent with recombination grows faster than the
  region's length (7 Mb for 10,000 SNPs, 35 Mb for 50,000): the steepest part of a whole study. It is made once, and
  every study of the same panel in a store finds it; a panel from files has no such cost.
* **Looking for people who are in a simulated study twice** sorts people by some keys, of a few more SNPs the more
  people there are: 0.4 CPU seconds for 10,000 people, 2.2 for 50,000, 35 for 500,000. Relatives among real people are
  looked for among all pairs, as by plink2, which grows with the square of people.
* **Networks**: most of what is measured here is fixed: building Keras models and tracing a graph for each kind and size
  of network. Above that it is linear, in SNPs through the first layer's weights, which each batch reads and updates.
* **A whole small study**: starting a process, importing TensorFlow and tracing do not grow, so ten times the SNPs cost
  little more at first. Further phenotypes reuse the process, so that each costs far less than the first.
* **Cohorts, phenotypes and association** are linear above their start, and together cost less than one
  second even at 50,000; they read each genotype once or a few times, which memory bounds.
"""
