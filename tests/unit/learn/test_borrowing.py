import numpy as np
import pytest

from gtl.learn.borrowing import CORRELATIONS, HERITABILITIES, VARIANCES, Evidence, borrow

N = 12


@pytest.fixture
def kinship():
    centred = np.random.default_rng(1).normal(size=(N, 30))
    centred -= centred.mean(axis=0)
    kinship = centred @ centred.T
    return kinship / (np.trace(kinship) / N)


@pytest.fixture
def value():
    value = np.random.default_rng(2).normal(size=N)
    return value - value.mean()


@pytest.fixture
def evidence(kinship):
    score = np.random.default_rng(3).normal(size=N)
    return Evidence(score - score.mean(), 0.6 * kinship, 0.5)


def written_out(kinship, value, known, correlations, prior, heritabilities=HERITABILITIES):
    """The average over the grid, one setting after the other, with the covariance among contrasts."""
    contrasts = np.linalg.svd(np.ones((1, N)))[2][1:]
    sample_variance = value @ value / (N - 1)
    settings = [(r, h, t * sample_variance) for r in correlations for h in heritabilities for t in VARIANCES]
    log_likelihood, own, score = [], [], []
    for r, h, total in settings:
        genetic = h * total
        covariance = genetic * (kinship - r * r * known.explained) + (total - genetic) * np.eye(N)
        covariance = contrasts @ covariance @ contrasts.T
        left = contrasts @ (value - r * np.sqrt(genetic) * known.score)
        solved = np.linalg.solve(covariance, left)
        log_likelihood.append(-0.5 * (np.linalg.slogdet(covariance)[1] + left @ solved) + np.log(prior(r, h)))
        own.append(genetic * contrasts.T @ solved)
        score.append(r * np.sqrt(genetic))
    weights = np.exp(np.array(log_likelihood) - max(log_likelihood))
    weights /= weights.sum()
    return weights @ np.array(own), weights @ np.array(score)


def test_averages_are_those_of_the_grid_written_out(kinship, value, evidence):
    def prior(correlation, heritability):
        def like(h):
            return np.exp(-0.5 * np.log(h / (1 - h)) ** 2)

        alike = like(heritability) / sum(map(like, HERITABILITIES))
        return {0.0: 0.25, 0.4: 0.5, 1.0: 0.25}[correlation] * (alike + 1 / len(HERITABILITIES)) / 2

    borrowed = borrow(kinship, value, evidence, (0.0, 0.4, 1.0))
    own, score = written_out(kinship, value, evidence, (0.0, 0.4, 1.0), prior)
    np.testing.assert_allclose(borrowed.own, own, atol=1e-10)
    assert borrowed.score == pytest.approx(score)


def test_that_nothing_is_heritable_is_averaged_over_too_where_it_is_asked(kinship, value):
    def prior(correlation, heritability):
        return 0.3 if heritability == 0 else 0.7 / len(HERITABILITIES)

    unknown = Evidence(np.zeros(N), np.zeros((N, N)), np.nan)
    borrowed = borrow(kinship, value, None, (0.0,), nothing=0.3)
    own, _ = written_out(kinship, value, unknown, (0.0,), prior, (0.0, *HERITABILITIES))
    np.testing.assert_allclose(borrowed.own, own, atol=1e-10)
    assert borrowed.heritability < borrow(kinship, value, None, (0.0,)).heritability


def test_weights_of_correlations_sum_to_1(kinship, value, evidence):
    weights = borrow(kinship, value, evidence).correlation_weights
    assert weights.shape == (len(CORRELATIONS),)
    assert weights.sum() == pytest.approx(1)
    assert (weights > 0).all()


def test_no_correlation_is_the_small_population_alone(kinship, value, evidence):
    unsaid = Evidence(evidence.score, evidence.explained, np.nan)
    alone, with_large = borrow(kinship, value, None, (0.0,)), borrow(kinship, value, unsaid, (0.0,))
    np.testing.assert_array_equal(alone.own, with_large.own)
    assert alone.heritability == with_large.heritability
    assert with_large.score == 0
    assert not with_large.discount.any()


def test_a_score_that_is_the_value_speaks_for_correlation_and_a_reversed_one_against(kinship, value, evidence):
    means = []
    for sign in (1, -1):
        told = Evidence(sign * value, evidence.explained, 0.5)
        means.append(borrow(kinship, value, told).correlation_weights @ np.array(CORRELATIONS))
    assert means[0] > 0.7
    assert means[1] < 0.3


def test_discount_is_the_own_weights_times_the_squared_correlation(kinship, value, evidence):
    borrowed = borrow(kinship, value, evidence, (0.5,))
    np.testing.assert_allclose(borrowed.discount, borrowed.own / 4)


def test_people_who_cannot_tell_are_taken_to_be_as_heritable_as_the_large_population(value):
    unrelated = np.eye(N) - 1 / N
    unrelated /= np.trace(unrelated) / N
    nothing = np.zeros(N), np.zeros((N, N))
    low, unknown, high = (
        borrow(unrelated, value, Evidence(*nothing, h), (0.0,)).heritability for h in (0.1, np.nan, 0.9)
    )
    assert low < unknown < high
    assert unknown == pytest.approx(np.mean(HERITABILITIES), abs=0.02)
