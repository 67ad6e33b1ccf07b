import numpy as np
import pandas as pd

from gtl.plots import deviation_scatter, funnel_bars, ld_score_chart, new_figure, people_histogram


def test_variants_lie_on_the_line_of_what_fits():
    data = pd.DataFrame({"by_frequency": [0.2, 0.4, 0.6], "by_error": [0.4, 0.8, 0.3]})
    ax = deviation_scatter(data, new_figure()[1], title="Seen")
    assert ax.lines[0].get_ydata()[1] == 1.2  # the median ratio, 2, times the largest deviation
    [cells] = ax.collections
    assert sum(cells.get_array().tolist()) == 3
    assert ax.get_title(loc="left") == "Seen"


def test_every_known_number_of_people_is_in_a_bar():
    ax = people_histogram(np.array([100.0, 100, 50, np.nan]), new_figure()[1], title="")
    assert sum(bar.get_height() for bar in ax.patches) == 3
    assert ax.get_legend().get_texts()[0].get_text() == "median 100"


def test_a_funnel_has_a_bar_a_step_and_its_commonest_reasons():
    lost = [("usable", f"reason {number}", 10 - number) for number in range(5)]
    rows = [("read", "", 100), *lost, ("usable", "", 60), ("kept", "", 0)]
    table = pd.DataFrame([("statistics", *row) for row in rows], columns=["source", "step", "reason", "variants"])
    ax = funnel_bars(table, new_figure()[1], title="")
    assert [bar.get_width() for bar in ax.patches] == [100, 60, 0]
    texts = [text.get_text() for text in ax.texts]
    assert texts[:2] == ["100", ""]
    assert texts[3] == "−10 reason 0\n−9 reason 1\n−8 reason 2\nand 2 other reasons"
    assert ax.get_xticks().max() <= 100


def test_groups_of_like_ld_score_have_their_means():
    score = np.repeat([1.0, 5.0], 200)
    data = pd.DataFrame({"score": score, "squared": 1 + score})
    ax = ld_score_chart(data, new_figure()[1], title="", line=(1.0, 1.0))
    points = ax.containers[0].lines[0]
    assert len(points.get_xdata()) == 40
    assert list(points.get_ydata()) == [1 + score for score in points.get_xdata()]
    [line] = [line for line in ax.lines if line.get_label() == "LD score regression"]
    assert list(line.get_ydata()) == [1, 6]


def test_nothing_to_draw_leaves_the_axes():
    empty = pd.DataFrame({"by_frequency": [], "by_error": []}, dtype=float)
    assert deviation_scatter(empty, new_figure()[1], title="").get_xlim()[0] == 0
    assert not people_histogram(np.array([np.nan]), new_figure()[1], title="").patches
