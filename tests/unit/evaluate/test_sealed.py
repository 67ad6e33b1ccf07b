from dataclasses import replace

import pytest

from gtl.errors import ArtifactCorrupt, LeakageError
from gtl.evaluate.sealed import Opening, open_final, selection_hash

OPENING = Opening("paper", "YRI_5_1", selection_hash({"no_transfer": "aa", "deep_transfer": "bb"}), "cohort-1")


def test_the_first_opening_reads_and_is_recorded():
    records = {}
    assert open_final(OPENING, records, lambda: "genotypes") == "genotypes"
    assert Opening.from_json(records["paper/YRI_5_1/cohort-1"]) == OPENING


def test_a_second_selection_is_refused_and_never_reads():
    records, looks = {}, []
    open_final(OPENING, records, lambda: looks.append(1))
    other = replace(OPENING, selection_sha256=selection_hash({"no_transfer": "aa", "deep_transfer": "cc"}))
    with pytest.raises(
        LeakageError, match="paper/YRI_5_1/cohort-1: the final cohort was opened before, for the selection"
    ):
        open_final(other, records, lambda: looks.append(2))
    assert looks == [1]
    assert Opening.from_json(records["paper/YRI_5_1/cohort-1"]) == OPENING


def test_other_people_have_a_seal_of_their_own():
    records = {}
    open_final(OPENING, records, lambda: None)
    assert open_final(replace(OPENING, cohort_sha256="cohort-2", selection_sha256="x"), records, lambda: 2) == 2
    assert len(records) == 2


def test_an_opening_that_fails_is_recorded_and_may_be_resumed():
    records = {}

    def unreachable():
        raise OSError("store is away")

    with pytest.raises(OSError, match="store is away"):
        open_final(OPENING, records, unreachable)
    assert list(records) == ["paper/YRI_5_1/cohort-1"]
    assert open_final(OPENING, records, lambda: "genotypes") == "genotypes"


def test_each_phenotype_and_study_has_its_own_seal():
    records = {}
    for opening in (OPENING, replace(OPENING, phenotype="YRI_5_2"), replace(OPENING, study="again")):
        open_final(opening, records, lambda: None)
    assert sorted(records) == ["again/YRI_5_1/cohort-1", "paper/YRI_5_1/cohort-1", "paper/YRI_5_2/cohort-1"]


def test_a_damaged_record_keeps_the_seal():
    with pytest.raises(ArtifactCorrupt, match="opening record"):
        open_final(OPENING, {OPENING.key: "{"}, lambda: "genotypes")
