"""The built-in phenotype model against the R package PhenotypeSimulator: each deterministic step, and whole runs.

The whole runs rebuild the package's output seed for seed: the production code runs on R's own random numbers.
"""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from gtl.config.phenotypes import EXAMPLE_2_COVARIATES, PhenotypesConfig
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.errors import InputError
from gtl.simulate.phenotypes.background import (
    Related,
    correlated_noise,
    independent_background,
    neighbour_correlation,
    shared_background,
)
from gtl.simulate.phenotypes.causal import allele_frequency, draw_causal_effects, draw_causal_rows
from gtl.simulate.phenotypes.covariates import category_weights
from gtl.simulate.phenotypes.kinship import impute_dosages, kinship
from gtl.simulate.phenotypes.population import SimulatedPhenotype, simulate_from_draws
from gtl.simulate.phenotypes.scaling import rescale, standardised
from gtl.simulate.phenotypes.variance import Component, Role, VarianceShares, independent_shares
from tests.dense_kinship import related_by
from tests.golden.r_random import RDraws

EXACT = 1e-10

EXAMPLES = {
    "unif": {},
    "norm": {"effect_distribution": "norm", "effect_mean": 0, "effect_sd": 1},
    "cli": {
        **{"effect_distribution": "norm", "effect_mean": 0, "effect_sd": 1},
        **{"genetic_variance": 0.4, "snp_share": 0.025, "covariate_shared": 1},
    },
}
"""Example 2 of the package's vignette: as called, with its step-by-step effects, with its command line's settings."""

R_NAMES = {
    "genVar": "genetic_variance",
    "noiseVar": "noise_variance",
    "h2s": "snp_share",
    "h2bg": "kinship_share",
    "delta": "covariate_share",
    "rho": "correlated_share",
    "phi": "observational_share",
    "gamma": "covariate_shared",
    "theta": "snp_shared",
    "pcorr": "trait_correlation",
}

R_PARTS = {
    "genFixed": Component.SNP,
    "genBg": Component.KINSHIP,
    "noiseFixed": Component.COVARIATES,
    "noiseBg": Component.OBSERVATIONAL,
}


def golden(shared: Path, name: str) -> Any:
    return json.loads((shared / "reference" / "phenotypesimulator" / "golden" / f"{name}.json").read_text())


def close(ours: Any, theirs: Any) -> None:
    np.testing.assert_allclose(ours, np.array(theirs, dtype=float), rtol=EXACT, atol=EXACT)


@pytest.fixture(scope="module")
def hapgen(shared: Path) -> GenotypeMatrix:
    """100 people x 1000 SNPs that HAPGEN2 simulated; the second allele is counted."""
    text = (shared / "reference" / "hapgen2" / "genotypes_hapgen.controls.gen").read_text()
    rows = [line.split() for line in text.splitlines()]
    probabilities = np.array([row[5:] for row in rows], dtype=float).reshape(len(rows), -1, 3)
    dosages = (probabilities[:, :, 1] + 2 * probabilities[:, :, 2]).astype(np.int8)
    names = np.array([row[:5] for row in rows], dtype=object)
    variants = Variants(
        np.full(len(rows), "22", dtype=object), names[:, 2].astype(np.int64), names[:, 1], names[:, 3], names[:, 4]
    )
    return GenotypeMatrix(variants, np.array([f"id1_{i}" for i in range(dosages.shape[1])], dtype=object), dosages)


@pytest.fixture(scope="module")
def hapgen_related(hapgen: GenotypeMatrix) -> Related:
    return related_by(kinship(hapgen.dosages))


def r_run(hapgen: GenotypeMatrix, related: Related, config: PhenotypesConfig, n_causal: int, seed: int) -> Any:
    """The package's ``runSimulation``: one generator for everything."""
    draws = RDraws(seed)
    rows = draw_causal_rows(draws, np.arange(len(hapgen.variants)), n_causal)
    causal, _ = draw_causal_effects(draws, draws, config, rows)
    return causal, simulate_from_draws(hapgen, causal, related, config, draws)


