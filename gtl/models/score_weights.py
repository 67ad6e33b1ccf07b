"""A published score as weights of a study's variants, one additive effect each."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.formats.genotype_file import ABSENT
from gtl.formats.scoring_file import ScoringFile
from gtl.models.score_pairs import Pairs, ScoreIndex
from gtl.prepare.alleles import (
    AMBIGUOUS,
    DIFFERENT_ALLELES,
    Relation,
    code_alleles,
    counts_other,
    is_ambiguous,
    relate,
    resolve_ambiguous,
    strands,
)

Array = npt.NDArray[np.float64]

NOT_ADDITIVE = "dominant, recessive, or a weight for each dosage: no single effect of an allele"


@dataclass(frozen=True, eq=False)
class ScoreWeights:
    """What a published score gives each of a study's variants.

    Attributes
    ----------
    weights : (n_variants,) float64, of one more ``alt`` allele; 0 where the score has no row
    used : rows of the score that are used
    lost : reason → rows that are not
    """

    weights: Array
    used: int
    lost: dict[str, int]


def score_weights(score: ScoringFile, variants: Variants, frequency: Array) -> ScoreWeights:
    """Bring a score to a study's variants: by position, or id where it has none, and both alleles on either strand.

    A/T and C/G are decided by frequency where the score gives it; else by their letters, if all other variants are of
    one strand in both; else they are left out, as are rows without one additive effect.

    Parameters
    ----------
    variants
        ``alt`` is the counted allele.
    frequency
        (n_variants,) of ``alt`` in the study's people.
    """
    nobody = GenotypeMatrix(variants, np.empty(0, dtype=object), np.empty((len(variants), 0), dtype=np.int8))
    pairs = ScoreIndex(score.rows).pairs(nobody)
    relation = _relation(score, pairs, frequency)
    unclear, different = is_ambiguous(relation), relation == Relation.DIFFERENT
    additive = _additive(score)
    reasons = np.full(len(score.rows), ABSENT, dtype=object)
    reasons[pairs.rows[different]] = DIFFERENT_ALLELES
    reasons[pairs.rows[unclear]] = AMBIGUOUS
    reasons[pairs.rows[~unclear & ~different]] = ""
    reasons[~additive] = NOT_ADDITIVE
    used = ~unclear & ~different & additive[pairs.rows]
    effect = score.rows["below"].to_numpy(np.float64)[pairs.rows[used]]
    weights = np.zeros(len(variants))
    np.add.at(weights, pairs.found[used], np.where(counts_other(relation[used]), -effect, effect))
    lost = Counter(reasons[reasons != ""]) + Counter(score.refused["reason"])
    return ScoreWeights(weights, int((reasons == "").sum()), dict(lost))


def _relation(score: ScoringFile, pairs: Pairs, frequency: Array) -> npt.NDArray[np.int8]:
    """(n_pairs,) :class:`Relation` of the study's alleles to the score's, A/T and C/G decided as far as can be."""
    letters = relate(*code_alleles([pairs.wanted, pairs.people.variants]))
    told = score.rows["frequency"].to_numpy(np.float64)[pairs.rows]
    relation = resolve_ambiguous(letters, told, frequency[pairs.found])
    one, other = strands(letters)
    if one and not other:
        relation[relation == Relation.AMBIGUOUS] = Relation.SAME
        relation[relation == Relation.AMBIGUOUS_SWAPPED] = Relation.SWAPPED
    return relation


def _additive(score: ScoringFile) -> npt.NDArray[np.bool_]:
    rows = score.rows
    return np.asarray((rows["base"] == 0) & (rows["below"] == rows["above"]))
