"""Association, LD and quality control against Debian's plink1.9, run here on the same genotypes."""

import shutil
import subprocess
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from gtl.association import associate, ld_matrix
from gtl.association.counts import CaseControlCounts, count_genotypes
from gtl.association.hardy_weinberg import hardy_weinberg_exact
from gtl.association.logistic import is_separated
from gtl.config.learning import AssociationTest, QualityControlConfig
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.prepare.call_counts import CallCounts
from gtl.prepare.variant_quality import check_variants

N_VARIANTS, N_SAMPLES = 400, 150


@pytest.fixture(scope="module")
def plink(tmp_path_factory):
    """Run plink1.9 on the study's genotypes: ``plink(option, ...)`` -> stem of its output files."""
    program = shutil.which("plink1.9")
    if program is None:
        pytest.skip("plink1.9 is not installed (apt-get install plink1.9)")
    folder = tmp_path_factory.mktemp("plink")
    genotypes, case = _study()
    _write_transposed(folder, genotypes, case)

    def run(*options):
        stem = folder / options[0].strip("-")
        command = [program, "--tfile", folder / "study", "--allow-no-sex", "--keep-allele-order", *options]
        subprocess.run([*command, "--out", stem], check=True, capture_output=True)
        return stem

    return SimpleNamespace(run=run, genotypes=genotypes, case=case)


def _study():
    """Rare to common SNPs, some out of proportion, some poorly called, some people poorly called."""
    rng = np.random.default_rng(20)
    frequency = rng.uniform(0.005, 0.6, (N_VARIANTS, 1))
    dosages = rng.binomial(2, frequency, (N_VARIANTS, N_SAMPLES)).astype(np.int8)
    dosages[:40][dosages[:40] == 1] = 2
    dosages[rng.random(dosages.shape) < rng.choice([0, 0.05, 0.15], (N_VARIANTS, 1))] = -1
    dosages[rng.random(dosages.shape) < rng.choice([0, 0.2], N_SAMPLES, p=[0.95, 0.05])] = -1
    rsid = np.array([f"rs{i}" for i in range(N_VARIANTS)], dtype=object)
    chrom, ref, alt = (np.full(N_VARIANTS, text, dtype=object) for text in ("21", "A", "G"))
    variants = Variants(chrom, np.arange(1, N_VARIANTS + 1, dtype=np.int64) * 1000, rsid, ref, alt)
    samples = np.array([f"person{i}" for i in range(N_SAMPLES)], dtype=object)
    case = (rng.random(N_SAMPLES) + 0.2 * (dosages[5] - 1) > 0.5).astype(np.int8)
    return GenotypeMatrix(variants, samples, dosages), case


def _write_transposed(folder, genotypes, case):
    words = np.array(["A A", "A G", "G G", "0 0"])
    rows = zip(genotypes.variants.rsid, genotypes.variants.pos, words[genotypes.dosages], strict=True)
    (folder / "study.tped").write_text("".join(f"21 {rsid} 0 {pos} {' '.join(row)}\n" for rsid, pos, row in rows))
    people = zip(genotypes.samples, case, strict=True)
    (folder / "study.tfam").write_text("".join(f"{name} {name} 0 0 0 {status + 1}\n" for name, status in people))


def _read(stem, suffix):
    return pd.read_csv(f"{stem}.{suffix}", sep=r"\s+")


def _counting_alt(peer):
    """plink counts A1; where that is the reference allele, its odds ratio is the inverse of ours."""
    return np.where(peer["A1"] == "G", peer["OR"], 1 / peer["OR"])


def test_fisher(plink):
    ours, peer = associate(plink.genotypes, plink.case), _read(plink.run("--assoc", "fisher"), "assoc.fisher")
    assert peer["SNP"].tolist() == ours["rsid"].tolist()
    np.testing.assert_allclose(ours["p_value"], peer["P"].fillna(1), rtol=5.1e-4)  # printed to 4 digits
    flipped = peer["A1"] == "A"
    np.testing.assert_allclose(np.where(flipped, 1 - peer["F_A"], peer["F_A"]), ours["frequency_case"], atol=5e-4)
    np.testing.assert_allclose(np.where(flipped, 1 - peer["F_U"], peer["F_U"]), ours["frequency_control"], atol=5e-4)


@pytest.mark.parametrize(
    ("test", "option", "suffix"),
    [(AssociationTest.ALLELIC, "--assoc", "assoc"), (AssociationTest.LOGISTIC, "--logistic", "assoc.logistic")],
)
def test_chi_squared_and_logistic(plink, test, option, suffix):
    ours, peer = associate(plink.genotypes, plink.case, test), _read(plink.run(option), suffix)
    # On separated genotypes plink's logistic prints where its iterations ended, with p near 1; ours is penalised.
    counts = CaseControlCounts.of(plink.genotypes.dosages, plink.case)
    separated = is_separated(counts) & (test is AssociationTest.LOGISTIC)
    assert (peer["P"][separated & peer["P"].notna()] > 0.97).all()
    assert np.isfinite(ours["beta"][separated]).all()
    tested = peer["P"].notna() & ~separated
    assert tested.sum() > 300
    np.testing.assert_allclose(ours["p_value"][tested], peer["P"][tested], rtol=5.1e-4)
    finite = tested & peer["OR"].gt(0) & np.isfinite(peer["OR"])
    np.testing.assert_allclose(ours["odds_ratio"][finite], _counting_alt(peer)[finite], rtol=5.1e-4)


def test_ld(plink):
    r2 = np.loadtxt(f"{plink.run('--r2', 'square')}.ld")
    ours = ld_matrix(plink.genotypes.dosages)
    np.testing.assert_allclose(ours[np.isfinite(r2)], r2[np.isfinite(r2)], rtol=1e-5, atol=1e-6)


def test_hardy_weinberg(plink):
    peer = _read(plink.run("--hardy"), "hwe")
    controls = count_genotypes(plink.genotypes.dosages, plink.case[None] == 0)[:, 0]
    np.testing.assert_allclose(
        hardy_weinberg_exact(controls), peer.loc[peer["TEST"] == "UNAFF", "P"].to_numpy(), rtol=5.1e-4
    )


@pytest.mark.parametrize(("geno", "maf", "hwe"), [(0.1, 0.05, 1e-3), (0.2, 0.01, 0), (1, 0.2, 1e-6)])
def test_quality_control_keeps_the_same_variants(plink, geno, maf, hwe):
    stem = plink.run(
        "--make-just-bim", "--geno", str(geno), "--maf", str(maf), "--hwe", str(hwe), "include-nonctrl",
    )  # fmt: skip
    config = QualityControlConfig(variant_missingness=geno, maf=maf, hwe=hwe, monomorphic=False)
    ours = check_variants(CallCounts.of(plink.genotypes.dosages).table(plink.genotypes.variants), N_SAMPLES, config)
    kept = pd.read_csv(f"{stem}.bim", sep="\t", header=None)[1].tolist()
    assert plink.genotypes.variants.rsid[ours.usable].tolist() == kept
    assert 0 < len(kept) < N_VARIANTS
