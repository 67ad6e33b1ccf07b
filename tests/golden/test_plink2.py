"""Association with covariates against Debian's plink2, PLINK's clumping, and regenie's published output."""

import os
import shutil
import subprocess
from contextlib import contextmanager
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from gtl.association import associate, scan
from gtl.association.adjusted_logistic import REFINED
from gtl.config.learning import AssociationTest
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.domain.trait import TraitKind
from gtl.engines.plink import PlinkAssociation
from gtl.formats.plink import read_plink, write_bed, write_bim, write_fam
from gtl.learn.clumping import clump

N_VARIANTS, N_SAMPLES = 300, 400
PRINTED = 5.1e-6
"""Relative error of a number printed with six digits."""


def program(name):
    found = shutil.which(name)
    if found is None:
        refuse = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        refuse(f"{name} is not installed (apt-get install {name})")
    return found


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Genotypes with missing ones, four covariates, a quantitative trait and a binary one with missing values."""
    rng, folder = np.random.default_rng(11), tmp_path_factory.mktemp("plink2")
    dosages = rng.binomial(2, rng.uniform(0.02, 0.5, (N_VARIANTS, 1)), (N_VARIANTS, N_SAMPLES)).astype(np.int8)
    dosages[rng.random(dosages.shape) < rng.choice([0, 0.05], (N_VARIANTS, 1))] = -1
    covariates = rng.normal(size=(N_SAMPLES, 4))
    genetic = np.maximum(dosages[:3], 0).sum(axis=0) + covariates @ [1, 0.5, 0, 0]
    values = genetic + rng.normal(size=N_SAMPLES)
    case = (genetic + rng.logistic(0, 1.5, N_SAMPLES) > 2.5).astype(np.float64)
    values[:7] = case[4:9] = np.nan
    names = np.array([f"v{i}" for i in range(N_VARIANTS)], dtype=object)
    chrom, ref, alt = (np.full(N_VARIANTS, text, dtype=object) for text in ("21", "A", "G"))
    variants = Variants(chrom, np.arange(1, N_VARIANTS + 1, dtype=np.int64) * 1000, names, ref, alt)
    samples = np.array([f"person{i}" for i in range(N_SAMPLES)], dtype=object)
    genotypes = GenotypeMatrix(variants, samples, dosages)
    _write(folder, genotypes)
    table = pd.DataFrame({"#FID": samples, "IID": samples, "y": values, "b": case + 1})
    table.to_csv(folder / "traits.txt", sep="\t", na_rep="NA", index=False)
    named = pd.DataFrame(covariates, columns=[f"C{i}" for i in range(4)])
    pd.concat([table.iloc[:, :2], named], axis=1).to_csv(folder / "covariates.txt", sep="\t", index=False)
    return SimpleNamespace(folder=folder, genotypes=genotypes, values=values, case=case, covariates=covariates)


def _write(folder, genotypes):
    write_bed(genotypes, folder / "study.bed")
    write_bim(genotypes.variants, folder / "study.bim")
    write_fam(genotypes.samples, folder / "study.fam")


def _glm(study, trait, suffix, *options):
    """plink2's table of ``trait`` beside all covariates, with effects as they are, not as odds ratios."""
    command = [program("plink2"), "--bfile", "study", "--pheno", "traits.txt", "--pheno-name", trait, "--threads", "1"]
    command += ["--covar", "covariates.txt", "--glm", *options, "hide-covar", "cols=+a1freq,+beta,-orbeta"]
    subprocess.run([*command, "--out", "glm"], cwd=study.folder, check=True, capture_output=True)
    table = pd.read_csv(study.folder / f"glm.{trait}.glm.{suffix}", sep="\t")
    # A1 may be either allele; ours is always alt.
    return table.assign(BETA=np.where(table["A1"] == "G", table["BETA"], -table["BETA"]))


