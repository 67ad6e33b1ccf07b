"""Chromosomes of files that are imported side by side are what their cohort's own stage would have made."""

import logging
from collections.abc import Iterable
from pathlib import Path

import pytest

from gtl import stages
from gtl.cohort_jobs import list_imports
from gtl.config import StudyConfig, load_study, preset
from gtl.errors import InputError
from gtl.formats.plink import write_bed, write_bim, write_fam
from gtl.steps.study_tables import read_study_table
from gtl.store import Store
from gtl.study_run import run_study
from tests.real_cohorts import made_people, people_stages, write_study, write_study_of_two


def imports(cohort_set: str, cohort: str, *chromosomes: str) -> list[dict[str, str]]:
    return [{"cohort_set": cohort_set, "cohort": cohort, "chromosome": name} for name in chromosomes]


def listed(config: StudyConfig, store: Store) -> list[dict[str, str]]:
    return list_imports(config, store, stages.build_panel(config, store))


def import_all(config: StudyConfig, store: Store, items: list[dict[str, str]]) -> None:
    for item in items:
        stages.import_chromosome(config, store, panel=stages.build_panel(config, store), **item)


def files_of(store: Store) -> dict[str, bytes]:
    """All files of finished stages but the measured times."""
    names = [name for name in store.files("studies") if not name.endswith("time.json")]
    return {name: Path(store.root.path, "studies", name).read_bytes() for name in names}


def keys_of(store: Store) -> set[str]:
    """Keys of finished artefacts."""
    return set(store.keys("studies"))


def changed_at(store: Store, names: Iterable[str]) -> dict[str, int]:
    return {name: Path(store.root.path, "studies", name).stat().st_mtime_ns for name in names}


def write_chromosomes(folder: Path, *wanted: str) -> Path:
    """The tiny study with a file a chromosome of the small population."""
    path = write_study(folder)
    genotypes = made_people()["small"].genotypes
    for name in wanted:
        own = genotypes.take_variants(genotypes.variants.chrom == name)
        write_bed(own, folder / f"small_chr{name}.bed")
        write_bim(own.variants, folder / f"small_chr{name}.bim")
        write_fam(own.samples, folder / f"small_chr{name}.fam")
    path.write_text(path.read_text().replace("small.bed", "small_chr{chrom}.bed"))
    return path


@pytest.fixture
def config(tmp_path) -> StudyConfig:
    return load_study(write_chromosomes(tmp_path, "1", "2"))


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(str(tmp_path / "results"))


def test_every_chromosome_of_one_file_and_of_several_is_listed(config, store):
    assert listed(config, store) == imports("shared", "large", "1", "2") + imports("shared", "small", "1", "2")


def test_a_cohort_of_one_chromosome_is_left_to_its_own_stage(tmp_path, store):
    config = load_study(write_chromosomes(tmp_path, "2"))
    assert listed(config, store) == imports("shared", "large", "1", "2")


def test_a_simulation_has_nothing_to_import(store):
    assert list_imports(preset("quick"), store, None) == []


def test_the_large_cohort_of_several_small_populations_is_listed_once(tmp_path, store):
    config = load_study(write_study_of_two(tmp_path))
    found = listed(config, store)
    assert found == [
        *imports("shared", "large", "1", "2"), *imports("YRI", "small", "1", "2"), *imports("JPT", "small", "1", "2")
    ]  # fmt: skip
    import_all(config, store, found)
    before, panel = keys_of(store), stages.build_panel(config, store)
    for name in config.cohort_sets():
        for cohort in ("large", "small"):
            stages.make_cohort(config, store, cohort, panel, cohort_set=name)
    assert keys_of(store) - before == {
        "tiny/cohorts/large", "tiny/populations/YRI/cohorts/small", "tiny/populations/JPT/cohorts/small",
    }  # fmt: skip


def test_cohorts_of_imported_chromosomes_have_the_same_bytes(config, store, tmp_path):
    import_all(config, store, listed(config, store))
    imported = changed_at(store, files_of(store))
    people_stages(config, store)
    assert changed_at(store, imported) == imported
    alone = Store(str(tmp_path / "alone"))
    people_stages(config, alone)
    assert files_of(store) == files_of(alone)
    assert {f"cohorts/{cohort}/chr{name}" for cohort in ("large", "small") for name in "12"} <= set(
        store.keys("studies/tiny")
    )


def test_after_a_kill_finished_chromosomes_are_kept_and_a_finished_cohort_is_not_listed(config, store):
    large, small = imports("shared", "large", "1", "2"), imports("shared", "small", "1", "2")
    import_all(config, store, large[:1])
    before = changed_at(store, files_of(store))
    assert listed(config, store) == large + small
    import_all(config, store, large)
    stages.make_cohort(config, store, "large", stages.build_panel(config, store))
    assert listed(config, store) == small
    assert changed_at(store, before) == before


def test_a_file_that_cannot_be_opened_is_named(config, store, tmp_path):
    (tmp_path / "small_chr2.bim").unlink()
    with pytest.raises(InputError, match=r"small_chr2\.bim"):
        listed(config, store)


class _Said(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def test_a_run_imports_side_by_side_says_so_and_counts_what_it_cost(config, store, tmp_path):
    said = _Said()
    run_study(config, store, jobs=2, progress=said)
    for cohort in ("large", "small"):
        for name in "12":
            assert f"{cohort} cohort, chromosome {name}: import (0 of 1)" in said.lines
    alone = Store(str(tmp_path / "alone"))
    people_stages(config, alone)
    together, own = files_of(store), files_of(alone)
    # Components of the people are products of floating-point numbers, whose last digit is BLAS's threads'.
    same = [name for name in own if not name.startswith("tiny/people/")]
    assert [name for name in same if together[name] != own[name]] == []
    times = read_study_table(store, "tiny", "times")
    runs = times["stage"].value_counts()
    assert {name: runs[name] for name in ("import", "large_cohort", "small_cohort")} == {
        "import": 4, "large_cohort": 1, "small_cohort": 1,
    }  # fmt: skip
    assert times["stage"].tolist().index("import") < times["stage"].tolist().index("large_cohort")
    assert times.loc[times["stage"] == "import", "critical"].sum() == 1
