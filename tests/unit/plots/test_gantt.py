import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtl.plots import gantt, gantt_height, new_figure
from gtl.plots.gantt import lanes, without_pauses

TIMES = pd.DataFrame(
    [
        ("cohorts_large", "", 0.0, 4.0, True),
        ("networks", "YRI_5_1", 4.0, 6.0, True),
        ("no_transfer", "YRI_5_1", 5.0, 3.0, False),
        ("networks", "YRI_5_2", 10.0, 2.0, False),
        ("networks", "YRI_5_3", np.nan, 2.0, False),
    ],
    columns=["stage", "phenotype", "start_seconds", "wall_seconds", "critical"],
)


def drawn(ax):
    return [[(bar.get_x(), bar.get_width(), bar.get_y()) for bar in bars] for bars in ax.containers]


def test_each_stage_is_a_bar_in_the_row_of_its_phenotype():
    shared, first, second, unknown = drawn(gantt(TIMES, new_figure()[1]))
    assert shared == [(0.0, 4.0, -0.4)]
    assert first == [(4.0, 6.0, 0.6), (5.0, 3.0, 1.0)]  # at the same time, so each has half of the row
    assert second == [(10.0, 2.0, 1.6)]
    assert unknown == []


def test_the_critical_path_is_underlined():
    ax = gantt(TIMES, new_figure()[1])
    segments = [line.tolist() for lines in ax.collections for line in lines.get_segments()]
    assert segments == [[[0.0, 0.44], [4.0, 0.44]], [[4.0, 1.44], [10.0, 1.44]]]


def test_rows_and_kinds_are_named():
    ax = gantt(TIMES, new_figure()[1])
    assert [text.get_text() for text in ax.get_yticklabels()] == ["all traits", "YRI_5_1", "YRI_5_2", "YRI_5_3"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "cohorts, SNPs, tables", "networks", "other methods", "critical path",
    ]  # fmt: skip


def test_a_study_that_was_resumed_has_no_empty_middle():
    start, seconds = np.array([0.0, 50.0, 100_000.0, 100_001.0]), np.array([100.0, 10.0, 5.0, 5.0])
    np.testing.assert_allclose(without_pauses(start, seconds), [0, 50, 100, 101])
    np.testing.assert_allclose(without_pauses(start[:2], seconds[:2]), start[:2])


def test_a_hundred_phenotypes_are_still_one_picture():
    many = pd.DataFrame({"phenotype": [f"YRI_5_{i}" for i in range(100)]})
    assert 10 < gantt_height(many) < 25
    assert gantt_height(TIMES) == pytest.approx(1.6 + 4 * 0.34)


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 50)), max_size=20))
def test_no_two_bars_of_a_lane_overlap(bars):
    start = np.array([begin for begin, _ in sorted(bars)])
    end = start + np.array([seconds for _, seconds in sorted(bars)])
    for lane in set(lanes(start, end).tolist()):
        own = lanes(start, end) == lane
        assert (start[own][1:] >= end[own][:-1]).all()
