"""Whether somebody is in a simulated study twice, in words."""

from collections.abc import Sequence

from gtl.evaluate.likeness import FEWEST_SNPS, SAME_PERSON, LikenessCheck


def likeness_text(checks: Sequence[LikenessCheck]) -> str:
    """What the check of each set of cohorts has found; of several the least favourable one is described.

    >>> likeness_text([LikenessCheck(697, 10_150, 10_150, 1.0, 0.936, 0, 0.002)]).partition(":")[0]
    'Nobody was found to be in the study twice'
    """
    unsure = [check for check in checks if not check.conclusive]
    if unsure:
        return _unsure(max(unsure, key=lambda check: check.expected), len(checks))
    most = max(checks, key=lambda check: check.highest)
    where = "the study" if len(checks) == 1 else f"any of the {len(checks)} sets of cohorts"
    return (
        f"Nobody was found to be in {where} twice: {_compared(most)}, the two most alike agree at "
        f"{100 * most.highest:.1f} % of alleles (one person twice: {100 * SAME_PERSON:.0f} % or more)."
    )


def _unsure(check: LikenessCheck, sets: int) -> str:
    where = "the study" if sets == 1 else f"one of the {sets} sets of cohorts"
    untold = f"Whether somebody is in {where} twice cannot be told from the genotypes"
    if check.snps < FEWEST_SNPS:
        return f"{untold}: {check.snps} SNPs are common enough to compare people at ({FEWEST_SNPS} are needed)."
    pairs = "1 pair agrees" if check.alike == 1 else f"{check.alike or 'no'} pairs agree"
    return (
        f"{untold}, for people who copy the same few haplotypes agree by chance as one person would: "
        f"{_compared(check)}, {pairs} at {100 * SAME_PERSON:.0f} % of alleles or more, "
        f"and by chance some {check.expected:.2g} would."
    )


def _compared(check: LikenessCheck) -> str:
    drawn = "" if check.drawn == check.people else f"{check.drawn:,} drawn from "
    return f"of {drawn}{check.people:,} people, compared at {check.snps:,} common SNPs"
