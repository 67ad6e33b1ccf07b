import numpy as np

from gtl.plots import new_figure
from gtl.plots.reproduction import accuracies_beside_the_paper, mean_gain_beside_the_paper


def test_equal_accuracies_stand_on_one_another():
    ours, papers = {"A": np.array([50.0, 54, 50]), "B": np.array([48.0])}, {"A": [58], "B": [52, 52]}
    ax = accuracies_beside_the_paper(ours, papers, new_figure()[1], title="here")
    a, a_paper, b, b_paper = (line.get_xydata() for line in ax.lines[:4])
    np.testing.assert_allclose(a, [[50, 0], [50, -0.06], [54, 0]])
    np.testing.assert_allclose(a_paper, [[58, 0.12]])
    np.testing.assert_allclose(b, [[48, 1]])
    np.testing.assert_allclose(b_paper, [[52, 1.12], [52, 1.18]])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["ours, one a repetition", "the paper's"]


def test_the_histogram_holds_every_draw_and_marks_the_paper():
    draws = np.array([-1.0, 0.25, 0.5, 2.0])
    ax = mean_gain_beside_the_paper(draws, 9.75, (-0.9, 1.9), new_figure()[1], title="here")
    assert sum(bar.get_height() for bar in ax.patches if bar.get_width() == 1) == 100
    mean, paper = (line.get_xdata()[0] for line in ax.lines)
    assert (mean, paper) == (draws.mean(), 9.75)
    assert "the paper's, +9.75" in [text.get_text() for text in ax.get_legend().get_texts()]
