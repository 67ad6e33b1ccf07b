import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gtl.config.learning import QualityControlConfig
from gtl.errors import InputError
from gtl.prepare.funnel import funnel_text
from gtl.prepare.links import MatchingRules
from gtl.prepare.matching import Matched, match_variants
from gtl.prepare.variant_quality import CheckedVariants, check_names, check_variants
from gtl.schema import FUNNEL, HARMONISATION_AUDIT, SHARED, to_arrow
from tests.unit.prepare.tables import PEOPLE, complemented, counts, swapped

ANCHORS = ("rs101 1001 A G 0.1", "rs102 1002 C A 0.1", "rs103 1003 G T 0.1")


def checked(table: pd.DataFrame) -> CheckedVariants:
    return check_variants(table, PEOPLE, QualityControlConfig())


def matched(large: pd.DataFrame, small: pd.DataFrame, final: pd.DataFrame | None = None) -> Matched:
    found = match_variants(checked(large), checked(small), None if final is None else check_names(final))
    shared = found.shared.assign(kept=True)
    for table, schema in ((shared, SHARED), (found.audit, HARMONISATION_AUDIT), (found.funnel, FUNNEL)):
        to_arrow(table, schema)
    return found


def audit_of(found: Matched, population: str) -> list[tuple[str, str, str]]:
    rows = found.audit[found.audit["population"] == population]
    return list(zip(rows["rsid"], rows["action"], rows["reason"], strict=True))


def shared_pairs(found: Matched) -> list[tuple[str, int, bool]]:
    columns = (found.shared[name].tolist() for name in ("rsid", "small_row", "small_flip"))
    return list(zip(*columns, strict=True))


def test_split_multiallelic_lines_and_an_indel_meet_their_own_kind():
    large = counts("rs1 10 A C", "rs1 10 A G", "rs2 10 A AT", *ANCHORS)
    small = counts("rs2 10 AT A", "rs1 10 A G", *ANCHORS)
    found = matched(large, small)
    assert shared_pairs(found)[:2] == [("rs1", 1, False), ("rs2", 0, True)]
    assert audit_of(found, "large") == [("rs1", "dropped", "with other alleles in the small population")]


def test_a_tri_allelic_site_of_the_other_strand_is_told_by_its_letters():
    found = matched(counts("rs1 10 A C", "rs2 10 A G", *ANCHORS), counts("rs2 10 T C", "rs1 10 T G", *ANCHORS))
    assert shared_pairs(found)[:2] == [("rs1", 1, False), ("rs2", 0, False)]


def test_two_variants_that_fit_by_the_other_strand_alone_are_not_paired():
    large, small = counts("rs1 10 A C", "rs2 10 G T", *ANCHORS), counts("rs1 10 A C", *ANCHORS)
    assert shared_pairs(matched(large, small))[0] == ("rs1", 0, False)
    assert audit_of(matched(large, small), "large") == [
        ("rs2", "dropped", "with other alleles in the small population")
    ]


@pytest.mark.parametrize(
    ("large", "small", "flip", "action", "reason"),
    [
        ("A T 0.2", "A T 0.3", False, "noted", "A/T or C/G, told by allele frequency: dosages as they were"),
        ("C G 0.8", "G C 0.1", True, "flipped", "A/T or C/G, told by allele frequency: alleles swapped"),
        ("A T 0.2", "A T 0.8", None, "dropped", "A/T or C/G: the strand is unknown"),
        ("A T 0.2", "A T 0.45", None, "dropped", "A/T or C/G: the strand is unknown"),
        ("A T 0.6", "T A 0.2", None, "dropped", "A/T or C/G with alleles swapped: the strand is unknown"),
    ],
)
def test_ambiguous_variants_of_files_of_one_strand(large, small, flip, action, reason):
    found = matched(counts(f"rs1 10 {large}", *ANCHORS), counts(f"rs1 10 {small}", *ANCHORS))
    [(_, found_action, found_reason)] = audit_of(found, "small")
    assert found_action == action
    assert found_reason.startswith(reason)
    assert [pair[2] for pair in shared_pairs(found) if pair[0] == "rs1"] == ([] if flip is None else [flip])


