"""Whether studies of the same people from different files came out the same."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from gtl.schema import RESULTS
from gtl.store import Store

FIGURES = ["value", "ci_low", "ci_high"]
ROUNDING = 1e-6


def same_figures(store: Store, studies: Iterable[str]) -> str:
    """A line: whether all figures of those studies that have results are the same, or how far apart they are.

    Formats may count different alleles, and sums of these round differently: that is a last digit.
    """
    references = [store.find(f"studies/{name}/results") for name in studies]
    tables = [store.read(made).read_table("results.parquet", RESULTS) for made in references if made]
    apart = max((_apart(tables[0], other) for other in tables[1:]), default=0.0)
    said = f"{'but for rounding ' if apart < ROUNDING else 'NOT '}the same ({apart:.0e} apart)" if apart else "the same"
    return f"all {len(tables[0]) if tables else 0} figures of {len(tables)} studies, one a format: {said}"


def _apart(one: pd.DataFrame, other: pd.DataFrame) -> float:
    """Largest difference of a figure or an end of its interval, relative to it where that is above 1; else infinite."""
    named = [table.drop(columns=["study", *FIGURES]) for table in (one, other)]
    ours, theirs = (table[FIGURES].to_numpy(np.float64) for table in (one, other))
    if not named[0].equals(named[1]) or (np.isnan(ours) != np.isnan(theirs)).any():
        return np.inf
    return float(np.nanmax(np.abs(ours - theirs) / np.maximum(1, np.abs(ours)), initial=0))
