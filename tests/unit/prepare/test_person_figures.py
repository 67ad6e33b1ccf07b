import numpy as np
import pytest

from gtl.domain.blocks import blocks_of
from gtl.prepare import person_figures as module
from gtl.prepare.person_figures import person_figures
from tests.simulated_people import matrix


def test_by_hand():
    figures = person_figures(blocks_of(matrix([[0, 1, 2, 1], [0, 0, 1, -1], [2, 2, 2, 2]]), 2))
    # frequencies 1/2 and 1/6, so .5 and 5/18 expected heterozygotes; the third variant does not vary
    both, one = 0.5 + 5 / 18, 0.5
    assert figures["sample"].tolist() == ["p0", "p1", "p2", "p3"]
    np.testing.assert_allclose(figures["missing"], [0, 0, 0, 1 / 3])
    np.testing.assert_allclose(figures["inbreeding"], [1, 1 - 1 / both, 1 - 1 / both, 1 - 1 / one])
    assert figures["x_inbreeding"].isna().all()


def test_sex_shows_on_x_alone():
    rng = np.random.default_rng(1)
    dosages = rng.binomial(2, 0.4, (800, 30))
    dosages[400:, :15] = 2 * rng.binomial(1, 0.4, (400, 15))  # men have one X
    figures = person_figures(blocks_of(matrix(dosages, chrom=["1"] * 400 + ["X"] * 400), 150))
    assert (figures["x_inbreeding"][:15] == 1).all()
    assert figures["x_inbreeding"][15:].between(-0.25, 0.25).all()
    assert figures["inbreeding"].between(-0.25, 0.25).all()


def test_too_few_variants_of_x_tell_nothing():
    rng = np.random.default_rng(2)
    chrom = ["1"] * 10 + ["X"] * 49
    assert person_figures(blocks_of(matrix(rng.integers(0, 3, (59, 9)), chrom=chrom)))["x_inbreeding"].isna().all()


def test_uncertain_dosages_are_not_missing():
    figures = person_figures(blocks_of(matrix([[0.5, 0, 2], [1, 1, np.nan]])))
    assert figures["missing"].tolist() == [0, 0, 0.5]


@pytest.mark.parametrize(("n_variants", "bound"), [(20, 0.05), (50, 0.02), (10, 0.1), (1000, 0.001)])
def test_a_share_of_missing_genotypes_equal_to_its_bound_is_no_more(n_variants, bound):
    dosages = np.ones((n_variants, 2), dtype=np.int8)
    dosages[0] = -1  # 1 - (n - 1) / n would be above 1 / n in most of these
    assert person_figures(blocks_of(matrix(dosages)))["missing"].tolist() == [bound, bound]


@pytest.mark.parametrize("entries", [1, 20])
def test_parts_change_nothing(monkeypatch, entries):
    people = matrix(np.random.default_rng(3).integers(-1, 3, (50, 6)), chrom=["1"] * 25 + ["X"] * 25)
    whole = person_figures(blocks_of(people))
    monkeypatch.setattr(module, "_PART_ENTRIES", entries)
    np.testing.assert_allclose(person_figures(blocks_of(people, 9)).iloc[:, 1:], whole.iloc[:, 1:])
