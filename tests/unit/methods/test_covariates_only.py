"""The genetic part of covariates alone: the same for everybody."""

from dataclasses import replace

import numpy as np
import pytest

from gtl.methods.covariates_only import CovariatesOnly


def only(context):
    (candidate,) = CovariatesOnly("covariates_only").candidates(context)
    return candidate


def predicted(candidate, context):
    return candidate.predictor.predict(context.small.take(candidate.rows, np.arange(5)))


def test_it_uses_no_variant_and_all_learning_people(context):
    candidate = only(context)
    assert (candidate.algorithm, candidate.n_snps, candidate.frozen_layers) == ("Covariates", 0, -1)
    assert candidate.training_people == 30 + 6 + 8
    assert np.isnan(candidate.validation).all()
    assert np.isnan(candidate.test).all()


def test_everybody_has_the_share_of_cases(context):
    cases, n = context.small.value.sum(), len(context.small.value)
    np.testing.assert_allclose(predicted(only(context), context), (cases + 0.5) / (n + 1))


def test_everybody_has_the_mean_of_a_quantitative_trait(quantitative):
    np.testing.assert_allclose(predicted(only(quantitative), quantitative), quantitative.small.value.mean())


def test_learning_people_who_are_all_controls_have_finite_log_odds(context):
    controls = replace(context.small, value=np.zeros_like(context.small.value))
    context = replace(context, small=controls)
    assert predicted(only(context), context) == pytest.approx(0.5 / 45)


def test_the_large_population_has_no_say(context):
    other = replace(context, large=replace(context.large, value=1 - context.large.value))
    np.testing.assert_array_equal(predicted(only(other), other), predicted(only(context), context))
