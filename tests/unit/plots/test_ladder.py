import numpy as np
import pandas as pd

from gtl.plots import new_figure
from gtl.plots.ladder import accuracy_by_variance, gain_by_variance

ROWS = [("snp_transfer", 0.3, 0.1), ("snp_transfer", 0.1, 0.02), ("oracle", 0.1, 0.1), ("oracle", 0.3, 0.2)]
DATA = pd.DataFrame(ROWS, columns=["method", "variance", "gain"])
DATA = DATA.assign(gain_low=DATA["gain"] - 0.01, gain_high=DATA["gain"] + 0.03, ceiling=[0.68, 0.6, 0.6, 0.68])
DATA = DATA.assign(**{f"score{end}": DATA[f"gain{end}"] + 0.5 for end in ("", "_low", "_high")})


def lines(ax):
    return {line.get_label(): line.get_xydata().tolist() for line in ax.lines}


def test_gains_in_points_by_variance_with_bands():
    ax = gain_by_variance(DATA, new_figure()[1], title="here")
    np.testing.assert_allclose(lines(ax)["SNP transfer"], [[0.1, 2], [0.3, 10]])
    np.testing.assert_allclose(lines(ax)["Oracle"], [[0.1, 10], [0.3, 20]])
    (band,) = ax.collections
    assert {tuple(np.round(corner, 6)) for corner in band.get_paths()[0].vertices} == {
        (0.1, 1), (0.1, 5), (0.3, 9), (0.3, 13),
    }  # fmt: skip
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("SNP variance (share of liability)", "Gain over no transfer (points)")


def test_accuracies_lie_under_the_best_possible_one():
    found = lines(accuracy_by_variance(DATA, new_figure()[1], title="here"))
    np.testing.assert_allclose(found["Ceiling of the causal SNPs"], [[0.1, 60], [0.3, 68]])
    np.testing.assert_allclose(found["SNP transfer"], [[0.1, 52], [0.3, 60]])
