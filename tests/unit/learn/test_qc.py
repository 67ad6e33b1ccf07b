import numpy as np
import pytest

from gtl import schema
from gtl.config.learning import QualityControlConfig
from gtl.domain.cohort import Population
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.errors import InputError
from gtl.learn.qc import quality_control

OFF = {"variant_missingness": 1, "sample_missingness": 1, "maf": 0, "hwe": 0, "duplicates": False, "monomorphic": False}


def control(dosages, case=None, rsid=None, pos=None, alleles=None, **settings):
    dosages = np.array(dosages, dtype=np.int8)
    n_variants, n_samples = dosages.shape
    alleles = alleles or ["AG"] * n_variants
    variants = Variants(
        np.full(n_variants, "21", dtype=object),
        np.array(pos or range(1, n_variants + 1), dtype=np.int64),
        np.array(rsid or [f"rs{i}" for i in range(n_variants)], dtype=object),
        np.array([pair[0] for pair in alleles], dtype=object),
        np.array([pair[1] for pair in alleles], dtype=object),
    )
    samples = np.array([f"s{i}" for i in range(n_samples)], dtype=object)
    case = np.array(case if case is not None else [0, 1] * n_samples, dtype=np.int8)[:n_samples]
    config = QualityControlConfig(**(OFF | settings))
    return quality_control(GenotypeMatrix(variants, samples, dosages), case, config, Population.SMALL)


def removed(report):
    rows = report.removed[["kind", "name", "reason", "value", "threshold"]].itertuples(index=False)
    return [tuple(row) for row in rows]


def test_people_go_first_and_then_do_not_count_against_variants():
    # s3 misses 2 of 3. Without s3 SNP 0 misses nothing, SNP 2 misses 1 of 3.
    report = control([[0, 1, 2, -1], [0, 1, 1, -1], [-1, 1, 1, 2]], sample_missingness=0.5, variant_missingness=0.3)
    assert report.keep_samples.tolist() == [True, True, True, False]
    assert report.keep_variants.tolist() == [True, True, False]
    assert removed(report) == [
        ("sample", "s3", "sample_missingness", pytest.approx(2 / 3), 0.5),
        ("variant", "rs2", "variant_missingness", pytest.approx(1 / 3), 0.3),
    ]


def test_a_share_at_its_bound_stays():
    dosages = [[0, 0, 0, 0, 0, 0, 0, 0, 1, 1], [0, 0, 0, 0, 0, 0, 0, 0, 0, 1], [-1, 0, 0, 0, 0, 0, 0, 0, 1, 1]]
    report = control(dosages, maf=0.1, variant_missingness=0.1)
    assert report.keep_variants.tolist() == [True, False, True]
    assert removed(report) == [("variant", "rs1", "maf", 0.05, 0.1)]


def test_frequency_is_of_the_rarer_allele():
    assert control([[2, 2, 2, 1], [2, 2, 1, 1]], maf=0.2).keep_variants.tolist() == [False, True]


def test_proportions_are_tested_in_controls_only():
    cases, controls = [[0] * 5 + [2] * 5], [[1] * 10]
    case = [1] * 10 + [0] * 10
    dosages = np.vstack([np.hstack([cases, controls]), np.hstack([controls, cases])])
    report = control(dosages, case=case, hwe=0.002)
    # Ten controls, ten copies: no heterozygote in C(10, 5) of C(20, 10) ways; ten heterozygotes in 2^10, p = 0.0055.
    assert report.keep_variants.tolist() == [True, False]
    assert removed(report) == [("variant", "rs1", "hwe", pytest.approx(252 / 184756), 0.002)]


def test_duplicates_by_name_and_by_position_with_alleles_in_either_order():
    report = control(
        [[0, 1]] * 6,
        rsid=["a", "a", ".", ".", "b", "c"],
        pos=[1, 2, 3, 4, 1, 1],
        alleles=["AG", "AG", "AG", "AG", "GA", "AT"],
        duplicates=True,
    )
    assert report.keep_variants.tolist() == [True, False, True, True, False, True]
    assert [(name, reason) for _, name, reason, *_ in removed(report)] == [("a", "duplicate"), ("b", "duplicate")]


def test_a_variant_removed_before_has_no_duplicate():
    report = control([[-1, -1, 1], [0, 1, 0]], rsid=["a", "a"], duplicates=True, variant_missingness=0.5)
    assert report.keep_variants.tolist() == [False, True]


def test_monomorphic_among_the_people_kept():
    report = control([[0, 0, 2], [0, 1, -1], [2, 2, -1], [0, 1, -1]], sample_missingness=0.6, monomorphic=True)
    assert report.keep_samples.tolist() == [True, True, False]
    assert report.keep_variants.tolist() == [False, True, False, True]
    assert {reason for _, _, reason, *_ in removed(report)} == {"sample_missingness", "monomorphic"}


def test_nothing_removed_is_an_empty_table_that_fits_its_contract():
    report = control([[0, 1, 2]])
    assert report.keep_variants.all()
    assert report.keep_samples.all()
    assert schema.to_arrow(report.removed, schema.REMOVED).num_rows == 0


def test_table_fits_its_contract():
    report = control([[0, 1, 2, -1], [0, 0, 0, -1]], sample_missingness=0.5, monomorphic=True)
    table = schema.to_arrow(report.removed, schema.REMOVED).to_pylist()
    assert table == [
        {"population": "small", "kind": "sample", "name": "s3", "chrom": "", "pos": -1,
         "reason": "sample_missingness", "value": 1.0, "threshold": 0.5},
        {"population": "small", "kind": "variant", "name": "rs1", "chrom": "21", "pos": 2,
         "reason": "monomorphic", "value": 0.0, "threshold": 0.0},
    ]  # fmt: skip


def test_nothing_left_says_which_step_took_it():
    with pytest.raises(
        InputError, match=r"small population left nothing: removed 2 by sample_missingness \(bound 0.1\)"
    ):
        control([[-1, -1], [0, -1]], sample_missingness=0.1)
    with pytest.raises(
        InputError, match=r"removed 1 by hwe \(bound 0.5\), 1 by maf \(bound 0.2\); relax quality_control\.variant"
    ):
        control([[0, 0, 0, 1], [0, 2, 2, 0]], case=[0, 1, 0, 0], maf=0.2, hwe=0.5)


def test_people_and_status_must_fit():
    with pytest.raises(InputError, match="one value for each of 3 people"):
        control([[0, 1, 2]], case=[0, 1])
