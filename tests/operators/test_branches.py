"""What task instances are about, from what Airflow's REST API says of them at any time of a run."""

import logging

import pytest

from gtl.config import StudyConfig
from operators.branches import announce_all, announce_branches, branches, failures


def instance(task_id: str, index: int = -1, name: str | None = None, state: str = "success") -> dict[str, object]:
    """As Airflow gives it: the index stands for a name that has not been rendered yet."""
    shown = str(index) if name is None and index >= 0 else name
    return {"task_id": task_id, "map_index": index, "rendered_map_index": shown, "state": state}


RUN = [
    instance("panel"),
    instance("report", state=None),
    instance("imports.import", 0, "JPT small 21", "running"),
    instance("imports.import", 1, "shared large 21"),
    instance("cohorts.people", 0, "1"),
    instance("cohorts.traits", 0, "1", "running"),
    instance("cohorts.people", 1, state="scheduled"),
    instance("trait.phenotype", 0, "awn_presence"),
    instance("chromosome.association_small", 0, "shared 21", "running"),
    instance("chromosome.association_small", 1, "3 21"),
    instance("branch.own_gblup", 1, "awn_presence", "up_for_retry"),
    instance("branch.plots", 1, "awn_presence", "running"),
    instance("branch.tca", 1, state="skipped"),  # never started, so never named
    instance("trait.phenotype", 1, "seed_length", "failed"),
    instance("trait.split", 1, state="upstream_failed"),
    instance("branch.scores", -1, state=None),  # before the group is expanded
]


def test_instances_stand_with_the_others_of_their_trait_cohorts_or_chromosome():
    found = {name: [task["task_id"] for task in tasks] for name, tasks in branches(RUN).items()}
    assert found == {
        "study": ["panel", "report"],
        "small cohort of JPT, chromosome 21": ["imports.import"],
        "large cohort, chromosome 21": ["imports.import"],
        "cohorts 1": ["cohorts.people", "cohorts.traits"],
        "awn_presence": ["trait.phenotype", "branch.own_gblup", "branch.plots", "branch.tca"],
        "chromosome 21": ["chromosome.association_small"],
        "cohorts 3, chromosome 21": ["chromosome.association_small"],
        "seed_length": ["trait.phenotype", "trait.split"],
    }


def test_the_shared_set_of_cohorts_has_no_number():
    assert list(branches([instance("cohorts.people", 0, "shared")])) == ["cohorts"]


# phenotype, split, two subsets, plots, the two methods and scores: eight stages a trait
SIMULATED = StudyConfig(
    transfer={"methods": ["own_gblup", "tca"]}, phenotypes={"risk_snps": [3, 5], "iterations": 2}
)  # fmt: skip
REAL = StudyConfig(
    source="files", files={"large": {"genotypes": "a.bed"}, "small": {"genotypes": "b.bed"}},
    transfer={"methods": ["own_gblup", "tca"]},
)  # fmt: skip


def test_what_is_running_and_how_much_is_done_is_announced(caplog):
    with caplog.at_level(logging.INFO, "gtl.progress"):
        announce_branches(RUN, SIMULATED)
    assert caplog.messages == [
        "study: waiting (1 of 2)",
        "small cohort of JPT, chromosome 21: import (0 of 1)",
        "large cohort, chromosome 21: finished (1 of 1)",
        "cohorts 1: traits (1 of 2)",
        "awn_presence: own gblup, plots (2 of 8)",
        "chromosome 21: association small (0 of 1)",
        "cohorts 3, chromosome 21: finished (1 of 1)",
        "seed_length: waiting (0 of 8)",
    ]


def test_stages_that_the_study_does_not_need_are_neither_said_nor_counted(caplog):
    skipped = [instance("branch.deep_transfer", 1, state="skipped"), instance("branch.networks", 1)]
    with caplog.at_level(logging.INFO, "gtl.progress"):
        announce_branches([instance("panel", state="running"), instance("report"), *RUN[7:13], *skipped], REAL)
    assert caplog.messages[:2] == ["study: finished (1 of 1)", "awn_presence: own gblup, plots (2 of 8)"]


def test_a_trait_has_all_its_stages_before_airflow_has_made_their_tasks_and_is_finished_with_the_last(caplog):
    first = [instance("trait.phenotype", 0, "YRI_3_1"), instance("trait.split", 0, "YRI_3_1")]
    second = [
        instance(f"branch.{name}", 0, "YRI_3_1")
        for name in ("subsets_large", "subsets_small", "plots", "own_gblup", "tca", "scores", "choose_methods")
    ]
    with caplog.at_level(logging.INFO, "gtl.progress"):
        announce_branches(first, SIMULATED)
        announce_branches([*first, *second], SIMULATED)
    assert caplog.messages == ["YRI_3_1: waiting (2 of 8)", "YRI_3_1: finished (8 of 8)"]


def test_a_simulation_s_stages_are_counted_from_the_start_those_of_real_people_when_their_traits_are_listed(caplog):
    """Panel and report, 6 of people, 2 of a chromosome, four traits of 8; report, import, 5, three of 2, two of 8."""
    once, listed = [instance("panel"), instance("report")], [instance("trait.split", 0), instance("trait.split", 1)]
    passed = [instance("chromosome.association_small", number) for number in range(3)]
    with caplog.at_level(logging.INFO, "gtl.progress"):
        assert announce_all(once, SIMULATED)
        assert not announce_all([*once, instance("trait.split"), *passed], REAL)
        assert announce_all([*once, *listed, *passed, instance("imports.import", 0)], REAL)
    assert caplog.messages == ["the study has 42 stages", "the study has 29 stages"]


@pytest.mark.parametrize(("name", "about"), [("seed_length", "seed_length"), (None, "trait")])
def test_a_failed_task_is_told_with_what_it_is_about(name, about):
    failed = instance("trait.phenotype", 1, name, "failed")
    assert failures([*RUN[:6], failed]) == [(about, failed)]
