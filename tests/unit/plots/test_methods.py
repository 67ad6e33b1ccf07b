import numpy as np
import pandas as pd

from gtl.plots import compare_methods, new_figure

ROWS = [
    ("A_5_1", "no_transfer", "final", "accuracy", 0.5, 0.4, 0.7),
    ("A_5_1", "snp_transfer", "final", "accuracy", 0.6, 0.5, 0.7),
    ("A_5_2", "no_transfer", "final", "accuracy", 0.7, 0.6, 0.8),
    ("A_5_1", "no_transfer", "test", "accuracy", 0.9, 0.8, 1.0),
    ("A_5_1", "no_transfer", "final", "auc", 0.1, 0.0, 0.2),
]
RESULTS = pd.DataFrame(ROWS, columns=["phenotype", "method", "split", "metric", "value", "ci_low", "ci_high"]).assign(
    n=50
)


def test_draws_one_dot_a_method_and_phenotype_in_percent():
    ax = compare_methods(RESULTS, new_figure()[1])
    none, transfer = (container.lines[0].get_xydata() for container in ax.containers)
    np.testing.assert_allclose(none, [[-0.15, 50], [0.85, 70]])
    np.testing.assert_allclose(transfer, [[0.15, 60]])
    (bars,) = ax.containers[0].lines[2]
    np.testing.assert_allclose([segment[:, 1] for segment in bars.get_segments()], [[40, 70], [60, 80]])
    assert [text.get_text() for text in ax.get_xticklabels()] == ["A_5_1", "A_5_2"]


def test_says_what_whom_and_how_many():
    ax = compare_methods(RESULTS, new_figure()[1])
    assert ax.get_title(loc="left") == (
        "Accuracy of each method on the final cohort, never seen before\n(50 people; bars: confidence intervals)"
    )
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["guessing", "no transfer", "SNP transfer"]


def test_another_metric_and_split():
    ax = compare_methods(RESULTS, new_figure()[1], metric="auc")
    np.testing.assert_allclose(ax.containers[0].lines[0].get_ydata(), [10])
    ax = compare_methods(RESULTS, new_figure()[1], split="test")
    np.testing.assert_allclose(ax.containers[0].lines[0].get_ydata(), [90])


def test_no_results_draw_an_empty_plot_that_says_so():
    assert "no results" in compare_methods(RESULTS[:0], new_figure()[1]).get_title(loc="left")
