"""Reading an imported cohort from the store."""

import numpy as np
import pandas as pd
import pytest

from gtl.domain.genotypes import GenotypeMatrix
from gtl.errors import InputError
from gtl.prepare.call_counts import CallCounts
from gtl.schema import VARIANT_COUNTS
from gtl.steps.cohort_files import CohortFiles
from tests.real_cohorts import MANY_MISSING, made_people


@pytest.fixture(scope="module")
def large(real):
    return CohortFiles.open(real.store, real.refs["large_cohort"])


@pytest.fixture(scope="module")
def truth():
    return made_people()["large"].genotypes


def test_people_and_variants_are_those_of_the_files(large, truth):
    assert large.people["sample"].tolist() == truth.samples.tolist()
    assert large.variants["rsid"].tolist() == truth.variants.rsid.tolist()
    assert large.people["het"].tolist() == (truth.dosages == 1).sum(axis=0).tolist()
    assert set(large.people["variants"]) == {800}
    assert large.people.loc[large.people["called"] != 800, ["sample", "called"]].values.tolist() == [
        [MANY_MISSING, 776]
    ]


def test_chromosomes_are_artefacts_below_the_cohort_in_the_order_of_the_files(large):
    assert {chromosome: ref.key for chromosome, ref in large.parts.items()} == {
        "1": "studies/tiny/cohorts/large/chr1",
        "2": "studies/tiny/cohorts/large/chr2",
    }


def test_genotypes_at_rows_and_of_people_in_any_order(large, truth):
    rows, columns = np.array([7, 2, 399]), np.array([5, 0])
    found = large.read("2", rows, columns)
    np.testing.assert_array_equal(found.dosages, truth.dosages[400 + rows][:, columns])
    assert found.samples.tolist() == ["L6", "L1"]
    assert large.read("1", rows).n_samples == 60


def test_people_are_found_by_id(large):
    assert large.columns_of(["L3", "L1", "L60"]).tolist() == [2, 0, 59]
    with pytest.raises(InputError, match="cohorts/large: 2 of 3 people are not in the cohort, such as 'S1'"):
        large.columns_of(["S1", "L1", "nobody"])


def test_a_cohort_without_files_of_its_own_does_not_exist(real):
    assert not CohortFiles.open(real.store, real.refs["final_cohort"]).exists
    assert CohortFiles.open(real.store, real.refs["small_cohort"]).exists


def test_counts_of_a_matrix_are_those_that_the_import_counts(large, truth):
    chromosome = GenotypeMatrix(truth.variants.take(slice(0, 400)), truth.samples, truth.dosages[:400])
    imported = large.variants.iloc[:400]
    counted = CallCounts.of(chromosome.dosages).table(chromosome.variants)[VARIANT_COUNTS.names]
    pd.testing.assert_frame_equal(counted, imported, check_dtype=False)
