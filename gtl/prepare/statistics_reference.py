"""Whether summary statistics fit people's genotypes: build, alleles, strand, frequencies, share that matches."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.domain.dosages import as_hundredths
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.domain.packed_calls import PackedGenotypes
from gtl.domain.summary_stats import SummaryStats
from gtl.errors import InputError
from gtl.formats.genotype_file import NO_ALLELE, partner
from gtl.formats.genotype_source import GenotypeSource
from gtl.formats.summary_statistics.writer import chromosome_order
from gtl.prepare.alleles import Relation, counts_other, is_ambiguous
from gtl.prepare.build import LIFT
from gtl.prepare.call_counts import CallCounts
from gtl.prepare.frequencies import FrequencyCheck, Likeness, frequency_check
from gtl.prepare.links import Link, MatchingRules, link_variants
from gtl.prepare.overlap import LEAST
from gtl.prepare.pairing import Pairs
from gtl.prepare.rs_ids import names_of, no_common_names
from gtl.prepare.statistics_checks import Check
from gtl.prepare.variant_quality import CheckedVariants, check_names, named

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Labels = npt.NDArray[np.object_]

OTHER_CHROMOSOME = "on a chromosome that the reference lacks"
ABSENT = "not in the reference"
NO_OTHER_ALLELE = "without an other allele, and not told by one variant of the reference"
OTHER_ALLELES = "with other alleles in the reference"

_SAME_ANCESTRY = 0.9
_HARDLY_ANY = 0.1
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
    flip : (n_variants,) whether the effect allele is the reference's ``ref``
    absent : (n_variants,) why the reference does not have the variant, or ""
    unclear : (n_variants,) why the alleles of a variant that the reference has cannot be used, or ""
    compared : DataFrame
        Frequencies of the effect allele in the reference (``large``) and the statistics (``small``), and whether the
        variant is ``ambiguous``: what the correlation is of.
    """

    checks: list[Check]
    frequency: Array
    row: npt.NDArray[np.int64]
    flip: Flags
    absent: Labels
    unclear: Labels
    compared: pd.DataFrame


def reference_variants(source: GenotypeSource, chromosomes: set[str]) -> tuple[Variants, Array]:
    """Variants of a reference, and (n_variants,) frequency of ``alt``; of ``chromosomes`` alone, block by block.

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
    table = pd.concat([_counted(block) for block in blocks], ignore_index=True)
    columns = {name: table[name].to_numpy(object) for name in ("chrom", "rsid", "ref", "alt")}
    return Variants(pos=table["pos"].to_numpy(np.int64), **columns), table["frequency"].to_numpy(np.float64)


def compare_with_reference(
    stats: SummaryStats, variants: Variants, frequency: Array, *, same_strand: bool = False
) -> ReferenceMatch:
    """Match statistics with a reference's variants and their frequencies, and check what they say of them.

    Statistics that name variants by id alone are placed by the reference's ids. With ``same_strand`` A/T and C/G are
    what their letters say.
    """
    reference = check_names(named(variants).assign(frequency=frequency))
    own = named(stats.variants).assign(frequency=stats.frequency)
    by_id = not (own["pos"] > 0).any()
    if by_id:
        own = _placed(own, reference.counts)
    if (own["ref"] == "").any():
        own = _with_other_alleles(own, reference.counts)
    found = check_names(own)
    link = _linked(reference, found, same_strand)
    pairs = link.pairs
    ours, theirs = (side.counts["frequency"].to_numpy(np.float64) for side in (found, reference))
    flip = counts_other(link.relation)
    turned = np.where(flip, 1 - theirs[pairs.large], theirs[pairs.large])
    frequencies = pd.DataFrame(
        {"large": turned, "small": ours[pairs.small], "ambiguous": is_ambiguous(pairs.relation) & (not same_strand)}
    )[link.relation != Relation.DIFFERENT]
    checks = [
        _matched(own, reference, len(frequencies), by_id=by_id),
        _build(own, reference.counts, pairs),
        _frequencies(frequency_check(frequencies)),
        _alleles(link.relation),
    ]
    lost = link.lost()
    usable = lost == ""
    rows = pairs.small[usable]
    return ReferenceMatch(
        checks,
        frequency=_at(rows, turned[usable], len(stats), np.nan),
        row=_at(rows, pairs.large[usable].astype(np.int64), len(stats), -1),
        flip=_at(rows, flip[usable], len(stats), False),
        absent=_absent(own, reference.counts, pairs),
        unclear=_at(pairs.small, lost, len(stats), ""),
        compared=frequencies,
    )


def _linked(reference: CheckedVariants, found: CheckedVariants, same_strand: bool) -> Link:
    """Swapped A/T and C/G of one strand are trusted, too: unlike a panel's cohorts, statistics count either allele."""
    link = link_variants(reference, found, "statistics", MatchingRules(same_strand))
    if not same_strand:
        return link
    swapped = link.relation == Relation.AMBIGUOUS_SWAPPED
    return replace(link, relation=np.where(swapped, np.int8(Relation.SWAPPED), link.relation))


