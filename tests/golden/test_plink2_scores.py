"""Published scores on the same people through four formats, beside ``plink2 --score``; real scores and genotypes."""

import subprocess

import numpy as np
import pandas as pd
import pytest

from gtl.formats.scoring_file import read_scoring_file
from gtl.models.scoring import score_people
from tests.golden.test_plink2 import PRINTED, program

FILES = {
    "bed": ("people.bed", ["--bfile", "people"]),
    "pgen": ("people.pgen", ["--pfile", "people"]),
    "vcf": ("people.vcf.gz", ["--vcf", "people.vcf.gz"]),
    "bgen": ("people.bgen", ["--bgen", "people.bgen", "ref-first", "--sample", "people.sample"]),
}
NAMED_BY_PLACE = ["--set-all-var-ids", "@:#:$r:$a", "--new-id-max-allele-len", "99", "--output-chr", "M"]


def _plink2(folder, *arguments):
    command = [program("plink2"), "--threads", "1", *map(str, arguments)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def _theirs(folder, options, table, *modifiers):
    """Sum and average a person, of a table of id, effect allele and weight."""
    table.to_csv(folder / "score.txt", sep="\t", index=False)
    _plink2(folder, *options, "--score", "score.txt", "header", *modifiers, "cols=+scoresums", "--out", "theirs")
    return pd.read_csv(folder / "theirs.sscore", sep="\t")[["SCORE1_SUM", "SCORE1_AVG"]].to_numpy()


def _ours(scored):
    return scored.people[["score", "average"]].to_numpy()


@pytest.fixture(scope="module")
def cineca(shared, tmp_path_factory):
    """Folder with the same 2,504 people and 829 variants, some genotypes missing, in all four formats."""
    folder = tmp_path_factory.mktemp("cineca")
    source = shared / "data" / "pgsc_calc_test" / "target_genomes" / "cineca_synthetic_subset"
    for what in (["--make-bed"], ["--make-pgen"], ["--export", "vcf", "bgz"], ["--export", "bgen-1.2", "ref-first"]):
        _plink2(folder, "--pfile", source, *NAMED_BY_PLACE, *what, "--out", "people")
    return folder


@pytest.fixture(scope="module")
def scores(shared):
    return shared / "data" / "pgsc_calc_test" / "scorefiles"


@pytest.mark.parametrize("kind", FILES)
def test_a_table_of_plink(cineca, scores, kind):
    name, options = FILES[kind]
    table = pd.read_csv(scores / "multiscore.txt", sep="\t")[["ID", "effect_allele", "PGS001229_22"]]
    score = read_scoring_file(scores / "multiscore.txt", weight="PGS001229_22")
    scored = score_people(score, cineca / name)
    assert scored.missing.empty
    np.testing.assert_allclose(_ours(scored), _theirs(cineca, options, table), rtol=PRINTED, atol=1e-6)


@pytest.mark.parametrize("kind", FILES)
def test_dominant_and_recessive_rows(cineca, scores, kind):
    name, options = FILES[kind]
    path = scores / "scorefile_dominant_and_recessive.txt"
    scored = score_people(read_scoring_file(path), cineca / name)
    table = pd.read_csv(path, sep="\t", comment="#").astype({"chr_position": str})
    ids = pd.read_csv(cineca / "people.pvar", sep="\t", comment="#", header=None, usecols=[1, 2], names=["pos", "ID"])
    table = table.merge(ids.assign(chr_position=ids["pos"].astype(str)), on="chr_position")
    assert len(table) == 829
    expected = 0
    for column, modifiers in (("is_dominant", ["dominant"]), ("is_recessive", ["recessive"]), (None, [])):
        rows = table[column] if column else ~(table["is_dominant"] | table["is_recessive"])
        chosen = table.loc[rows, ["ID", "effect_allele", "effect_weight"]]
        expected = expected + _theirs(cineca, options, chosen, *modifiers)[:, 0]
    np.testing.assert_allclose(scored.people["score"], expected, rtol=PRINTED, atol=1e-6)


def test_without_imputation(cineca, scores):
    table = pd.read_csv(scores / "multiscore.txt", sep="\t")[["ID", "effect_allele", "PGS001229_22"]]
    score = read_scoring_file(scores / "multiscore.txt", weight="PGS001229_22")
    theirs = _theirs(cineca, FILES["bed"][1], table, "no-mean-imputation")
    np.testing.assert_allclose(
        _ours(score_people(score, cineca / "people.bed", impute=False)), theirs, rtol=PRINTED, atol=1e-6
    )


@pytest.mark.parametrize("genotypes", ["vcf.gz", "missing.bgen", "phased.bgen"])
def test_height_on_real_people(shared, tmp_path, genotypes):
    """PGS001229 on 3,202 people of 1000 Genomes; of missing.bgen a third of the genotypes is not called."""
    folder = shared / "data" / "pgscatalog_fixtures"
    score = read_scoring_file(folder / "PGS001229_normalised_GRCh38.txt.gz")
    is_vcf = genotypes == "vcf.gz"
    path = folder / (f"tiny1000G.{genotypes}" if is_vcf else f"tiny1000G_{genotypes}")
    scored = score_people(score, path)
    sample = "tiny1000G_missing.sample" if "missing" in genotypes else "tiny1000G.sample"
    options = ["--vcf", path] if is_vcf else ["--bgen", path, "ref-last", "--sample", folder / sample]
    _plink2(tmp_path, *options, *NAMED_BY_PLACE, "--make-pgen", "--out", "people")
    used = score.rows[~score.rows["line"].isin(scored.missing["line"])]
    table = _as_in_file(used, pd.read_csv(tmp_path / "people.pvar", sep="\t", comment="#", header=None))
    assert len(table) == len(used) > 900
    np.testing.assert_allclose(_ours(scored), _theirs(tmp_path, ["--pfile", "people"], table), rtol=PRINTED, atol=1e-6)


def _as_in_file(rows, pvar):
    """Id, effect allele and weight by the file's names, alleles of the other strand turned."""
    pvar = pvar.iloc[:, :5].set_axis(["chrom", "pos", "id", "ref", "alt"], axis=1).astype({"chrom": str})
    both = rows.merge(pvar, on=["chrom", "pos"])
    kept = []
    for row in both.itertuples(index=False):
        for strand in (str, lambda text: text.translate(str.maketrans("ACGT", "TGCA"))):
            if {strand(row.effect), strand(row.other)} == {row.ref, row.alt}:
                kept.append((row.id, strand(row.effect), row.below))
                break
    return pd.DataFrame(kept, columns=["id", "effect", "weight"])
