import numpy as np
import pandas as pd

from gtl.plots import frequency_scatter, new_figure


def test_every_known_variant_is_in_a_cell_where_its_frequencies_are():
    data = pd.DataFrame({"large": [0.1, 0.1, 0.9, np.nan], "small": [0.2, 0.2, 0.5, 0.5]})
    ax = frequency_scatter(data, new_figure()[1], title="Seen", populations=("CEU", "YRI"))
    [cells] = ax.collections
    assert sorted(cells.get_array().tolist()) == [1, 2]
    fullest = cells.get_offsets()[np.argmax(cells.get_array())]
    np.testing.assert_allclose(fullest, [0.1, 0.2], atol=1 / 60)
    assert (ax.get_xlim(), ax.get_ylim()) == ((0, 1), (0, 1))
    assert ax.get_title(loc="left") == "Seen"
    assert ax.get_ylabel() == "Frequency of the counted allele, YRI"


def test_nothing_to_draw_leaves_the_axes():
    data = pd.DataFrame({"large": [np.nan], "small": [0.5]})
    ax = frequency_scatter(data, new_figure()[1], title="", populations=("CEU", "YRI"))
    assert ax.get_xlim() == (0, 1)


def test_the_bar_counts_variants_in_plain_numbers():
    data = pd.DataFrame({"large": [0.5] * 30 + [0.2] * 3, "small": [0.5] * 30 + [0.2] * 3})
    figure, ax = new_figure()
    frequency_scatter(data, ax, title="", populations=("CEU", "YRI"))
    figure.canvas.draw()
    bar = figure.axes[1].yaxis
    shown = [label.get_text() for label in (*bar.get_majorticklabels(), *bar.get_minorticklabels())]
    assert "10" in shown
    assert not [text for text in shown if "^" in text]
