"""When each stage of a run was at work: a row a phenotype, so that a hundred of them are still one picture."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from gtl.plots.style import CATEGORIES, INK, MUTED, dress

Array = npt.NDArray[np.float64]

_KINDS = {
    "cohorts, SNPs, tables": MUTED,
    "phenotype": CATEGORIES[6],
    "quality, split, sub-datasets": CATEGORIES[7],
    "association": CATEGORIES[2],
    "plots": CATEGORIES[5],
    "networks": CATEGORIES[0],
    "deep transfer": CATEGORIES[4],
    "other methods": CATEGORIES[1],
    "final score": CATEGORIES[3],
}
"""Kind of stage → colour."""

_KIND_OF = {
    "phenotype": "phenotype",
    "quality": "quality, split, sub-datasets",
    "split": "quality, split, sub-datasets",
    "subsets_large": "quality, split, sub-datasets",
    "subsets_small": "quality, split, sub-datasets",
    "association_large": "association",
    "association_small": "association",
    "plots": "plots",
    "networks": "networks",
    "deep_transfer": "deep transfer",
    "scores": "final score",
}

_PAUSE = 600.0
"""Seconds without any stage after which a study was not slow but stopped: such a pause is drawn as nothing."""


def gantt_height(data: pd.DataFrame) -> float:
    """Inches that :func:`gantt` needs: less for each phenotype when there are many."""
    rows = data["phenotype"].nunique()
    return 1.6 + rows * (0.34 if rows <= 20 else 0.15)


def gantt(data: pd.DataFrame, ax: Axes) -> Axes:
    """Draw each stage as a bar from its start to its end; stages of a phenotype that overlap share its row's height.

    Parameters
    ----------
    data : DataFrame
        :data:`gtl.schema.TIMES`; stages without a start are left out. Those on the critical path are underlined.
    ax : Axes
        Where to draw; :func:`gantt_height` says how high.
    """
    shown = data[data["start_seconds"].notna()].sort_values("start_seconds", kind="stable")
    start = without_pauses(shown["start_seconds"].to_numpy(), shown["wall_seconds"].to_numpy())
    shown = shown.assign(start_seconds=start, kind=[_kind(*row) for row in shown[["stage", "phenotype"]].to_numpy()])
    rows = list(dict.fromkeys(data["phenotype"]))
    for number, phenotype in enumerate(rows):
        _draw_row(ax, number, shown[shown["phenotype"] == phenotype])
    _dress_rows(ax, rows)
    present = [kind for kind in _KINDS if kind in set(shown["kind"])]
    handles: list[Artist] = [Patch(facecolor=_KINDS[kind], label=kind) for kind in present]
    handles.append(Line2D([], [], color=INK, linewidth=2.5, label="critical path"))
    ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=8, frameon=False)
    return ax


def without_pauses(start: Array, seconds: Array) -> Array:
    """Starts with every pause of more than ten minutes, in which nothing ran, taken out.

    Parameters
    ----------
    start, seconds
        (n,) float64, start ascending.

    >>> without_pauses(np.array([0.0, 5.0, 9000.0]), np.array([10.0, 20.0, 1.0])).tolist()
    [0.0, 5.0, 25.0]
    """
    busy_until = np.maximum.accumulate(start + seconds)
    idle = np.append(0.0, start[1:] - busy_until[:-1])
    return np.asarray(start - np.cumsum(np.where(idle > _PAUSE, idle, 0.0)))


def lanes(start: Array, end: Array) -> npt.NDArray[np.intp]:
    """Lane of each bar, the lowest free one, so that no two bars of a lane overlap; start ascending.

    >>> lanes(np.array([0.0, 1.0, 4.0]), np.array([3.0, 5.0, 6.0])).tolist()
    [0, 1, 0]
    """
    free_from: list[float] = []
    chosen = []
    for begin, finish in zip(start.tolist(), end.tolist(), strict=True):
        lane = next((i for i, free in enumerate(free_from) if free <= begin), len(free_from))
        free_from[lane : lane + 1] = [finish]
        chosen.append(lane)
    return np.array(chosen, dtype=np.intp)


def _kind(stage: str, phenotype: str) -> str:
    if not phenotype:
        return "cohorts, SNPs, tables"
    return _KIND_OF.get(stage, "other methods")


def _draw_row(ax: Axes, number: int, stages: pd.DataFrame) -> None:
    start, seconds = stages["start_seconds"].to_numpy(), stages["wall_seconds"].to_numpy()
    lane = lanes(start, start + seconds)
    height = 0.8 / (lane.max(initial=0) + 1)
    colours = [_KINDS[kind] for kind in stages["kind"]]
    bottom, critical = number - 0.4 + height * lane, stages["critical"].to_numpy(dtype=bool)
    ax.barh(bottom, seconds, height, start, align="edge", color=colours, edgecolor="white", linewidth=0.3)
    end = start + seconds
    ax.hlines(np.full(critical.sum(), number + 0.44), start[critical], end[critical], color=INK, linewidth=2.5)


def _dress_rows(ax: Axes, rows: list[str]) -> None:
    dress(ax, "When each stage ran", "Seconds since the first stage began", "")
    ax.set_yticks(range(len(rows)), [row or "all traits" for row in rows], fontsize=9 if len(rows) <= 20 else 6)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlim(left=0)
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x", color="#e6e6e6", linewidth=0.6)
