"""The variants that cohorts share, with one counted allele, and a row for every variant that was lost or turned.

Variants are paired by position and alleles, or rs id (:mod:`gtl.prepare.pairing`); how the alleles of a pair relate
says whether it can be used, and which allele the other file counts (:mod:`gtl.prepare.links`). The counted allele is
the large cohort's ``alt``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.prepare.alleles import counts_other, is_ambiguous
from gtl.prepare.audit import audit_of_large, audit_of_other
from gtl.prepare.funnel import KEPT, MATCHED, Fates, funnel_table, with_imputed
from gtl.prepare.links import Link, MatchingRules, link_sources
from gtl.prepare.overlap import check_some_shared
from gtl.prepare.variant_quality import CheckedVariants
from gtl.schema import VARIANTS

Labels = npt.NDArray[np.object_]
Rows = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Matched:
    """Variants of a study.

    Attributes
    ----------
    shared : DataFrame, :data:`gtl.schema.SHARED` without ``kept``, in the order of the large cohort, named as there
    audit : DataFrame, :data:`gtl.schema.HARMONISATION_AUDIT`, a row for every variant of a source that was lost, turned
        or is called otherwise, named as in that source's file
    funnel : DataFrame, :data:`gtl.schema.FUNNEL`
    frequencies : DataFrame, rows as in ``shared``: frequency of the counted allele in the ``large`` and ``small``
        files, and whether the variant is ``ambiguous`` (A/T or C/G), so that it may have been turned by frequency
    """

    shared: pd.DataFrame
    audit: pd.DataFrame
    funnel: pd.DataFrame
    frequencies: pd.DataFrame


def match_variants(
    large: CheckedVariants,
    small: CheckedVariants,
    final: CheckedVariants | None = None,
    rules: MatchingRules | None = None,
) -> Matched:
    """Find the variants that are usable in every source and mean the same alleles.

    Parameters
    ----------
    large, small
        Tables with their reasons (:func:`gtl.prepare.variant_quality.check_variants`).
    final
        Sealed people's file, if they have one of their own, by :func:`gtl.prepare.variant_quality.check_names`; without
        it, rows and flips are the small cohort's.

    Raises
    ------
    InputError
        If two files are of different genome builds, or nothing is shared.

    Examples
    --------
    >>> from gtl.prepare.variant_quality import check_names
    >>> names = {"chrom": "21", "rsid": "rs5", "row": 0, "frequency": 0.5, "pos": [5], "ref": ["A"], "alt": ["G"]}
    >>> large = check_names(pd.DataFrame(names))
    >>> small = check_names(pd.DataFrame(names | {"ref": ["G"], "alt": ["A"]}))
    >>> match_variants(large, small).shared[["rsid", "ref", "alt", "small_flip"]].values.tolist()
    [['rs5', 'A', 'G', True]]
    """
    rules = rules or MatchingRules()
    others = {"small": small} if final is None else {"small": small, "final": final}
    links = {name: link_sources(large, other, name, rules) for name, other in others.items()}
    fates = {"large": _fates_of_large(large, links)}
    imputed = _imputed(large, links) if rules.impute_lacking else np.zeros(len(large.reasons), dtype=bool)
    reasons = np.where(imputed, "", fates["large"].reasons)
    fates |= {name: _fates_of_other(link, large, reasons) for name, link in links.items()}
    funnel = funnel_table(fates)
    check_some_shared(large, small, funnel)
    shared = np.flatnonzero(fates["large"].kept | imputed)
    if rules.impute_lacking:
        funnel = with_imputed(funnel, len(shared))
    audit = [audit_of_large(large, fates["large"], imputed)]
    audit += [audit_of_other(link, fates[name]) for name, link in links.items()]
    return Matched(
        _shared(large, shared, links),
        pd.concat(audit, ignore_index=True),
        funnel,
        _frequencies(large, shared, links["small"]),
    )


def _fates_of_large(large: CheckedVariants, links: Mapping[str, Link]) -> Fates:
    fates = Fates.of(large.reasons)
    for name, link in links.items():
        pairs, other = link.pairs, link.other
        alone = _alone(fates, pairs.large)
        step = MATCHED if name == "small" else KEPT
        fates.lose(step, alone, _absent(pairs.large_place_shared[alone], name))
        fates.lose(KEPT, pairs.large, _left_out(other.reasons[pairs.small], name))
        fates.lose(KEPT, pairs.large, link.lost())
    return fates


def _imputed(large: CheckedVariants, links: Mapping[str, Link]) -> Flags:
    """(n_large,) usable variants that another source lacks, and that no source has in a form that cannot be used."""
    absent = np.logical_or.reduce([link.absent() for link in links.values()])
    unfit = np.logical_or.reduce([link.unfit() for link in links.values()])
    return np.asarray(large.usable & absent & ~unfit)


def _fates_of_other(link: Link, large: CheckedVariants, reasons_of_large: Labels) -> Fates:
    pairs, fates = link.pairs, Fates.of(link.other.reasons)
    alone = _alone(fates, pairs.small)
    fates.lose(MATCHED, alone, _absent(pairs.small_place_shared[alone], "large"))
    fates.lose(KEPT, pairs.small, _left_out(large.reasons[pairs.large], "large"))
    fates.lose(KEPT, pairs.small, reasons_of_large[pairs.large])
    return fates


def _alone(fates: Fates, paired: Rows) -> Rows:
    alone = fates.kept.copy()
    alone[paired] = False
    return np.flatnonzero(alone)


def _absent(place_is_there: Flags, population: str) -> Labels:
    reasons = np.full(len(place_is_there), f"not in the {population} population", dtype=object)
    reasons[place_is_there] = f"with other alleles in the {population} population"
    return reasons


def _left_out(reasons: Labels, population: str) -> Labels:
    """Reasons of the other population's variants, as reasons of their partners."""
    codes, names = pd.factorize(reasons)
    texts = [f"{reason} in the {population} population" if reason else "" for reason in names]
    return np.array([*texts, ""], dtype=object)[codes]


def _shared(large: CheckedVariants, rows: Rows, links: Mapping[str, Link]) -> pd.DataFrame:
    table: pd.DataFrame = large.counts[[*VARIANTS.names, "row"]].take(rows).reset_index(drop=True)
    table = table.rename(columns={"row": "large_row"}).astype({"large_row": np.int32})
    for name in ("small", "final"):
        link = links.get(name, links["small"])
        pairs = link.among(rows)
        in_file = link.other.counts["row"].to_numpy(np.int32)[link.pairs.small[pairs]]
        table[f"{name}_row"] = np.where(pairs >= 0, in_file, np.int32(-1))
    for name in ("small", "final"):
        link = links.get(name, links["small"])
        pairs = link.among(rows)
        table[f"{name}_flip"] = counts_other(link.relation[pairs]) & (pairs >= 0)
    return table


def _frequencies(large: CheckedVariants, rows: Rows, link: Link) -> pd.DataFrame:
    pairs = link.among(rows)
    small = link.other.counts["frequency"].to_numpy(np.float64)[link.pairs.small[pairs]]
    flip = counts_other(link.relation[pairs])
    return pd.DataFrame(
        {
            "large": large.counts["frequency"].to_numpy(np.float64)[rows],
            "small": np.where(pairs < 0, np.nan, np.where(flip, 1 - small, small)),
            "ambiguous": is_ambiguous(link.pairs.relation[pairs]),
        }
    )
