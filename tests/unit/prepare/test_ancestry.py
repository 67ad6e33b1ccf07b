import numpy as np

from gtl.prepare.ancestry import sits_with_other_population


def populations(**sizes):
    return np.array([name for name, size in sizes.items() for _ in range(size)], dtype=object)


def test_a_person_among_the_others_is_told():
    rng = np.random.default_rng(1)
    scores = rng.normal(size=(100, 3))
    scores[:60, 0] += 10
    scores[7, 0] -= 10
    scores[70, 0] += 8
    flags = sits_with_other_population(scores, populations(CEU=60, YRI=40))
    assert np.flatnonzero(flags).tolist() == [7, 70]


def test_one_population_under_two_names_tells_nobody():
    scores = np.random.default_rng(2).normal(size=(200, 4))
    assert not sits_with_other_population(scores, populations(a=100, b=100)).any()


def test_a_group_of_the_own_population_is_not_the_others():
    rng = np.random.default_rng(3)
    scores = rng.normal(scale=0.05, size=(300, 2))
    scores[200:, 0] += 1.5
    scores[200:240, 1] += 1.6  # two fifths of the small population, nearer to the large one's centre than to its own
    scores[200:240, 0] -= 0.2
    assert not sits_with_other_population(scores, populations(large=200, small=100)).any()


def test_several_small_populations():
    rng = np.random.default_rng(4)
    centres = np.array([[0, 0], [20, 0], [0, 20]]).repeat(30, axis=0)
    scores = rng.normal(size=(90, 2)) + centres
    scores[35] = [0, 19]
    flags = sits_with_other_population(scores, populations(a=30, b=30, c=30))
    assert np.flatnonzero(flags).tolist() == [35]


def test_one_population_alone():
    assert not sits_with_other_population(np.random.default_rng(5).normal(size=(9, 2)), populations(a=9)).any()
