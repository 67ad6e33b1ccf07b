"""A row for every variant of a source that was lost, turned, or is called or placed otherwise."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.prepare.alleles import Relation
from gtl.prepare.funnel import Fates
from gtl.prepare.links import Link
from gtl.prepare.variant_quality import CheckedVariants
from gtl.schema import VARIANTS

SWAPPED = "alleles swapped: dosages counted the other allele"
STRAND = "other strand: alleles complemented, dosages as they were"
STRAND_SWAPPED = "other strand and alleles swapped: dosages counted the other allele"
BY_FREQUENCY = "A/T or C/G, told by allele frequency: "
AS_THEY_WERE = "dosages as they were"
RENAMED = "merged id: the large population has another rs id for this position and these alleles"
IMPUTED = ": its people get the large population's mean dosage, 2 × allele frequency"
MOVED = "other position: matched by rs id, the large population's position stands"

_SOURCES = ["large", "small", "final"]
_ACTIONS = ["dropped", "flipped", "noted", "imputed"]

_TURNED = {Relation.SWAPPED: SWAPPED, Relation.STRAND: STRAND, Relation.STRAND_SWAPPED: STRAND_SWAPPED}
_EXTRAS = ("", RENAMED, MOVED)

_Labels = npt.NDArray[np.object_]


def audit_of_large(large: CheckedVariants, fates: Fates, imputed: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Losses of the large source, in table :data:`gtl.schema.HARMONISATION_AUDIT`; its alleles and names stand.

    Those that are ``imputed``, (n_variants,), are no losses.
    """
    rows = np.flatnonzero(~fates.kept)
    actions = np.where(imputed[rows], _ACTIONS.index("imputed"), _ACTIONS.index("dropped")).astype(np.int8)
    reasons = fates.reasons[rows] + np.where(imputed[rows], IMPUTED, "").astype(object)
    return _table(large, "large", rows, actions, reasons)


def audit_of_other(link: Link, fates: Fates) -> pd.DataFrame:
    """Losses of another source, and of variants that are kept how they were turned and what else is to be said."""
    kept = np.flatnonzero(fates.kept[link.pairs.small])
    rows, relation = link.pairs.small[kept], link.relation[kept]
    reasons = fates.reasons.copy()
    reasons[rows] = _notes(link)[kept]
    actions = np.where(fates.kept, _ACTIONS.index("noted"), _ACTIONS.index("dropped")).astype(np.int8)
    actions[rows[np.isin(relation, list(_TURNED))]] = _ACTIONS.index("flipped")
    said = np.flatnonzero(reasons != "")
    return _table(link.other, link.name, said, actions[said], reasons[said])


def _notes(link: Link) -> _Labels:
    """(n_pairs,) how the other source's variant was turned, and whether it is called or placed otherwise."""
    turned = [_TURNED.get(relation, "") for relation in Relation]
    by_frequency = [BY_FREQUENCY + (text or AS_THEY_WERE) for text in turned]
    texts = [["; ".join(filter(None, (text, extra))) for extra in _EXTRAS] for text in (*turned, *by_frequency)]
    extra = link.pairs.renamed + 2 * link.pairs.moved
    return np.array(texts, dtype=object)[link.relation + len(Relation) * link.by_frequency, extra]


def _table(
    source: CheckedVariants, name: str, rows: npt.NDArray[np.intp], actions: npt.NDArray[np.int8], reasons: _Labels
) -> pd.DataFrame:
    named: pd.DataFrame = source.counts[VARIANTS.names].take(rows)
    population = pd.Categorical.from_codes(np.full(len(rows), _SOURCES.index(name), dtype=np.int8), pd.Index(_SOURCES))
    return named.assign(
        population=population,
        action=pd.Categorical.from_codes(actions, pd.Index(_ACTIONS)),
        reason=pd.Series(reasons, index=named.index, dtype="str"),
    )