@pytest.mark.parametrize("seed", [1, 42, 219453])
def test_the_r_compatible_generator_draws_what_r_draws(shared: Path, seed: int) -> None:
    expected = golden(shared, "rng")[f"seed{seed}"]
    close(RDraws(seed).uniform(0, 1, (10,)), expected["runif"])
    close(RDraws(seed).normal(0, 1, (10,)), expected["rnorm"])
    close(RDraws(seed).exponential(10), expected["rexp"])
    assert (RDraws(seed).choose(1000, 10) + 1).tolist() == expected["sample_1000_10"]
    assert (RDraws(seed).choose(10, 10) + 1).tolist() == expected["sample_perm_10"]
    assert RDraws(seed).binomial(2, 0.3, 10).tolist() == expected["rbinom_2_0.3"]
    assert RDraws(seed).bernoulli(0.2, 20).tolist() == expected["rbinom_1_0.2"]
    assert RDraws(seed).weighted_categories(np.array([0.2, 0.5, 0.3]), 10).tolist() == expected["sample_cat_prob"]


def as_config(r_arguments: dict[str, Any]) -> PhenotypesConfig:
    empty = dict.fromkeys(
        ["genetic_variance", "snp_share", "kinship_share", "covariate_share", "correlated_share", "observational_share"]
    )
    given = {R_NAMES[name]: value for name, value in dict(r_arguments).items() if name in R_NAMES}
    return PhenotypesConfig(**{**empty, **given})


def test_variance_bookkeeping(shared: Path) -> None:
    for name, case in golden(shared, "setModel").items():
        if "error" in case["output"]:
            continue
        config, expected = as_config(case["input"]), case["output"]
        shares = VarianceShares.of(config)
        ours = (shares.genetic, shares.noise, shares.snp, shares.kinship)
        close(ours, [expected[key] for key in ("genVar", "noiseVar", "h2s", "h2bg")])
        ours = (shares.covariates, shares.correlated, shares.observational)
        close(ours, [expected[key] for key in ("delta", "rho", "phi")])
        expected_shares = (expected["pIndependentGenetic"], expected["pTraitIndependentGenetic"])
        assert independent_shares(config, shares.snp_shared) == expected_shares, name


REFUSED = {
    "err_phi_partial": r"correlated_share \(empty\), observational_share \(0.6\) must add to 1",
    "err_sum_gt1": r"covariate_share \(0.6\), .* observational_share \(0.6\) must add to 1",
    "err_sum_lt1": r"covariate_share \(0.2\), correlated_share \(0.1\), observational_share \(0.6\) must add to 1",
    "err_none": "neither genetic_variance nor noise_variance is set",
    "err_h2": r"snp_share \(0.1\), kinship_share \(0.5\) must add to 1, not 0.6",
    "err_gennoise": r"genetic_variance \(0.6\), noise_variance \(0.6\) must add to 1, not 1.2",
    "err_noh2": "genetic_variance is 0.6, but neither snp_share nor kinship_share",
    "err_nonoise": r"observational_share \(empty\) must add to 1 \(they divide the noise variance, 0.4\)",
}


def test_variance_bookkeeping_refuses_what_the_package_refuses(shared: Path) -> None:
    cases = golden(shared, "setModel")
    assert sorted(REFUSED) == sorted(name for name, case in cases.items() if "error" in case["output"])
    for name, message in REFUSED.items():
        with pytest.raises(InputError, match=message):
            VarianceShares.of(as_config(cases[name]["input"]))


def test_genotypes(shared: Path) -> None:
    expected = golden(shared, "genotypes")
    dosages = np.array(expected["X"], dtype=np.int8).T
    close(allele_frequency(dosages), expected["allele_freq_ref_alt"][1])
    close(kinship(np.array(expected["kinship_X"], dtype=np.int8).T), expected["kinship_std"])
    close(kinship(np.array(expected["kinship_X"], dtype=np.int8).T, standardise=False), expected["kinship_raw"])
    close(kinship(dosages), expected["kinship_with_monomorphic_std"])
    missing = np.array([[-1 if x is None else x for x in row] for row in expected["X_missing"]], dtype=np.int8).T
    assert impute_dosages(missing).T.tolist() == expected["X_missing_imputed"]


def test_kinship_of_the_hapgen_people(shared: Path, hapgen: GenotypeMatrix, hapgen_related: Related) -> None:
    expected = golden(shared, "hapgen")
    close(allele_frequency(hapgen.dosages), expected["allele_freq_alt"])
    matrix = kinship(hapgen.dosages)
    folder = shared / "reference" / "phenotypesimulator" / "golden"
    with gzip.open(folder / "hapgen_kinship_100x100.csv.gz", "rt") as file:
        lines = file.read().splitlines()
    full = np.array([line.split(",")[-100:] for line in lines[-100:]], dtype=float)
    close(matrix, full)
    close(np.linalg.eigvalsh(matrix)[::-1], expected["K_eigen"])
    factor = hapgen_related(Role.INDEPENDENT, np.eye(100))
    close(factor[:5, :5], expected["chol_lower_first5x5"])
    close(factor[-1:], expected["chol_lower_last_row"])


