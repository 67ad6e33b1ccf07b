"""Where the paper's figures lie among those of the same study repeated many times."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from gtl.plots.style import BLUE, ENVELOPE, MUTED, SKY, VERMILION, dress

Figures = npt.NDArray[np.float64]


def accuracies_beside_the_paper(
    ours: Mapping[str, Figures], papers: Mapping[str, Sequence[float]], ax: Axes, *, title: str
) -> Axes:
    """Draw a row of dots a method, one dot a repetition, and the paper's figures on top.

    Parameters
    ----------
    ours, papers
        Method's title → accuracies in percent; equal ones are stacked.
    ax : Axes
        Where to draw.
    title : str
        What is drawn.
    """
    for place, method in enumerate(ours):
        _stack(ax, ours[method], place, below=False, colour=SKY, marker="o", label="ours, one a repetition")
        _stack(
            ax, np.asarray(papers[method], float), place, below=True, colour=VERMILION, marker="D", label="the paper's"
        )
    ax.set_yticks(range(len(ours)), list(ours))
    # Room for the legend below the last row.
    ax.set_ylim(len(ours) - 0.1, -0.8)
    ax.axvline(50, color=MUTED, linewidth=0.8, linestyle="--")
    handles, labels = ax.get_legend_handles_labels()
    ax.legend(handles[:2], labels[:2], loc="lower right", fontsize=9, frameon=False)
    return dress(ax, title, "Final accuracy (%)", "")


def mean_gain_beside_the_paper(
    draws: Figures, paper: float, central: tuple[float, float], ax: Axes, *, title: str
) -> Axes:
    """Draw the distribution of mean gains of experiments of the paper's size, and the paper's mean gain.

    Parameters
    ----------
    draws
        (n_draws,) float64, points.
    paper, central
        The paper's, and the ends of the central 95 % of the draws, points.
    ax, title
        As above.
    """
    # A mean of 8 gains of 50 people is a multiple of a quarter: bins of one point hold four of them each.
    edges = np.arange(np.floor(draws.min()), np.ceil(draws.max()) + 2) - 0.125
    heights, _, _ = ax.hist(draws, bins=edges.tolist(), color=SKY, weights=np.full(len(draws), 100 / len(draws)))
    ax.set_ylim(0, 1.4 * float(np.max(heights)))
    ax.axvspan(*central, color=ENVELOPE, alpha=0.6, zorder=0, label="95 % of ours")
    ax.axvline(float(draws.mean()), color=BLUE, linewidth=1.6, label="our mean")
    ax.axvline(paper, color=VERMILION, linewidth=2, label=f"the paper's, {paper:+.2f}")
    ax.legend(loc="upper left", fontsize=9, framealpha=1, edgecolor="white")
    return dress(ax, title, "Mean gain of 8 phenotypes (points)", "Share of draws (%)")


def _stack(ax: Axes, values: Figures, place: int, *, below: bool, colour: str, marker: str, label: str) -> None:
    """Dots that stand on a line and, where values are equal, on one another."""
    shown, counts = np.unique(values, return_counts=True)
    x = np.repeat(shown, counts)
    height = np.concatenate([np.arange(count) for count in counts])
    y = place + 0.12 + 0.06 * height if below else place - 0.06 * height
    ax.plot(x, y, marker, color=colour, markersize=5 if below else 4, label=label)
