from dataclasses import replace

import numpy as np
import pytest

from gtl.domain.genotypes import Variants
from gtl.domain.split import Split
from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.learn.linear_predictor import LinearPredictor
from gtl.methods.base import LearningData, MethodContext
from gtl.methods.training_people import TrainingPeople, nested_candidate


def test_take_gives_people_by_snps(context):
    rows, people = np.array([4, 1]), np.array([3, 0, 2])
    expected = [[context.small.dosages[row, person] for row in rows] for person in people]
    np.testing.assert_array_equal(context.small.take(rows, people), expected)


def test_dosages_that_do_not_fit_the_people_are_refused(context):
    small = context.small
    with pytest.raises(InputError, match=r"expected int8 or float32 dosages of shape \(variants, people\) = \(8, 44\)"):
        LearningData(small.variants, small.dosages[:, :-1], small.value, small.split)


def test_no_field_leads_to_the_final_cohort():
    assert "final" not in " ".join(MethodContext.__dataclass_fields__)


def test_values_that_are_none_of_a_binary_trait_are_refused(context):
    small = context.small
    with pytest.raises(InputError, match=r"person 3 has the value 0.5 of a binary trait; expected 1 \(case\)"):
        replace(small, value=np.where(np.arange(44) == 3, 0.5, small.value))
    with pytest.raises(InputError, match="expected float64 values of the trait, got int8"):
        replace(small, value=small.case)


def test_case_status_is_of_binary_traits_alone(context):
    small = context.small
    assert small.case.dtype == np.int8
    np.testing.assert_array_equal(small.case, np.tile([0, 1], 22))
    hidden = replace(small, value=np.where(np.arange(44) == 3, np.nan, small.value))
    assert hidden.case[3] == -1
    with pytest.raises(InputError, match="the trait is quantitative; only a binary one has cases and controls"):
        replace(small, kind=TraitKind.QUANTITATIVE).case  # noqa: B018


def test_imputed_dosages_are_taken_as_they_are(context):
    small = replace(context.small, dosages=context.small.dosages.astype(np.float32) / 2)
    taken = small.take(np.array([1, 2]), np.array([3, 0, 2]))
    assert taken.dtype == np.float32
    np.testing.assert_array_equal(taken, small.dosages[[1, 2]][:, [3, 0, 2]].T)


def test_a_trait_is_of_one_kind_in_both_populations(context):
    with pytest.raises(InputError, match="YRI_5_1: quantitative in the large population, binary in the small one"):
        replace(context, large=replace(context.large, kind=TraitKind.QUANTITATIVE))
    assert context.kind is TraitKind.BINARY
    assert len(context.genome) == 0


def test_learning_people_are_those_of_all_parts(context):
    np.testing.assert_array_equal(context.small.split.learning, np.arange(44))
    people = TrainingPeople.learning(np.array([1, 3]), context.large, context.small)
    assert (people.n, people.dosages.shape) == (124, (124, 2))
    np.testing.assert_array_equal(people.value, np.concatenate([context.large.value, context.small.value]))


def test_a_nested_candidate_predicts_nobody(context):
    rows = np.array([1, 3])
    people = TrainingPeople.learning(rows, context.small)
    predictor = LinearPredictor(np.zeros(2), 0.0, people.means)
    candidate = nested_candidate(context, "nested", "Ridge", rows, predictor, people)
    assert (candidate.subset, candidate.training_people, candidate.training_sha256) == (0, 44, people.digest)
    assert np.isnan(candidate.validation).tolist() == [True] * 6
    assert np.isnan(candidate.test).tolist() == [True] * 8


def test_hard_calls_and_imputed_dosages_are_trained_on_together():
    word = lambda *texts: np.array(texts, dtype=object)  # noqa: E731
    variants = Variants(word("1"), np.array([5]), word("rs5"), word("A"), word("G"))
    split = Split(np.arange(2), np.arange(0), np.arange(0))
    hard = LearningData(variants, np.int8([[1, -1]]), np.array([0.0, 1.0]), split)
    soft = LearningData(variants, np.float32([[0.5, np.nan]]), np.array([1.0, 0.0]), split)
    together = TrainingPeople.of(np.array([0]), hard, soft)
    np.testing.assert_array_equal(together.dosages, np.float32([[1], [np.nan], [0.5], [np.nan]]))
    assert together.means.tolist() == [0.75]
