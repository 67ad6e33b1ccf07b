"""Charts of associations: Manhattan and QQ. Of points that would hide each other one is drawn, the strongest."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gtl.association.genome_axis import GENOME_WIDE, genome_places, minus_log10
from gtl.browse.charts import Chart, figures

if TYPE_CHECKING:
    import pandas as pd

Array = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]

COLUMNS, HEIGHTS = 320, 80
"""Places side by side and above each other in which one point is drawn: as many as a screen can tell apart."""


@dataclass(frozen=True)
class Window:
    """A part of the Manhattan plot's x axis (Mb); all of it by default."""

    low: float = -math.inf
    high: float = math.inf


def manhattan_chart(table: "pd.DataFrame", window: Window | None = None) -> Chart:
    """-log10 p of SNPs over their place on the genome, within a window; the window decides which points are told apart.

    Parameters
    ----------
    table
        Table ASSOCIATION. SNPs without a p are left out.

    Returns
    -------
    Chart with a trace for every second chromosome; ``meta`` in the layout has ``drawn`` and ``tested``.
    """
    window = window or Window()
    tested = table[table["p_value"].notna()].reset_index(drop=True)
    x, names, middles = genome_places(tested)
    height = minus_log10(tested["p_value"].to_numpy())
    inside = np.flatnonzero((x >= window.low) & (x <= window.high))
    rows = inside[_told_apart(x[inside], height[inside])]
    number = tested["chrom"].map({name: place for place, name in enumerate(names)}).to_numpy(dtype=int)
    data = [
        _points(
            tested, x, height, rows[number[rows] % 2 == parity], shade, f"{'even' if parity else 'odd'} chromosomes"
        )
        for parity, shade in ((0, "blue"), (1, "sky"))
    ]
    return {"data": data, "layout": _manhattan_layout(names, middles, len(rows), len(tested))}


def qq_chart(table: "pd.DataFrame") -> Chart:
    """Observed over expected -log10 p, with the band that holds 95 of 100 by chance."""
    from gtl.association.inflation import lambda_gc
    from gtl.plots.qq import envelope

    tested = table[table["p_value"].notna()].sort_values("p_value", kind="stable").reset_index(drop=True)
    count = max(len(tested), 1)
    expected = -np.log10((np.arange(len(tested)) + 0.5) / count)
    observed = minus_log10(tested["p_value"].to_numpy())
    rows = _told_apart(expected, observed)
    centre, low, high = envelope(count)
    end = float(expected.max(initial=1.0))
    inflation = lambda_gc(tested["p_value"].to_numpy()) if len(tested) else math.nan
    band = {
        "type": "scatter",
        "mode": "lines",
        "name": "95 % of chance",
        "hoverinfo": "skip",
        "fill": "toself",
        "x": figures([*centre, *centre[::-1]]),
        "y": figures([*low, *high[::-1]]),
        "line": {"width": 0, "color": "grey"},
    }
    line = {
        "type": "scatter",
        "mode": "lines",
        "name": "as chance",
        "hoverinfo": "skip",
        "x": [0, figures([end])[0]],
        "y": [0, figures([end])[0]],
        "line": {"width": 1, "color": "ink"},
    }
    layout = {
        "height": 460,
        "meta": {"lambda": figures([inflation])[0], "drawn": len(rows), "tested": len(tested)},
        "xaxis": {"title": {"text": "expected −log10 p"}},
        "yaxis": {"title": {"text": "observed −log10 p"}, "rangemode": "tozero"},
    }
    return {"data": [band, line, _points(tested, expected, observed, rows, "blue", "SNPs")], "layout": layout}


def strongest(table: "pd.DataFrame", most: int = 20) -> "pd.DataFrame":
    """The SNPs with the smallest p: what the Manhattan plot says, in words."""
    columns = ["rsid", "chrom", "pos", "ref", "alt", "frequency", "beta", "se", "p_value", "n"]
    return table[table["p_value"].notna()].nsmallest(most, "p_value")[columns]


def _points(table: "pd.DataFrame", x: Array, y: Array, rows: Rows, shade: str, name: str) -> dict[str, Any]:
    own = table.iloc[rows]
    columns = ["rsid", "chrom", "pos", "beta"]
    said = [
        [rsid, f"{chrom}:{pos:,}", f"{beta:.3g}"] for rsid, chrom, pos, beta in own[columns].itertuples(index=False)
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "showlegend": False,
        "marker": {"color": shade, "size": 5},
        "x": figures(x[rows], 8),
        "y": figures(y[rows], 5),
        "customdata": said,
        "hovertemplate": "<b>%{customdata[0]}</b><br>%{customdata[1]}<br>−log10 p = %{y:.2f}"
        "<br>beta = %{customdata[2]}<extra></extra>",
    }


def _manhattan_layout(names: list[str], middles: list[float], drawn: int, tested: int) -> dict[str, Any]:
    one = len(names) <= 1
    ticks = {} if one else {"tickvals": figures(middles, 8), "ticktext": names}
    title = f"position on chromosome {''.join(names)}, Mb" if one else "chromosome"
    line = -math.log10(GENOME_WIDE)
    shape = {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": line,
        "y1": line,
        "line": {"dash": "dash"},
        "label": {"text": "p = 5×10⁻⁸", "textposition": "end"},
    }
    return {
        "height": 420,
        "meta": {"drawn": drawn, "tested": tested},
        "shapes": [shape],
        "xaxis": {"title": {"text": title}, **ticks},
        # The line's name stands above it.
        "yaxis": {"title": {"text": "−log10 p"}, "rangemode": "tozero", "autorangeoptions": {"include": [1.08 * line]}},
    }


def _told_apart(x: Array, y: Array) -> Rows:
    """Of the points in each place of a screen the highest, as rows in the order of x.

    >>> _told_apart(np.array([0.0, 1e-9, 1.0]), np.array([1.0, 1.0001, 2.0])).tolist()
    [1, 2]
    """
    if not len(x):
        return np.array([], dtype=np.intp)
    column, row = _binned(x, COLUMNS), _binned(y, HEIGHTS)
    order = np.lexsort((-y, row, column))
    place = column[order].astype(np.int64) * (HEIGHTS + 1) + row[order]
    first = np.append(True, place[1:] != place[:-1])
    return np.asarray(order[first])


def _binned(values: Array, bins: int) -> npt.NDArray[np.int64]:
    low, span = values.min(), np.ptp(values)
    return np.asarray((values - low) / (span or 1.0) * bins, dtype=np.float64).astype(np.int64)
