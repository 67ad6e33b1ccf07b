import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtl.config.phenotypes import CovariateSet, PhenotypesConfig
from gtl.errors import InputError
from gtl.simulate.phenotypes.variance import Component, Role, VarianceShares, independent_shares

fraction = st.floats(0, 1)


def test_example_2() -> None:
    shares = VarianceShares.of(PhenotypesConfig())
    targets = {(c.value, r.value): round(shares.target(c, r), 12) for c in Component for r in Role}
    assert targets == {
        ("snp", "shared"): 0.008,
        ("snp", "independent"): 0.002,
        ("kinship", "shared"): 0.472,
        ("kinship", "independent"): 0.118,
        ("correlated", "shared"): 0.04,
        ("correlated", "independent"): 0.0,
        ("observational", "shared"): 0.192,
        ("observational", "independent"): 0.048,
        ("covariates", "shared"): 0.096,
        ("covariates", "independent"): 0.024,
    }


@given(genetic=st.floats(0.001, 0.999), snp=fraction, covariates=fraction, part=fraction, shared=fraction)
def test_targets_always_add_to_one(genetic: float, snp: float, covariates: float, part: float, shared: float) -> None:
    shared_fields = ("snp_shared", "kinship_shared", "covariate_shared", "observational_shared")
    config = PhenotypesConfig(
        genetic_variance=genetic,
        snp_share=snp,
        covariate_share=covariates,
        observational_share=part * (1 - covariates),
        **dict.fromkeys(shared_fields, shared),
    )
    shares = VarianceShares.of(config)
    targets = [shares.target(component, role) for component in Component for role in Role]
    assert sum(targets) == pytest.approx(1, abs=1e-12)
    assert min(targets) >= 0


def test_three_shares_that_add_to_one_but_for_rounding() -> None:
    config = PhenotypesConfig(observational_share=0.6, covariate_share=0.3, correlated_share=0.1)
    assert VarianceShares.of(config).correlated == 0.1


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"genetic_variance": 0}, r"genetic_variance is 0, so nothing is left for snp_share \(0.01"),
        ({"genetic_variance": 1}, r"noise_variance is 0, so nothing is left for covariate_share \(0.3\)"),
        ({"genetic_variance": 0.5, "noise_variance": 0.4}, "must add to 1, not 0.9"),
        ({"covariate_share": 0.7}, r"observational_share \(0.6\) must add to 1"),
        ({"kinship_share": 0.5}, r"snp_share \(0.016.*\), kinship_share \(0.5\) must add to 1"),
    ],
)
def test_shares_that_cannot_be(settings: dict[str, float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        VarianceShares.of(PhenotypesConfig(**settings))


def test_no_genetic_and_no_noise_variance() -> None:
    shares = VarianceShares.of(PhenotypesConfig(genetic_variance=0, snp_share=None))
    assert (shares.genetic, shares.noise, shares.snp, shares.kinship) == (0, 1, 0, 0)
    config = PhenotypesConfig(noise_variance=0, genetic_variance=None, covariate_share=None, observational_share=None)
    shares = VarianceShares.of(config)
    assert (shares.genetic, shares.covariates, shares.correlated, shares.observational) == (1, 0, 0, 0)


@pytest.mark.parametrize(("shared", "expected"), [(0, (1, 1)), (1, (0, 0)), (0.5, (0.4, 0.2))])
def test_all_or_no_shared_variance_fixes_the_roles(shared: float, expected: tuple[float, float]) -> None:
    assert independent_shares(PhenotypesConfig(), shared) == expected
    assert independent_shares(CovariateSet(), shared) == expected