def test_ambiguous_variants_of_files_of_opposite_strands():
    large = counts("rs1 10 A T 0.2", *ANCHORS)
    found = matched(large, complemented(large))
    assert shared_pairs(found)[0] == ("rs1", 0, False)
    assert audit_of(found, "small")[0] == (
        "rs1",
        "flipped",
        "A/T or C/G, told by allele frequency: other strand: alleles complemented, dosages as they were",
    )


def test_rs_ids_of_lists_and_legends_are_no_other_ids():
    small = counts("rs9;rs1 10 A C", "rs2:20:A:C 20 A C", "chr21_30_A_C 30 A C", "rs8 40 A C")
    large = counts("rs1 10 A C", "rs2 20 A C", "rs3 30 A C", "rs4 40 A C")
    assert [row[:2] for row in audit_of(matched(large, small), "small")] == [("rs8", "noted")]


def test_ids_find_what_positions_do_not():
    found = matched(counts("rs1;rs5 10 A C", *ANCHORS), counts("rs5 12 C A", *ANCHORS))
    assert shared_pairs(found)[0] == ("rs1;rs5", 0, True)
    assert found.shared["pos"].tolist()[0] == 10


def test_more_ids_at_other_positions_than_positions_are_another_build():
    large = counts("rs1 10 A C", "rs2 20 A C", "rs3 30 A C")
    small = large.assign(pos=[10, 120, 130])
    with pytest.raises(
        InputError,
        match=r"different genome builds: 2 variants have the same rs id but another position, only 1 the same "
        r"position; rs2 is at 21:20 in the large population and at 21:120 in the small one; bring both to one",
    ):
        matched(large, small)


def test_a_variant_that_does_not_vary_in_the_other_population_is_found_there():
    small = counts("rs1 10 A C 0", "rs2 20 C 0 0", *ANCHORS)
    found = matched(counts("rs1 10 A C", "rs2 20 A C", *ANCHORS), small)
    assert audit_of(found, "large") == [
        ("rs1", "dropped", "monomorphic in the small population"),
        ("rs2", "dropped", "without two alleles in the small population"),
    ]
    assert funnel_text(found.funnel).splitlines() == [
        "large: 5 read -> 5 usable -> 5 matched -> 3 kept (1 monomorphic in the small population, 1 without two "
        "alleles in the small population)",
        "small: 5 read -> 3 usable (1 monomorphic, 1 without two alleles) -> 3 matched -> 3 kept",
    ]


def test_a_final_file_has_rows_and_flips_of_its_own():
    large = counts("rs1 10 A C", "rs2 20 A C", *ANCHORS)
    small = counts(*ANCHORS, "rs1 10 C A 0.8", "rs2 20 A C")
    found = matched(large, small, counts("rs1 10 A C", *ANCHORS, "rs7 70 A C"))
    assert found.shared["rsid"].tolist() == ["rs1", "rs101", "rs102", "rs103"]
    assert found.shared["small_row"].tolist() == [3, 0, 1, 2]
    assert found.shared["final_row"].tolist() == [0, 1, 2, 3]
    assert found.shared["small_flip"].tolist() == [True, False, False, False]
    assert not found.shared["final_flip"].any()
    assert audit_of(found, "large") == [("rs2", "dropped", "not in the final population")]
    assert audit_of(found, "small")[1] == ("rs2", "dropped", "not in the final population")
    assert audit_of(found, "final") == [("rs7", "dropped", "not in the large population")]


def test_without_a_final_file_the_small_one_counts():
    shared = matched(counts(*ANCHORS), swapped(counts(*ANCHORS))).shared
    assert shared["final_row"].tolist() == shared["small_row"].tolist()
    assert shared["final_flip"].all()


def test_frequencies_are_those_of_the_counted_allele():
    large = counts(*ANCHORS, "rs1 10 A T 0.2")
    frequencies = matched(large, swapped(large)).frequencies
    np.testing.assert_allclose(frequencies["small"], [0.1, 0.1, 0.1, 0.2])
    assert frequencies["ambiguous"].tolist() == [False, False, False, True]


