import numpy as np
import pytest

from gtl.config.phenotypes import EXAMPLE_2_COVARIATES, CovariateSet
from gtl.errors import InputError
from gtl.simulate.phenotypes.covariates import category_weights, draw_covariates, draw_values
from gtl.simulate.phenotypes.draws import NumpyDraws
from gtl.simulate.phenotypes.variance import Role

N = 20_000


def draws(seed: int = 1) -> NumpyDraws:
    return NumpyDraws(np.random.default_rng(seed))


@pytest.mark.parametrize(
    ("settings", "mean", "sd", "values"),
    [
        (CovariateSet(distribution="norm", mean=2, sd=3), 2, 3, None),
        (CovariateSet(distribution="unif", mean=2, sd=3), 2, 3 / np.sqrt(3), None),
        (CovariateSet(distribution="bin", probability=0.2), 0.2, 0.4, {0, 1}),
        (CovariateSet(distribution="cat_unif", categories=4), 2.5, np.sqrt(1.25), {1, 2, 3, 4}),
        # weights 0.7407, 0.1240, 0.1352: mean 1.3945, mean square 2.4536
        (CovariateSet(distribution="cat_norm", mean=9, sd=9), 1.3945, 0.7134, {1, 2, 3}),
    ],
)
def test_values(settings: CovariateSet, mean: float, sd: float, values: set[float] | None) -> None:
    drawn = draw_values(draws(), settings, N, 2)
    assert drawn.shape == (N, 2)
    np.testing.assert_allclose(drawn.mean(axis=0), mean, atol=4 * sd / np.sqrt(N) + 1e-4)
    np.testing.assert_allclose(drawn.std(axis=0), sd, rtol=0.03)
    assert values is None or set(drawn.ravel()) == values


def test_category_weights_by_hand() -> None:
    np.testing.assert_allclose(category_weights(2, 1.0, 1.0), np.array([0.5, 0.3413447]) / 0.8413447, atol=1e-7)


def test_categories_that_cannot_occur() -> None:
    with pytest.raises(InputError, match="cat_norm set of 3 categories with mean 1000 and sd 1 gives every category"):
        category_weights(3, 1000, 1)


def test_example_2_covariates() -> None:
    covariates = draw_covariates(draws(), EXAMPLE_2_COVARIATES, 0.8, 30, 1)
    assert covariates.names == (
        "set1_bin_shared1",
        "set2_cat_norm_independent1",
        "set2_cat_norm_independent2",
        "set3_cat_unif_independent1",
        "set4_norm_shared1",
        "set4_norm_independent1",
    )
    assert covariates.independent.tolist() == [False, True, True, True, False, True]
    shared = covariates.values[:, [0, 4]] @ covariates.beta[[0, 4]]
    np.testing.assert_allclose(covariates.effect(Role.SHARED), shared)


@pytest.mark.parametrize(("shared", "absent"), [(0.0, Role.SHARED), (1.0, Role.INDEPENDENT)])
def test_all_or_no_shared_variance(shared: float, absent: Role) -> None:
    covariates = draw_covariates(draws(), EXAMPLE_2_COVARIATES, shared, 30, 3)
    assert set(covariates.independent) == {absent is Role.SHARED}
    assert covariates.effect(absent) is None


def test_independent_covariates_act_on_some_traits() -> None:
    covariates = draw_covariates(draws(), [CovariateSet(count=6, independent_share=1, trait_share=0.5)], 0.5, 10, 4)
    assert (covariates.beta != 0).sum(axis=1).tolist() == [2] * 6


def test_no_set_is_an_error() -> None:
    with pytest.raises(InputError, match=r"phenotypes\.covariates lists none"):
        draw_covariates(draws(), (), 0.8, 10, 1)
