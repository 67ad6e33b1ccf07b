"""Choice of the one model of a method that is scored on the final cohort: a declared score and declared tie-breaks."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.config.learning import SelectionConfig, TieBreak
from gtl.errors import InputError
from gtl.evaluate.classification import Probabilities
from gtl.evaluate.metrics import score
from gtl.methods.base import Candidate, LearningData


@dataclass(frozen=True)
class Choice:
    """Row that was chosen, and all rows with the same test score (the chosen one among them)."""

    index: int
    ties: tuple[int, ...]


def candidate_table(candidates: Iterable[Candidate], small: LearningData, selection: SelectionConfig) -> pd.DataFrame:
    """Score candidates on the small population's tuning (the paper: validation) and choosing people (test).

    Returns
    -------
    Table CANDIDATES, a row a candidate in their order, nothing chosen yet. A score may be NaN (one class only, or a
    nested method's, which predicts none of these people).
    """
    rows = [
        {
            "method": candidate.method,
            "algorithm": candidate.algorithm,
            "subset": candidate.subset,
            "n_snps": candidate.n_snps,
            "frozen_layers": candidate.frozen_layers,
            "validation": _score(selection, small, small.split.validation, candidate.validation),
            "test": _score(selection, small, small.split.test, candidate.test),
            "chosen": False,
        }
        for candidate in candidates
    ]
    columns = ["method", "algorithm", "subset", "n_snps", "frozen_layers", "validation", "test", "chosen"]
    return pd.DataFrame(rows, columns=columns)


def choose_nested(candidates: pd.DataFrame) -> Choice:
    """The one candidate of a nested method, which has chosen by itself.

    Raises
    ------
    InputError
        Unless there is exactly one: with several, nobody would be left to choose by.
    """
    if len(candidates) != 1:
        raise InputError(
            f"a nested method gave {len(candidates)} candidates; expected one, chosen by cross-validation inside its "
            "training people"
        )
    return Choice(0, (0,))


def choose(candidates: pd.DataFrame, selection: SelectionConfig) -> Choice:
    """The candidate with the best test score; among equals the declared tie-breaks decide, in their order.

    Tie-breaks: ``validation`` (higher score first, NaN last), ``fewer_snps``, ``name`` (algorithm, then sub-dataset,
    then frozen layers). ``name`` always comes last, declared or not, so that the choice never depends on row order.

    Source: the paper's Modules 4 and 5 (best on YRI_ED; it lists ties and does not say how they were broken).

    Parameters
    ----------
    candidates
        Table CANDIDATES of one method; scores are rounded to 12 digits, so that equal scores are equal.

    Raises
    ------
    InputError
        Without a candidate, or without a candidate that has a test score.

    Examples
    --------
    >>> table = pd.DataFrame({"algorithm": ["SVM", "CART"], "subset": 1, "n_snps": [9, 3], "frozen_layers": -1,
    ...                       "validation": [0.5, 0.5], "test": [0.7, 0.7]})
    >>> choose(table, SelectionConfig())
    Choice(index=1, ties=(0, 1))
    """
    tests = candidates["test"].to_numpy(dtype=float).round(12)
    if not len(tests) or np.isnan(tests).all():
        raise InputError(
            f"none of the {len(tests)} candidates has a {selection.metric.value} on the small population's test "
            "people: every sub-dataset is empty (loosen preselection thresholds), or the test people are all of one "
            "class (raise split.small_test or choose another selection.metric)"
        )
    ties = tuple(int(row) for row in np.flatnonzero(tests == np.nanmax(tests)))
    keys = [_tie_break(name, candidates) for name in (*selection.tie_break, TieBreak.NAME)]
    return Choice(min(ties, key=lambda row: [key(row) for key in keys]), ties)


def _score(
    selection: SelectionConfig, small: LearningData, people: npt.NDArray[np.intp], predictions: Probabilities
) -> float:
    if np.isnan(predictions).all():
        return float("nan")
    return score(selection.primary(small.kind), small.value[people], predictions)


def _tie_break(name: TieBreak, candidates: pd.DataFrame) -> Callable[[int], tuple[object, ...]]:
    """Key of a row: the smallest wins."""
    if name is TieBreak.VALIDATION:
        loss = -candidates["validation"].to_numpy(dtype=float).round(12)
        return lambda row: (math.isnan(loss[row]), 0.0 if math.isnan(loss[row]) else float(loss[row]))
    if name is TieBreak.FEWER_SNPS:
        n_snps = candidates["n_snps"].tolist()
        return lambda row: (n_snps[row],)
    names = list(zip(candidates["algorithm"], candidates["subset"], candidates["frozen_layers"], strict=True))
    return lambda row: names[row]
