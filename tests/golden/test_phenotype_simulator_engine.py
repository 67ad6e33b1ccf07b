"""The engine of the R package: its exact call, and a whole real run read from files laid out as the package's."""

import json

import numpy as np
import pandas as pd
import pytest

from gtl.config.phenotypes import CovariateSet, PhenotypesConfig
from gtl.domain.genotypes import GenotypeMatrix
from gtl.engines.phenotype_simulator import PhenotypeSimulator
from gtl.engines.phenotype_simulator.call import run_simulation_arguments
from gtl.errors import InputError, ToolError
from gtl.formats.oxford import read_gen
from gtl.simulate.phenotypes.causal import CausalSnps
from gtl.simulate.phenotypes.kinship import kinship
from gtl.simulate.phenotypes.people import PeopleInMemory
from gtl.simulate.phenotypes.variance import VarianceShares
from tests.golden.replay import Replay

PARTS = (
    "Y_genBg_shared", "Y_genBg_independent", "Y_noiseBg_shared", "Y_noiseBg_independent", "Y_correlatedBg",
)  # fmt: skip


@pytest.fixture(scope="module")
def genotypes(shared) -> GenotypeMatrix:
    folder = shared / "reference" / "hapgen2"
    return read_gen(folder / "genotypes_hapgen.controls.gen", folder / "genotypes_hapgen.controls.sample", "22")


@pytest.fixture(scope="module")
def real(shared):
    """A complete run of the package (version 0.3.4), every part."""
    path = shared / "reference" / "phenotypesimulator" / "golden" / "full_run_p1_k5_unif_seed1.json"
    return json.loads(path.read_text())


def simulate(tool, genotypes, real, **settings):
    rows = np.array([genotypes.variants.rsid.tolist().index(rsid) for rsid in real["causal"]])
    independent = np.array(["independent" in name for name in real["beta_names"]])
    causal = CausalSnps(rows, independent, np.array(real["beta"])[:, None])
    people, config = PeopleInMemory(genotypes, 300), PhenotypesConfig(**settings)
    return PhenotypeSimulator(tool)(genotypes, causal, people, config, lambda: np.random.default_rng(1))


def write_as_save_pheno(scratch, real):
    """The layout of SPEC.md, section 9: csv, row names under an empty heading, numbers of 15 digits, no quotes."""
    folder = scratch / "gtl"
    folder.mkdir()
    people = [f"s{number}" for number in range(1, 101)]
    tables = {name: pd.DataFrame({"Trait_1": real[name]}, index=people) for name in ("Y", *PARTS)}
    tables["Covs"] = pd.DataFrame(real["conf"], index=people, columns=real["conf_names"])
    tables["Covs_effect"] = pd.DataFrame([real["conf_beta"]], index=["Trait_1"], columns=real["conf_names"])
    for name, table in tables.items():
        table.to_csv(folder / f"{name}_gtl.csv", float_format="%.15g", lineterminator="\n")


def test_a_real_run_comes_back_whole(genotypes, real, tmp_path):
    made = simulate(Replay(tmp_path / "x", lambda scratch: write_as_save_pheno(scratch, real)), genotypes, real)
    np.testing.assert_allclose(made.liability[:, 0], real["Y"], atol=1e-10)
    shared = next(part for part in made.parts if (part.component, part.role) == ("snp", "shared"))
    np.testing.assert_allclose(shared.values[:, 0], real["Y_genFixed_shared"], atol=1e-10)
    covariates = next(part for part in made.parts if (part.component, part.role) == ("covariates", "independent"))
    np.testing.assert_allclose(covariates.values[:, 0], real["Y_noiseFixed_independent"], atol=1e-10)
    assert made.covariates.names == tuple(real["conf_names"])


def test_the_call(genotypes, real, tmp_path):
    tool = Replay(tmp_path / "x", lambda scratch: write_as_save_pheno(scratch, real))
    simulate(tool, genotypes, real)
    assert tool.argv == ["Rscript", "--vanilla", "/opt/gtl/simulate.R", "arguments.json"]
    assert json.loads(tool.inputs["arguments.json"]) == {
        "N": 100, "P": 1, "sampleID": "s", "seed": 1016164991, "verbose": False,
        "genVar": 0.6, "h2s": 0, "h2bg": 1, "eta": 0.8, "kinshipfile": "kinship.csv", "kinshipHeader": True,
        "phi": 0.6, "delta": 0.3, "alpha": 0.8, "meanNoiseBg": 0.0, "sdNoiseBg": 1.0, "pcorr": 0.8,
        "gamma": 0.8, "NrFixedEffects": 4, "NrConfounders": [1, 2, 1, 2],
        "distConfounders": ["bin", "cat_norm", "cat_unif", "norm"],
        "pIndependentConfounders": [0.0, 1.0, 1.0, 0.5], "pTraitIndependentConfounders": [0.2] * 4,
        "mConfounders": [0.0], "sdConfounders": [1.0], "catConfounders": [3, 4], "probConfounders": [0.2],
        "distBetaConfounders": ["norm"] * 4, "mBetaConfounders": [0.0] * 4, "sdBetaConfounders": [1.0] * 4,
    }  # fmt: skip


