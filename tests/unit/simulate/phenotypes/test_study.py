import numpy as np
import pyarrow as pa
import pytest

from gtl import schema
from gtl.config.phenotypes import PhenotypesConfig
from gtl.domain.cohort import Population
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.domain.phenotype_code import PhenotypeCode
from gtl.errors import InputError
from gtl.simulate.phenotypes.people import PeopleInMemory
from gtl.simulate.phenotypes.population import SimulatedPhenotype, simulate_builtin
from gtl.simulate.phenotypes.study import StudyPhenotypes, check_both_classes, simulate_study_phenotypes

CODE = PhenotypeCode("YRI", 5, 1)


def cohort(n_samples: int, seed: int, n_variants: int = 50) -> GenotypeMatrix:
    def text(prefix: str) -> np.ndarray:
        return np.array([f"{prefix}{row}" for row in range(n_variants)], dtype=object)

    letter = np.full(n_variants, "A", dtype=object)
    variants = Variants(np.full(n_variants, "21", dtype=object), np.arange(n_variants), text("rs"), letter, letter)
    dosages = np.random.default_rng(seed).integers(0, 3, (n_variants, n_samples)).astype(np.int8)
    return GenotypeMatrix(variants, np.array([f"{seed}-{i}" for i in range(n_samples)], dtype=object), dosages)


LARGE, SMALL = cohort(80, 1), cohort(30, 2)
PEOPLE = PeopleInMemory(LARGE), PeopleInMemory(SMALL)


def simulate(config: PhenotypesConfig | None = None, code: PhenotypeCode = CODE, seed: int = 1) -> StudyPhenotypes:
    return simulate_study_phenotypes(*PEOPLE, config or PhenotypesConfig(), code, seed)


def test_liabilities_are_standard_in_each_population() -> None:
    made = simulate()
    assert (made.large.shape, made.small.shape) == ((80, 1), (30, 1))
    for liability in (made.large, made.small):
        assert liability.mean() == pytest.approx(0, abs=1e-12)
        assert liability.std(ddof=1) == pytest.approx(1)


def test_liabilities_may_be_standard_in_the_small_cohort_alone() -> None:
    together = simulate()
    alone = simulate_study_phenotypes(*PEOPLE, PhenotypesConfig(), CODE, 1, n_reference=20)
    assert alone.small[:20].mean() == pytest.approx(0, abs=1e-12)
    assert alone.small[:20].std(ddof=1) == pytest.approx(1)
    assert alone.small[20:].mean() != pytest.approx(0, abs=1e-3)
    # The same phenotype on another scale: liabilities, and effects on them, by the same factor.
    sd = together.small[:20].std(ddof=1)
    np.testing.assert_allclose(np.diff(alone.small, axis=0), np.diff(together.small, axis=0) / sd, atol=1e-12)
    np.testing.assert_allclose(alone.causal["effect_small"], together.causal["effect_small"] / sd)
    np.testing.assert_array_equal(alone.large, together.large)


def test_tables_keep_their_contracts() -> None:
    made = simulate(PhenotypesConfig(traits=2))
    assert schema.to_arrow(made.causal, schema.CAUSAL).num_rows == 10
    table = schema.to_arrow(made.components, schema.COMPONENTS)
    assert table.num_rows == 2 * 2 * 9
    assert isinstance(table, pa.Table)
    for population in Population:
        of_first_trait = made.components[(made.components.population == population) & (made.components.trait == 1)]
        assert of_first_trait.target.sum() == pytest.approx(1)


@pytest.mark.parametrize("overlap", [1.0, 0.4])
def test_effects_on_liability_predict_the_snp_part(overlap: float) -> None:
    """With SNP variance only, alleles times effects are the liability, up to its mean."""
    config = PhenotypesConfig(
        genetic_variance=1, snp_share=1, covariate_share=None, observational_share=None,
        effect_correlation=0.5, causal_overlap=overlap,
    )  # fmt: skip
    made = simulate(config)
    for matrix, liability, population in ((LARGE, made.large, "large"), (SMALL, made.small, "small")):
        rows = [matrix.variants.rsid.tolist().index(rsid) for rsid in made.causal.rsid]
        score = matrix.dosages[rows].T @ made.causal[f"effect_{population}"].to_numpy()
        np.testing.assert_allclose(score - score.mean(), liability[:, 0], atol=1e-12)
        frequency = matrix.dosages[rows].mean(axis=1) / 2
        np.testing.assert_allclose(made.causal[f"frequency_{population}"], frequency)