ALLELES = st.sampled_from(["A C", "A G", "G T", "C T", "A ATG", "A T", "C G"])


@settings(max_examples=40)
@given(
    snps=st.lists(st.tuples(ALLELES, st.integers(10, 90)), min_size=1, max_size=15),
    turns=st.lists(st.tuples(st.booleans(), st.booleans()), min_size=15, max_size=15),
    seed=st.integers(0, 1000),
)
def test_order_of_alleles_strand_and_rows_do_not_matter(snps, turns, seed):
    rows = [f"rs{i} {10 * i} {pair} {f / 100}" for i, (pair, f) in enumerate(snps, start=1)]
    large = counts(*rows, *ANCHORS)
    flip, strand = (np.flatnonzero([turn[i] for turn in turns[: len(snps)]]) for i in (0, 1))
    letters = large["ref"].isin(list("ACGT")) & large["alt"].isin(list("ACGT"))
    strand = strand[letters.to_numpy()[strand]]
    small = swapped(complemented(complemented(large, np.array([len(snps)])), strand), flip)  # both strands occur
    order = np.random.default_rng(seed).permutation(len(small))
    found = matched(large, small.iloc[order].reset_index(drop=True))
    plain = matched(large, complemented(large, np.array([len(snps)])))
    pd.testing.assert_frame_equal(
        found.shared[["chrom", "pos", "ref", "alt"]], plain.shared[["chrom", "pos", "ref", "alt"]]
    )
    expected = np.isin(found.shared["large_row"], flip)
    assert found.shared["small_flip"].tolist() == expected.tolist()
    assert (small["rsid"].to_numpy()[found.shared["small_row"]] == found.shared["rsid"].to_numpy()).all()


IMPUTE = MatchingRules(impute_lacking=True)
ABSENT = "not in the {} population: its people get the large population's mean dosage, 2 × allele frequency"


def test_a_variant_that_the_small_file_lacks_stays_where_it_is_to_be_imputed():
    large = counts("rs1 10 A C", "rs2 20 A G", "rs3 30 A C", *ANCHORS)
    small = counts("rs2 20 G A", "rs3 30 A T", *ANCHORS)
    found = match_variants(checked(large), checked(small), rules=IMPUTE)
    # rs3 is there with other alleles: that is no gap to be filled
    assert shared_pairs(found)[:2] == [("rs1", -1, False), ("rs2", 0, True)]
    assert "rs3" not in set(found.shared["rsid"])
    assert found.shared["final_row"].tolist() == found.shared["small_row"].tolist()
    assert np.isnan(found.frequencies["small"].iloc[0])
    assert audit_of(found, "large") == [
        ("rs1", "imputed", ABSENT.format("small")),
        ("rs3", "dropped", "with other alleles in the small population"),
    ]
    assert funnel_text(found.funnel).splitlines()[0].endswith("-> 4 kept -> 5 with imputed ones")
    to_arrow(found.audit, HARMONISATION_AUDIT)
    assert [rsid for rsid, *_ in shared_pairs(matched(large, small))][:1] == ["rs2"]


def test_a_variant_that_only_the_sealed_people_s_file_lacks_is_imputed_there_alone():
    large, small = counts("rs1 10 A C", *ANCHORS), counts("rs1 10 A C", *ANCHORS)
    found = match_variants(checked(large), checked(small), check_names(counts(*ANCHORS)), IMPUTE)
    assert found.shared.loc[0, ["small_row", "final_row"]].tolist() == [0, -1]
    assert audit_of(found, "large") == [("rs1", "imputed", ABSENT.format("final"))]
    assert audit_of(found, "small") == []


def test_a_variant_that_the_small_file_has_and_cannot_use_is_not_imputed():
    large = counts("rs1 10 A C", *ANCHORS)
    small = counts("rs1 10 A C 0", *ANCHORS)  # monomorphic
    found = match_variants(checked(large), checked(small), rules=IMPUTE)
    assert "rs1" not in set(found.shared["rsid"])
