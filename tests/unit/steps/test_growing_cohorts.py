"""Cohorts of people who copy each other: the small and the final one are parts of one run."""

import numpy as np
import pytest

from gtl import stages
from gtl.config import preset, with_overrides
from gtl.domain.cohort import Cohort
from gtl.errors import InputError
from gtl.steps.cohort_files import CohortFiles
from gtl.store import Store
from tests.prepared import SMALL_STUDY


@pytest.fixture
def cohorts(tmp_path):
    """Makes the three cohorts with some settings changed; their dosages by name."""

    def make(*changes):
        config = with_overrides(preset("quick"), [*SMALL_STUDY, "cohorts.copying=growing", *changes])
        store = Store(str(tmp_path / "results"))
        panel = stages.build_panel(config, store)
        found = {}
        for cohort in Cohort:
            ref = stages.make_cohort(config, store, cohort.value, panel)
            people = CohortFiles.open(store, ref, unseal=cohort is Cohort.FINAL)
            found[cohort] = people.read("21", np.arange(50)).dosages
        return found

    return make


def test_another_split_of_the_run_has_the_same_people(cohorts):
    first = cohorts("cohorts.small=40", "cohorts.final=20")
    second = cohorts("cohorts.small=50", "cohorts.final=10", "split.small_train=30")
    whole = [np.hstack([one[Cohort.SMALL], one[Cohort.FINAL]]) for one in (first, second)]
    np.testing.assert_array_equal(*whole)
    assert first[Cohort.SMALL].shape[1] == 40
    assert not np.array_equal(first[Cohort.LARGE][:, :20], first[Cohort.FINAL])


def test_disease_snps_are_for_copies_of_the_panel_alone():
    snp = "cohorts.disease_snps=[{position: 100, heterozygote_risk: 2, homozygote_risk: 4}]"
    with pytest.raises(InputError, match="copying: growing has no disease SNPs; leave disease_snps empty"):
        with_overrides(preset("quick"), ["cohorts.copying=growing", snp])
