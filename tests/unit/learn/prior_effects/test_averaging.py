import numpy as np
import pytest

from gtl.learn.prior_effects.averaging import LearningPeople, averaged_effects, setting_weights
from gtl.learn.prior_effects.evidence import Evidence
from gtl.learn.prior_effects.penalised import penalised_path
from gtl.learn.relationship import CentredDosages

PENALTIES = np.array([1e12, 50.0])
"""Of next to no move, and of much."""


def learning(seed=1, n_people=50, n_snps=12, noise=0.5):
    rng = np.random.default_rng(seed)
    dosages, effects = rng.integers(0, 3, (n_people, n_snps)).astype(np.int8), rng.normal(size=n_snps)
    value = dosages @ effects + rng.normal(0, noise, n_people)
    return LearningPeople(CentredDosages(dosages), value, np.arange(n_people) % 5), effects


def test_right_prior_effects_are_kept_and_wrong_ones_left():
    people, effects = learning(n_people=60, n_snps=40, noise=4)
    for prior, setting in ((effects, 0), (-effects, 1)):

        def path(evidence, prior=prior):
            return penalised_path(evidence, prior, PENALTIES)

        (averaged,) = averaged_effects(people, [path])
        expected, other = path(people.evidence).at(setting), path(people.evidence).at(1 - setting)
        assert np.linalg.norm(averaged - expected) < 0.1 * np.linalg.norm(averaged - other)


def test_settings_that_predict_the_same_count_the_same():
    people, _ = learning()
    scores = np.tile(people.value[:, None], (1, 4)) + np.random.default_rng(2).normal(size=(50, 1))
    assert setting_weights(people, scores) == pytest.approx(np.full(4, 0.25))


def test_a_weight_is_the_likelihood_of_its_errors():
    people, _ = learning()
    rng = np.random.default_rng(3)
    scores = people.value[:, None] + rng.normal(0, [1.0, 1.1], (50, 2))
    errors = np.square(people.centred(people.value[:, None] - scores)).sum(axis=0)
    weights = setting_weights(people, scores)
    assert weights[0] / weights[1] == pytest.approx((errors[1] / errors[0]) ** 25)


def test_perfect_scores_leave_finite_weights():
    people, _ = learning()
    weights = setting_weights(people, np.column_stack([people.value, np.zeros(50)]))
    assert weights == pytest.approx([1, 0])


def test_a_fold_is_predicted_by_the_others_alone():
    people, effects = learning()
    made: list[Evidence] = []

    def path(evidence):
        made.append(evidence)
        return penalised_path(evidence, effects, PENALTIES)

    averaged_effects(people, [path])
    assert [evidence.n_people for evidence in made] == [40] * 5 + [50]


def test_folds_that_leave_too_few_to_learn_from_judge_nothing():
    people, effects = learning(n_people=4)
    one = LearningPeople(people.people, people.value, np.zeros(4, dtype=np.intp))
    (averaged,) = averaged_effects(one, [lambda evidence: penalised_path(evidence, effects, PENALTIES)])
    halves = penalised_path(one.evidence, effects, PENALTIES).effects(np.array([0.5, 0.5]))
    np.testing.assert_allclose(averaged, halves)
