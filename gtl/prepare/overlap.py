"""The gate on what two sources share: too little is hardly ever chance, so the message says what likely is wrong."""

import pandas as pd

from gtl.errors import InputError
from gtl.prepare.build import LIFT, compare_positions
from gtl.prepare.funnel import KEPT, MATCHED, USABLE, funnel_text, losses, reached
from gtl.prepare.variant_quality import UNPLACED, CheckedVariants

LEAST = 0.75
"""Share of the smaller source's usable variants that the other should have; pgsc_calc's default, too."""

_MOST = 0.5
"""A cause that explains this share of what is missing is the likeliest."""

_RARE = 0.01
"""Alleles of a smaller share say nothing of how a file codes them."""

_RELAX = "relax quality_control, or look at the genotypes"


def check_overlap(large: CheckedVariants, small: CheckedVariants, funnel: pd.DataFrame, least: float = LEAST) -> None:
    """Raise :class:`InputError` unless the other source has enough of the smaller source's usable variants.

    Variants that the other source has but cannot use (monomorphic there, say) count as found.

    Parameters
    ----------
    large, small
        As they were matched; read only to say what is wrong.
    funnel
        Table of :func:`gtl.prepare.matching.match_variants`.
    least
        The share asked for, setting ``matching.min_overlap``.
    """
    smaller = min(("small", "large"), key=lambda name: reached(funnel, name, USABLE))
    usable, matched = (reached(funnel, smaller, step) for step in (USABLE, MATCHED))
    if matched < least * usable or usable == 0:
        share = matched / max(usable, 1)
        raise InputError(
            f"the two populations' files share too few variants: {matched:,} of the {smaller} population's {usable:,} "
            f"usable ones ({share:.0%}; at least {least:.0%} is asked for). Most likely: {diagnose(large, small)}. To "
            f"go on with what is shared, set matching.min_overlap to {int(100 * share) / 100:g} or less.\n"
            f"{funnel_text(funnel)}"
        )


def check_some_shared(large: CheckedVariants, small: CheckedVariants, funnel: pd.DataFrame) -> None:
    """Raise :class:`InputError` if no variant is left."""
    if reached(funnel, "large", KEPT):
        return
    matched = reached(funnel, "small", MATCHED)
    why = _commonest(losses(funnel, "small", KEPT)) if matched else diagnose(large, small)
    raise InputError(f"no variant is shared by the two populations. Most likely: {why}.\n{funnel_text(funnel)}")


def diagnose(large: CheckedVariants, small: CheckedVariants) -> str:
    """The likeliest reason for which two files share little, in words, and what to do."""
    sides = {"large": large, "small": small}
    for cause in (_nothing_usable, _chromosome_names, _absent_chromosomes, _builds, _shifted, _codings, _other_alleles):
        if found := cause(sides):
            return found
    return (
        "the files have different variants, as two genotyping arrays do (impute both to one panel), or are of two "
        "genome builds, which cannot be told unless both have rs ids (lift one over); compare a few ids and "
        f"positions by eye ({_first(large)} in the large population, {_first(small)} in the small one)"
    )


def _nothing_usable(sides: dict[str, CheckedVariants]) -> str:
    for name, side in sides.items():
        if side.usable.any():
            continue
        if not len(side.counts):
            return f"the {name} population's file has no variants; check that it is complete"
        reason = pd.Series(side.reasons).value_counts().index[0]
        advice = "give the file positions (plink2 --update-map), ids alone do not do" if reason == UNPLACED else _RELAX
        return f"no variant of the {name} population is usable, most are {reason}; {advice}"
    return ""


def _chromosome_names(sides: dict[str, CheckedVariants]) -> str:
    large, small = (set(_usable(side)["chrom"].unique()) for side in sides.values())
    if large & small:
        return ""
    plain = [{_plain(chrom) for chrom in chroms} for chroms in (large, small)]
    names = f"the large population has {_listed(large)}, the small one {_listed(small)}"
    if plain[0] & plain[1]:
        return f"chromosomes are named otherwise: {names}; name them alike (bcftools annotate --rename-chrs)"
    return f"the files are of different chromosomes: {names}; bring the same ones"


