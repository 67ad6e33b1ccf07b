import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtl.domain.genotypes import Variants
from gtl.errors import InputError
from gtl.harmonise import harmonise, orient
from gtl.schema import HARMONISATION_AUDIT, SHARED, to_arrow

LETTERS = st.sampled_from("ACGT")


def variants(*rows: str) -> Variants:
    """Variants of `rsid pos ref alt` on chromosome 21, or `rsid chrom:pos ref alt`."""
    rsid, place, ref, alt = (
        np.array(column, dtype=object) for column in zip(*(row.split() for row in rows), strict=True)
    )
    chrom, _, pos = zip(*(text.rpartition(":") for text in place), strict=True)
    chrom = np.array([name or "21" for name in chrom], dtype=object)
    return Variants(chrom, np.array(pos, dtype=np.int64), rsid, ref, alt)


def none() -> Variants:
    return variants("rs1 1 A C").take(slice(0, 0))


def harmonised(large: Variants, small: Variants):
    """Shared rsids with their flip, and audit rows as (population, rsid, action, start of the reason)."""
    found = harmonise(large, small, small)
    to_arrow(found.shared, SHARED)
    to_arrow(found.audit, HARMONISATION_AUDIT)
    shared = list(zip(found.shared["rsid"], found.shared["small_flip"].tolist(), strict=True))
    audit = found.audit
    return shared, list(zip(audit["population"], audit["rsid"], audit["action"], audit["reason"], strict=True))


ANCHOR = "rs1 10 A C"


@pytest.mark.parametrize(
    ("large", "small", "flip", "reason"),
    [
        ("A G", "A G", False, None),
        ("A G", "G A", True, "alleles swapped: dosages counted the other allele"),
        ("A G", "T C", False, "other strand: alleles complemented, dosages as they were"),
        ("A G", "C T", True, "other strand and alleles swapped: dosages counted the other allele"),
        ("A T", "A T", False, None),
        ("C G", "C G", False, None),
        ("A ATG", "A ATG", False, None),
        ("A ATG", "ATG A", True, "alleles swapped: dosages counted the other allele"),
    ],
)
def test_alleles_that_can_be_told_are_shared(large, small, flip, reason):
    shared, audit = harmonised(variants(ANCHOR, f"rs2 20 {large}"), variants(ANCHOR, f"rs2 20 {small}"))
    assert shared == [("rs1", False), ("rs2", flip)]
    assert audit == ([] if reason is None else [("small", "rs2", "flipped", reason)])


@pytest.mark.parametrize(
    ("large", "small", "reason"),
    [
        ("A T", "T A", "A/T or C/G with alleles swapped: the strand cannot be told"),
        ("C G", "G C", "A/T or C/G with alleles swapped: the strand cannot be told"),
        ("A G", "A C", "the populations have different alleles"),
        ("A ATG", "T TAC", "the populations have different alleles"),
    ],
)
def test_alleles_that_cannot_be_told_are_dropped_from_both(large, small, reason):
    shared, audit = harmonised(variants(ANCHOR, f"rs2 20 {large}"), variants(ANCHOR, f"rs2 20 {small}"))
    assert shared == [("rs1", False)]
    assert audit == [("large", "rs2", "dropped", reason), ("small", "rs2", "dropped", reason)]


def test_snps_of_one_population_are_dropped():
    shared, audit = harmonised(variants(ANCHOR, "rs2 20 A G"), variants("rs0 5 A G", ANCHOR))
    assert shared == [("rs1", False)]
    absent = "not in the other population"
    assert audit == [("large", "rs2", "dropped", absent), ("small", "rs0", "dropped", absent)]


def test_rows_point_into_each_cohort():
    small = variants("rs0 5 A G", "rs3 30 G A", ANCHOR)
    shared = harmonise(variants(ANCHOR, "rs2 20 A G", "rs3 30 A G"), small, small).shared
    assert shared["large_row"].tolist() == [0, 2]
    assert shared["small_row"].tolist() == [2, 1]
    assert shared["final_row"].tolist() == [2, 1]
    assert shared["ref"].tolist() == ["A", "A"]


def test_rs_id_matches_what_position_does_not():
    shared, audit = harmonised(variants(ANCHOR, "rs2 20 A G"), variants(ANCHOR, "rs2 25 G A"))
    assert shared == [("rs1", False), ("rs2", True)]
    assert [action for _, _, action, _ in audit] == ["flipped"]


def test_an_rs_id_on_another_chromosome_is_no_match():
    shared, _ = harmonised(variants(ANCHOR, "rs2 20 A G"), variants(ANCHOR, "rs2 22:20 A G"))
    assert shared == [("rs1", False)]


