"""Whether summary statistics fit people's genotypes: build, alleles, strand, frequencies, share that matches."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.domain.dosages import as_hundredths
from gtl.domain.genotypes import GenotypeMatrix
from gtl.domain.packed_calls import PackedGenotypes
from gtl.domain.summary_stats import SummaryStats
from gtl.errors import InputError
from gtl.formats.genotype_source import GenotypeSource
from gtl.prepare.alleles import Relation, counts_other, is_ambiguous, resolve_ambiguous
from gtl.prepare.build import LIFT, compare_positions
from gtl.prepare.call_counts import CallCounts
from gtl.prepare.frequencies import FrequencyCheck, Likeness, frequency_check
from gtl.prepare.overlap import LEAST
from gtl.prepare.pairing import pair_variants
from gtl.prepare.rs_ids import names_of
from gtl.prepare.statistics_checks import Check
from gtl.prepare.variant_quality import CheckedVariants, check_names, named

Array = npt.NDArray[np.float64]

_SAME_ANCESTRY = 0.9
_FEW = 0.05
_MIXED = 0.01


@dataclass(frozen=True, eq=False)
class ReferenceMatch:
    """Statistics beside the reference.

    Attributes
    ----------
    checks : one a question
    frequency : (n_variants,) of the effect allele among the reference's people; NaN where it lacks the variant
    row : (n_variants,) int64, row of the variant in the reference; -1 where it lacks the variant
    """

    checks: list[Check]
    frequency: Array
    row: npt.NDArray[np.int64]


def reference_variants(source: GenotypeSource, chromosomes: set[str]) -> CheckedVariants:
    """Variants of a reference with their frequencies; of ``chromosomes`` alone, a block of genotypes at a time.

    Raises
    ------
    InputError
        If the reference has none of these chromosomes.
    """
    there = [chrom for chrom in source.chromosomes() if chrom in chromosomes]
    if not there:
        raise InputError(
            f"{source.location}: has chromosomes {', '.join(source.chromosomes())}, the statistics have "
            f"{', '.join(sorted(chromosomes))}; give a reference of the same chromosomes"
        )
    blocks = (block for chrom in there for block in source.stored_blocks(chrom))
    return check_names(pd.concat([_counted(block) for block in blocks], ignore_index=True))


def compare_with_reference(stats: SummaryStats, reference: CheckedVariants) -> ReferenceMatch:
    """Match statistics with a reference's variants, and check what they say of them.

    Statistics that name variants by id alone are placed by the reference's ids.
    """
    own = named(stats.variants).assign(frequency=stats.frequency)
    if not (own["pos"] > 0).any():
        own = _placed(own, reference.counts)
    found = check_names(own)
    pairs = pair_variants(reference, found)
    ours, theirs = (side.counts["frequency"].to_numpy(np.float64) for side in (found, reference))
    relation = resolve_ambiguous(pairs.relation, theirs[pairs.large], ours[pairs.small])
    turned = np.where(counts_other(relation), 1 - theirs[pairs.large], theirs[pairs.large])
    frequencies = pd.DataFrame(
        {"large": turned, "small": ours[pairs.small], "ambiguous": is_ambiguous(pairs.relation)}
    )[relation != Relation.DIFFERENT]
    checks = [
        _matched(own, reference, len(frequencies)),
        _build(own, reference.counts),
        _frequencies(frequency_check(frequencies)),
        _alleles(relation),
    ]
    frequency = np.full(len(stats), np.nan)
    usable = (relation != Relation.DIFFERENT) & ~is_ambiguous(relation)
    frequency[pairs.small[usable]] = turned[usable]
    row = np.full(len(stats), -1, dtype=np.int64)
    row[pairs.small[usable]] = pairs.large[usable]
    return ReferenceMatch(checks, frequency, row)


def _counted(block: GenotypeMatrix | PackedGenotypes) -> pd.DataFrame:
    if isinstance(block, PackedGenotypes):
        return CallCounts.of(block.calls).table(block.variants)
    dosages = block.dosages
    return CallCounts.of(dosages if dosages.dtype == np.int8 else as_hundredths(dosages)).table(block.variants)


def _placed(own: pd.DataFrame, reference: pd.DataFrame) -> pd.DataFrame:
    """``own`` at the places of the reference's ids; a name that two places have is none."""
    names = names_of(reference["rsid"].reset_index(drop=True))
    places = pd.DataFrame({"name": names.to_numpy(), "row": names.index.to_numpy()})
    rows = places.drop_duplicates("name", keep=False).set_index("name")["row"]
    found = own["rsid"].map(rows)
    known = found.notna().to_numpy(bool)
    at = found[known].to_numpy(np.intp)
    chrom, pos = own["chrom"].to_numpy(object).copy(), own["pos"].to_numpy(np.int64).copy()
    chrom[known], pos[known] = reference["chrom"].to_numpy(object)[at], reference["pos"].to_numpy(np.int64)[at]
    return own.assign(chrom=chrom, pos=pos)


