from functools import partial

import numpy as np
import pytest

from gtl.config.phenotypes import CovariateSet, PhenotypesConfig
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.errors import InputError
from gtl.random_streams import stream
from gtl.simulate.phenotypes.causal import CausalSnps, draw_causal_effects
from gtl.simulate.phenotypes.draws import NumpyDraws
from gtl.simulate.phenotypes.people import PeopleInMemory
from gtl.simulate.phenotypes.population import SimulatedPhenotype, simulate_builtin
from gtl.simulate.phenotypes.variance import Component, Role

ONLY_SNPS = {"genetic_variance": 1, "snp_share": 1, "covariate_share": None, "observational_share": None}
NO_GENETICS = {"genetic_variance": 0, "snp_share": None}


def genotypes(dosages: np.ndarray) -> GenotypeMatrix:
    n_variants, n_samples = dosages.shape
    names = np.array([f"rs{row}" for row in range(n_variants)], dtype=object)
    letters = np.full(n_variants, "A", dtype=object)
    variants = Variants(np.full(n_variants, "21", dtype=object), np.arange(n_variants), names, letters, letters)
    return GenotypeMatrix(variants, np.array([f"p{i}" for i in range(n_samples)], dtype=object), dosages)


def people(n_samples: int = 60, n_variants: int = 40) -> GenotypeMatrix:
    return genotypes(np.random.default_rng(4).integers(0, 3, (n_variants, n_samples)).astype(np.int8))


def simulate(matrix: GenotypeMatrix, config: PhenotypesConfig, n_causal: int = 5, seed: int = 1) -> SimulatedPhenotype:
    draws = NumpyDraws(np.random.default_rng(seed))
    causal, _ = draw_causal_effects(draws, draws, config, np.arange(n_causal))
    return run(matrix, causal, config, seed)


def run(matrix: GenotypeMatrix, causal: CausalSnps, config: PhenotypesConfig, seed: int = 1) -> SimulatedPhenotype:
    return simulate_builtin(matrix, causal, PeopleInMemory(matrix), config, partial(stream, seed))


def realised(simulated: SimulatedPhenotype) -> dict[tuple[str, str], float]:
    return {(part.component.value, part.role.value): part.values.var(axis=0, ddof=1).mean() for part in simulated.parts}


