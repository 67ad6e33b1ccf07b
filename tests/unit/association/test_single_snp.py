import numpy as np
import pandas as pd
import pytest

from gtl import schema
from gtl.association import associate
from gtl.config.learning import AssociationTest
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.errors import InputError


def genotypes(dosages):
    n_variants, n_samples = np.shape(dosages)
    names = [np.array([f"{kind}{i}" for i in range(n_variants)], dtype=object) for kind in ("rs", "A", "G")]
    chrom = np.full(n_variants, "21", dtype=object)
    variants = Variants(chrom, np.arange(n_variants, dtype=np.int64) + 1, *names)
    return GenotypeMatrix(
        variants, np.array([f"s{i}" for i in range(n_samples)], dtype=object), np.array(dosages, dtype=np.int8)
    )


CASE = np.array([1, 1, 1, 1, 0, 0, 0], dtype=np.int8)
DOSAGES = [[2, 2, 2, 1, 0, 0, -1], [0, 0, 0, 0, 0, 0, 0], [1, 1, 0, -1, 1, 0, 0]]


def test_table_by_hand():
    table = associate(genotypes(DOSAGES), CASE)
    # Cases and controls, alt and ref: SNP 0 7 1, 0 4; SNP 1 0 8, 0 6; SNP 2 2 4, 1 5.
    np.testing.assert_allclose(table["frequency_case"], [7 / 8, 0, 2 / 6])
    np.testing.assert_allclose(table["frequency_control"], [0, 0, 1 / 6])
    np.testing.assert_allclose(table["odds_ratio"], [np.inf, np.nan, (2 * 5) / (4 * 1)])
    # SNP 0: C(8, 7) C(4, 0) of C(12, 7) ways, and nothing else as rare. SNP 2: no outcome is likelier.
    np.testing.assert_allclose(table["p_value"], [8 / 792, 1, 1])


@pytest.mark.parametrize("test", AssociationTest)
def test_fits_its_contract(test):
    table = associate(genotypes(DOSAGES), CASE, test)
    arrow = schema.to_arrow(table, schema.ASSOCIATION)
    assert arrow.column_names == schema.ASSOCIATION.names
    assert table["rsid"].tolist() == ["rs0", "rs1", "rs2"]


def test_untestable_snps_have_no_p_but_fishers_is_one():
    p = {test: associate(genotypes(DOSAGES), CASE, test)["p_value"] for test in AssociationTest}
    assert p[AssociationTest.FISHER][1] == 1
    assert pd.isna(p[AssociationTest.ALLELIC][1])
    assert pd.isna(p[AssociationTest.LOGISTIC][1])
    assert p[AssociationTest.LOGISTIC][0] < 0.05  # separated


def test_effects_beside_the_tests_by_hand():
    table = associate(genotypes(DOSAGES), CASE)
    assert table["n"].tolist() == [6, 7, 6]
    np.testing.assert_allclose(table["frequency"], [7 / 12, 0, 3 / 12])
    # Half a count in each cell of SNP 0, where one is empty; SNP 1 has one allele only.
    np.testing.assert_allclose(table["beta"], [np.log(7.5 * 4.5 / (1.5 * 0.5)), np.nan, np.log(2.5)])
    squares = [1 / 7.5 + 1 / 4.5 + 1 / 1.5 + 1 / 0.5, np.nan, 1 / 2 + 1 / 4 + 1 / 1 + 1 / 5]
    np.testing.assert_allclose(table["se"], np.sqrt(squares))


def test_imputed_dosages_are_rounded_for_tests_but_not_for_frequencies():
    calls = genotypes(DOSAGES)
    imputed = np.where(calls.dosages < 0, np.nan, calls.dosages).astype(np.float32)
    imputed[0, 0] = 1.75
    matrix = GenotypeMatrix(calls.variants, calls.samples, imputed)
    table = associate(matrix, CASE)
    np.testing.assert_array_equal(table["p_value"], associate(calls, CASE)["p_value"])
    np.testing.assert_allclose(table["frequency_case"], [6.75 / 8, 0, 2 / 6])
    np.testing.assert_allclose(table["frequency"], [6.75 / 12, 0, 3 / 12])


def test_people_and_status_must_fit():
    with pytest.raises(InputError, match="each of 7 people"):
        associate(genotypes(DOSAGES), CASE[:3])