@pytest.mark.parametrize(("overlap", "in_both"), [(0.0, 0), (0.6, 3), (1.0, 5)])
def test_populations_have_as_many_causal_snps_in_common_as_asked(overlap: float, in_both: int) -> None:
    snps = simulate(PhenotypesConfig(causal_overlap=overlap)).causal
    large, small = (snps[snps[f"beta_{population}"] != 0] for population in Population)
    assert (len(large), len(small)) == (5, 5)
    assert len(set(large.rsid) & set(small.rsid)) == in_both
    assert sorted(large.beta_large) == sorted(small.beta_small)


def test_the_small_populations_causal_snps_do_not_depend_on_the_overlap() -> None:
    same, apart = (simulate(PhenotypesConfig(causal_overlap=overlap)) for overlap in (1.0, 0.0))
    np.testing.assert_array_equal(same.small, apart.small)
    assert not np.allclose(same.large, apart.large)


def test_a_lost_share_is_shown_as_realised_zero() -> None:
    made = simulate(PhenotypesConfig(effect_distribution="norm"), PhenotypeCode("YRI", 1, 1))
    lost = made.components[(made.components.component == "snp") & (made.components.role == "independent")]
    assert lost.realised.tolist() == [0.0, 0.0]
    assert lost.target.tolist() == pytest.approx([0.002, 0.002])


def test_a_phenotype_depends_on_its_own_code_and_seed_only() -> None:
    made = simulate()
    assert (made.large == simulate().large).all()
    assert not (made.large == simulate(seed=2).large).any()
    other = simulate(code=PhenotypeCode("YRI", 5, 2))
    assert made.causal.rsid.tolist() != other.causal.rsid.tolist()
    assert not (made.small == other.small).any()


def test_a_population_is_the_same_beside_another_one() -> None:
    other_large = simulate_study_phenotypes(
        PeopleInMemory(LARGE.take_samples(slice(0, 40))), PEOPLE[1], PhenotypesConfig(), CODE, 1
    )
    assert (other_large.small == simulate().small).all()


def test_noise_is_drawn_anew_for_each_population() -> None:
    """The same people in both roles share causal SNPs and effects, and nothing else."""
    made = simulate_study_phenotypes(PEOPLE[1], PEOPLE[1], PhenotypesConfig(), CODE, 1)
    assert (made.causal.beta_large == made.causal.beta_small).all()
    assert not (made.large == made.small).any()


def test_any_engine_can_take_the_built_in_one_s_place() -> None:
    seen = []

    def engine(genotypes, causal, people, config, streams) -> SimulatedPhenotype:
        seen.append((len(people.samples), genotypes.variants.take(causal.rows).rsid.tolist()))
        return simulate_builtin(genotypes, causal, people, config, streams)

    made = simulate_study_phenotypes(*PEOPLE, PhenotypesConfig(), CODE, 1, engine)
    assert (made.large == simulate().large).all()
    assert [entry[0] for entry in seen] == [80, 30]
    assert seen[0][1] == seen[1][1]


def test_more_risk_snps_than_common_snps() -> None:
    with pytest.raises(InputError, match="51 risk SNPs were asked for, but only 50 SNPs"):
        simulate(code=PhenotypeCode("YRI", 51, 1))


def test_populations_that_are_not_aligned() -> None:
    with pytest.raises(InputError, match="50 variants in the large population, 49 in the small"):
        simulate_study_phenotypes(PEOPLE[0], PeopleInMemory(cohort(30, 2, 49)), PhenotypesConfig(), CODE, 1)
    backwards = SMALL.take_variants(slice(None, None, -1))
    with pytest.raises(InputError, match="variant row 0 has pos 0 in the large population and 49 in the small one"):
        simulate_study_phenotypes(PEOPLE[0], PeopleInMemory(backwards), PhenotypesConfig(), CODE, 1)


@pytest.mark.parametrize(
    ("case", "counts"), [([1, 1, 1], "3 cases and 0 controls"), ([0, 0], "0 cases and 2 controls")]
)
def test_one_class_only(case: list[int], counts: str) -> None:
    with pytest.raises(InputError, match=f"phenotype YRI_5_1, small: {counts}; both are needed"):
        check_both_classes(np.array(case, dtype=np.int8), CODE, "small")
