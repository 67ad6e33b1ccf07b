"""PLINK in a container against the built-in engine, on a cohort of real HapMap people."""

import numpy as np
import pytest

from gtl.association import associate
from gtl.config.learning import AssociationTest
from gtl.domain.genotypes import GenotypeMatrix
from gtl.engines.plink import PlinkAssociation
from gtl.formats.oxford import read_haplotypes

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
    assert ours["p_value"].notna().sum() > 1500
    for column in ("p_value", "odds_ratio", "se"):
        np.testing.assert_allclose(theirs[column], ours[column], rtol=PRINTED)