def test_kinship_reaches_the_package_to_the_last_digit(genotypes, real, tmp_path):
    tool = Replay(tmp_path / "x", lambda scratch: write_as_save_pheno(scratch, real))
    simulate(tool, genotypes, real)
    header, *rows = tool.inputs["kinship.csv"].splitlines()
    assert header.split(",")[:2] == ["s1", "s2"]
    handed_over = np.array([row.split(",") for row in rows], dtype=np.float64)
    np.testing.assert_allclose(handed_over, kinship(genotypes.dosages), rtol=1e-12, atol=1e-14)


def arguments_of(**settings):
    config = PhenotypesConfig(**settings)
    return run_simulation_arguments(config, VarianceShares.of(config), 100, 1)


def test_without_kinship_no_genetics_is_asked_for():
    asked = arguments_of(snp_share=1)
    assert (asked["genVar"], asked["noiseVar"]) == (0, 1)
    assert not {"h2s", "h2bg", "kinshipfile"} & set(asked)


def test_without_noise_none_is_asked_for():
    asked = arguments_of(genetic_variance=1, covariate_share=None, observational_share=None)
    assert asked["genVar"] == 1
    assert not {"delta", "rho", "phi", "NrFixedEffects"} & set(asked)


def test_nothing_random_means_no_run():
    assert arguments_of(genetic_variance=1, snp_share=1, covariate_share=None, observational_share=None) is None


@pytest.mark.parametrize("delta", [0.1, 0.15, 0.23, 0.3, 0.7])
@pytest.mark.parametrize("phi", [0.1, 0.2, 0.29])
def test_shares_pass_the_packages_check(delta, phi):
    asked = arguments_of(covariate_share=delta, observational_share=phi)
    given = {name: asked.get(name) for name in ("delta", "rho", "phi")}
    (absent,) = (name for name, value in given.items() if value is None)
    first, second = (value for value in given.values() if value is not None)
    given[absent] = 1 - first - second
    assert given["delta"] + given["rho"] + given["phi"] == 1


def test_a_covariate_that_the_package_would_change_is_refused():
    sets = [CovariateSet(distribution="cat_norm", mean=2, sd=1), CovariateSet()]
    with pytest.raises(InputError, match="cat_norm set with mean 2 and sd 1 cannot be passed"):
        arguments_of(covariates=sets)


def test_one_set_alone_keeps_its_mean():
    asked = arguments_of(covariates=[CovariateSet(distribution="cat_norm", mean=2, sd=1)])
    assert (asked["mConfounders"], asked["sdConfounders"], asked["catConfounders"]) == ([2.0], [1.0], [3])


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda path: path.unlink(), r"Y_genBg_shared_gtl.csv is absent"),
        (lambda path: path.write_bytes(path.read_bytes()[:-5]), r"Y_genBg_shared_gtl.csv is cut off"),
        (lambda path: path.write_text("".join(path.read_text().splitlines(True)[:50])), "has 49 rows, s1, s2, s3"),
        (lambda path: path.write_text(path.read_text().replace("0.", "NA", 1)), "not a table of numbers|no finite"),
    ],
)  # fmt: skip
def test_damaged_output_is_an_error(genotypes, real, tmp_path, damage, said):
    def answer(scratch):
        write_as_save_pheno(scratch, real)
        damage(scratch / "gtl" / "Y_genBg_shared_gtl.csv")

    with pytest.raises(ToolError, match=said):
        simulate(Replay(tmp_path / "x", answer), genotypes, real)


@pytest.mark.parametrize(
    ("said", "error", "message"),
    [
        ("pcorr has to be less than 1", InputError, "refuses these settings: pcorr has to be less than 1; change the"),
        ("cannot allocate vector of size 9 Gb", ToolError, "exit code 1"),
        (None, ToolError, "exit code 1"),
    ],
)
def test_what_the_package_refuses_is_final_and_what_may_pass_is_not(genotypes, real, tmp_path, said, error, message):
    def answer(scratch):
        if said:
            (scratch / "refusal.txt").write_text(said)
        raise ToolError("Rscript ended with exit code 1")

    with pytest.raises(error, match=message):
        simulate(Replay(tmp_path / "x", answer), genotypes, real)
