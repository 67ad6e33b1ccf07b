"""What a study cost: elapsed and processor seconds of each stage (the paper's "Computational analysis")."""

from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter

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


def critical_path(seconds: Mapping[str, float], inputs: Mapping[str, Sequence[str]]) -> list[str]:
    """The chain of stages, each an input of the next, that takes longest: more workers do not shorten it.

    Parameters
    ----------
    seconds
        Stage → elapsed seconds.
    inputs
        Stage → the stages whose artefacts it reads. What is not in ``seconds`` takes no time.

    Returns
    -------
    Stages, first to last.

    Examples
    --------
    >>> critical_path({"a": 1, "b": 5, "c": 2, "d": 1}, {"b": ["a"], "c": ["a"], "d": ["b", "c"]})
    ['a', 'b', 'd']
    """
    longest: dict[str, tuple[float, list[str]]] = {}
    for stage in TopologicalSorter({stage: inputs.get(stage, ()) for stage in {**seconds, **inputs}}).static_order():
        before, path = max((longest[name] for name in inputs.get(stage, ())), default=(0.0, []))
        longest[stage] = before + seconds.get(stage, 0.0), [*path, stage]
    return max(longest.values(), default=(0.0, []))[1]


def path_sentence(times: pd.DataFrame) -> str:
    """The critical path in words: its stages with their seconds, and what it makes of the elapsed time.

    Parameters
    ----------
    times
        Table TIMES.
    """
    path = times[times["critical"]].sort_values("start_seconds", kind="stable")
    steps = " → ".join(
        f"{stage.replace('_', ' ')} {seconds:.1f} s"
        for stage, seconds in zip(path["stage"], path["wall_seconds"], strict=True)
    )
    codes = " and ".join(code for code in dict.fromkeys(path["phenotype"]) if code)
    whose = f" (of {codes})" if codes else ""
    return (
        f"Underlined: the critical path{whose}, the chain of stages that takes longest and that more workers cannot "
        f"shorten: {steps}; together {path['wall_seconds'].sum():.1f} s."
    )
