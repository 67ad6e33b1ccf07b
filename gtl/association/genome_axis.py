"""Where variants stand on an axis along the genome, and how high their p-values: for every Manhattan and QQ plot."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.formats.summary_statistics.writer import chromosome_order

Array = npt.NDArray[np.float64]

GENOME_WIDE = 5e-8
"""Genome-wide significance: 0.05 shared among a million independent SNPs (Bonferroni)."""

_MEGABASE = 1e6
_GAP = 0.01
"""Room between chromosomes, as a share of all their lengths."""


def minus_log10(p_value: Array) -> Array:
    """-log10 of p; a p too small for a float64 (0) is drawn as the smallest there is, some 308 high.

    >>> minus_log10(np.array([1.0, 0.001])).tolist()
    [0.0, 3.0]
    """
    return np.abs(np.log10(np.maximum(p_value, np.finfo(np.float64).tiny)))


def genome_places(table: pd.DataFrame) -> tuple[Array, list[str], list[float]]:
    """Place of every variant in Mb, chromosomes one after another in their order, their names, and their middles.

    Parameters
    ----------
    table
        With columns ``chrom`` and ``pos``.

    Returns
    -------
    (n,) float64; of one chromosome its positions, and no middles.

    Examples
    --------
    >>> table = pd.DataFrame({"chrom": ["X", "2", "2"], "pos": [5_000_000, 1_000_000, 3_000_000]})
    >>> places, names, _ = genome_places(table)
    >>> places.tolist(), names
    ([2.02, 0.0, 2.0], ['2', 'X'])
    """
    position = table["pos"].to_numpy(dtype=np.float64) / _MEGABASE
    names = sorted(map(str, table["chrom"].unique()), key=chromosome_order)
    if len(names) <= 1:
        return position, names, []
    number = table["chrom"].map({name: place for place, name in enumerate(names)}).to_numpy(dtype=int)
    own = [position[number == place] for place in range(len(names))]
    first, length = (np.array([edge(part) for part in own]) for edge in (np.min, np.ptp))
    starts = np.concatenate([[0.0], np.cumsum(length + _GAP * length.sum())[:-1]])
    return position - first[number] + starts[number], names, (starts + length / 2).tolist()
