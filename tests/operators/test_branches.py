"""What task instances are about, from what Airflow's REST API says of them at any time of a run."""

import logging

import pytest

from operators.branches import announce_branches, branches, failures


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


def test_what_is_running_and_how_much_is_done_is_announced(caplog):
    with caplog.at_level(logging.INFO, "gtl.progress"):
        announce_branches(RUN)
    assert caplog.messages == [
        "study: waiting (1 of 2)",
        "small cohort of JPT, chromosome 21: import (0 of 1)",
        "large cohort, chromosome 21: finished (1 of 1)",
        "cohorts 1: traits (1 of 2)",
        "awn_presence: own gblup, plots (2 of 4)",
        "chromosome 21: association small (0 of 1)",
        "cohorts 3, chromosome 21: finished (1 of 1)",
        "seed_length: waiting (0 of 2)",
    ]


def test_stages_that_the_study_does_not_need_are_neither_said_nor_counted(caplog):
    with caplog.at_level(logging.INFO, "gtl.progress"):
        announce_branches(
            [instance("panel", state="running"), instance("report"), *RUN[7:12], RUN[12]], {"panel", "tca"}
        )
    assert caplog.messages[:2] == ["study: finished (1 of 1)", "awn_presence: own gblup, plots (1 of 3)"]


@pytest.mark.parametrize(("name", "about"), [("seed_length", "seed_length"), (None, "trait")])
def test_a_failed_task_is_told_with_what_it_is_about(name, about):
    failed = instance("trait.phenotype", 1, name, "failed")
    assert failures([*RUN[:6], failed]) == [(about, failed)]
