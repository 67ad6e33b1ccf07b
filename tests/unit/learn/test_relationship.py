import numpy as np
import pytest

from gtl.learn import relationship as module
from gtl.learn.relationship import CentredDosages, mean_diagonal, relationship, relationship_between

DOSAGES = np.int8([[0, 2, -1], [1, 2, 2], [2, -1, 0]])
CENTRED = np.array([[-1, 0, 0], [0, 0, 1], [1, 0, -1]])


def test_products_of_dosages_around_their_means_with_missing_ones_at_the_mean():
    assert relationship(CentredDosages(DOSAGES)).tolist() == (CENTRED @ CENTRED.T).tolist()


def test_imputed_dosages_count_as_hard_calls_do():
    imputed = np.where(DOSAGES < 0, np.nan, DOSAGES).astype(np.float32)
    assert relationship(CentredDosages(imputed)).tolist() == (CENTRED @ CENTRED.T).tolist()


def test_blocks_of_snps_add_up(monkeypatch):
    dosages = np.random.default_rng(1).integers(0, 3, (6, 20)).astype(np.int8)
    people, others = CentredDosages(dosages[:4]), CentredDosages(dosages[4:])
    whole = relationship(people), relationship_between(people, others), people.effects(np.arange(4.0))
    monkeypatch.setattr(module, "BLOCK", 7)
    parts = relationship(people), relationship_between(people, others), people.effects(np.arange(4.0))
    for one, other in zip(whole, parts, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
    np.testing.assert_allclose(people.scores(np.arange(20.0)), (dosages[:4] - dosages[:4].mean(0)) @ np.arange(20.0))


def test_populations_are_centred_on_their_own_means():
    others = CentredDosages(np.int8([[2, 2, 2], [0, 0, 2]]))
    other = np.array([[1, 1, 0], [-1, -1, 0]])
    assert relationship_between(CentredDosages(DOSAGES), others).tolist() == (CENTRED @ other.T).tolist()


def test_a_snp_that_nobody_was_called_at_relates_nobody():
    people = CentredDosages(np.int8([[-1, 0], [-1, 2]]))
    assert people.means.tolist() == [0, 1]
    assert relationship(people).tolist() == [[1, -1], [-1, 1]]


def test_relationships_are_the_same_whichever_allele_is_counted():
    dosages = np.random.default_rng(1).integers(0, 3, (8, 30)).astype(np.int8)
    flipped = dosages.copy()
    flipped[:, ::2] = 2 - flipped[:, ::2]
    one, other = relationship(CentredDosages(dosages)), relationship(CentredDosages(flipped))
    np.testing.assert_allclose(one, other, atol=1e-5)


@pytest.mark.parametrize(("kinship", "expected"), [(np.diag([1.0, 3.0]), 2.0), (np.zeros((2, 2)), 1.0)])
def test_mean_diagonal(kinship, expected):
    assert mean_diagonal(kinship) == expected