def test_rescaling(shared: Path) -> None:
    expected = golden(shared, "rescale")
    for component, target in (("C1", 0.008), ("C1", 0.472), ("C3", 0.4), ("C3", 1)):
        values, scale = rescale(np.array(expected[component], dtype=float), target)
        close(values, expected[f"{component}_p{target:g}"]["component"])
        close(scale, expected[f"{component}_p{target:g}"]["scale_factor"])
    close(standardised(np.array(expected["C3"], dtype=float))[0], expected["C3_scale"])


def test_rescaling_nothing_is_an_error_where_the_package_gives_nan(shared: Path) -> None:
    assert golden(shared, "rescale")["const_p0.4"]["scale_factor"] is None
    with pytest.raises(InputError, match="everybody has the same value"):
        rescale(np.full((4, 1), 2.0), 0.4)


def test_trait_correlation(shared: Path) -> None:
    expected = golden(shared, "corrmat")
    close(neighbour_correlation(0.8, 1), expected["P1"])
    close(neighbour_correlation(0.8, 5), expected["P5"])


@pytest.mark.parametrize("name", ["P1_seed1", "P1_seed2", "P3_seed1", "P3_seed2"])
def test_background_effects(shared: Path, name: str) -> None:
    file = golden(shared, "background_effects")
    case, related = file["cases"][name], related_by(np.array(file["kinship"]))
    b, a, d, c = (np.array(case[key]) for key in "BaDc")
    close(shared_background(related(Role.SHARED, b), a), case["genBg_shared"])
    close(independent_background(related(Role.INDEPENDENT, d), c), case["genBg_independent"])
    close(shared_background(b, a), case["noiseBg_shared"])
    close(independent_background(d, c), case["noiseBg_independent"])
    normals = np.array(case["correlated_z"]).reshape(-1, case["P"])
    close(correlated_noise(normals, neighbour_correlation(0.8, case["P"])), case["correlated"])


def test_category_weights(shared: Path) -> None:
    expected = golden(shared, "catprob")
    close(category_weights(3, 0, 1), expected["cat_norm_k3_m0"])
    close(category_weights(3, 9, 1), expected["cat_norm_k3_m9"])


def test_snp_effects_seed_for_seed(shared: Path, hapgen: GenotypeMatrix) -> None:
    """Causal SNPs, roles, effect sizes and effects, of 1 and of 15 traits."""
    for case in golden(shared, "genetic_fixed"):
        config = PhenotypesConfig(traits=case["P"], **EXAMPLES[case["dist"]])
        draws = RDraws(case["seed"])
        rows = draw_causal_rows(draws, np.arange(1000), case["k"])
        assert rows.tolist() == case["snp_index0_drawn"]
        causal, _ = draw_causal_effects(draws, draws, config, rows)
        assert causal.rows.tolist() == case["snp_order"]
        assert causal.independent.tolist() == [role == "independent" for role in case["role"]]
        close(causal.beta.T, case["beta_P_by_k"])
        for role, target in (("shared", 0.008), ("independent", 0.002)):
            chosen = causal.independent == (role == "independent")
            effect = hapgen.dosages[causal.rows[chosen]].T @ causal.beta[chosen]
            close(effect[:5], case[f"{role}_first5"])
            close(rescale(effect, target)[1], case[f"sf_{role}_{target}"])


@pytest.mark.parametrize("name", ["p1_k5_unif", "p1_k5_norm", "p1_k10_unif", "p1_k10_cli"])
def test_a_whole_run_seed_for_seed(shared: Path, hapgen: GenotypeMatrix, hapgen_related: Related, name: str) -> None:
    expected = golden(shared, f"full_run_{name}_seed1")
    config = PhenotypesConfig(**EXAMPLES[name.split("_")[-1]])
    causal, simulated = r_run(hapgen, hapgen_related, config, len(expected["causal"]), seed=1)
    assert hapgen.variants.rsid[causal.rows].tolist() == expected["causal"]
    close(causal.beta[:, 0], expected["beta"])
    close(simulated.covariates.values, expected["conf"])
    close(simulated.covariates.beta[:, 0], expected["conf_beta"])
    for r_name, component in R_PARTS.items():
        for role in Role:
            check_part(simulated, component, role, expected[f"Y_{r_name}_{role}"])
    check_part(simulated, Component.CORRELATED, Role.SHARED, expected["Y_correlatedBg"])
    close(simulated.liability[:, 0], expected["Y"])


