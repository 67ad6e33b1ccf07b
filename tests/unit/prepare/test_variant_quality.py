import numpy as np
import pytest

from gtl.config.learning import QualityControlConfig
from gtl.prepare.variant_quality import check_names, check_variants
from gtl.schema import VARIANT_COUNTS, to_arrow
from tests.unit.prepare.tables import PEOPLE, counts, swapped


def reasons(table, **bounds):
    return check_variants(table, PEOPLE, QualityControlConfig(**bounds)).reasons.tolist()


def genotypes(table, row, *calls):
    table.loc[row, ["hom_ref", "het", "hom_alt"]] = calls
    table.loc[row, "called"] = sum(calls)
    table.loc[row, "frequency"] = (calls[1] + 2 * calls[2]) / (2 * sum(calls)) if sum(calls) else np.nan
    return table


def test_the_table_of_counts_has_its_contract():
    table = counts("rs1 10 A C")
    kinds = {name: np.int32 for name in ("row", "called", "hom_ref", "het", "hom_alt")}
    to_arrow(table.astype(kinds), VARIANT_COUNTS)


def test_a_snp_an_indel_and_a_split_site_share_a_position():
    table = counts("rs1 10 A C", "rs1 10 A G", "rs2 10 A AT", "rs9 10 C A", "rs3 22:10 A C")
    assert reasons(table) == ["", "", "", "repeats of another variant", ""]


def test_placeholders_are_two_alleles_and_an_allele_that_nobody_has_is_none():
    table = counts("rs1 10 A B", "rs2 20 1 2", "rs3 30 D I", "rs4 40 C 0", "rs5 50 . C", "rs6 60 A A")
    assert reasons(table) == ["", "", "", *["without two alleles"] * 3]


def test_y_and_mt_are_left_out_and_x_is_not():
    table = counts("rs1 Y:10 A C", "rs2 MT:10 A C", "rs3 X:10 A C", "rs4 0:10 A C", "rs5 0 A C")
    expected = ["on chromosome Y or MT"] * 2 + [""] + ["without a position"] * 2
    assert reasons(table) == expected == check_names(table).reasons.tolist()


def test_call_rate_is_of_all_people_and_a_share_equal_to_the_bound_is_kept():
    table = genotypes(genotypes(counts("rs1 10 A C", "rs2 20 A C"), 0, 50, 30, 10), 1, 50, 30, 9)
    assert reasons(table) == ["", "too often missing"]


@pytest.mark.parametrize("turn", [lambda table: table, swapped])
@pytest.mark.parametrize(("maf", "reason"), [(0.1, ""), (0.1000001, "with too rare a minor allele")])
def test_a_minor_allele_at_the_bound_is_kept_whichever_is_counted(turn, maf, reason):
    table = turn(genotypes(counts("rs1 10 A C"), 0, 81, 18, 1))
    assert reasons(table, maf=maf) == [reason]


def test_monomorphic_both_ways_and_uncalled():
    table = counts("rs1 10 A C", "rs2 20 A C", "rs3 30 A C")
    genotypes(genotypes(genotypes(table, 0, 100, 0, 0), 1, 0, 0, 100), 2, 0, 0, 0)
    assert reasons(table, variant_missingness=1) == ["monomorphic"] * 3
    assert reasons(table, variant_missingness=1, monomorphic=False) == [""] * 3


def test_rare_imputed_dosages_are_not_monomorphic():
    table = genotypes(counts("rs1 10 A C"), 0, 100, 0, 0).assign(frequency=0.02)
    assert reasons(table) == [""]
    assert reasons(table, maf=0.03) == ["with too rare a minor allele"]


def test_hardy_weinberg_is_exact_and_not_for_x():
    table = counts("rs1 10 A C", "rs2 20 A C", "rs3 X:10 A C")  # p of 5, 0, 5: 0.001364
    for row, calls in enumerate([(5, 0, 5), (3, 5, 2), (5, 0, 5)]):
        genotypes(table, row, *calls)
    bounds = QualityControlConfig(hwe=0.00137)
    assert check_variants(table, 10, bounds).reasons.tolist() == ["out of Hardy-Weinberg proportions", "", ""]
    assert check_variants(table, 10, QualityControlConfig(hwe=0.00136)).usable.all()


def test_the_first_reason_stands():
    table = genotypes(counts("rs1 Y:10 A C", "rs2 20 A C"), 0, 10, 0, 0)
    assert reasons(genotypes(table, 1, 10, 0, 0)) == ["on chromosome Y or MT", "too often missing"]
