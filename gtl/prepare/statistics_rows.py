"""Why rows of summary statistics cannot be used: figures that are no figures, and names that name no one variant."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.formats.summary_statistics.effects import Effects
from gtl.formats.summary_statistics.reader import StatisticsTable
from gtl.prepare.variant_quality import DUPLICATE, check_names

Array = npt.NDArray[np.float64]
Labels = npt.NDArray[np.object_]
Flags = npt.NDArray[np.bool_]

UNEVEN = "with another number of fields than the header"
CONTRADICTED = "repeats of another variant with other figures"
NAMELESS = "without an id or a position"
NO_EFFECT = "without an effect"
NO_ERROR = "without a standard error above 0"
NO_P = "without a p-value within 0 and 1"
FREQUENCY = "with a frequency outside 0 and 1"

_ANY_OTHER = "?"
"""Stands for the other allele where a file has no column of it."""


def reasons_of(table: StatisticsTable, effects: Effects) -> Labels:
    """(n_rows,) the first reason that applies to each row, or "": of the file, then of figures, then of names."""
    rows = table.rows
    reasons = rows["reason"].to_numpy(object).copy()
    frequency = rows["frequency"]
    tests = {
        NO_EFFECT: ~np.isfinite(effects.beta),
        NO_ERROR: ~(np.isfinite(effects.se) & (effects.se > 0)),
        NO_P: ~(np.isfinite(effects.neg_log10_p) & (effects.neg_log10_p >= 0)),
        FREQUENCY: ((frequency < 0) | (frequency > 1)).to_numpy(bool),
    }
    for reason, applies in tests.items():
        _lose(reasons, applies, reason)
    left = np.flatnonzero(reasons == "")
    names = rows.iloc[left]
    if table.header.one_allele:
        names = names.assign(ref=names["ref"].replace("", _ANY_OTHER))
    reasons[left] = _by_name(names, table.placed, np.column_stack([effects.beta, effects.se])[left])
    return reasons


def _by_name(rows: pd.DataFrame, placed: bool, figures: Array) -> Labels:
    """Reasons of names alone: those of genotypes; of repeats the first stays if the others say the same."""
    names = rows[["chrom", "pos", "ref", "alt"]]
    if not placed:
        codes, _ = pd.factorize(rows["rsid"])
        names = names.assign(chrom="1", pos=codes + 1)
    reasons = check_names(names).reasons.copy()
    if not placed:
        reasons[(rows["rsid"] == "").to_numpy(bool)] = NAMELESS
    if (reasons == DUPLICATE).any():
        reasons[_contradicted(names, reasons, figures)] = CONTRADICTED
    return reasons


def _contradicted(names: pd.DataFrame, reasons: Labels, figures: Array) -> Flags:
    """Whether rows of one place and alleles have other figures: none of them can be trusted."""
    swapped = (names["ref"] > names["alt"]).to_numpy(bool)
    pair = names["ref"].where(~swapped, names["alt"]) + "/" + names["alt"].where(~swapped, names["ref"])
    turned = np.where(swapped, -1.0, 1.0) * figures[:, 0]
    keys = pd.DataFrame(
        {"chrom": names["chrom"], "pos": names["pos"], "pair": pair, "beta": turned, "se": figures[:, 1]}
    )
    of_place = keys.groupby(["chrom", "pos", "pair"], sort=False)[["beta", "se"]].transform("nunique").max(axis=1)
    return np.asarray((of_place > 1).to_numpy(bool) & np.isin(reasons, ("", DUPLICATE)))


def _lose(reasons: Labels, applies: Flags, reason: str) -> None:
    reasons[applies & (reasons == "")] = reason
