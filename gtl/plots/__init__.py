"""Plots: each is f(data, ax) -> Axes; the look is in one place, and a figure becomes bytes by one function."""

from gtl.plots.components import plot_components
from gtl.plots.frequencies import frequency_scatter
from gtl.plots.gantt import gantt, gantt_height
from gtl.plots.linkage import LinkageRegion, ld_heatmap
from gtl.plots.manhattan import manhattan
from gtl.plots.methods import compare_methods
from gtl.plots.qq import qq
from gtl.plots.rendering import Picture, render
from gtl.plots.style import new_figure
from gtl.plots.titles import association_title, frequency_title, linkage_title, quantitative_title, statistics_title

__all__ = [
    "LinkageRegion",
    "Picture",
    "association_title",
    "compare_methods",
    "frequency_scatter",
    "frequency_title",
    "gantt",
    "gantt_height",
    "ld_heatmap",
    "linkage_title",
    "manhattan",
    "new_figure",
    "plot_components",
    "qq",
    "quantitative_title",
    "render",
    "statistics_title",
]