def test_another_rs_id_at_the_position_is_dropped_but_no_rs_id_is_not():
    shared, audit = harmonised(variants(ANCHOR, "rs2 20 A G", ". 30 A G"), variants(ANCHOR, "rs9 20 A G", "rs3 30 A G"))
    assert shared == [("rs1", False), (".", False)]
    reason = "the other population has another rs id at this position"
    assert audit == [("large", "rs2", "dropped", reason), ("small", "rs9", "dropped", reason)]


def test_all_copies_of_a_duplicate_are_dropped():
    small = variants(ANCHOR, "rs2 20 A G", "rs3 20 A T", "rs4 40 A G", "rs4 50 A G", ". 60 A G", ". 70 A G")
    shared, audit = harmonised(variants(ANCHOR, "rs2 20 A G", ". 60 A G", ". 70 A G"), small)
    assert shared == [("rs1", False), (".", False), (".", False)]
    position = "another variant of the same file has the same position"
    rsid = "another variant of the same file has the same rs id"
    assert audit == [
        ("large", "rs2", "dropped", "not in the other population"),
        ("small", "rs2", "dropped", position),
        ("small", "rs3", "dropped", position),
        ("small", "rs4", "dropped", rsid),
        ("small", "rs4", "dropped", rsid),
    ]


def test_nothing_shared_is_an_error_with_an_example_of_each_side():
    with pytest.raises(
        InputError,
        match=r"large population has 1 variants, such as rs1 at 21:10 A/C .*"
        r"small population has 2 variants, such as rs1 at chr21:10 A/C .*name the chromosome alike",
    ):
        harmonised(variants(ANCHOR), variants("rs1 chr21:10 A C", "rs2 chr21:20 A C"))


def test_the_advice_is_about_the_commonest_reason():
    with pytest.raises(InputError, match="name the SNPs alike in both panels, or give one of them"):
        harmonised(variants(ANCHOR, "rs2 20 A C"), variants("rs8 10 A C", "rs9 20 A C"))


def test_ids_that_only_say_the_position_are_no_rs_ids():
    shared, audit = harmonised(variants(ANCHOR, "rs2 20 A C"), variants("21:10:A:C 10 A C", ". 20 A C"))
    assert shared == [("rs1", False), ("rs2", False)]
    assert audit == []


def test_an_empty_population_is_an_error():
    with pytest.raises(InputError, match="the small population has 0 variants;"):
        harmonised(variants(ANCHOR), none())


@pytest.mark.parametrize(
    ("final", "message"),
    [
        (variants("rs1 10 C A"), "variant 1 of the small and final cohorts differ in ref: A and C"),
        (variants("rs1 11 A C"), "variant 1 .* differ in pos: 10 and 11"),
        (variants(ANCHOR, "rs2 20 A C"), "small cohort has 1 variants but the final cohort 2"),
    ],
)
def test_the_final_cohort_must_have_the_small_cohorts_variants(final, message):
    with pytest.raises(InputError, match=message):
        harmonise(variants(ANCHOR), variants(ANCHOR), final)


def test_orient_keeps_missing_and_leaves_its_input():
    dosages = np.array([[0, 1, 2, -1], [0, 1, 2, -1]], dtype=np.int8)
    assert orient(dosages, np.array([True, False])).tolist() == [[2, 1, 0, -1], [0, 1, 2, -1]]
    assert dosages[0].tolist() == [0, 1, 2, -1]


@given(
    large=st.lists(st.tuples(st.integers(1, 30), LETTERS, LETTERS), min_size=1, max_size=20),
    small=st.lists(st.tuples(st.integers(1, 30), LETTERS, LETTERS), min_size=1, max_size=20),
)
def test_every_snp_is_shared_or_accounted_for(large, small):
    sides = [
        variants(ANCHOR.replace("10", "99"), *(f". {pos} {ref} {alt}" for pos, ref, alt in side))
        for side in (large, small)
    ]
    found = harmonise(sides[0], sides[1], sides[1])
    for name, side in zip(("large", "small"), sides, strict=True):
        of_side = found.audit[found.audit["population"] == name]
        dropped = of_side[of_side["action"] == "dropped"]
        assert len(found.shared) + len(dropped) == len(side)
    rows = found.shared
    assert rows["large_row"].is_monotonic_increasing
    assert rows["small_row"].is_unique
    assert (sides[0].pos[rows["large_row"]] == sides[1].pos[rows["small_row"]]).all()
