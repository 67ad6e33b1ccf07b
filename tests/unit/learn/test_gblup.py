import numpy as np
import pandas as pd
import pytest
from bed_reader import open_bed

from gtl.errors import InputError
from gtl.learn import borrowing
from gtl.learn.gblup import Population, large_gblup, own_gblup, transfer_gblup
from gtl.learn.relationship import CentredDosages

N_SNPS = 60


def population(dosages, value):
    return Population(CentredDosages(dosages), np.asarray(value, dtype=np.float64))


def simulated(rng, correlation, n_large=200, n_small=40, n_new=300):
    """Large people, small people and new small people of a trait with heritability 0.6 and this genetic correlation."""
    effects = rng.normal(size=(2, N_SNPS))
    effects[1] = correlation * effects[0] + np.sqrt(1 - correlation**2) * effects[1]
    groups = []
    for n, u in ((n_large, effects[0]), (n_small + n_new, effects[1])):
        dosages = rng.binomial(2, rng.uniform(0.2, 0.8, N_SNPS), (n, N_SNPS)).astype(np.int8)
        genetic = (dosages - dosages.mean(axis=0)) @ u
        groups.append((dosages, genetic + rng.normal(0, genetic.std() * np.sqrt(2 / 3), n)))
    (large, y_large), (small, y_small) = groups
    return (
        population(large, y_large), population(small[:n_small], y_small[:n_small]),
        small[n_small:], y_small[n_small:],
    )  # fmt: skip


def accuracy(fit, dosages, value):
    return np.corrcoef(dosages @ fit.effects, value)[0, 1]


@pytest.fixture
def two():
    return simulated(np.random.default_rng(1), 0.7)


def test_gblup_is_ridge_regression_on_snps(two, monkeypatch):
    """With one heritability: (Z'Z + lambda I) u = Z'y, lambda = (1 - h²) / h² × the mean diagonal of Z Z'."""
    monkeypatch.setattr(borrowing, "HERITABILITIES", (0.4,))
    _, small, _, _ = two
    z = small.people.dosages - small.people.dosages.mean(axis=0)
    penalty = 0.6 / 0.4 * np.trace(z @ z.T) / len(z)
    ridge = np.linalg.solve(z.T @ z + penalty * np.eye(N_SNPS), z.T @ small.centred)
    np.testing.assert_allclose(own_gblup(small).effects, ridge, rtol=1e-4, atol=1e-7)


def test_large_score_is_ridge_regression_at_the_heritability_of_reml(two):
    large = two[0]
    fit = large_gblup(large)
    z = large.people.dosages - large.people.dosages.mean(axis=0)
    penalty = (1 - fit.heritability) / fit.heritability * np.trace(z @ z.T) / len(z)
    ridge = np.linalg.solve(z.T @ z + penalty * np.eye(N_SNPS), z.T @ large.centred)
    np.testing.assert_allclose(fit.effects, ridge, rtol=1e-4, atol=1e-6)


def test_transfer_is_the_joint_mixed_model_of_both_populations(two, monkeypatch):
    """Predictions of a joint BLUP with the covariance of all people written out, variances and correlation given."""
    large, small, new, _ = two
    monkeypatch.setattr(borrowing, "HERITABILITIES", (0.5,))
    monkeypatch.setattr(borrowing, "VARIANCES", (1.0,))
    fit = transfer_gblup(large, small, (0.7,))
    h = large_gblup(large).heritability
    z = [p.people.dosages - p.people.dosages.mean(axis=0) for p in (large, small)]
    x = [part / np.sqrt(np.trace(part @ part.T) / len(part)) for part in z]
    k = x[0] @ x[0].T
    y = large.centred
    solved = np.linalg.solve(h * k + (1 - h) * np.eye(len(y)) + np.ones((len(y), len(y))) * 1e6, y)
    total = y @ solved / (len(y) - 1)
    total_small = small.centred @ small.centred / (len(small.value) - 1)
    genetic = np.array([h * total, 0.5 * total_small])
    between = 0.7 * np.sqrt(genetic.prod()) * x[0] @ x[1].T
    covariance = np.block([
        [genetic[0] * k + (1 - h) * total * np.eye(len(y)), between],
        [between.T, genetic[1] * x[1] @ x[1].T + 0.5 * total_small * np.eye(len(small.value))],
    ])  # fmt: skip
    weights = np.linalg.solve(covariance, np.concatenate([y, small.centred]))
    scaled = (new - small.people.dosages.mean(axis=0)) / np.sqrt(np.trace(z[1] @ z[1].T) / len(z[1]))
    with_people = np.hstack([0.7 * np.sqrt(genetic.prod()) * scaled @ x[0].T, genetic[1] * scaled @ x[1].T])
    found = (new - small.people.means) @ fit.effects
    # The large variance is interpolated between heritabilities on a grid.
    np.testing.assert_allclose(found, with_people @ weights, rtol=1e-3, atol=1e-3 * found.std())


