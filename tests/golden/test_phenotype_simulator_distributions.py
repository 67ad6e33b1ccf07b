"""Phenotypes drawn with numpy's random numbers are distributed as the R package's (400 runs of it on the same people).

Seeds are fixed, so nothing here fails by chance; a limit of four standard errors is what a right model passes.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ks_2samp

from gtl.config.phenotypes import PhenotypesConfig
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.random_streams import stream
from gtl.simulate.phenotypes.causal import draw_causal_effects, draw_causal_rows
from gtl.simulate.phenotypes.draws import NumpyDraws
from gtl.simulate.phenotypes.kinship import kinship
from gtl.simulate.phenotypes.population import SimulatedPhenotype, simulate_from_draws
from gtl.simulate.phenotypes.variance import Component
from tests.dense_kinship import related_by

RUNS = 400

NORMAL = {"effect_distribution": "norm", "effect_mean": 0, "effect_sd": 1}
COMMAND_LINE = {**NORMAL, "genetic_variance": 0.4, "snp_share": 0.025, "covariate_shared": 1}
SETTINGS = {
    "p1_k5_unif": PhenotypesConfig(),
    "p1_k10_unif": PhenotypesConfig(),
    "p1_k5_norm": PhenotypesConfig(**NORMAL),
    "p1_k5_cli": PhenotypesConfig(**COMMAND_LINE),
}

R_NAMES = {
    Component.SNP: "Y_genFixed",
    Component.KINSHIP: "Y_genBg",
    Component.COVARIATES: "Y_noiseFixed",
    Component.OBSERVATIONAL: "Y_noiseBg",
    Component.CORRELATED: "Y_correlatedBg",
}


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "reference" / "phenotypesimulator"


@pytest.fixture(scope="module")
def people(shared: Path) -> GenotypeMatrix:
    lines = (shared / "reference" / "hapgen2" / "genotypes_hapgen.controls.gen").read_text().splitlines()
    rows = np.array([line.split() for line in lines], dtype=object)
    probabilities = rows[:, 5:].astype(float).reshape(len(rows), -1, 3)
    dosages = (probabilities @ [0, 1, 2]).astype(np.int8)
    variants = Variants(rows[:, 0], rows[:, 2].astype(np.int64), rows[:, 1], rows[:, 3], rows[:, 4])
    return GenotypeMatrix(variants, np.arange(dosages.shape[1]).astype(object), dosages)


@pytest.fixture(scope="module", params=SETTINGS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def runs(name: str, people: GenotypeMatrix) -> list[tuple[pd.DataFrame, dict[str, float]]]:
    return list(simulate_often(people, name))


def simulate_often(people: GenotypeMatrix, name: str) -> Iterator[tuple[pd.DataFrame, dict[str, float]]]:
    related = related_by(kinship(people.dosages))
    config, n_causal = SETTINGS[name], int(name.split("_")[1].removeprefix("k"))
    for run in range(RUNS):
        draws = NumpyDraws(stream(20221, "distribution", name, run))
        rows = draw_causal_rows(draws, np.arange(len(people.variants)), n_causal)
        causal, _ = draw_causal_effects(draws, draws, config, rows)
        if not all(some_snp_varies(people.dosages[causal.rows[causal.independent == role]]) for role in (False, True)):
            continue  # about 1 in 1000 runs: an error here, NaN in the R package; its 400 runs have none
        simulated = simulate_from_draws(people, causal, related, config, draws)
        effects = pd.DataFrame({"independent": causal.independent, "beta": causal.beta[:, 0]})
        yield effects, quantities(simulated)


def some_snp_varies(dosages: np.ndarray) -> bool:
    return bool((dosages != dosages[:, :1]).any())


def quantities(simulated: SimulatedPhenotype) -> dict[str, float]:
    """What the R runs' table holds of one run."""
    sums = {
        component: np.sum([part.values[:, 0] for part in simulated.parts if part.component is component], axis=0)
        for component in Component
    }
    genetic = sums[Component.SNP] + sums[Component.KINSHIP]
    total = np.sum(list(sums.values()), axis=0)
    variances = {R_NAMES[component]: values.var(ddof=1) for component, values in sums.items()}
    return {
        **variances,
        "var_total_prescale": total.var(ddof=1),
        "var_genetic": genetic.var(ddof=1),
        "realised_h2": genetic.var(ddof=1) / total.var(ddof=1),
        "realised_h2snp": variances["Y_genFixed"] / total.var(ddof=1),
        "cor_gen_noise": np.corrcoef(genetic, total - genetic)[0, 1],
        "frac_Y_gt0": (simulated.liability > 0).mean(),
        "mean_total_prescale": total.mean(),
    }


def test_means_and_spreads_of_the_components(
    folder: Path, name: str, runs: list[tuple[pd.DataFrame, dict[str, float]]]
) -> None:
    summary = pd.read_csv(folder / "summary_components.csv").query("config == @name").set_index("quantity")
    each_run = pd.read_parquet(folder / "components.parquet").query("config == @name")
    ours = pd.DataFrame([run for _, run in runs])
    for quantity in ours.columns:
        theirs = each_run[quantity]
        assert summary.loc[quantity, ["mean", "sd"]].tolist() == pytest.approx([theirs.mean(), theirs.std()])
        if theirs.std() < 1e-12:  # one part only: its variance is the target
            np.testing.assert_allclose(ours[quantity], theirs.mean(), rtol=1e-9)
            continue
        error = np.hypot(ours[quantity].sem(), theirs.sem())
        assert ours[quantity].mean() == pytest.approx(theirs.mean(), abs=4 * error), quantity
        error = np.hypot(error_of_sd(ours[quantity]), error_of_sd(theirs))
        assert ours[quantity].std() == pytest.approx(theirs.std(), abs=4 * error), quantity


def error_of_sd(values: pd.Series) -> float:
    """Standard error of a sample SD: by kurtosis, because some quantities have long tails."""
    return float(values.std() * np.sqrt((values.kurt() + 2) / 4 / len(values)))


@pytest.mark.parametrize("quantity", ["realised_h2", "realised_h2snp", "var_total_prescale", "mean_total_prescale"])
def test_distributions_of_the_components(
    folder: Path, name: str, runs: list[tuple[pd.DataFrame, dict[str, float]]], quantity: str
) -> None:
    theirs = pd.read_parquet(folder / "components.parquet").query("config == @name")[quantity]
    assert ks_2samp([run[quantity] for _, run in runs], theirs).pvalue > 0.001


@pytest.mark.parametrize("role", ["shared", "independent"])
def test_distributions_of_the_effects(
    folder: Path, name: str, runs: list[tuple[pd.DataFrame, dict[str, float]]], role: str
) -> None:
    table = pd.read_parquet(folder / "causal_effects.parquet").query("config == @name and role == @role")
    effects = pd.concat([effects for effects, _ in runs])
    ours = effects.beta[effects.independent == (role == "independent")]
    assert len(ours) / len(runs) == len(table) / table.seed.nunique()
    # The uniform construction puts its ends at exactly mean - sd and mean + sd, to a few units in the last place.
    assert ks_2samp(ours.round(9), table.beta.round(9)).pvalue > 0.001
