import numpy as np
import pandas as pd
import pytest

from gtl.domain.blocks import blocks_of
from gtl.errors import InputError
from gtl.prepare import shared_calls
from gtl.prepare.relatedness import DEGREES, find_relatives, kinship_matrix, relatedness_groups
from tests.simulated_people import family, matrix, with_missing


def test_kinship_by_hand():
    # a and b: both heterozygous at 2 variants, opposite homozygotes at 1, one heterozygous at 1; a has 3, b 2.
    people = matrix([[1, 1, 2], [1, 1, 2], [0, 2, 2], [1, 2, 2], [-1, 1, 2]])
    squares, fewest = 1 * 4 + 1 * 1, 2  # the last variant is missing in a, so it counts for neither
    expected = 0.5 - squares / (4 * fewest)
    kinship = kinship_matrix(blocks_of(people))
    assert kinship[0, 1] == kinship[1, 0] == pytest.approx(expected) == pytest.approx(-0.125)
    assert kinship[0, 0] == kinship[1, 1] == 0.5
    assert np.isnan(kinship[2]).all()  # a person without heterozygotes


def test_relatives_have_their_degree():
    rng = np.random.default_rng(3)
    people = with_missing(family(rng, rng.uniform(0.1, 0.9, 20_000)), rng, 0.02)
    relatives = find_relatives(blocks_of(people, 3_000))
    found = {frozenset((row.first, row.second)): row.degree for row in relatives.pairs.itertuples()}
    twins = {"second", "twin"}
    expected = {frozenset(twins): "duplicate or twin"}
    expected |= {frozenset(pair): "first" for pair in [("mother", "first"), ("first", "grandchild")]}
    for sibling in twins:
        expected |= {frozenset(("mother", sibling)): "first", frozenset(("first", sibling)): "first"}
        expected |= {frozenset(("half", sibling)): "second", frozenset(("grandchild", sibling)): "second"}
    expected |= {frozenset(("mother", "half")): "first", frozenset(("first", "half")): "second"}
    expected |= {frozenset(("mother", "grandchild")): "second", frozenset(("half", "grandchild")): "third"}
    assert found == expected
    assert not relatives.inbred
    assert relatives.said == "KING-robust kinship of 20,000 variants, related from 0.0442."


def test_bands_of_people_give_the_same_pairs(monkeypatch):
    rng = np.random.default_rng(4)
    people = with_missing(family(rng, rng.uniform(0.1, 0.9, 15_000)), rng, 0.02)
    whole = find_relatives(blocks_of(people))
    monkeypatch.setattr(shared_calls, "_BAND_ENTRIES", 200)
    assert len([*shared_calls.bands(people.n_samples)]) > 2
    pd.testing.assert_frame_equal(find_relatives(blocks_of(people, 700)).pairs, whole.pairs)


def test_bands_cover_everybody_once():
    covered = [person for band in shared_calls.bands(20_000) for person in range(band.start, band.stop)]
    assert covered == [*range(20_000)]
    assert all((band.stop - band.start) * (20_000 - band.start) <= 2**25 for band in shared_calls.bands(20_000))


def test_few_variants_tell_close_relatives_only():
    rng = np.random.default_rng(5)
    relatives = find_relatives(blocks_of(family(rng, rng.uniform(0.1, 0.9, 900), n_strangers=200)))
    assert relatives.bound == pytest.approx(0.15)
    assert not relatives.pairs["first"].str.fullmatch(r"s\d+").any()
    assert {("mother", "first"), ("second", "twin")} <= {*map(tuple, relatives.pairs[["first", "second"]].to_numpy())}
    assert "need more variants than 900" in relatives.said


def test_inbred_lines_are_compared_by_identity():
    rng = np.random.default_rng(6)
    dosages = 2 * rng.integers(0, 2, (3_000, 10), dtype=np.int8)
    dosages[:, 7] = dosages[:, 2]
    dosages[:2, 7] = 2 - dosages[:2, 7]  # 2 of 3,000 differ
    dosages[5:10, 7] = -1
    dosages[:, 8] = dosages[:, 3]
    dosages[:4, 8] = 2 - dosages[:4, 8]  # 4 do
    relatives = find_relatives(blocks_of(matrix(dosages)))
    assert relatives.inbred
    assert relatives.pairs[["first", "second", "degree"]].values.tolist() == [["p2", "p7", "duplicate or twin"]]
    assert relatives.pairs["kinship"].tolist() == pytest.approx([1 - 2 / 2_995])
    assert "nearly no heterozygotes" in relatives.said


@pytest.mark.parametrize("n_variants", [1, 49])
def test_few_variants_tell_nobody_apart_and_make_nobody_a_duplicate(n_variants):
    relatives = find_relatives(blocks_of(matrix(np.zeros((n_variants, 10), dtype=np.int8))))
    assert relatives.pairs.empty
    assert "too few to tell relatives or duplicates: nobody was compared" in relatives.said


def test_imputed_dosages_count_as_their_hard_calls():
    rng = np.random.default_rng(7)
    people = family(rng, rng.uniform(0.1, 0.9, 10_000))
    noisy = np.clip(people.dosages + rng.uniform(-0.09, 0.09, people.dosages.shape), 0, 2)
    imputed = find_relatives(blocks_of(matrix(noisy, people.samples)))
    pd.testing.assert_frame_equal(imputed.pairs, find_relatives(blocks_of(people)).pairs)


def test_groups_join_relatives_of_relatives_from_the_bound_on():
    pairs = pd.DataFrame(
        [("a", "b", 0.25), ("b", "c", 0.1), ("d", "e", 0.05), ("f", "stranger", 0.5)],
        columns=["first", "second", "kinship"],
    )
    assert relatedness_groups(pairs, list("abcdef")).tolist() == [0, 0, 0, 1, 2, 3]
    assert relatedness_groups(pairs, list("abcdef"), DEGREES["third"]).tolist() == [0, 0, 0, 1, 1, 2]
    assert relatedness_groups(pairs, list("abcdef"), DEGREES["first"]).tolist() == [0, 0, 1, 2, 3, 4]


def test_nobody_related_gives_an_empty_table_with_its_columns():
    rng = np.random.default_rng(8)
    pairs = find_relatives(blocks_of(matrix(rng.integers(0, 3, (5_000, 4))))).pairs
    assert list(pairs.columns) == ["first", "second", "kinship", "degree"]
    assert len(pairs) == 0
    assert relatedness_groups(pairs, ["a", "b"]).tolist() == [0, 1]


def test_no_variant_is_an_input_error():
    with pytest.raises(InputError, match="no variant is left"):
        find_relatives(lambda: iter(()))
