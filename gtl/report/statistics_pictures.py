"""Pictures of the checks of summary statistics, as files."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.figure import Figure

from gtl.domain.summary_stats import SummaryStats
from gtl.errors import InputError
from gtl.plots import (
    deviation_scatter,
    frequency_scatter,
    funnel_bars,
    ld_score_chart,
    new_figure,
    people_histogram,
    qq,
    render,
)
from gtl.prepare.heritability import Heritability
from gtl.prepare.statistics_alignment import AlignedStatistics, usable_funnel
from gtl.prepare.statistics_checks import implied_deviations
from gtl.prepare.statistics_examined import Beside, Examined

Array = npt.NDArray[np.float64]


def write_pictures(examined: Examined, folder: Path) -> list[Path]:
    """Write each picture as PNG and SVG into ``folder``; return the PNGs' paths.

    Raises
    ------
    InputError
        If ``folder`` can be no folder, or cannot be written to.
    """
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, figure in _figures(examined):
            picture = render(figure)
            (folder / f"{name}.svg").write_bytes(picture.svg)
            (folder / f"{name}.png").write_bytes(picture.png)
            written.append(folder / f"{name}.png")
    except OSError as error:
        raise InputError(f"--plots {folder}: cannot be written to ({error.strerror}); name another folder") from None
    return written


def _figures(examined: Examined) -> Iterator[tuple[str, Figure]]:
    """Name and figure of what the statistics allow: without N or frequencies there are fewer."""
    stats, beside = examined.found.stats, examined.beside
    name = Path(examined.found.location).name
    yield "funnel", _funnel(examined, name)
    yield "qq", _qq(np.power(10.0, -stats.neg_log10_p), name)
    if np.isfinite(stats.n).any():
        figure, ax = new_figure(8, 4)
        people_histogram(stats.n, ax, title=f"{name}: people behind each variant")
        yield "people", figure
        data = _deviations(examined)
        if stats.per_allele and len(data):
            figure, ax = new_figure(6.5, 5.5)
            deviation_scatter(
                data,
                ax,
                title=f"{name}: do N, standard errors and\nfrequencies of {len(data):,} variants fit each other?",
            )
            yield "deviations", figure
    if beside is not None:
        yield from _figures_beside(beside, name)


def _figures_beside(beside: Beside, name: str) -> Iterator[tuple[str, Figure]]:
    compared = beside.aligned.compared
    data = compared[~compared["ambiguous"]][["large", "small"]].dropna()
    if len(data):
        figure, ax = new_figure(6.5, 6)
        told = f"{len(data):,} variants (correlation {data['large'].corr(data['small']):.3f};"
        title = f"{name}: allele frequencies of\n{told}\nnear −1: alleles swapped, near 0: other variants)"
        sides = ("reference", "statistics")
        frequency_scatter(data, ax, title=title, populations=sides, allele="effect allele")
        yield "frequencies", figure
    if beside.heritability is not None:
        yield "ld_scores", _ld_scores(beside, beside.heritability, name)


def _funnel(examined: Examined, name: str) -> Figure:
    funnel = usable_funnel(examined.found) if examined.beside is None else examined.beside.aligned.funnel
    figure, ax = new_figure(10, 3.5)
    funnel_bars(funnel, ax, title=f"{name}: where variants are lost on the way to the reference")
    return figure


def _qq(p_value: Array, name: str) -> Figure:
    figure, ax = new_figure(6, 6)
    qq(pd.DataFrame({"p_value": p_value}), ax, title=f"{name}: {len(p_value):,} variants")
    return figure


def _deviations(examined: Examined) -> pd.DataFrame:
    """With the reference's frequencies where the statistics have none."""
    of: SummaryStats | AlignedStatistics = examined.found.stats
    frequency = of.frequency
    if examined.beside is not None:
        of = examined.beside.aligned
        frequency = np.where(np.isnan(of.frequency), examined.beside.frequency, of.frequency)
    known = np.isfinite(of.beta)
    by_error, by_frequency = implied_deviations(of.beta[known], of.se[known], of.n[known], frequency[known])
    return pd.DataFrame({"by_error": by_error, "by_frequency": by_frequency})


def _ld_scores(beside: Beside, of: Heritability, name: str) -> Figure:
    aligned = beside.aligned
    known = np.isfinite(aligned.z) & np.isfinite(aligned.n) & (beside.scores > 0)
    data = pd.DataFrame({"score": beside.scores[known], "squared": aligned.z[known] ** 2})
    slope = of.h2 * float(aligned.n[known].mean()) / int((beside.scores > 0).sum())
    figure, ax = new_figure(7, 5)
    title = f"{name}: h² {of.h2:.4f} (SE {of.se:.4f}), intercept {of.intercept:.3f} (SE {of.intercept_se:.3f})"
    ld_score_chart(data, ax, title=title, line=(of.intercept, slope))
    return figure
