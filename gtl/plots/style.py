"""The look of every plot: sizes, colours (Okabe & Ito 2008, told apart by colour-blind readers) and axes."""

from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatter

INK = "#222222"
MUTED = "#6b6b6b"
BLUE = "#0072b2"
SKY = "#56b4e9"
VERMILION = "#d55e00"
ENVELOPE = "#d9d9d9"
CATEGORIES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#8c6d00", "#000000")
MARKERS = "osD^vPX*"

DPI = 150
POINT = 8.0
"""Area of a SNP's point, in points squared."""


def new_figure(width: float = 9.0, height: float = 4.5) -> tuple[Figure, Axes]:
    """Make an empty figure of ``width`` x ``height`` inches with one set of axes; no global state is touched."""
    figure = Figure(figsize=(width, height), dpi=DPI, layout="constrained", facecolor="white")
    return figure, figure.add_subplot()


def dress(ax: Axes, title: str, xlabel: str, ylabel: str) -> Axes:
    """Give ``ax`` its texts and the house's spines and grid."""
    ax.set_title(title, loc="left", fontsize=11, color=INK, wrap=True)
    ax.set_xlabel(xlabel, fontsize=10, color=INK)
    ax.set_ylabel(ylabel, fontsize=10, color=INK)
    ax.tick_params(labelsize=9, colors=INK)
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(visible=True, axis="y", color="#e6e6e6", linewidth=0.6)
    ax.set_axisbelow(True)
    return ax


def bar_of_counts(cells: ScalarMappable, ax: Axes, label: str) -> None:
    """Draw the colour bar of counts on a logarithmic scale, with plain numbers: matplotlib's own would be 2 × 10⁰."""
    figure = ax.get_figure()
    if figure is None:
        return
    bar = figure.colorbar(cells, ax=ax, shrink=0.7, pad=0.02)
    bar.set_label(label, fontsize=9, color=INK)
    for set_formatter in (bar.ax.yaxis.set_major_formatter, bar.ax.yaxis.set_minor_formatter):
        set_formatter(LogFormatter())
