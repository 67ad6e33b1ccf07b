"""Associations that were tested here as summary statistics, as a file would bring them."""

import numpy as np
import pandas as pd

from gtl.domain.genotypes import Variants
from gtl.domain.summary_stats import SummaryStats
from gtl.formats.summary_statistics.effects import neg_log10_of_z


def statistics_of(table: pd.DataFrame) -> SummaryStats:
    """Rows of :data:`gtl.schema.ASSOCIATION` that have an estimate; p of 0 is taken from effect and standard error."""
    table = table[np.isfinite(table["beta"]) & (table["se"] > 0) & np.isfinite(table["se"])]
    words = {name: table[name].to_numpy(object) for name in ("chrom", "rsid", "ref", "alt")}
    beta, se, p = (table[name].to_numpy(np.float64) for name in ("beta", "se", "p_value"))
    small = p <= np.finfo(np.float64).tiny
    return SummaryStats(
        Variants(pos=table["pos"].to_numpy(np.int64), **words),
        beta=beta,
        se=se,
        neg_log10_p=np.where(small | np.isnan(p), neg_log10_of_z(beta / se), -np.log10(np.where(small, 1.0, p))) + 0.0,
        n=table["n"].to_numpy(np.float64),
        frequency=table["frequency"].to_numpy(np.float64),
    )