def test_linear(study):
    ours = scan([study.genotypes], study.values, TraitKind.QUANTITATIVE, study.covariates)
    peer = _glm(study, "y", "linear")
    assert ours["n"].tolist() == peer["OBS_CT"].tolist()
    np.testing.assert_allclose(ours["beta"], peer["BETA"], rtol=PRINTED)
    np.testing.assert_allclose(ours["se"], peer["SE"], rtol=PRINTED)
    np.testing.assert_allclose(ours["p_value"], peer["P"], rtol=PRINTED)
    assert peer["P"].min() < 1e-8


def test_penalised_logistic(study):
    ours = scan([study.genotypes], study.case, TraitKind.BINARY, study.covariates)
    peer = _glm(study, "b", "firth", "firth")
    assert ours["n"].tolist() == peer["OBS_CT"].tolist()
    refined = ours["p_value"] < REFINED
    assert 10 < refined.sum() < 100
    # plink2 stops where a step moves no coefficient by 1e-4, so that a few of its slopes are as far from the maximum.
    np.testing.assert_allclose(ours["beta"][refined], peer["BETA"][refined], rtol=0, atol=2e-4)
    at_end = np.isclose(ours["beta"], peer["BETA"], rtol=PRINTED, atol=0) & refined
    assert at_end.sum() > refined.sum() / 2
    np.testing.assert_allclose(ours["se"][at_end], peer["SE"][at_end], rtol=1e-4)


def test_maximum_likelihood_of_separated_variants_is_where_plink2_falls_back(study):
    known = ~np.isnan(study.case)
    case = study.case[known].astype(np.int8)
    genotypes = study.genotypes.take_samples(known)
    genotypes.dosages[0], genotypes.dosages[1, case == 1] = case, 0
    _write(study.folder, genotypes)
    ours = associate(genotypes, case, AssociationTest.LOGISTIC)
    command = [program("plink2"), "--bfile", "study", "--pheno", "traits.txt", "--pheno-name", "b", "--threads", "1"]
    command += ["--glm", "allow-no-covars", "cols=+beta,-orbeta,+firth", "--out", "fallback"]
    subprocess.run(command, cwd=study.folder, check=True, capture_output=True)
    _write(study.folder, study.genotypes)
    peer = pd.read_csv(study.folder / "fallback.b.glm.logistic.hybrid", sep="\t")
    beta = np.where(peer["A1"] == "G", peer["BETA"], -peer["BETA"])
    penalised = (peer["FIRTH?"] == "Y").to_numpy()
    assert penalised[0]
    assert penalised[1]
    np.testing.assert_allclose(ours["beta"][~penalised], beta[~penalised], rtol=1e-4)
    # Its standard errors are of the step before the last one, so p is left to statsmodels (unit tests).
    np.testing.assert_allclose(ours["beta"][:2], beta[:2], rtol=0, atol=1e-3)
    assert ours["p_value"].argmin() == 0


NOT_IN_REGENIES_EXAMPLE = ["35", "77", "100", "136", "204", "474"]
"""Its table is of 494 people; its allele frequencies are those without these."""


