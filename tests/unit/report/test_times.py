import pandas as pd

from gtl.report.times import critical_path, path_sentence, phenotype_times, stage_times

TIMES = pd.DataFrame(
    [
        ("make_cohort", "", 0.0, 3.0, 2.5, True),
        ("train_networks", "YRI_5_1", 3.0, 10.0, 9.0, False),
        ("train_networks", "YRI_5_2", 3.0, 12.0, 9.5, True),
    ],
    columns=["stage", "phenotype", "start_seconds", "wall_seconds", "cpu_seconds", "critical"],
)


def test_stages_add_up():
    assert stage_times(TIMES).to_numpy().tolist() == [
        ["make_cohort", 1, 3.0, 2.5], ["train_networks", 2, 22.0, 18.5], ["total", 3, 25.0, 21.0],
    ]  # fmt: skip


def test_phenotypes_and_what_serves_all():
    assert phenotype_times(TIMES).to_numpy().tolist() == [
        ["shared", 3.0, 2.5], ["YRI_5_1", 10.0, 9.0], ["YRI_5_2", 12.0, 9.5],
    ]  # fmt: skip


def test_the_critical_path_is_the_longest_chain_and_not_the_longest_stage():
    seconds = {"a": 1.0, "b": 2.0, "c": 9.0, "d": 3.0, "e": 4.0, "f": 1.0}
    inputs = {"b": ["a"], "d": ["b"], "e": ["d", "a"], "f": ["c"]}
    # c and f: 10 seconds; a, b, d and e: 10, too; the one more second is e's.
    assert critical_path(seconds | {"e": 5.0}, inputs) == ["a", "b", "d", "e"]
    assert critical_path(seconds | {"e": 3.0}, inputs) == ["c", "f"]


def test_an_input_that_was_not_timed_takes_no_time():
    assert critical_path({"b": 2.0}, {"b": ["panel"]})[-1] == "b"
    assert critical_path({}, {}) == []
    # A stage that was killed before its time was written, in the middle of a chain.
    assert critical_path({"c": 2.0, "a": 1.0}, {"c": ["b"], "b": ["a"]}) == ["a", "b", "c"]


def test_the_path_is_told_in_the_order_in_which_it_ran():
    assert path_sentence(TIMES[::-1]).endswith(
        "cannot shorten: make cohort 3.0 s → train networks 12.0 s; together 15.0 s."
    )
    assert "critical path (of YRI_5_2)" in path_sentence(TIMES)
