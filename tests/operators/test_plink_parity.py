"""PLINK in a container against the built-in engine, on a cohort of real HapMap people."""

import io

import numpy as np
import pytest

from gtl.association import associate, ld_matrix
from gtl.config.learning import AssociationTest, QualityControlConfig
from gtl.domain.cohort import Population
from gtl.domain.genotypes import GenotypeMatrix
from gtl.engines.plink import PlinkAssociation, plink_ld_matrix, plink_quality_control, plink_vcf
from gtl.formats.oxford import read_haplotypes
from gtl.formats.vcf import write_vcf
from gtl.learn.qc import quality_control

N_VARIANTS = 3000
PRINTED = 5.1e-4
"""Relative error of a number printed with four digits."""


@pytest.fixture(scope="module")
def cohort(shared):
    """60 YRI founders at 3,000 SNPs of chromosome 21, some genotypes missing, and a case status with some signal."""
    folder = shared / "data" / "hapmap2_chr21"
    haplotypes = read_haplotypes(folder / "hapmap2_chr21.YRI.hap.gz", folder / "hapmap2_chr21.legend.gz", "21").take(
        slice(0, 46_000, 46_000 // N_VARIANTS)
    )
    rng = np.random.default_rng(3)
    dosages = haplotypes.alleles[:, ::2] + haplotypes.alleles[:, 1::2]
    dosages[rng.random(dosages.shape) < rng.choice([0, 0.02, 0.2], (len(dosages), 1))] = -1
    samples = np.array([f"NA{number}" for number in range(dosages.shape[1])], dtype=object)
    liability = dosages[np.argsort(np.abs(dosages.mean(axis=1) - 1))[:5]].sum(axis=0) + rng.normal(0, 2, len(samples))
    case = (liability > np.median(liability)).astype(np.int8)
    return GenotypeMatrix(haplotypes.variants, samples, dosages), case


@pytest.mark.parametrize("test", [AssociationTest.FISHER, AssociationTest.ALLELIC])
def test_association(plink, cohort, test):
    genotypes, case = cohort
    ours, theirs = associate(genotypes, case, test), PlinkAssociation(plink)(genotypes, case, test)
    assert theirs["rsid"].tolist() == ours["rsid"].tolist()
    np.testing.assert_allclose(theirs["p_value"], ours["p_value"], rtol=PRINTED)
    np.testing.assert_allclose(theirs["odds_ratio"], ours["odds_ratio"], rtol=PRINTED)
    for column in ("frequency_case", "frequency_control"):
        np.testing.assert_array_equal(theirs[column], ours[column])
    assert ours["p_value"].min() < 0.01
    assert np.isinf(ours["odds_ratio"]).any()


def test_logistic(plink, cohort):
    genotypes, case = cohort
    ours = associate(genotypes, case, AssociationTest.LOGISTIC)
    theirs = PlinkAssociation(plink)(genotypes, case, AssociationTest.LOGISTIC)
    estimated = ours["p_value"].notna() & theirs["p_value"].notna()
    assert estimated.sum() > 1500
    for column in ("p_value", "odds_ratio"):
        np.testing.assert_allclose(theirs[column][estimated], ours[column][estimated], rtol=PRINTED)
    # Where dosages of cases and controls do not overlap there is no estimate; PLINK prints where it gave up.
    separated = ours["p_value"].isna() & theirs["p_value"].notna()
    assert theirs["p_value"][separated].min() > 0.5


def test_linkage(plink, cohort):
    few = cohort[0].take_variants(slice(0, 200))
    theirs, ours = plink_ld_matrix(plink, few), ld_matrix(few.dosages)
    np.testing.assert_array_equal(np.isnan(theirs), np.isnan(ours))
    np.testing.assert_allclose(theirs, ours, rtol=5.1e-6)


def test_vcf(plink, cohort):
    genotypes = cohort[0]
    ours = io.BytesIO()
    write_vcf(genotypes, ours)
    # All but QUAL, FILTER and INFO: PLINK claims nothing there, we claim PASS.
    assert _records(plink_vcf(plink, genotypes)) == _records(ours.getvalue())


def _records(vcf):
    rows = [line.split("\t") for line in vcf.decode().splitlines() if not line.startswith("##")]
    return [row[:5] + row[8:] for row in rows]


@pytest.mark.parametrize(
    ("geno", "mind", "maf", "hwe"), [(0.1, 0.1, 0.05, 1e-2), (0.2, 1, 0.01, 0), (1, 0.075, 0.2, 1e-6)]
)
def test_quality_control(plink, cohort, geno, mind, maf, hwe):
    config = QualityControlConfig(
        variant_missingness=geno, sample_missingness=mind, maf=maf, hwe=hwe, duplicates=False, monomorphic=False
    )
    ours = quality_control(*cohort, config, Population.SMALL)
    variants, samples = plink_quality_control(plink, *cohort, config)
    np.testing.assert_array_equal(variants, ours.keep_variants)
    np.testing.assert_array_equal(samples, ours.keep_samples)
    assert 0 < variants.sum() < len(variants)
