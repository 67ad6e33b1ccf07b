"""Variants of cohorts that are known to be of one strand, as those of one reference panel are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtl.domain.genotypes import Variants
from gtl.errors import InputError
from gtl.prepare.links import MatchingRules
from gtl.prepare.matching import Matched, match_variants
from gtl.prepare.variant_quality import check_names, named
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


def of_one_strand(large: Variants, small: Variants) -> Matched:
    """Match cohorts that were simulated from one panel."""
    sides = [check_names(named(variants)) for variants in (large, small)]
    return match_variants(*sides, rules=MatchingRules(same_strand=True))


def harmonised(large: Variants, small: Variants):
    """Shared rsids with their flip, and audit rows as (population, rsid, action, start of the reason)."""
    found = of_one_strand(large, small)
    to_arrow(found.shared.assign(kept=True), SHARED)
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
        ("A T", "T A", "A/T or C/G with alleles swapped: the strand is unknown"),
        ("C G", "G C", "A/T or C/G with alleles swapped: the strand is unknown"),
    ],
)
def test_alleles_that_cannot_be_told_are_dropped_from_both(large, small, reason):
    shared, audit = harmonised(variants(ANCHOR, f"rs2 20 {large}"), variants(ANCHOR, f"rs2 20 {small}"))
    assert shared == [("rs1", False)]
    assert audit == [("large", "rs2", "dropped", reason), ("small", "rs2", "dropped", reason)]


@pytest.mark.parametrize(("large", "small"), [("A G", "A C"), ("A ATG", "T TAC")])
def test_other_alleles_are_another_variant(large, small):
    shared, audit = harmonised(variants(ANCHOR, f"rs2 20 {large}"), variants(ANCHOR, f"rs2 20 {small}"))
    assert shared == [("rs1", False)]
    assert audit == [
        ("large", "rs2", "dropped", "with other alleles in the small population"),
        ("small", "rs2", "dropped", "with other alleles in the large population"),
    ]


def test_snps_of_one_population_are_dropped():
    shared, audit = harmonised(variants(ANCHOR, "rs2 20 A G"), variants("rs0 5 A G", ANCHOR))
    assert shared == [("rs1", False)]
    assert audit == [
        ("large", "rs2", "dropped", "not in the small population"),
        ("small", "rs0", "dropped", "not in the large population"),
    ]


def test_rows_point_into_each_cohort():
    small = variants("rs0 5 A G", "rs3 30 G A", ANCHOR)
    shared = of_one_strand(variants(ANCHOR, "rs2 20 A G", "rs3 30 A G"), small).shared
    assert shared["large_row"].tolist() == [0, 2]
    assert shared["small_row"].tolist() == [2, 1]
    assert shared["final_row"].tolist() == [2, 1]
    assert shared["ref"].tolist() == ["A", "A"]


def test_rs_id_matches_what_position_does_not():
    shared, audit = harmonised(variants(ANCHOR, "rs2 20 A G"), variants(ANCHOR, "rs2 25 G A"))
    assert shared == [("rs1", False), ("rs2", True)]
    moved = "other position: matched by rs id, the large population's position stands"
    swapped = "alleles swapped: dosages counted the other allele"
    assert audit == [("small", "rs2", "flipped", f"{swapped}; {moved}")]


def test_an_rs_id_on_another_chromosome_is_no_match():
    shared, _ = harmonised(variants(ANCHOR, "rs2 20 A G"), variants(ANCHOR, "rs2 22:20 A G"))
    assert shared == [("rs1", False)]


def test_alleles_win_over_rs_ids():
    shared, audit = harmonised(variants(ANCHOR, "rs2 20 A G", ". 30 A G"), variants(ANCHOR, "rs9 20 A G", "rs3 30 A G"))
    assert shared == [("rs1", False), ("rs2", False), (".", False)]
    reason = "merged id: the large population has another rs id for this position and these alleles"
    assert audit == [("small", "rs9", "noted", reason)]


def test_only_repeats_of_position_and_alleles_are_dropped():
    small = variants(ANCHOR, "rs2 20 A G", "rs3 20 A T", "rs4 20 G A", "rs4 50 A G", ". 60 A G", ". 70 A G")
    shared, audit = harmonised(variants(ANCHOR, "rs2 20 A G", ". 60 A G", ". 70 A G"), small)
    assert shared == [("rs1", False), ("rs2", False), (".", False), (".", False)]
    assert audit == [
        ("small", "rs3", "dropped", "with other alleles in the large population"),
        ("small", "rs4", "dropped", "repeats of another variant"),
        ("small", "rs4", "dropped", "not in the large population"),
    ]


def test_chromosomes_that_are_named_otherwise_are_an_error():
    with pytest.raises(
        InputError,
        match=r"no variant is shared .*named otherwise: the large population has 21, the "
        r"small one chr21; name them alike",
    ):
        harmonised(variants(ANCHOR), variants("rs1 chr21:10 A C", "rs2 chr21:20 A C"))


def test_ids_that_only_say_the_position_are_no_rs_ids():
    shared, audit = harmonised(variants(ANCHOR, "rs2 20 A C"), variants("21:10:A:C 10 A C", ". 20 A C"))
    assert shared == [("rs1", False), ("rs2", False)]
    assert audit == []


def test_an_empty_population_is_an_error():
    with pytest.raises(InputError, match="the small population's file has no variants"):
        harmonised(variants(ANCHOR), none())


@given(
    large=st.lists(st.tuples(st.integers(1, 15), LETTERS, LETTERS), min_size=1, max_size=20),
    small=st.lists(st.tuples(st.integers(1, 15), LETTERS, LETTERS), min_size=1, max_size=20),
)
def test_every_snp_is_shared_or_accounted_for(large, small):
    sides = [
        variants(ANCHOR.replace("10", "99"), *(f". {pos} {ref} {alt}" for pos, ref, alt in side))
        for side in (large, small)
    ]
    found = of_one_strand(*sides)
    for name, side in zip(("large", "small"), sides, strict=True):
        of_side = found.audit[found.audit["population"] == name]
        dropped = of_side[of_side["action"] == "dropped"]
        assert len(found.shared) + len(dropped) == len(side)
    rows = found.shared
    assert rows["large_row"].is_monotonic_increasing
    assert rows["small_row"].is_unique
    assert (sides[0].pos[rows["large_row"]] == sides[1].pos[rows["small_row"]]).all()
