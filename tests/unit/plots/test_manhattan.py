import numpy as np
import pandas as pd
import pytest

from gtl.association.genome_axis import GENOME_WIDE, minus_log10
from gtl.plots import manhattan, new_figure


def table(**columns):
    size = len(columns["p_value"])
    return pd.DataFrame(
        {"chrom": "21", "pos": np.arange(size) * 1_000_000, "rsid": [f"rs{i}" for i in range(size)]} | columns
    )


def points(ax):
    return [collection.get_offsets().tolist() for collection in ax.collections]


def test_height_is_minus_log10_p_and_place_is_megabases():
    ax = manhattan(table(p_value=[0.1, np.nan, 0.001]), new_figure()[1], title="Seen")
    np.testing.assert_allclose(points(ax)[0], [[0, 1], [2, 3]])
    assert (ax.get_title(loc="left"), ax.get_xlabel(), ax.get_ylabel()) == (
        "Seen", "Position on chromosome 21 (Mb)", "−log10 p",
    )  # fmt: skip


def test_significance_is_always_in_view():
    ax = manhattan(table(p_value=[0.5]), new_figure()[1], title="")
    assert ax.get_lines()[0].get_ydata()[0] == pytest.approx(-np.log10(GENOME_WIDE))
    assert ax.get_ylim()[1] > -np.log10(GENOME_WIDE)


def test_causal_snps_are_marked_where_they_are():
    ax = manhattan(table(p_value=[0.1, 0.01, 0.001]), new_figure()[1], title="", causal=["rs1", "elsewhere"])
    np.testing.assert_allclose(points(ax)[2], [[1, 2]])
    assert "causal SNP (simulated)" in [text.get_text() for text in ax.get_legend().get_texts()]


def test_chromosomes_lie_side_by_side_in_two_colours():
    data = table(
        p_value=[0.1] * 5, chrom=["1", "1", "1", "2", "2"], pos=[5_000_000, 6_000_000, 7_000_000, 3_000_000, 4_000_000]
    )
    ax = manhattan(data, new_figure()[1], title="")
    first, second = points(ax)
    assert [x for x, _ in first] == [0, 1, 2]
    assert [round(x, 6) for x, _ in second] == [2.03, 3.03]  # a hundredth of 3 Mb between them
    assert [text.get_text() for text in ax.get_xticklabels()] == ["1", "2"]
    np.testing.assert_allclose(ax.get_xticks(), [1, 2.53])


def test_points_are_pixels_in_vector_pictures():
    ax = manhattan(table(p_value=[0.1]), new_figure()[1], title="")
    assert ax.collections[0].get_rasterized()


def test_p_of_zero_is_drawn_at_the_smallest_there_is():
    assert minus_log10(np.array([0.0]))[0] == pytest.approx(307.65, abs=0.01)


def test_chromosomes_are_in_their_order_and_names_do_not_touch():
    data = table(
        p_value=[0.1] * 10,
        chrom=["10", "10", "X", "X", "2", "2", "21", "21", "22", "22"],
        pos=[0, 150_000_000, 0, 150_000_000, 0, 240_000_000, 0, 1_000_000, 0, 1_000_000],
    )
    ax = manhattan(data, new_figure()[1], title="")
    assert [text.get_text() for text in ax.get_xticklabels()] == ["2", "10", "21", "", "X"]
    assert (np.diff(ax.get_xticks()) > 0).all()
    first, second = points(ax)
    assert (len(first), len(second)) == (6, 4)