def _matched(own: pd.DataFrame, reference: CheckedVariants, matched: int) -> Check:
    there = reference.counts["chrom"].unique()
    size = int((own["chrom"].isin(there) | (own["pos"] == 0)).sum())
    smaller = max(min(size, int(reference.usable.sum())), 1)
    share = matched / smaller
    text = f"{matched:,} of {size:,} ({len(reference.counts):,} in the reference, on its chromosomes)"
    advice = ""
    if share < LEAST:
        advice = (
            f"only {share:.0%} of the smaller file's variants are in the other; compare the builds, the ids and the "
            "alleles of some variants by hand, and prefer a reference imputed to the same panel"
        )
    return Check("variants in the reference", share, text, advice)


def _build(own: pd.DataFrame, reference: pd.DataFrame) -> Check:
    places = compare_positions(own, reference)
    known = places.agree + places.differ
    if not known:
        return Check("genome build", float("nan"), "not told: no ids in common")
    advice = ""
    if places.another_build:
        advice = f"the statistics are of another genome build than the reference; {LIFT}"
    text = f"{places.agree:,} of {known:,} common ids lie at the same position"
    return Check("genome build", places.agree / known, text, advice, wrong=places.another_build)


def _frequencies(check: FrequencyCheck) -> Check:
    name, text = "frequencies against the reference", f"r {check.correlation:.3f} over {check.n:,} variants"
    if check.likeness is Likeness.UNKNOWN:
        return Check(name, float("nan"), f"not told: {check.verdict}")
    advice = ""
    if check.likeness is not Likeness.AGREE:
        advice = f"{check.likeness}: {check.verdict}"
    elif check.correlation < _SAME_ANCESTRY:
        advice = (
            "the people of the statistics are of another ancestry than the reference, most likely; take a reference "
            "like those people, not like the ones to be predicted"
        )
    return Check(name, check.correlation, text, advice, wrong=check.wrong or check.likeness is Likeness.FOLDED)


def _alleles(relation: npt.NDArray[np.int8]) -> Check:
    """How the alleles of the variants at common places relate; the figure is the share that is of others."""
    if not len(relation):
        return Check("alleles", float("nan"), "not told: no variants at common places")
    total = len(relation)
    strand, swapped = (Relation.STRAND, Relation.STRAND_SWAPPED), (Relation.SWAPPED, Relation.STRAND_SWAPPED)
    of = {
        "count the same allele as the reference": int(np.isin(relation, (Relation.SAME, Relation.STRAND)).sum()),
        "the other one": int(np.isin(relation, swapped).sum()),
        "read from the other strand": int(np.isin(relation, strand).sum()),
        "A/T or C/G, undecided": int(is_ambiguous(relation).sum()),
        "of other alleles": int((relation == Relation.DIFFERENT).sum()),
    }
    other, turned = of["of other alleles"] / total, of["read from the other strand"] / total
    advice = ""
    if other > _FEW:
        advice = "many variants have other alleles than the reference: another build, or alleles coded otherwise"
    elif _MIXED < turned < 1 - _MIXED:
        advice = "strands are mixed: A/T and C/G variants can be told by frequency only, or are left out"
    return Check("alleles", other, ", ".join(f"{count:,} {words}" for words, count in of.items() if count), advice)
