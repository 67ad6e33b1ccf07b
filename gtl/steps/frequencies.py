"""Allele frequencies of a study's cohorts at the variants that they share."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.domain.cohort import Cohort
from gtl.steps.shared_genotypes import SharedGenotypes


def counted_frequency(shared: SharedGenotypes, cohort: Cohort) -> npt.NDArray[np.float64]:
    """(n_shared,) frequency of the counted allele in one cohort's files; NaN where they lack the variant."""
    table = shared.table
    counts = shared.files(cohort).variants.set_index(["chrom", "row"])["frequency"]
    rows = pd.MultiIndex.from_arrays([table["chrom"], table[f"{cohort}_row"]])
    frequency = counts.reindex(rows).to_numpy(dtype=np.float64)
    flipped = np.zeros(len(table), bool) if cohort is Cohort.LARGE else table[f"{cohort}_flip"].to_numpy()
    return np.asarray(np.where(flipped, 1 - frequency, frequency))


def frequency_table(shared: SharedGenotypes) -> pd.DataFrame:
    """Frequencies of the counted allele in the large and the small cohort at the shared variants: large, small.

    Empty where published scores alone stand for the large population.
    """
    there = [cohort for cohort in (Cohort.LARGE, Cohort.SMALL) if shared.files(cohort).exists]
    if len(there) < 2:
        return pd.DataFrame({"large": [], "small": [], "ambiguous": []}).astype({"ambiguous": bool})
    found = {cohort.value: counted_frequency(shared, cohort) for cohort in there}
    return pd.DataFrame(found).assign(ambiguous=False)[~shared.lacking].reset_index(drop=True)
