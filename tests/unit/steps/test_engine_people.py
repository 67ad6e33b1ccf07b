"""An engine whose people copy each other, as HAPGEN2's do: one run for the small and the final cohort."""

import numpy as np
import pytest

from gtl import stages
from gtl.config import preset, with_overrides
from gtl.domain.cohort import Cohort
from gtl.domain.genotypes import GenotypeMatrix
from gtl.errors import LeakageError
from gtl.simulate.genotypes import SimulatedCohort, grow_people, simulate_cohort
from gtl.steps.cohort_files import PARTS, CohortFiles
from gtl.steps.engine_people import FINAL
from gtl.store import ArtifactRef, Store
from tests.prepared import SMALL_STUDY


class Clock:
    """A model of HAPGEN2: everybody joins the panel, and no two runs have the same random numbers.

    Attributes
    ----------
    made : genotypes of each run
    """

    def __init__(self):
        self.made = []

    def __call__(self, panel, genetic_map, n_people, effective_size, config, rng, prefix):
        seed = np.random.default_rng(len(self.made))
        if config.disease_snps:
            made = simulate_cohort(panel, genetic_map, n_people, effective_size, config, seed, prefix)
        else:
            everybody = slice(0, n_people)
            grown = grow_people(panel, genetic_map, n_people, everybody, effective_size, config.theta, seed, prefix)
            dosages = np.concatenate(list(grown.parts))
            made = SimulatedCohort(GenotypeMatrix(grown.variants, grown.samples, dosages), None)
        self.made.append(made.genotypes.dosages)
        return made


@pytest.fixture
def study(tmp_path):
    """Makes the cohorts of a study by the engine; a changed setting makes another study."""
    store = Store(str(tmp_path / "results"))

    def make(engine, *changes):
        config = with_overrides(preset("quick"), [*SMALL_STUDY, "engines.genotypes=hapgen2", *changes])
        panel, refs = stages.build_panel(config, store), {}
        for cohort in Cohort:
            before = {"small": refs[Cohort.SMALL]} if cohort is Cohort.FINAL else {}
            refs[cohort] = stages.make_cohort(config, store, cohort.value, panel, engine, **before)
        return refs

    return store, make


def people_of(store, refs, cohort):
    files = CohortFiles.open(store, refs[cohort], unseal=cohort is Cohort.FINAL)
    return files.read("21", np.arange(len(files.variants)))


def test_small_and_final_people_are_parts_of_one_run(study):
    store, make = study
    engine = Clock()
    refs = make(engine)
    large, both = engine.made  # no third run
    small, final = (people_of(store, refs, cohort) for cohort in (Cohort.SMALL, Cohort.FINAL))
    np.testing.assert_array_equal(np.hstack([small.dosages, final.dosages]), both)
    np.testing.assert_array_equal(people_of(store, refs, Cohort.LARGE).dosages, large)
    assert [small.samples[0], small.samples[-1], len(small.samples)] == ["YRI-1", "YRI-40", 40]
    assert [final.samples[0], final.samples[-1], len(final.samples)] == ["YRI-final-1", "YRI-final-20", 20]


def test_final_people_are_sealed_beside_the_small_ones(study):
    store, make = study
    small = store.read(make(Clock())[Cohort.SMALL])
    ((_, part),) = small.read_json(PARTS)
    with pytest.raises(LeakageError, match=f"{FINAL} is sealed"):
        store.read(ArtifactRef.from_json(part)).read_bytes(FINAL)


def test_another_run_of_the_small_cohort_has_other_final_people(study):
    store, make = study
    engine = Clock()
    first = people_of(store, make(engine), Cohort.FINAL).dosages
    refs = make(engine, "cohorts.theta=0.3")
    assert len(engine.made) == 4
    assert not np.array_equal(people_of(store, refs, Cohort.FINAL).dosages, first)
    assert make(engine, "cohorts.theta=0.3") == refs
    assert len(engine.made) == 4


def test_cases_and_controls_are_split_alike(study):
    """40 small and 20 final people, 30 % cases: 12 and 6 of the run's 18."""
    store, make = study
    position = int(people_of(store, make(Clock()), Cohort.SMALL).variants.pos[0])
    snp = f"cohorts.disease_snps=[{{position: {position}, heterozygote_risk: 2, homozygote_risk: 4}}]"
    engine = Clock()
    refs = make(engine, snp, "cohorts.case_fraction=0.3")
    both = engine.made[1]
    small, final = (people_of(store, refs, cohort).dosages for cohort in (Cohort.SMALL, Cohort.FINAL))
    np.testing.assert_array_equal(small, both[:, [*range(28), *range(42, 54)]])
    np.testing.assert_array_equal(final, both[:, [*range(28, 42), *range(54, 60)]])
    lines = store.read(refs[Cohort.FINAL], unseal=True).read_bytes("cohort.sample").decode().splitlines()
    assert [line.split()[-1] for line in lines[2:]] == ["0"] * 14 + ["1"] * 6