def _at(rows: npt.NDArray[np.intp], values: npt.NDArray[Any], length: int, otherwise: object) -> npt.NDArray[Any]:
    column = np.full(length, otherwise, dtype=values.dtype)
    column[rows] = values
    return column


def _absent(own: pd.DataFrame, reference: pd.DataFrame, pairs: Pairs) -> Labels:
    reasons = np.full(len(own), ABSENT, dtype=object)
    elsewhere = (own["pos"] > 0) & ~own["chrom"].isin(reference["chrom"].unique())
    reasons[elsewhere.to_numpy(bool)] = OTHER_CHROMOSOME
    reasons[pairs.small_place_shared] = OTHER_ALLELES
    reasons[(own["ref"] == "").to_numpy(bool) & (reasons != OTHER_CHROMOSOME)] = NO_OTHER_ALLELE
    reasons[pairs.small] = ""
    return reasons


def _counted(block: GenotypeMatrix | PackedGenotypes) -> pd.DataFrame:
    if isinstance(block, PackedGenotypes):
        return CallCounts.of(block.calls).table(block.variants)
    dosages = block.dosages
    return CallCounts.of(dosages if dosages.dtype == np.int8 else as_hundredths(dosages)).table(block.variants)


def _placed(own: pd.DataFrame, reference: pd.DataFrame) -> pd.DataFrame:
    """``own`` at the places of the reference's ids; a name that two places have is none."""
    names = names_of(reference["rsid"].reset_index(drop=True))
    places = reference[["chrom", "pos"]].iloc[names.index].assign(name=names.to_numpy(), row=names.index.to_numpy())
    places = places.drop_duplicates(["name", "chrom", "pos"])  # of several alleles at one place any row says it
    rows = places.drop_duplicates("name", keep=False).set_index("name")["row"]
    found = own["rsid"].map(rows)
    known = found.notna().to_numpy(bool)
    at = found[known].to_numpy(np.intp)
    chrom, pos = own["chrom"].to_numpy(object).copy(), own["pos"].to_numpy(np.int64).copy()
    chrom[known], pos[known] = reference["chrom"].to_numpy(object)[at], reference["pos"].to_numpy(np.int64)[at]
    return own.assign(chrom=chrom, pos=pos)


def _with_other_alleles(own: pd.DataFrame, reference: pd.DataFrame) -> pd.DataFrame:
    """``own`` with the other alleles that it lacks: of the one variant at the place that has the effect allele."""
    lacking = own.loc[own["ref"] == "", ["chrom", "pos", "alt"]].reset_index(names="own")
    both = lacking.merge(reference[["chrom", "pos", "ref", "alt"]], on=["chrom", "pos"], suffixes=("", "_there"))
    beside = [partner(*alleles) for alleles in zip(both["alt"], both["ref"], both["alt_there"], strict=True)]
    both = both.assign(beside=beside)
    found = both[~both["beside"].isin(NO_ALLELE)]
    found = found.drop_duplicates(["own", "beside"]).drop_duplicates("own", keep=False)
    ref = own["ref"].to_numpy(object).copy()
    ref[found["own"].to_numpy()] = found["beside"].to_numpy(object)
    return own.assign(ref=ref)


def _matched(own: pd.DataFrame, reference: CheckedVariants, matched: int, *, by_id: bool) -> Check:
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
    lacking = sorted({*there} - {*own["chrom"]} - {"X", "Y", "MT"}, key=chromosome_order)
    if lacking and own["pos"].gt(0).any():
        lost = int(reference.counts["chrom"].isin(lacking).sum())
        advice = (
            f"nothing of chromosome {', '.join(lacking)}, of which the reference has {lost:,} variants: is a file "
            f"missing?{'; ' if advice else ''}{advice}"
        )
    if by_id and not matched and len(own):
        advice = no_common_names("the file", own["rsid"], reference.counts["rsid"].reset_index(drop=True))
    return Check("variants in the reference", share, text, advice, wrong=share < _HARDLY_ANY)


def _build(own: pd.DataFrame, reference: pd.DataFrame, pairs: Pairs) -> Check:
    """Whether pairs that both files name the same lie at the same position."""
    sides = (reference["rsid"].take(pairs.large), own["rsid"].take(pairs.small))
    both = np.logical_and(*(_have_names(ids) for ids in sides)) & ~pairs.renamed
    differ = int((both & pairs.moved).sum())
    agree = int(both.sum()) - differ
    known = agree + differ
    if not known:
        return Check("genome build", float("nan"), "not told: no ids in common")
    advice = ""
    if differ > agree:
        advice = (
            f"the statistics are of another genome build than the reference; give a chain file by --chain, or {LIFT}"
        )
    text = f"{agree:,} of {known:,} common ids lie at the same position"
    return Check("genome build", agree / known, text, advice, wrong=differ > agree)


def _have_names(ids: "pd.Series[str]") -> Flags:
    ids = ids.reset_index(drop=True)
    return np.isin(np.arange(len(ids)), names_of(ids).index.to_numpy())


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
