"""Genotypes of people who are asked for by id, at the variants that both populations have."""

import numpy as np
import pytest

from gtl.domain.cohort import Cohort, Population
from gtl.errors import InputError
from gtl.steps.association_parts import chromosomes_of
from gtl.steps.shared_genotypes import SharedGenotypes
from tests.real_cohorts import made_people


@pytest.fixture(scope="module")
def shared(real):
    return SharedGenotypes.open(real.store, real.refs["genotypes"])


@pytest.fixture(scope="module")
def truth(shared):
    """Population → (n_shared, n_people) dosages of the large population's alternate allele."""
    return {
        name: people.genotypes.dosages[np.isin(people.genotypes.variants.rsid, shared.variants.rsid)]
        for name, people in made_people().items()
    }


@pytest.mark.parametrize("population", Population)
def test_people_come_in_the_order_that_is_asked_for_with_one_allele_counted(shared, truth, population):
    letter = population[0].upper()
    samples = np.array([f"{letter}{number}" for number in (31, 2, 40, 1)], dtype=object)
    found = shared.people(population, samples)
    assert found.samples.tolist() == samples.tolist()
    np.testing.assert_array_equal(found.dosages, truth[population][:, [30, 1, 39, 0]])


def test_some_rows_of_both_chromosomes_in_any_order(shared, truth):
    rows = np.array([700, 3, 410, 9])
    found = shared.people(Population.SMALL, np.array(["S9"], dtype=object), rows)
    np.testing.assert_array_equal(found.dosages, truth["small"][rows][:, [8]])
    assert found.variants.rsid.tolist() == shared.variants.rsid[rows].tolist()


def test_blocks_are_the_whole_in_parts(shared, truth):
    samples = np.array(["S4", "S2"], dtype=object)
    blocks = list(shared.blocks(Population.SMALL, samples, beside=60, most_bytes=300 * (40 + 60)))
    assert len(blocks) == 3
    np.testing.assert_array_equal(np.concatenate([block.dosages for block in blocks]), truth["small"][:, [3, 1]])


def test_of_one_chromosome_only_its_variants_are_there(real, shared, truth):
    second = SharedGenotypes.open(real.store, real.refs["genotypes"], "2")
    assert second.variants.rsid.tolist() == shared.variants.rsid[shared.places["2"]].tolist()
    everybody = second.in_order(Population.SMALL, np.array(["S9", "S10", "S1"], dtype=object))
    assert everybody.tolist() == ["S1", "S9", "S10"]
    [block] = second.blocks(Population.SMALL, everybody)
    np.testing.assert_array_equal(block.dosages, truth["small"][shared.places["2"]][:, [0, 8, 9]])
    assert list(shared.places) == chromosomes_of(real.store, real.refs["genotypes"]) == ["1", "2"]


def test_an_unknown_person_is_named(shared):
    with pytest.raises(InputError, match="cohorts/small: 1 of 2 people are not in the cohort, such as 'L1'"):
        shared.people(Population.SMALL, np.array(["S1", "L1"], dtype=object))


def test_final_people_without_files_of_their_own_are_in_the_small_cohort(shared, truth):
    found = shared.people(Population.SMALL, np.array(["S40"], dtype=object), unseal=True)
    np.testing.assert_array_equal(found.dosages, truth["small"][:, [39]])


def test_rows_are_found_by_the_variants_keys(shared):
    keys = shared.variants.keys()
    assert shared.rows_of([keys[5], keys[700], keys[0]]).tolist() == [5, 700, 0]


def test_the_small_files_count_the_other_allele_at_every_third_variant(shared):
    numbers = shared.table["rsid"].str.removeprefix("rs").astype(int)
    assert shared.table["small_flip"].tolist() == (numbers % 3 == 0).tolist()
    assert (shared.cohort(Cohort.LARGE, np.arange(3)).variants.alt == "G").all()
