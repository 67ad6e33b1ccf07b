"""Where variants are lost on the way from a source's file to the study, counted by step and reason.

=======  =====================================================================
read     in the source's file
usable   nothing in the file itself speaks against it
matched  the other population's file has it
kept     usable there, too, and the alleles of both are known to be the same
imputed  in the study: those kept, and with ``matching.lacking: impute`` those that the other file lacks
=======  =====================================================================
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

STEPS = ("read", "usable", "matched", "kept")
READ, USABLE, MATCHED, KEPT = STEPS
IMPUTED = "imputed"

Labels = npt.NDArray[np.object_]
Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]

_WORDS = {IMPUTED: "with imputed ones"}

_NOT_LOST = len(STEPS)


@dataclass(frozen=True, eq=False)
class Fates:
    """Where each variant of a source was lost, and why; filled step by step, and the first loss stands.

    Attributes
    ----------
    reasons : (n_variants,) why it was lost, or "" so far
    steps : (n_variants,) int8, number in :data:`STEPS` of the step that it did not reach
    """

    reasons: Labels
    steps: npt.NDArray[np.int8]

    @classmethod
    def of(cls, reasons: Labels) -> Self:
        """All variants of a file, those with a reason being lost at once: they are not usable."""
        fates = cls(np.full(len(reasons), "", dtype=object), np.full(len(reasons), _NOT_LOST, dtype=np.int8))
        fates.lose(USABLE, np.arange(len(reasons)), reasons)
        return fates

    @property
    def kept(self) -> Flags:
        """(n_variants,) whether a variant is not lost."""
        return np.asarray(self.steps == _NOT_LOST)

    def lose(self, step: str, rows: Rows, reasons: Labels | str) -> None:
        """Record for the variants at ``rows`` why they do not reach ``step``; a reason "" means that they do."""
        given = np.broadcast_to(np.asarray(reasons, dtype=object), len(rows))
        fresh = self.kept[rows] & np.asarray(given != "", dtype=bool)
        self.reasons[rows[fresh]] = given[fresh]
        self.steps[rows[fresh]] = STEPS.index(step)


def funnel_table(fates: Mapping[str, Fates]) -> pd.DataFrame:
    """Table :data:`gtl.schema.FUNNEL` of several sources, commonest reasons first.

    Examples
    --------
    >>> funnel_table({"large": Fates.of(np.array(["", "monomorphic", ""], dtype=object))}).values.tolist()[:3]
    [['large', 'read', '', 3], ['large', 'usable', 'monomorphic', 1], ['large', 'usable', '', 2]]
    """
    rows = [(name, *row) for name, of_source in fates.items() for row in _rows(of_source)]
    return pd.DataFrame(rows, columns=["source", "step", "reason", "variants"])


def with_imputed(funnel: pd.DataFrame, variants: int) -> pd.DataFrame:
    """``funnel`` with a last step of the large source: how many variants the study has with imputed ones."""
    end = int((funnel["source"] == "large").sum())
    row = pd.DataFrame([("large", IMPUTED, "", variants)], columns=funnel.columns)
    return pd.concat([funnel.iloc[:end], row, funnel.iloc[end:]], ignore_index=True)


def funnel_text(funnel: pd.DataFrame) -> str:
    """One line a source.

    Examples
    --------
    >>> print(funnel_text(funnel_table({"large": Fates.of(np.array(["", "monomorphic", ""], dtype=object))})))
    large: 3 read -> 2 usable (1 monomorphic) -> 2 matched -> 2 kept
    """
    return "\n".join(f"{name}: {_line(rows)}" for name, rows in funnel.groupby("source", sort=False))


def reached(funnel: pd.DataFrame, source: str, step: str) -> int:
    """How many variants of ``source`` reached ``step``."""
    rows = (funnel["source"] == source) & (funnel["step"] == step) & (funnel["reason"] == "")
    return int(funnel.loc[rows, "variants"].iloc[0])


def losses(funnel: pd.DataFrame, source: str, step: str) -> dict[str, int]:
    """Reason → how many variants of ``source`` it kept from reaching ``step``; the commonest first."""
    rows = funnel[(funnel["source"] == source) & (funnel["step"] == step) & (funnel["reason"] != "")]
    return dict(zip(rows["reason"].tolist(), rows["variants"].tolist(), strict=True))


def _rows(fates: Fates) -> list[tuple[str, str, int]]:
    rows, left = [(READ, "", len(fates.steps))], len(fates.steps)
    for number, step in enumerate(STEPS[1:], start=1):
        lost = pd.Series(fates.reasons[fates.steps == number]).value_counts()
        rows += [(step, str(reason), int(count)) for reason, count in lost.items()]
        left -= int(lost.sum())
        rows.append((step, "", left))
    return rows


def _line(funnel: pd.DataFrame) -> str:
    parts = []
    for step, rows in funnel.groupby("step", sort=False):
        lost = ", ".join(f"{n:,} {why}" for why, n in zip(rows["reason"], rows["variants"], strict=True) if why)
        left = rows.loc[rows["reason"] == "", "variants"].iloc[0]
        parts.append(f"{left:,} {_WORDS.get(str(step), step)}" + (f" ({lost})" if lost else ""))
    return " -> ".join(parts)
