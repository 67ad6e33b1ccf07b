"""Figures as bytes: the same figure gives the same PNG and the same SVG, on every run."""

import io
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.figure import Figure


@dataclass(frozen=True)
class Picture:
    """One figure in two formats.

    Attributes
    ----------
    png : bytes
    svg : bytes
        Text as outlines, so that it looks alike without the fonts.
    """

    png: bytes
    svg: bytes


def render(figure: Figure) -> Picture:
    """Draw ``figure`` without dates, random ids or the program's version.

    >>> from gtl.plots.style import new_figure
    >>> render(new_figure()[0]).png[1:4]
    b'PNG'
    """
    with mpl.rc_context({"svg.hashsalt": "gtl", "svg.fonttype": "path"}):
        png = _save(figure, "png", {"Software": None})
        figure.set_layout_engine("none")  # everything has its place now, and finding it is most of the work
        svg = _save(figure, "svg", {"Date": None, "Creator": None})
    return Picture(png, svg)


def _save(figure: Figure, kind: str, metadata: dict[str, str | None]) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, metadata=metadata)
    return buffer.getvalue()
