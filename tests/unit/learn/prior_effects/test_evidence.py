import numpy as np
import pytest

from gtl.errors import InputError
from gtl.learn.prior_effects.descent import descent_path
from gtl.learn.prior_effects.evidence import Evidence
from gtl.learn.prior_effects.mixture import mixture_effects
from gtl.learn.prior_effects.penalised import penalised_path
from gtl.learn.relationship import CentredDosages

N_PEOPLE = 40


def both_forms(n_snps, seed=1):
    """The same people as individuals and as cross products, and prior effects."""
    rng = np.random.default_rng(seed)
    dosages = rng.integers(0, 3, (N_PEOPLE, n_snps)).astype(np.int8)
    effects = rng.normal(size=n_snps)
    value = 5 + dosages @ effects + rng.normal(0, 2, N_PEOPLE)
    x, y = dosages - dosages.mean(axis=0), value - value.mean()
    people = Evidence.of_people(CentredDosages(dosages), value)
    products = Evidence.of_cross_products(x.T @ x, x.T @ y, float(y @ y), N_PEOPLE)
    return people, products, effects + rng.normal(0, 0.5, n_snps)


@pytest.mark.parametrize("n_snps", [10, 100])
def test_cross_products_say_what_individuals_say(n_snps):
    people, products, prior = both_forms(n_snps)
    for estimate in (
        lambda evidence: descent_path(evidence, prior, np.array([0, 3, 50])).at(2),
        lambda evidence: penalised_path(evidence, prior, np.array([20.0])).at(0),
        lambda evidence: mixture_effects(evidence, prior).effects,
    ):
        np.testing.assert_allclose(estimate(people), estimate(products), rtol=1e-3, atol=1e-4)
    assert people.variance == pytest.approx(products.variance)


def test_rows_of_cross_products_give_them_back():
    _, products, _ = both_forms(10)
    z = products.rows.z
    assert z.shape == (10, 10)
    assert products.unseen == N_PEOPLE - 1 - 10
    people, _, _ = both_forms(10)
    block = next(iter(people.rows.blocks()))
    np.testing.assert_allclose(z.T @ z, block.T @ block, atol=1e-4)


def test_of_standardised_rows_each_variant_has_variance_one():
    people, _, prior = both_forms(10)
    standard, scale = people.standardised()
    assert np.std(people.rows.dosages, axis=0, ddof=1) == pytest.approx(scale, rel=1e-5)
    np.testing.assert_allclose(standard.rows.scores(prior * scale), people.rows.scores(prior), atol=1e-4)
    block = next(iter(standard.rows.blocks()))
    assert block.var(axis=0, ddof=1) == pytest.approx(np.ones(10), rel=1e-5)


def test_a_variant_that_does_not_vary_keeps_its_scale():
    evidence = Evidence.of_people(CentredDosages(np.int8([[0, 1], [2, 1], [1, 1]])), np.array([0.0, 1, 3]))
    assert evidence.standardised()[1].tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("xx", "xy", "match"),
    [
        (np.eye(3), np.ones(2), r"shape \(3, 3\) and X'y of \(2,\)"),
        (np.full((2, 2), np.nan), np.ones(2), "not finite"),
        (np.array([[1.0, 0.5], [0.0, 1.0]]), np.ones(2), "not symmetric"),
    ],
)
def test_cross_products_that_cannot_be_are_refused(xx, xy, match):
    with pytest.raises(InputError, match=match):
        Evidence.of_cross_products(xx, xy, 1.0, 10)
