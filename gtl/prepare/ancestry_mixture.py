"""Of which ancestries the people of a GWAS are, told by its allele frequencies as a mixture of a reference's groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gtl.errors import InputError
from gtl.formats.genotype_source import GenotypeSource
from gtl.formats.people_table import read_people_tables
from gtl.prepare.statistics_checks import Check

Array = npt.NDArray[np.float64]
Labels = npt.NDArray[np.object_]

NAME = "ancestry of the statistics"

_FEWEST = 100
"""Variants below which shares say little."""

_FEWEST_PEOPLE = 10
"""Of a group; the frequencies of fewer are noise."""

_BLOCKS = 50
_FIRMNESS = 1e4
"""Weight of the shares' sum beside the frequencies."""

_FITS = 0.97
_APART = 0.2
_WORTH_NAMING = 0.005


@dataclass(frozen=True, eq=False)
class Mixture:
    """Shares of groups that come nearest to a study's frequencies.

    Attributes
    ----------
    shares, errors : (n_groups,) shares, 0 to 1 with sum 1, and their block-jackknife standard errors
    correlation : of the study's frequencies with those of the mixture
    n : variants behind it
    """

    shares: Array
    errors: Array
    correlation: float
    n: int


def fit_mixture(frequency: Array, groups: Array) -> Mixture:
    """Least squares over shares that are not negative and add up to 1.

    Arriaga-MacKenzie et al. 2021, American Journal of Human Genetics 108:1270 (Summix); Prive 2022, Bioinformatics
    38:3477 (``snp_ancestry_summary`` of bigsnpr), which does it after projection on principal components.

    Parameters
    ----------
    frequency
        (n_variants,) in the genome's order, all known.
    groups
        (n_variants, n_groups) of the same allele in each group, all known.

    Examples
    --------
    >>> groups = np.random.default_rng(1).uniform(size=(500, 3))
    >>> fit_mixture(groups @ [0.7, 0, 0.3], groups).shares.round(6).tolist()
    [0.7, 0.0, 0.3]
    """
    left, right = groups.T @ groups, groups.T @ frequency
    shares = _solved(left, right)
    runs = [np.array_split(values, _BLOCKS) for values in (groups, frequency)]
    parts = [(own.T @ own, own.T @ other) for own, other in zip(*runs, strict=True)]
    without = np.array([_solved(left - own, right - other) for own, other in parts])
    errors = np.sqrt((_BLOCKS - 1) * without.var(axis=0))
    correlation = float(np.corrcoef(frequency, groups @ shares)[0, 1])
    return Mixture(shares, errors, correlation, len(frequency))


def group_labels(source: GenotypeSource, told: str) -> Labels:
    """(n_samples,) group of each person of a reference, "" = none.

    Parameters
    ----------
    told
        ``TABLE:COLUMN``, a table of the people with their ids.

    Raises
    ------
    InputError
        If it has another form, or names a table or column that is not there, or fits nobody.
    """
    table, colon, column = told.rpartition(":")
    if not (table and colon and column):
        raise InputError(f"--reference-groups {told}: expected TABLE:COLUMN, such as people.tsv:population")
    people = read_people_tables([Path(table)]).joined(source.samples.ids, source.samples.families)
    return people.text(column)


def group_frequencies(source: GenotypeSource, chromosomes: set[str], labels: Labels) -> tuple[list[str], Array]:
    """Groups of ten people at least, by name, and (n_variants, n_groups) frequency of ``alt`` in each; block by block.

    Raises
    ------
    InputError
        If there are fewer than two such groups.
    """
    names, people = np.unique(labels[labels != ""].astype(str), return_counts=True)
    large = [str(name) for name, count in zip(names, people, strict=True) if count >= _FEWEST_PEOPLE]
    if len(large) < 2:
        raise InputError(
            f"--reference-groups: {len(large)} groups have {_FEWEST_PEOPLE} people or more; a mixture needs two at "
            "least, such as the populations or continents of the 1000 Genomes"
        )
    of = np.array([labels == name for name in large], dtype=np.float32).T
    there = [chrom for chrom in source.chromosomes() if chrom in chromosomes]
    parts = [_of_block(block.dosages, of) for chrom in there for block in source.blocks(chrom)]
    return large, np.concatenate(parts)


def ancestry_check(frequency: Array, names: Sequence[str], groups: Array, labels: Labels) -> Check:
    """The mixture, and whether the reference's people are such a mixture, too.

    Parameters
    ----------
    frequency
        (n_variants,) of the statistics, at the reference's variants; NaN = not known.
    names, groups
        As :func:`group_frequencies` gives them.
    labels
        (n_people,) group of each person of the reference.
    """
    known = np.isfinite(frequency) & np.isfinite(groups).all(axis=1)
    if known.sum() < _FEWEST:
        return Check(NAME, float("nan"), f"not told: {known.sum():,} variants with frequencies in both")
    found = fit_mixture(frequency[known], groups[known])
    order = np.argsort(-found.shares)
    shares = ", ".join(
        f"{names[group]} {found.shares[group]:.1%} (SE {found.errors[group]:.1%})"
        for group in order
        if found.shares[group] >= _WORTH_NAMING
    )
    text = f"{shares}; frequencies of that mixture r {found.correlation:.3f} over {found.n:,} variants"
    return Check(NAME, found.correlation, text, _advice(found, names, labels))


def _advice(found: Mixture, names: Sequence[str], labels: Labels) -> str:
    if found.correlation < _FITS:
        return (
            "no mixture of these groups has such frequencies: people of an ancestry that is not among them, or effect "
            "alleles or builds that do not fit; see the other checks"
        )
    here = np.array([np.mean(labels == name) for name in names])
    if np.abs(found.shares - here).sum() / 2 > _APART:
        wanted = [f"{share:.0%} {name}" for share, name in zip(found.shares, names, strict=True) if share >= _APART / 4]
        return f"the reference's people are of other groups: take {' and '.join(wanted)} for LD, as the GWAS has them"
    return ""


def _of_block(dosages: npt.NDArray[np.int8] | npt.NDArray[np.float32], of: npt.NDArray[np.float32]) -> Array:
    called = dosages >= 0
    total = np.where(called, dosages, 0).astype(np.float32) @ of
    with np.errstate(invalid="ignore"):
        return np.asarray(total / (2 * (called.astype(np.float32) @ of)), dtype=np.float64)


def _solved(left: Array, right: Array) -> Array:
    """Shares for the sums of squares ``left`` and of products ``right``."""
    from scipy.optimize import nnls

    scale = np.trace(left) / len(left)
    root = np.linalg.cholesky(left / scale + 1e-10 * np.eye(len(left)))
    design = np.vstack([root.T, np.full(len(left), _FIRMNESS)])
    shares, _ = nnls(design, np.append(np.linalg.solve(root, right / scale), _FIRMNESS))
    return np.asarray(shares / shares.sum())
