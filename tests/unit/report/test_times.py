import pandas as pd

from gtl.report.times import phenotype_times, stage_times

TIMES = pd.DataFrame(
    [
        ("simulate_cohort", "", 3.0, 2.5),
        ("train_networks", "YRI_5_1", 10.0, 9.0),
        ("train_networks", "YRI_5_2", 12.0, 9.5),
    ],
    columns=["stage", "phenotype", "wall_seconds", "cpu_seconds"],
)


def test_stages_add_up():
    assert stage_times(TIMES).to_numpy().tolist() == [
        ["simulate_cohort", 1, 3.0, 2.5], ["train_networks", 2, 22.0, 18.5], ["total", 3, 25.0, 21.0],
    ]  # fmt: skip


def test_phenotypes_and_what_serves_all():
    assert phenotype_times(TIMES).to_numpy().tolist() == [
        ["shared", 3.0, 2.5], ["YRI_5_1", 10.0, 9.0], ["YRI_5_2", 12.0, 9.5],
    ]  # fmt: skip
