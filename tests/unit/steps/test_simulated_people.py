"""What the store gives of simulated people, in parts, is their whole matrix."""

import numpy as np
import pytest

from gtl import stages
from gtl.config import preset, with_overrides
from gtl.domain.cohort import Cohort, Population
from gtl.simulate.phenotypes.causal import allele_frequency
from gtl.steps import simulated_people
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.steps.simulated_people import SimulatedPeople
from gtl.store import Store
from tests.prepared import SMALL_STUDY


@pytest.fixture(scope="module")
def genotypes(tmp_path_factory) -> SharedGenotypes:
    config, store = with_overrides(preset("quick"), SMALL_STUDY), Store(str(tmp_path_factory.mktemp("study")))
    panel = stages.build_panel(config, store)
    cohorts = [stages.make_cohort(config, store, cohort.value, panel) for cohort in Cohort]
    return SharedGenotypes.open(store, stages.match_variants(config, store, *cohorts))


def whole(genotypes, population):
    if population is Population.LARGE:
        return genotypes.cohort(Cohort.LARGE)
    small, final = genotypes.cohort(Cohort.SMALL), genotypes.cohort(Cohort.FINAL, unseal=True)
    samples, dosages = np.concatenate([small.samples, final.samples]), np.hstack([small.dosages, final.dosages])
    return type(small)(small.variants, samples, dosages)


@pytest.mark.parametrize("population", Population)
def test_parts_are_those_of_the_whole(genotypes, population, monkeypatch):
    people, matrix = SimulatedPeople(genotypes, population), whole(genotypes, population)
    assert people.samples.tolist() == matrix.samples.tolist()
    rows = np.array([9, 2, 30])
    np.testing.assert_array_equal(people.at(rows).dosages, matrix.dosages[rows])
    np.testing.assert_array_equal(people.frequency(), allele_frequency(matrix.dosages))
    monkeypatch.setattr(simulated_people, "row_blocks", lambda rows, n: map(slice, range(0, 999, 7), range(7, 999, 7)))
    blocks = [block.dosages for block in people.blocks() if len(block.variants)]
    assert max(map(len, blocks)) == 7
    np.testing.assert_array_equal(np.vstack(blocks), matrix.dosages)