def test_no_correlation_gives_the_own_score_and_one_the_pooled(two, monkeypatch):
    large, small, _, _ = two
    monkeypatch.setattr(borrowing, "SHARED_PART", 0.0)
    np.testing.assert_allclose(transfer_gblup(large, small, (0.0,)).effects, own_gblup(small).effects, atol=1e-12)
    pooled = transfer_gblup(large, small, (1.0,))
    assert pooled.correlation == pytest.approx(1, abs=1e-12)  # a mean over one value, by rounded weights
    certain = transfer_gblup(large, small, (1.0, 1.0))
    np.testing.assert_allclose(certain.effects, pooled.effects, atol=1e-12)


@pytest.fixture(scope="module")
def transferred():
    """Truth → (correlation found, gain in accuracy over the own score), a row for each of 30 simulations."""
    found = {0.0: [], 1.0: []}
    for truth, seed in ((truth, seed) for truth in found for seed in range(30)):
        large, small, new, value = simulated(np.random.default_rng(seed), truth)
        fit = transfer_gblup(large, small)
        found[truth].append((fit.correlation, accuracy(fit, new, value) - accuracy(own_gblup(small), new, value)))
    return {truth: np.array(rows) for truth, rows in found.items()}


def test_correlation_follows_the_truth(transferred):
    assert transferred[0.0][:, 0].mean() < 0.25
    assert transferred[1.0][:, 0].mean() > 0.85


def test_borrowing_helps_where_effects_are_shared_and_hardly_harms_where_they_are_not(transferred):
    gain, harm = transferred[1.0][:, 1], -transferred[0.0][:, 1]
    assert gain.mean() > 0.2
    # Less than a tenth of what is gained where there is something to gain, or not to be told from nothing.
    assert harm.mean() < max(gain.mean() / 10, 2 * harm.std(ddof=1) / np.sqrt(30))


def test_predictions_do_not_depend_on_which_allele_is_counted(two):
    large, small, new, _ = two
    flip = np.arange(N_SNPS) % 3 == 0
    turned = [np.where(flip, 2 - dosages, dosages).astype(np.int8)
              for dosages in (large.people.dosages, small.people.dosages, new)]  # fmt: skip
    one = transfer_gblup(large, small)
    other = transfer_gblup(population(turned[0], large.value), population(turned[1], small.value))
    np.testing.assert_allclose(other.effects, np.where(flip, -one.effects, one.effects), atol=1e-5)


def test_units_of_the_trait_do_not_matter(two):
    large, small, _, _ = two
    one = transfer_gblup(large, small)
    other = transfer_gblup(population(large.people.dosages, 100 + large.value), population(
        small.people.dosages, 10 * small.value))  # fmt: skip
    np.testing.assert_allclose(other.effects, 10 * one.effects, rtol=1e-6)
    assert other.correlation == pytest.approx(one.correlation)
    assert other.mean == pytest.approx(10 * one.mean)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([1.0] * 5, "all 5 people have the value 1; there is nothing to learn"),
        ([1.0, 2.0, np.nan, 3.0, 4.0], "person 2 has no value of the trait; leave such people out"),
        ([1.0, 2.0, 3.0], "3 people of one population; it can learn from 4 to 6000"),
    ],
)
def test_people_that_nothing_can_be_learned_from_are_refused(value, said):
    with pytest.raises(InputError, match=said):
        population(np.zeros((len(value), 2), dtype=np.int8), value)


def test_populations_need_the_same_snps(two):
    large, small, _, _ = two
    with pytest.raises(InputError, match="60 SNPs of the large population and 50 of the small one"):
        transfer_gblup(large, population(small.people.dosages[:, :50], small.value))


def test_rice_indica_borrows_seed_shape_from_japonica(shared):
    """The published panel: what 70 indica plants lack, japonica has for seed length; with wide margins to chance."""
    folder = shared / "data/rice_diversity"
    dosages = open_bed(folder / "rice.bed").read(dtype="int8")
    groups = pd.read_csv(folder / "populations.tsv", sep="\t")["population"].to_numpy()
    value = pd.read_csv(folder / "phenotypes.tsv", sep="\t")["seed_length"].to_numpy()
    known = ~np.isnan(value)
    large, small = (np.flatnonzero(known & (groups == name)) for name in ("japonica", "indica"))
    accuracies = []
    for seed in range(4):
        learning, new = np.split(np.random.default_rng(seed).permutation(small), [len(small) // 2])
        populations = [population(np.ascontiguousarray(dosages[people]), value[people]) for people in (large, learning)]
        fits = own_gblup(populations[1]), transfer_gblup(*populations), transfer_gblup(*populations, (1.0,))
        accuracies.append([accuracy(fit, dosages[new], value[new]) for fit in fits])
    own, transfer, pooled = np.mean(accuracies, axis=0)
    assert transfer > own + 0.02
    assert transfer > pooled - 0.03
