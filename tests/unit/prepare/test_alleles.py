import numpy as np
import pytest

from gtl.domain.genotypes import Variants
from gtl.prepare.alleles import Relation, compare_alleles, resolve_ambiguous


def snps(*alleles):
    ref, alt = np.array([pair.split() for pair in alleles], dtype=object).T
    blank = np.full(len(ref), "", dtype=object)
    return Variants(blank, np.zeros(len(ref), dtype=np.int64), blank, ref, alt)


REFERENCE = snps("A G", "A G", "A G", "A G", "A T", "A T", "A B", "A B", "A B", "A ATG", "C A")
FOUND = snps("A G", "G A", "T C", "C T", "A T", "T A", "B A", "T B", "T V", "T ATG", "A C")


def test_letters_are_compared_with_their_complements_and_placeholders_are_not():
    reasons, flip = compare_alleles(REFERENCE, FOUND)
    other = "the alleles are others than expected"
    ambiguous = "A/T or C/G with alleles swapped: the strand is unknown"
    assert reasons.tolist() == ["", "", "", "", "", ambiguous, "", other, other, other, ""]
    assert flip.tolist() == [False, True, False, True, False, False, True, False, False, False, True]


def test_same_order_is_ambiguous_without_trust():
    reasons, _ = compare_alleles(snps("A T", "A G"), snps("A T", "A G"), trust_strand=False)
    assert reasons.tolist() == ["A/T or C/G: the strand is unknown", ""]


def test_frequencies_tell_and_those_of_one_person_do_not():
    reference, found = snps("A T", "A T", "A T", "T C"), snps("A T", "A T", "T A", "G A")
    of_card = np.array([0.2, 0.2, 0.2, 0.5])
    reasons, flip = compare_alleles(
        reference, found, trust_strand=False, frequencies=(of_card, np.array([0.8, 0.45, 0.2, 0.5]))
    )
    assert reasons.tolist() == ["", "A/T or C/G: the strand is unknown", "", ""]
    assert flip.tolist() == [True, False, False, True]
    reasons, _ = compare_alleles(reference, found, trust_strand=False, frequencies=(of_card, np.full(4, np.nan)))
    assert (reasons != "").tolist() == [True, True, True, False]


@pytest.mark.parametrize(
    ("others", "same_side", "opposite_sides"),
    [
        ([Relation.SAME, Relation.SWAPPED], Relation.SAME, Relation.AMBIGUOUS),
        ([Relation.STRAND, Relation.STRAND_SWAPPED], Relation.AMBIGUOUS, Relation.STRAND_SWAPPED),
        ([Relation.SAME, Relation.STRAND], Relation.SAME, Relation.STRAND_SWAPPED),
        ([], Relation.SAME, Relation.STRAND_SWAPPED),
    ],
)
def test_the_other_variants_say_which_strands_there_are(others, same_side, opposite_sides):
    relation = np.array([Relation.AMBIGUOUS, Relation.AMBIGUOUS, *others], dtype=np.int8)
    frequency = np.full(len(relation), 0.3)
    found = np.where(np.arange(len(relation)) == 1, 0.7, 0.3)
    assert resolve_ambiguous(relation, frequency, found)[:2].tolist() == [same_side, opposite_sides]


@pytest.mark.parametrize(("frequency", "told"), [(0.39, True), (0.4, False), (0.6, False), (0.61, True)])
def test_frequencies_from_four_to_six_tenths_do_not_tell(frequency, told):
    relation = np.array([Relation.AMBIGUOUS], dtype=np.int8)
    resolved = resolve_ambiguous(relation, np.array([frequency]), np.array([frequency]))
    assert (resolved[0] == Relation.SAME) == told
