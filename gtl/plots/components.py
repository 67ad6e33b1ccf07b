"""People along their first two principal components: whether populations lie apart, and everybody with their own."""

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from gtl.plots.style import CATEGORIES, INK, MARKERS, dress
from gtl.prepare.components import Components

_POINT = 14.0


def plot_components(
    components: Components, populations: npt.NDArray[np.object_], flags: npt.NDArray[np.bool_], ax: Axes
) -> Axes:
    """Draw a point a person, coloured by population, and a ring around those who are flagged.

    Parameters
    ----------
    components : Components
        Two or more, of everybody together.
    populations : (n_people,) str objects
        In the order of ``components``; the legend has them by size, the largest first, which is drawn below.
    flags : (n_people,) bool
        Who sits with the other population.
    ax : Axes
        Where to draw.
    """
    x, y = components.scores[:, 0], components.scores[:, 1]
    names, counts = np.unique(populations.astype(str), return_counts=True)
    for number, place in enumerate(np.argsort(-counts, kind="stable")):
        own = populations == names[place]
        colour, marker = CATEGORIES[number % len(CATEGORIES)], MARKERS[number % len(MARKERS)]
        label = f"{names[place]} ({counts[place]:,} people)"
        look = ax.scatter(x[own], y[own], s=_POINT, color=colour, marker=marker, label=label, rasterized=True)
        look.set(alpha=0.6, linewidths=0)
    if flags.any():
        label = f"nearer to another population ({int(flags.sum()):,})"
        ax.scatter(x[flags], y[flags], s=5 * _POINT, facecolors="none", edgecolors=INK, linewidths=1, label=label)
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=9, frameon=False)
    ax.axhline(0, color="#e6e6e6", linewidth=0.6, zorder=0)
    share = components.explained
    title = "Principal components of the genotypes: a point a person"
    return dress(ax, title, f"PC1 ({share[0]:.1%} of variance)", f"PC2 ({share[1]:.1%} of variance)")