def _absent_chromosomes(sides: dict[str, CheckedVariants]) -> str:
    """Whether most variants of the source with fewer lie on chromosomes that the other lacks."""
    large, small = sorted(sides, key=lambda name: -int(sides[name].usable.sum()))
    chroms = _usable(sides[small])["chrom"]
    there = set(_usable(sides[large])["chrom"].unique())
    alone = ~chroms.isin(there)
    if alone.mean() < 1 - LEAST:
        return ""
    return (
        f"the {large} population's file has only some of the chromosomes: {int(alone.sum()):,} usable variants of the "
        f"{small} one are on {_listed(set(chroms[alone].unique()))}, which it lacks; bring all of both"
    )


def _builds(sides: dict[str, CheckedVariants]) -> str:
    positions = compare_positions(*(_usable(side) for side in sides.values()))
    if not positions.another_build:
        return ""
    return (
        f"the files are of different genome builds: {positions.differ:,} rs ids lie at different positions and "
        f"{positions.agree:,} at the same one; {positions.example}; {LIFT}"
    )


def _shifted(sides: dict[str, CheckedVariants]) -> str:
    """Whether positions of one file are one lower, counted from 0 as in BED intervals."""
    for name, step in (("small", 1), ("large", -1)):
        if _common_places(sides, step) > max(_MOST, _common_places(sides)):
            return f"positions of the {name} population are counted from 0 and one too low; add 1 to each"
    return ""


def _codings(sides: dict[str, CheckedVariants]) -> str:
    large, small = (_coding(_usable(side)) for side in sides.values())
    if large == small:
        return ""
    return (
        f"alleles are coded otherwise: {large} in the large population, {small} in the small one; "
        "bring both with the letters of the genome (plink --update-alleles with the array's manifest)"
    )


def _other_alleles(sides: dict[str, CheckedVariants]) -> str:
    if _common_places(sides) < _MOST:
        return ""
    return (
        "the positions agree but the alleles do not; check that both files name alleles by one build's reference "
        f"({_first(sides['large'])} in the large population, {_first(sides['small'])} in the small one)"
    )


def _common_places(sides: dict[str, CheckedVariants], step: int = 0) -> float:
    """Share of a file's places that the other has, of the file where it is more, with the small one's moved on."""
    large, small = (_usable(side)[["chrom", "pos"]].drop_duplicates() for side in sides.values())
    common = len(large.merge(small.assign(pos=small["pos"] + step), on=["chrom", "pos"]))
    return common / max(min(len(large), len(small)), 1)


def _coding(table: pd.DataFrame) -> str:
    """The letters that a file's alleles are of; placeholders are always the same two."""
    share = pd.concat([table["ref"], table["alt"]]).value_counts(normalize=True)
    common = set(share.index[share > _RARE])
    of_genome = all(set(allele) <= set("ACGT") for allele in common) and common & {"G", "T"}
    return "letters of the genome" if of_genome else " and ".join(sorted(common)[:4])


def _plain(chrom: str) -> str:
    """A chromosome's name without what tools add to it: chr, leading zeros, the accession of RefSeq."""
    text = chrom.lower().removeprefix("chromosome").removeprefix("chr").removeprefix("nc_").split(".")[0]
    return text.lstrip("0_ ")


def _usable(side: CheckedVariants) -> pd.DataFrame:
    return side.counts[side.usable]


def _commonest(lost: dict[str, int]) -> str:
    return "; ".join(f"{count:,} are {reason}" for reason, count in list(lost.items())[:1]) or "they have no variants"


def _first(side: CheckedVariants) -> str:
    if not len(side.counts):
        return "nothing"
    row = side.counts.iloc[0]
    return f"{row['rsid']} at {row['chrom']}:{row['pos']} {row['ref']}/{row['alt']}"


def _listed(chroms: set[str]) -> str:
    names = sorted(chroms, key=lambda name: (len(name), name))
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