def test_regenie(shared):
    """Its example has next to no polygenic offset, so its score test is ours; its Firth test is an approximation."""
    folder = shared / "data" / "regenie_example"
    genotypes, _ = read_plink(*(folder / f"example.{suffix}" for suffix in ("bed", "bim", "fam")))

    def people(name):
        return pd.read_csv(folder / name, sep=r"\s+", dtype={"IID": str}).set_index("IID").loc[genotypes.samples]

    case, covariates = people("phenotype_bin.txt")["Y1"].to_numpy(float), people("covariates.txt").iloc[:, 1:]
    case[np.isin(genotypes.samples, NOT_IN_REGENIES_EXAMPLE)] = np.nan
    ours = scan([genotypes], case, TraitKind.BINARY, covariates.to_numpy(float))
    peer = pd.read_csv(folder / "test_bin_out_firth_Y1.regenie", sep=" ")
    assert ours["n"].tolist() == peer["N"].tolist()
    np.testing.assert_allclose(ours["frequency"], peer["A1FREQ"], rtol=PRINTED)
    weak = ours["p_value"] >= REFINED + 0.01  # some by the score test just below have more by the penalised fit
    assert weak.sum() > 900
    np.testing.assert_allclose(ours["beta"][weak], peer["BETA"][weak], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(ours["se"][weak], peer["SE"][weak], rtol=1e-5)
    np.testing.assert_allclose(-np.log10(ours["p_value"][weak]), peer["LOG10P"][weak], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(-np.log10(ours["p_value"][~weak]), peer["LOG10P"][~weak], rtol=0, atol=0.1)


class LocalTool:
    """Runs a program that is installed here, as containers do elsewhere."""

    def __init__(self, folder):
        self.folder = folder

    @contextmanager
    def scratch(self):
        self.folder.mkdir()
        yield self.folder

    def run(self, argv, scratch):
        subprocess.run([program(argv[0]), *argv[1:]], cwd=scratch, check=True, capture_output=True)


@pytest.mark.parametrize("test", AssociationTest)
def test_plink_engine_writes_the_same_table(study, tmp_path, test):
    known = ~np.isnan(study.case)
    case = study.case[known].astype(np.int8)
    genotypes = study.genotypes.take_samples(known)
    genotypes.dosages[0], genotypes.dosages[1, case == 1] = case, 0
    ours = associate(genotypes, case, test)
    theirs = PlinkAssociation(LocalTool(tmp_path / "run"))(genotypes, case, test)
    # Of four printed digits of an odds ratio, its logarithm has as many decimals.
    np.testing.assert_allclose(theirs.pop("beta"), ours.pop("beta"), rtol=0, atol=5.1e-4)
    pd.testing.assert_frame_equal(theirs, ours, rtol=5.1e-4)


def test_clumps(shared, tmp_path):
    """Index SNPs of real people on two chromosomes, by real p-values."""
    folder = shared / "data" / "bridgeprs" / "pop_EUR"
    people = pd.read_csv(folder / "phenotypes" / "EUR_test.dat", sep=" ").set_index("IID")
    parts = [read_plink(*(folder / "genotypes" / f"chr{n}.{s}" for s in ("bed", "bim", "fam")))[0] for n in (21, 22)]
    columns = ("chrom", "pos", "rsid", "ref", "alt")
    variants = Variants(*(np.concatenate([getattr(part.variants, name) for part in parts]) for name in columns))
    genotypes = GenotypeMatrix(variants, parts[0].samples, np.concatenate([part.dosages for part in parts]))
    values = people.loc[genotypes.samples, "y"].to_numpy(float)
    table = scan([genotypes], values, TraitKind.QUANTITATIVE, np.empty((len(values), 0)))
    _write(tmp_path, genotypes)
    table.rename(columns={"rsid": "SNP", "p_value": "P"})[["SNP", "P"]].to_csv(tmp_path / "p.txt", sep=" ", index=False)
    command = [program("plink1.9"), "--bfile", "study", "--allow-no-sex", "--clump", "p.txt", "--clump-p1", "1"]
    command += ["--clump-p2", "1", "--clump-r2", "0.2", "--clump-kb", "250"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    peer = pd.read_csv(tmp_path / "plink.clumped", sep=r"\s+")["SNP"]
    x = genotypes.dosages.T.astype(np.float64)
    index = clump(x - x.mean(axis=0), table["p_value"].to_numpy(), variants, r2=0.2)
    assert 100 < len(index) < len(variants)
    # PLINK's r2 is of haplotypes, whose frequencies it estimates; ours is of dosages: a few are on the threshold.
    ours, theirs = set(variants.rsid[index]), set(peer)
    assert len(ours ^ theirs) <= 0.01 * len(ours | theirs)
