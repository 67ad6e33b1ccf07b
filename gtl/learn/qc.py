"""Quality control of one cohort: which variants and samples are left out before learning.

Steps, bounds and order are PLINK 1.9's for ``--mind --geno --hwe --maf`` (so that counts agree), then two of our own:
duplicates and SNPs that do not vary. A variant or sample is named once, with the first step that it failed.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.association.counts import check_case, count_genotypes
from gtl.association.hardy_weinberg import hardy_weinberg_exact
from gtl.config.learning import QualityControlConfig
from gtl.domain.cohort import Population
from gtl.domain.genotypes import MISSING, GenotypeMatrix, Variants
from gtl.errors import InputError

NO_NAME = "."
"""rsID of a variant that has none; such variants are no duplicates of each other by name."""

Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]
Counts = npt.NDArray[np.int64]
Labels = npt.NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class QualityReport:
    """What quality control left, and what it took.

    Attributes
    ----------
    keep_variants : (n_variants,) bool
    keep_samples : (n_samples,) bool
    removed : DataFrame, :data:`gtl.schema.REMOVED`, samples first, then variants step by step
    """

    keep_variants: Flags
    keep_samples: Flags
    removed: pd.DataFrame


def quality_control(
    genotypes: GenotypeMatrix, case: npt.NDArray[np.int8], config: QualityControlConfig, population: Population
) -> QualityReport:
    """Apply ``config`` to one cohort (the paper's Module 4, quality control).

    In order: people with too many missing genotypes; SNPs with too many among the people left; SNPs out of
    Hardy-Weinberg proportions in the controls left (exact test); rare SNPs; duplicates (the first one stays); SNPs
    that do not vary. A share equal to its bound is kept.

    This comes before the split and, like PLINK, tests the controls of the whole cohort: with ``hwe`` above 0 the case
    status of test people, by whom models are chosen, has a say in which SNPs are left. Nothing else here looks at case
    status, and the final people, by whom methods are judged, are never here.

    Parameters
    ----------
    genotypes : GenotypeMatrix
        One cohort.
    case : (n_samples,) int8
        1 = case, 0 = control.
    config : QualityControlConfig
        Bounds.
    population : Population
        Goes into the table of removals.

    Raises
    ------
    InputError
        If ``case`` does not fit the people, or nobody or no variant is left.
    """
    check_case(case, genotypes.n_samples)
    samples = _Sieve(genotypes.n_samples)
    samples.apply(_sample_missingness(genotypes.dosages, config))
    _require_some(samples, "sample_missingness", population)
    counts = count_genotypes(genotypes.dosages, np.stack([samples.kept, samples.kept & (case == 0)]))
    variants = _Sieve(len(genotypes.variants))
    variants.apply(_variant_missingness(counts[:, 0], int(samples.kept.sum()), config))
    variants.apply(_disequilibrium(counts[:, 1], config))
    variants.apply(_rarity(counts[:, 0], config))
    variants.apply(_repetition(genotypes.variants, variants.kept, config))
    variants.apply(_monotony(counts[:, 0], config))
    _require_some(variants, "variant_missingness, hwe, maf or monomorphic", population)
    return QualityReport(variants.kept, samples.kept, _removed(genotypes, samples, variants, population))


@dataclass(frozen=True)
class _Test:
    """What one step measured of each variant or sample, and whether that fails its bound."""

    reason: str
    value: npt.NDArray[np.float64]
    bound: float
    fails: Flags


class _Sieve:
    """Variants or samples still kept, and the first step that each other one failed."""

    def __init__(self, size: int) -> None:
        self.kept: Flags = np.ones(size, dtype=np.bool_)
        self.steps: list[tuple[Rows, _Test]] = []

    def apply(self, test: _Test) -> None:
        self.steps.append((np.flatnonzero(self.kept & test.fails), test))
        self.kept = self.kept & ~test.fails


def _sample_missingness(dosages: npt.NDArray[np.int8], config: QualityControlConfig) -> _Test:
    missing = np.zeros(dosages.shape[1], dtype=np.int64)
    for start in range(0, len(dosages), 1000):
        missing += (dosages[start : start + 1000] == MISSING).sum(axis=0)
    share = missing / max(len(dosages), 1)
    return _Test("sample_missingness", share, config.sample_missingness, share > config.sample_missingness)


def _variant_missingness(counts: Counts, n_people: int, config: QualityControlConfig) -> _Test:
    share = (n_people - counts.sum(axis=1)) / n_people
    return _Test("variant_missingness", share, config.variant_missingness, share > config.variant_missingness)


def _disequilibrium(control_counts: Counts, config: QualityControlConfig) -> _Test:
    p_value = hardy_weinberg_exact(control_counts) if config.hwe > 0 else np.ones(len(control_counts))
    return _Test("hwe", p_value, config.hwe, p_value < config.hwe)


def _rarity(counts: Counts, config: QualityControlConfig) -> _Test:
    frequency = _minor_allele_frequency(counts)
    return _Test("maf", frequency, config.maf, frequency < config.maf)


def _repetition(variants: Variants, kept: Flags, config: QualityControlConfig) -> _Test:
    """How many kept variants before it have its rsid, or its position and alleles in either order."""
    alleles = np.sort(np.stack([variants.ref, variants.alt]), axis=0)
    names = {"chrom": variants.chrom, "pos": variants.pos, "low": alleles[0], "high": alleles[1], "rsid": variants.rsid}
    table = pd.DataFrame(names)[kept]
    same_name = table.groupby("rsid").cumcount().where(table["rsid"] != NO_NAME, 0)
    earlier = np.zeros(len(variants))
    earlier[kept] = np.maximum(same_name, table.groupby(["chrom", "pos", "low", "high"]).cumcount())
    return _Test("duplicate", earlier, 0, (earlier > 0) & config.duplicates)


def _monotony(counts: Counts, config: QualityControlConfig) -> _Test:
    frequency = _minor_allele_frequency(counts)
    return _Test("monomorphic", frequency, 0, (frequency == 0) & config.monomorphic)


def _minor_allele_frequency(counts: Counts) -> npt.NDArray[np.float64]:
    """Share of the rarer allele; 0 where nobody was called, as PLINK has it."""
    alt, alleles = counts @ [0, 1, 2], 2 * counts.sum(axis=1)
    return np.asarray(np.minimum(alt, alleles - alt) / np.maximum(alleles, 1))


def _require_some(sieve: _Sieve, settings: str, population: Population) -> None:
    if not sieve.kept.any():
        failed = ", ".join(
            f"{len(rows)} by {test.reason} (bound {test.bound:g})" for rows, test in sieve.steps if len(rows)
        )
        raise InputError(
            f"quality control of the {population.value} population left nothing: removed {failed}; "
            f"relax quality_control.{settings}"
        )


def _removed(genotypes: GenotypeMatrix, samples: _Sieve, variants: _Sieve, population: Population) -> pd.DataFrame:
    names = genotypes.variants
    people = [_table("sample", genotypes.samples[rows], "", -1, test, rows) for rows, test in samples.steps]
    snps = [
        _table("variant", names.rsid[rows], names.chrom[rows], names.pos[rows], test, rows)
        for rows, test in variants.steps
    ]
    table = pd.concat(people + snps, ignore_index=True)
    table.insert(0, "population", population.value)
    return table


def _table(kind: str, name: Labels, chrom: Labels | str, pos: Rows | int, test: _Test, rows: Rows) -> pd.DataFrame:
    where = {"kind": kind, "name": name, "chrom": chrom, "pos": pos}
    why = {"reason": test.reason, "value": test.value[rows], "threshold": float(test.bound)}
    return pd.DataFrame(where | why, index=range(len(rows)))