def check_part(simulated: SimulatedPhenotype, component: Component, role: Role, expected: Any) -> None:
    parts = [part for part in simulated.parts if (part.component, part.role) == (component, role)]
    if expected is None:
        assert parts == []
    else:
        close(parts[0].values[:, 0], expected)


def test_final_snp_effects_are_those_of_the_liability(hapgen: GenotypeMatrix, hapgen_related: Related) -> None:
    causal, simulated = r_run(hapgen, hapgen_related, PhenotypesConfig(), 5, seed=1)
    snp = np.sum([part.values for part in simulated.parts if part.component is Component.SNP], axis=0)
    total = np.sum([part.values for part in simulated.parts], axis=0)
    from_effects = hapgen.dosages[causal.rows].T @ simulated.causal_effects
    close(from_effects, snp / total.std(ddof=1))


def test_the_preset_is_example_2() -> None:
    assert [(s.count, s.distribution.value) for s in EXAMPLE_2_COVARIATES] == [
        *((1, "bin"), (2, "cat_norm"), (1, "cat_unif"), (2, "norm"))
    ]


def stored_run(shared: Path, table: str, config: str, seed: int) -> pd.DataFrame:
    rows = pd.read_parquet(shared / "reference" / "phenotypesimulator" / f"{table}.parquet")
    return rows[(rows.config == config) & (rows.seed == seed)]


@pytest.mark.parametrize("name", ["p1_k5_unif", "p1_k10_unif", "p1_k5_norm", "p1_k5_cli"])
@pytest.mark.parametrize("seed", [2, 3, 150])
def test_phenotypes_of_further_seeds(
    shared: Path, hapgen: GenotypeMatrix, hapgen_related: Related, name: str, seed: int
) -> None:
    config, n_causal = PhenotypesConfig(**EXAMPLES[name.split("_")[-1]]), int(name.split("_")[1].removeprefix("k"))
    _, simulated = r_run(hapgen, hapgen_related, config, n_causal, seed)
    expected = stored_run(shared, "phenotypes", name, seed).sort_values("sample").Y
    np.testing.assert_allclose(simulated.liability[:, 0], expected, atol=1e-6)  # stored as float32


@pytest.mark.parametrize("n_causal", [5, 30])
@pytest.mark.parametrize("seed", [1, 2])
def test_fifteen_traits(
    shared: Path, hapgen: GenotypeMatrix, hapgen_related: Related, n_causal: int, seed: int
) -> None:
    """The literal example 2: variances of each component in each trait, and effects of the covariates."""
    name = f"p15_k{n_causal}_unif"
    _, simulated = r_run(hapgen, hapgen_related, PhenotypesConfig(traits=15), n_causal, seed)
    expected = stored_run(shared, "components", name, seed).sort_values("trait")
    for r_name, component in {**R_PARTS, "correlatedBg": Component.CORRELATED}.items():
        parts = [part for part in simulated.parts if part.component is component]
        close(np.sum([part.values for part in parts], axis=0).var(axis=0, ddof=1), expected[f"Y_{r_name}"])
    close((simulated.liability > 0).mean(axis=0), expected["frac_Y_gt0"])
    effects = stored_run(shared, "confounder_effects", name, seed).sort_values("trait", kind="stable")
    close(simulated.covariates.beta.T.ravel(), effects.beta)


@pytest.mark.parametrize("probability", [0.2, 0.5, 0.7, 0.9])
def test_bernoulli_draws_the_rarer_outcome_as_r_does(probability: float) -> None:
    """rbinom (R's nmath/rbinom.c): u against 1 - min(p, 1 - p), the outcome turned for p above 1/2."""
    draws, uniform = RDraws(7), RDraws(7).uniform(0, 1, (50,))
    expected = uniform >= 1 - probability if probability <= 0.5 else uniform < 1 - (1 - probability)
    assert draws.bernoulli(probability, 50).tolist() == expected.astype(float).tolist()
