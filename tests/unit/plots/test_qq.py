import numpy as np
import pandas as pd
import pytest
from scipy import stats

from gtl.plots import new_figure, qq
from gtl.plots.qq import envelope


def test_points_are_sorted_against_mid_ranks():
    ax = qq(pd.DataFrame({"p_value": [0.5, np.nan, 0.01]}), new_figure()[1], title="Seen")
    points = ax.collections[1].get_offsets()
    np.testing.assert_allclose(points, -np.log10([[0.25, 0.01], [0.75, 0.5]]))
    assert ax.get_title(loc="left") == "Seen"


def test_lambda_is_in_the_legend():
    data = pd.DataFrame({"p_value": stats.chi2.sf(1.5 * stats.chi2.isf(np.linspace(0.001, 0.999, 999), 1), 1)})
    ax = qq(data, new_figure()[1], title="")
    assert "SNPs; λ = 1.50 (1 = as chance)" in [text.get_text() for text in ax.get_legend().get_texts()]


def test_envelope_holds_ninety_five_of_a_hundred_smallest():
    smallest = np.random.default_rng(1).random((2000, 100)).min(axis=1)
    _, low, high = envelope(100)
    inside = (-np.log10(smallest) > low[0]) & (-np.log10(smallest) < high[0])
    assert inside.mean() == pytest.approx(0.95, abs=0.015)  # three standard errors


def test_envelope_is_the_quantiles_of_order_statistics():
    expected, low, high = envelope(10)
    rank = 10**-expected * 10 + 0.5
    np.testing.assert_allclose(low, -np.log10(stats.beta.ppf(0.975, rank, 11 - rank)))
    np.testing.assert_allclose(high, -np.log10(stats.beta.ppf(0.025, rank, 11 - rank)))
