import numpy as np
import pytest

from gtl.config.phenotypes import PhenotypesConfig
from gtl.errors import InputError
from gtl.simulate.phenotypes.causal import (
    allele_frequency,
    causal_candidates,
    draw_causal_effects,
    draw_causal_rows,
)
from gtl.simulate.phenotypes.draws import NumpyDraws


def draws(seed: int = 1) -> NumpyDraws:
    return NumpyDraws(np.random.default_rng(seed))


def test_all_candidates_are_equally_likely_and_sorted() -> None:
    source, candidates = draws(), np.array([2, 3, 5, 7, 11])
    samples = np.array([draw_causal_rows(source, candidates, 2) for _ in range(2000)])
    assert (samples[:, 0] < samples[:, 1]).all()
    counts = np.array([(samples == row).sum() for row in candidates])
    assert counts.sum() == 4000
    assert (np.abs(counts - 800) < 4 * np.sqrt(2000 * 0.4 * 0.6)).all()


def test_more_risk_snps_than_common_snps() -> None:
    with pytest.raises(InputError, match=r"more risk SNPs than common SNPs: 4 risk SNPs were asked for, but only 3"):
        draw_causal_rows(draws(), np.arange(3), 4)


def test_frequency_limits_hold_in_both_populations() -> None:
    # minor allele frequencies, large: 0, 1/4, 1/4, 1/2; small: 1/4, 1/4, 0, 1/2
    large, small = np.array([0, 1 / 4, 3 / 4, 1 / 2]), np.array([1 / 4, 3 / 4, 1, 1 / 2])
    assert causal_candidates(large, small, PhenotypesConfig()).tolist() == [0, 1, 2, 3]
    assert causal_candidates(large, small, PhenotypesConfig(causal_maf_min=0.1)).tolist() == [1, 3]
    assert causal_candidates(large, small, PhenotypesConfig(causal_maf_min=0.1, causal_maf_max=0.3)).tolist() == [1]


def test_a_bound_holds_whichever_allele_is_counted():
    # 1 of 10 alleles and 9 of 10, 1 of 20 and 19 of 20; 1 - 0.9 is a little less than 0.1
    frequency = np.array([0.1, 0.9, 0.05, 0.95])
    at_least = PhenotypesConfig(causal_maf_min=0.1)
    at_most = PhenotypesConfig(causal_maf_min=0, causal_maf_max=0.1)
    assert causal_candidates(frequency, frequency, at_least).tolist() == [0, 1]
    assert causal_candidates(frequency, frequency, at_most).tolist() == [0, 1, 2, 3]


def test_frequency_of_a_variant_that_nobody_was_called_at() -> None:
    assert np.isnan(allele_frequency(np.array([[-1, -1]], dtype=np.int8))).all()


def test_both_populations_have_the_same_effects_unless_told_otherwise() -> None:
    large, small = draw_causal_effects(draws(1), draws(2), PhenotypesConfig(), np.arange(5))
    assert (large.beta == small.beta).all()
    assert large.independent.tolist() == [False] * 3 + [True] * 2
    assert sorted(large.rows.tolist()) == list(range(5))


@pytest.mark.parametrize(("distribution", "mean"), [("norm", 0.0), ("unif", 0.5)])
def test_effect_correlation_between_populations(distribution: str, mean: float) -> None:
    config = PhenotypesConfig(effect_correlation=0.6, effect_distribution=distribution, effect_mean=mean)
    first, second, n = draws(1), draws(2), 3000
    pairs = [draw_causal_effects(first, second, config, np.arange(10)) for _ in range(n)]
    large, small = (np.array([pair[side].beta[:, 0] for pair in pairs]) for side in (0, 1))
    standard_error = (1 - 0.6**2) * np.sqrt(3 / n)  # 3 = 1 + excess kurtosis / 3 of a product b |c|; less for others
    for column in (0, 9):  # a shared and an independent effect
        assert np.corrcoef(large[:, column], small[:, column])[0, 1] == pytest.approx(0.6, abs=4 * standard_error)
        assert small[:, column].std() == pytest.approx(large[:, column].std(), rel=0.1)


def test_the_large_population_has_the_effects_it_has_without_correlation() -> None:
    alone, _ = draw_causal_effects(draws(1), draws(2), PhenotypesConfig(), np.arange(5))
    large, small = draw_causal_effects(draws(1), draws(2), PhenotypesConfig(effect_correlation=0.5), np.arange(5))
    assert (large.beta == alone.beta).all()
    assert (small.rows == large.rows).all()
    assert (small.beta != large.beta).all()


def test_traits_without_effect() -> None:
    config = PhenotypesConfig(traits=5, affected_traits_share=0.5, effect_correlation=0.5)
    for causal in draw_causal_effects(draws(1), draws(2), config, np.arange(10)):
        assert causal.beta.shape == (10, 5)
        assert (causal.beta[:, 3:] == 0).all()
        assert (causal.beta[~causal.independent, :3] != 0).all()
        assert ((causal.beta[causal.independent] != 0).sum(axis=1) == 1).all()


def test_effects_on_no_trait_are_an_error() -> None:
    with pytest.raises(InputError, match="affected_traits_share is 0"):
        draw_causal_effects(draws(), draws(), PhenotypesConfig(affected_traits_share=0), np.arange(5))


def test_no_snp_variance_means_no_effects() -> None:
    large, small = draw_causal_effects(draws(), draws(), PhenotypesConfig(snp_share=0), np.arange(1))
    assert large.beta.tolist() == small.beta.tolist() == [[0.0]]


@pytest.mark.parametrize("n_causal", [1, 2])
def test_one_shared_uniform_effect_is_an_error(n_causal: int) -> None:
    """k = 1 and k = 2 leave one shared SNP: 0 / 0 in the R package."""
    with pytest.raises(InputError, match="unif needs at least 2 shared effects"):
        draw_causal_effects(draws(), draws(), PhenotypesConfig(), np.arange(n_causal))
