"""Linear models, written by the stages of a study, in the registry and asked about the study's own final people."""

import json
import subprocess

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from gtl import stages
from gtl.__main__ import app
from gtl.config import preset, with_overrides
from gtl.domain.cohort import Cohort
from gtl.formats.genotype_file import read_people
from gtl.formats.genotype_parquet import write_genotypes
from gtl.formats.plink import write_bed, write_bim, write_fam
from gtl.formats.scoring_file import read_scoring_file
from gtl.models.prediction import card_variants, model_dosages
from gtl.models.registry import export, load_model, stored_models, verify
from gtl.schema import PREDICTIONS
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.store import Store
from tests.golden.test_plink2 import PRINTED, program
from tests.prepared import SMALL_STUDY, prepare

CODE = "YRI_3_1"
METHODS = ["bayesian_score", "coral", "linear_transfer", "majority", "oracle", "polygenic_score", "tca"]
NAMES = [f"{CODE}/{method}" for method in METHODS]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Store with a study of all linear methods, its scores, and a file of its final people's genotypes."""
    folder = tmp_path_factory.mktemp("study")
    config, store = with_overrides(preset("quick"), SMALL_STUDY), Store(str(folder / "results"))
    made = prepare(config, store, CODE)
    truth = {"oracle": {"phenotype": made.phenotype}}
    chosen = {
        name: stages.apply_method(config, store, CODE, name, **made.inputs, **truth.get(name, {})) for name in METHODS
    }
    scores = store.read(stages.score_final(config, store, CODE, made.genotypes, made.phenotype, chosen))
    write_genotypes(SharedGenotypes.open(store, made.genotypes).cohort(Cohort.FINAL, unseal=True), folder / "p.parquet")
    return store, scores.read_table("predictions.parquet", PREDICTIONS), folder / "p.parquet"


@pytest.fixture
def gtl(study, monkeypatch):
    monkeypatch.setenv("GTL_STORE", study[0].uri("").rstrip("/"))
    return lambda *arguments: CliRunner().invoke(app, arguments)


def test_linear_models_are_listed_shown_and_verified(study, gtl):
    models = stored_models(study[0], "quick")
    assert [model.name for model in models] == NAMES
    assert list(verify(models)) == [(name, "") for name in NAMES]
    listed = json.loads(gtl("models", "list", "quick", "--format", "json").stdout)
    assert {row["model"]: row["kind"] for row in listed} == dict.fromkeys(NAMES, "linear")
    assert json.loads(gtl("models", "show", "quick", f"{CODE}/coral").stdout)["method"] == "coral"


def test_a_linear_model_and_its_card_are_exported_beside_each_other(study, tmp_path):
    paths = export(stored_models(study[0], "quick"), tmp_path)
    assert [path.name for path in paths] == [f"{CODE}-{method}.linear.json" for method in METHODS]
    with_snps = set(METHODS) - {"majority"}
    assert {path.name for path in tmp_path.glob("*.pgs.txt")} == {f"{CODE}-{name}.pgs.txt" for name in with_snps}
    assert len(list(tmp_path.iterdir())) == 3 * len(METHODS) - 1
    for path, method in zip(paths, METHODS, strict=True):
        assert load_model(str(path))[0].method == method


@pytest.mark.parametrize("method", METHODS)
def test_new_people_get_the_scores_that_the_study_gave_them(study, gtl, method):
    store, predictions, people = study
    uri = store.uri(f"studies/quick/phenotypes/{CODE}/{method}/model.linear.json")
    told = gtl("predict", "--model", uri, "--genotypes", str(people), "--format", "json")
    found, expected = pd.DataFrame(json.loads(told.stdout)), predictions[predictions["method"] == method]
    assert found["sample"].tolist() == expected["sample"].tolist()
    np.testing.assert_allclose(found["probability"], expected["prediction"], atol=1e-9)


def test_the_majority_class_says_of_everybody_the_same(gtl, study):
    uri = study[0].uri(f"studies/quick/phenotypes/{CODE}/majority/model.linear.json")
    told = gtl("predict", "--model", uri, "--genotypes", str(study[2]))
    assert told.stderr == "0 of the model's 0 SNPs used\n"


def _scoring_file(gtl, store, folder, method):
    gtl("models", "export", "quick", "--to", str(folder), "--model", f"{CODE}/{method}")
    return folder / f"{CODE}-{method}.pgs.txt", load_model(str(folder / f"{CODE}-{method}.linear.json"))


@pytest.mark.parametrize("method", ["bayesian_score", "linear_transfer", "polygenic_score"])
def test_a_linear_model_is_exported_as_a_scoring_file_that_reads_back_the_same(study, gtl, tmp_path, method):
    path, (card, predictor) = _scoring_file(gtl, study[0], tmp_path, method)
    score = read_scoring_file(path)
    assert score.refused.empty
    assert score.metadata["variants_number"] == str(len(card.snps))
    assert (score.metadata["weight_type"], score.metadata["genome_build"]) == ("log(OR)", "NR")
    rows = [(snp.rsid, snp.chromosome, snp.position, snp.counted_allele, snp.other_allele) for snp in card.snps]
    assert [*score.rows[["rsid", "chrom", "pos", "effect", "other"]].itertuples(index=False, name=None)] == rows
    np.testing.assert_array_equal(score.rows["below"], predictor.weights)
    np.testing.assert_array_equal(score.rows["frequency"] * 2, predictor.mean_dosages.astype(float))


@pytest.mark.parametrize("method", ["bayesian_score", "linear_transfer"])
def test_its_scores_are_the_models_own_before_the_intercept_and_plink2s(study, gtl, tmp_path, method):
    path, (card, predictor) = _scoring_file(gtl, study[0], tmp_path, method)
    told = gtl("predict", "--model", str(path), "--genotypes", str(study[2]), "--format", "json")
    ours = pd.DataFrame(json.loads(told.stdout)).set_index("sample")["score"]
    people = read_people(study[2], card_variants(card)).genotypes
    dosages, _ = model_dosages(card_variants(card), people)
    np.testing.assert_allclose(ours, predictor.scores(dosages.T) - predictor.intercept, atol=1e-9)
    theirs = _plink2(people, path, tmp_path)
    np.testing.assert_allclose(ours[theirs.index], theirs, rtol=PRINTED, atol=1e-6)


def _plink2(people, path, folder):
    """plink2's sums a person, with the frequencies of the file (it wants 50 people for its own)."""
    write_bed(people, folder / "people.bed")
    write_bim(people.variants, folder / "people.bim")
    write_fam(people.samples, folder / "people.fam")
    rows = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    (folder / "score.txt").write_text("\n".join(rows) + "\n")
    command = [program("plink2"), "--bfile", "people", "--threads", "1", "--bad-freqs", "--score", "score.txt"]
    command += ["1", "4", "6", "header", "cols=+scoresums", "--out", "theirs"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    table = pd.read_csv(folder / "theirs.sscore", sep="\t", dtype={"IID": str, "#IID": str})
    return table.set_index("IID" if "IID" in table else "#IID")["SCORE1_SUM"]