@pytest.mark.parametrize("traits", [1, 4])
def test_each_part_has_its_variance_and_the_liability_is_standard(traits: int) -> None:
    simulated = simulate(people(), PhenotypesConfig(traits=traits), n_causal=10)
    assert simulated.liability.shape == (60, traits)
    for part in simulated.parts:
        assert part.values.var(axis=0, ddof=1).mean() == pytest.approx(part.target)
    assert sum(part.target for part in simulated.parts) == pytest.approx(1)
    np.testing.assert_allclose(simulated.liability.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(simulated.liability.std(axis=0, ddof=1), 1)


def test_one_seed_one_phenotype() -> None:
    first, same, other = (simulate(people(), PhenotypesConfig(), seed=seed) for seed in (1, 1, 2))
    assert (first.liability == same.liability).all()
    assert not (first.liability == other.liability).any()


def test_snp_only_liability_by_hand() -> None:
    # one SNP of effect 2 with dosages 0, 1, 2: centred and scaled, -1, 0, 1 whatever the effect
    config = PhenotypesConfig(**ONLY_SNPS, snp_shared=1)
    causal = CausalSnps(np.array([1]), np.array([False]), np.array([[2.0]]))
    matrix = genotypes(np.array([[0, 0, 0], [0, 1, 2]], dtype=np.int8))
    simulated = run(matrix, causal, config)
    np.testing.assert_allclose(simulated.liability[:, 0], [-1, 0, 1], atol=1e-15)
    np.testing.assert_allclose(simulated.causal_effects, [[1.0]])


@pytest.mark.parametrize(
    ("field", "component"),
    [
        ("snp_shared", Component.SNP),
        ("kinship_shared", Component.KINSHIP),
        ("covariate_shared", Component.COVARIATES),
        ("observational_shared", Component.OBSERVATIONAL),
    ],
)
@pytest.mark.parametrize(("share", "absent"), [(0, Role.SHARED), (1, Role.INDEPENDENT)])
def test_a_role_without_share_is_absent(field: str, component: Component, share: float, absent: Role) -> None:
    simulated = simulate(people(), PhenotypesConfig(**{field: share}))
    assert (component.value, absent.value) not in realised(simulated)
    assert sum(realised(simulated).values()) == pytest.approx(1)


def test_all_genetic_variance_from_snps_needs_no_kinship() -> None:
    config = PhenotypesConfig(snp_share=1)
    causal, _ = draw_causal_effects(*[NumpyDraws(np.random.default_rng(1))] * 2, config, np.arange(5))
    simulated = run(people(), causal, config)
    assert Component.KINSHIP not in {part.component for part in simulated.parts}
    assert sum(realised(simulated).values()) == pytest.approx(1)


def test_no_genetic_variance() -> None:
    simulated = simulate(people(), PhenotypesConfig(**NO_GENETICS))
    assert {part.component for part in simulated.parts} == set(Component) - {Component.SNP, Component.KINSHIP}
    assert (simulated.causal_effects == 0).all()


def test_no_noise_variance() -> None:
    config = PhenotypesConfig(genetic_variance=1, covariate_share=None, observational_share=None)
    simulated = simulate(people(), config)
    assert {part.component for part in simulated.parts} == {Component.SNP, Component.KINSHIP}
    assert simulated.covariates.names == ()


def test_one_causal_snp_loses_the_independent_share() -> None:
    """k = 1: round(0.4) = 0 independent SNPs, so that 0.2 % of the variance is never given to anything."""
    simulated = simulate(people(), PhenotypesConfig(effect_distribution="norm"), n_causal=1)
    assert ("snp", "independent") not in realised(simulated)
    assert sum(realised(simulated).values()) == pytest.approx(0.998)


def test_a_monomorphic_causal_snp_is_allowed() -> None:
    matrix = people()
    matrix.dosages[0] = 2
    assert realised(simulate(matrix, PhenotypesConfig()))[("snp", "shared")] == pytest.approx(0.008)


def test_only_monomorphic_causal_snps_of_a_role_are_an_error() -> None:
    matrix = people()
    matrix.dosages[:5] = [[0], [1], [2], [2], [0]]
    with pytest.raises(
        InputError, match=r"all causal SNPs with shared effects \(rs., rs., rs.\) are monomorphic among"
    ):
        simulate(matrix, PhenotypesConfig())


def test_covariates_that_do_not_vary_are_an_error() -> None:
    never = CovariateSet(distribution="bin", probability=0, independent_share=0)
    with pytest.raises(InputError, match=r"the shared covariates part should have variance 0\.0.*, but everybody has"):
        simulate(people(), PhenotypesConfig(covariates=(never,)))


def test_a_missing_causal_dosage_is_an_error_or_imputed() -> None:
    matrix = people()
    matrix.dosages[2, 7] = -1
    causal = CausalSnps(np.array([0, 2]), np.array([False, False]), np.array([[1.0], [1.0]]))
    config = PhenotypesConfig(**ONLY_SNPS, snp_shared=1)
    with pytest.raises(InputError, match=r"causal SNP rs2 is missing in sample p7; set phenotypes.impute_missing"):
        run(matrix, causal, config)
    imputing = config.model_copy(update={"impute_missing": True})
    simulated = run(matrix, causal, imputing)
    called = np.delete(matrix.dosages[2], 7)
    matrix.dosages[2, 7] = round(called.mean())
    expected = run(matrix, causal, config)
    assert (simulated.liability == expected.liability).all()


def test_fewer_people_are_scaled_among_themselves() -> None:
    """N below the file's number of samples: every variance is that of the people kept."""
    simulated = simulate(people().take_samples(np.arange(0, 60, 2)), PhenotypesConfig())
    assert simulated.liability.shape == (30, 1)
    assert sum(realised(simulated).values()) == pytest.approx(1)
