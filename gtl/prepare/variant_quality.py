"""Quality control of a cohort's variants, from counts of their genotypes: why each one cannot be used.

The bounds are those of ``quality_control`` in the settings. Exact repeats always go (the first one stays), as variants
are found by position and alleles from here on; a SNP and an indel, or the lines of a split multi-allelic site, are no
repeats of each other. Nothing here looks at a trait.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.association.hardy_weinberg import hardy_weinberg_exact
from gtl.config.learning import QualityControlConfig
from gtl.domain.dosages import minor_frequency
from gtl.domain.genotypes import Variants
from gtl.prepare.alleles import code_alleles
from gtl.schema import VARIANTS

Flags = npt.NDArray[np.bool_]
Array = npt.NDArray[np.float64]

USABLE = ""
CHROMOSOME = "on chromosome Y or MT"
UNPLACED = "without a position"
ALLELES = "without two alleles"
DUPLICATE = "repeats of another variant"
MISSING = "too often missing"
MONOMORPHIC = "monomorphic"
DISEQUILIBRIUM = "out of Hardy-Weinberg proportions"
RARE = "with too rare a minor allele"

NO_ALLELE = ("", ".", "0", "N")
"""Names that stand for an allele that nobody has (PLINK writes 0) or nobody knows."""

_LEFT_OUT = ("Y", "MT")
_NO_CHROMOSOME = ("", "0", ".", "Un")
_SAME_FREQUENCY = 1e-6


@dataclass(frozen=True, eq=False)
class CheckedVariants:
    """A cohort's variants, each with the reason for which it cannot be used.

    Attributes
    ----------
    counts : DataFrame of schema :data:`gtl.schema.VARIANT_COUNTS`, or its columns ``chrom, pos, rsid, ref, alt, row,
        frequency`` alone
    reasons : (n_variants,) array of str, "" = usable
    """

    counts: pd.DataFrame
    reasons: npt.NDArray[np.object_]

    @property
    def usable(self) -> Flags:
        """(n_variants,) whether nothing speaks against a variant."""
        return np.asarray(self.reasons == USABLE, dtype=bool)


def check_variants(counts: pd.DataFrame, people: int, bounds: QualityControlConfig) -> CheckedVariants:
    """Give every variant of a cohort the first reason of these that applies, or none.

    In order: chromosome Y or MT; no position; fewer than two alleles named; a repeat; called in too few people;
    monomorphic; out of Hardy-Weinberg proportions (exact test, all people; not on X, where men have one copy); minor
    allele too rare. A share equal to its bound is kept.

    Parameters
    ----------
    counts
        Schema :data:`gtl.schema.VARIANT_COUNTS`.
    people
        Number of people that were counted.
    bounds
        ``variant_missingness``, ``maf``, ``hwe`` and ``monomorphic`` are used.
    """
    frequency = minor_allele_frequency(counts)
    return _checked(
        counts,
        [
            *_by_name(counts),
            (MISSING, (people - counts["called"].to_numpy()) / max(people, 1) > bounds.variant_missingness),
            (MONOMORPHIC, (frequency == 0) & bounds.monomorphic),
            (DISEQUILIBRIUM, _disequilibrium(counts, bounds.hwe)),
            (RARE, frequency < bounds.maf),
        ],
    )


def check_names(counts: pd.DataFrame) -> CheckedVariants:
    """The part of :func:`check_variants` that looks at no genotype: for simulated and for sealed people.

    Examples
    --------
    >>> names = {"chrom": ["1", "1", "MT"], "pos": [5, 5, 9], "rsid": "rs1", "ref": ["A", "C", "A"], "alt": "G"}
    >>> check_names(pd.DataFrame(names)).reasons.tolist()
    ['', '', 'on chromosome Y or MT']
    """
    return _checked(counts, _by_name(counts))


def named(variants: Variants) -> pd.DataFrame:
    """Columns of :data:`gtl.schema.VARIANT_COUNTS` that need no genotypes; the frequency is unknown (NaN)."""
    columns = {name: getattr(variants, name) for name in VARIANTS.names}
    return pd.DataFrame({**columns, "row": np.arange(len(variants), dtype=np.int32), "frequency": np.nan})


def minor_allele_frequency(counts: pd.DataFrame) -> Array:
    """(n_variants,) share of the rarer allele, from whole numbers, so that it is the same whichever is counted.

    Imputed dosages, whose frequency is not that of their hard calls, keep their frequency. 0 where nobody was called.

    Examples
    --------
    >>> table = pd.DataFrame({"hom_ref": [16, 0], "het": [4, 4], "hom_alt": [0, 16], "frequency": [0.1, 0.9]})
    >>> minor_allele_frequency(table).tolist()
    [0.1, 0.1]
    """
    hom_ref, het, hom_alt = (counts[name].to_numpy(dtype=np.int64) for name in ("hom_ref", "het", "hom_alt"))
    frequency = counts["frequency"].to_numpy(dtype=np.float64)
    alt, alleles = het + 2 * hom_alt, 2 * (hom_ref + het + hom_alt)
    of_calls = np.minimum(alt, alleles - alt) / np.maximum(alleles, 1)
    imputed = ~np.isnan(frequency) & (np.abs(alt - frequency * alleles) > _SAME_FREQUENCY * alleles)
    return np.asarray(np.where(imputed, minor_frequency(frequency), of_calls))


def _checked(counts: pd.DataFrame, tests: list[tuple[str, Flags]]) -> CheckedVariants:
    reasons = np.full(len(counts), USABLE, dtype=object)
    for reason, applies in reversed(tests):
        reasons[applies] = reason
    return CheckedVariants(counts, reasons)


def _by_name(counts: pd.DataFrame) -> list[tuple[str, Flags]]:
    chrom = counts["chrom"]
    nameless = counts["ref"].isin(NO_ALLELE) | counts["alt"].isin(NO_ALLELE) | (counts["ref"] == counts["alt"])
    return [
        (CHROMOSOME, chrom.isin(_LEFT_OUT).to_numpy(dtype=bool)),
        (UNPLACED, (chrom.isin(_NO_CHROMOSOME) | (counts["pos"] <= 0)).to_numpy(dtype=bool)),
        (ALLELES, nameless.to_numpy(dtype=bool)),
        (DUPLICATE, _repeats(counts)),
    ]


def _repeats(counts: pd.DataFrame) -> Flags:
    """Whether a variant of the same place and alleles, in either order, came before."""
    [alleles] = code_alleles([counts])
    chrom, _ = pd.factorize(counts["chrom"])
    keys = pd.DataFrame({"chrom": chrom, "pos": counts["pos"].to_numpy(), "pair": alleles.unordered()})
    return keys.duplicated().to_numpy(dtype=bool)


def _disequilibrium(counts: pd.DataFrame, bound: float) -> Flags:
    if bound == 0:
        return np.zeros(len(counts), dtype=bool)
    genotypes = counts[["hom_ref", "het", "hom_alt"]].to_numpy(dtype=np.int64)
    return (hardy_weinberg_exact(genotypes) < bound) & (counts["chrom"] != "X").to_numpy(dtype=bool)
