"""What a verdict can say, and which method a table of verdicts recommends.

Needs no statistics, so that finished results are shown at once; how verdicts are made: :mod:`gtl.evaluate.verdict`.
"""

from enum import StrEnum

import pandas as pd

OVERALL = "all"
"""What stands in the column phenotype for all of them."""


class Verdict(StrEnum):
    """What the interval of the gain says."""

    HELPS = "helps"
    NO_EVIDENCE = "no evidence"
    HARMS = "harms"


def recommended(verdicts: pd.DataFrame) -> str | None:
    """The method to use: of those that help overall the one whose gain is at least the largest; None: do not transfer.

    Parameters
    ----------
    verdicts
        Table VERDICT.
    """
    helping = verdicts[(verdicts["phenotype"] == OVERALL) & (verdicts["verdict"] == Verdict.HELPS)]
    return None if helping.empty else str(helping["method"].iloc[int(helping["ci_low"].argmax())])
