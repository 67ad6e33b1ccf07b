import numpy as np

from gtl.plots import new_figure, plot_components
from gtl.prepare.components import Components

SCORES = np.array([[1.0, 2.0, 9.0], [-1.0, 0.5, 9.0], [3.0, 4.0, 9.0]])
COMPONENTS = Components(SCORES, np.array([0.3, 0.05, 0.01]))
POPULATIONS = np.array(["YRI", "CEU", "CEU"], dtype=object)


def test_draws_a_point_a_person_by_population_and_rings_the_flagged():
    ax = plot_components(COMPONENTS, POPULATIONS, np.array([True, False, False]), new_figure()[1])
    larger, smaller, rings = ax.collections
    np.testing.assert_array_equal(larger.get_offsets(), SCORES[1:, :2])
    np.testing.assert_array_equal(smaller.get_offsets(), SCORES[:1, :2])
    np.testing.assert_array_equal(rings.get_offsets(), SCORES[:1, :2])
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["CEU (2 people)", "YRI (1 people)", "nearer to another population (1)"]
    assert ax.get_xlabel() == "PC1 (30.0% of variance)"
    assert ax.get_ylabel() == "PC2 (5.0% of variance)"


def test_no_ring_where_nobody_is_flagged():
    ax = plot_components(COMPONENTS, POPULATIONS, np.zeros(3, dtype=bool), new_figure()[1])
    assert len(ax.collections) == 2
