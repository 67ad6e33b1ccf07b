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
from gtl.plots.summary_statistics import deviation_scatter, funnel_bars, ld_score_chart, people_histogram
from gtl.plots.titles import association_title, frequency_title, linkage_title, quantitative_title, statistics_title

__all__ = [
    "LinkageRegion",
    "Picture",
    "association_title",
    "compare_methods",
    "deviation_scatter",
    "frequency_scatter",
    "frequency_title",
    "funnel_bars",
    "gantt",
    "gantt_height",
    "ld_heatmap",
    "ld_score_chart",
    "linkage_title",
    "manhattan",
    "new_figure",
    "people_histogram",
    "plot_components",
    "qq",
    "quantitative_title",
    "render",
    "statistics_title",
]
