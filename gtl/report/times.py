"""What a study cost: elapsed and processor seconds of each stage (the paper's "Computational analysis")."""

import pandas as pd


def stage_times(times: pd.DataFrame) -> pd.DataFrame:
    """Cost of each stage over all phenotypes, in order of first appearance, and the total.

    Parameters
    ----------
    times
        Table TIMES.

    Returns
    -------
    Columns stage, runs, wall_seconds, cpu_seconds; the last row, ``total``, adds up. Wall seconds of stages that ran
    at the same time add up to more than a clock would show.
    """
    by_stage = times.groupby("stage", sort=False)
    table = by_stage[["wall_seconds", "cpu_seconds"]].sum()
    table.insert(0, "runs", by_stage.size())
    table.loc["total"] = table.sum()
    return table.astype({"runs": int}).round(2).rename_axis("stage").reset_index()


def phenotype_times(times: pd.DataFrame) -> pd.DataFrame:
    """Cost of each phenotype's branch; stages that serve all phenotypes are the row ``shared``."""
    named = times.assign(phenotype=times["phenotype"].replace("", "shared"))
    table = named.groupby("phenotype", sort=False)[["wall_seconds", "cpu_seconds"]].sum()
    return table.round(2).reset_index()
