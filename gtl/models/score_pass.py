"""One pass over a genotype file: its variants are brought to a published score's effect alleles, and added up."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.domain.dosages import Dosages, counted_other, frequency_and_missing, is_called
from gtl.formats.genotype_file import ABSENT, IN_BLOCK, ONE_ALLELE, names_one_allele
from gtl.formats.genotype_source import GenotypeSource
from gtl.models.score_pairs import Pairs, ScoreIndex
from gtl.models.score_sums import Certainty, ScoreSums
from gtl.prepare.alleles import (
    DIFFERENT_ALLELES,
    LEAST_FOR_FREQUENCIES,
    Relation,
    code_alleles,
    counts_other,
    is_ambiguous,
    is_one_of,
    relate,
    resolve_ambiguous,
)

SEVERAL = "several variants of the file fit"
NOT_CALLED = "called in nobody"

Relations = npt.NDArray[np.int8]


class ScorePass:
    """What one pass over a file gave.

    Attributes
    ----------
    sums : ScoreSums
    relations : (n_rows,) int8, :class:`Relation` by letters of the variant used, DIFFERENT where there is none
    certainty : (n_rows,) int8, :class:`Certainty` of the variant used
    reasons : (n_rows,) why no variant is used, or ""
    several : (n_rows,) bool: more than one variant fits, so that the sums are wrong
    not_called : number of missing genotypes among those used
    """

    def __init__(self, rows: pd.DataFrame, source: GenotypeSource, left_out: npt.NDArray[np.bool_], *, impute: bool):
        self.sums = ScoreSums(rows, len(source.samples), impute=impute)
        self.relations = np.zeros(len(rows), dtype=np.int8)
        self.certainty = np.zeros(len(rows), dtype=np.int8)
        self.reasons = np.full(len(rows), ABSENT, dtype=object)
        self.several = left_out.copy()
        self.not_called = 0
        self._left_out = left_out
        self._frequencies = rows["frequency"].to_numpy(dtype=np.float64)
        index = ScoreIndex(rows)
        for block in source.all_blocks():
            self._take(index.pairs(block))
        self._say_what_was_left_out(source, index)
        self.reasons[self.several] = SEVERAL
        if source.gvcf:
            self.reasons[self.reasons == ABSENT] = IN_BLOCK

    def _say_what_was_left_out(self, source: GenotypeSource, index: ScoreIndex) -> None:
        """Why the file's genotypes of a row are not used, where the file has it in a form that is not read."""
        for row in source.left_out:
            for place in index.rows_at(row.chrom, row.pos, row.rsid):
                if self.reasons[place] == ABSENT:
                    self.reasons[place] = f"the file's genotypes are not used: {row.reason}"

    def _take(self, pairs: Pairs) -> None:
        found, dosages = pairs.people.variants, pairs.people.dosages
        frequency, missing = frequency_and_missing(dosages)
        letters = relate(*code_alleles([pairs.wanted, found]))
        reasons = np.full(len(letters), "", dtype=object)
        reasons[letters == Relation.DIFFERENT] = DIFFERENT_ALLELES
        reasons[names_one_allele(found)] = ONE_ALLELE
        reasons[(reasons == "") & np.isnan(frequency)] = NOT_CALLED
        unused = reasons != ""
        self.reasons[pairs.rows[unused]] = np.where(self.reasons[pairs.rows[unused]] == "", "", reasons[unused])
        self._use(np.flatnonzero(~unused & ~self._left_out[pairs.rows]), pairs, letters, frequency, missing)

    def _use(
        self,
        chosen: npt.NDArray[np.intp],
        pairs: Pairs,
        letters: Relations,
        frequency: npt.NDArray[np.float64],
        missing: npt.NDArray[np.intp],
    ) -> None:
        chosen = chosen[~_said_before(pairs.rows[chosen], letters[chosen], pairs.people.dosages, chosen)]
        rows, letters, dosages = pairs.rows[chosen], letters[chosen], pairs.people.dosages
        if len(chosen) < len(dosages):
            dosages = dosages[chosen]
            frequency, missing = frequency_and_missing(dosages)
        self.several[rows[self.reasons[rows] == ""]] = True
        values, counts = np.unique(rows, return_counts=True)
        self.several[values[counts > 1]] = True
        self.reasons[rows] = ""
        many = dosages.shape[1] >= LEAST_FOR_FREQUENCIES
        resolved = letters.copy()
        told = is_ambiguous(letters) & many & ~np.isnan(self._frequencies[rows])
        resolved[told] = resolve_ambiguous(letters[told], self._frequencies[rows][told], frequency[told])
        certainty = _certainty(letters, resolved)
        flip = counts_other(resolved) | (resolved == Relation.AMBIGUOUS_SWAPPED)
        self.relations[rows], self.certainty[rows] = letters, certainty
        self.not_called += len(missing)
        self.sums.add(rows, dosages, flip, certainty, 2 * frequency, missing)


def _said_before(
    rows: npt.NDArray[np.intp], letters: Relations, dosages: Dosages, chosen: npt.NDArray[np.intp]
) -> npt.NDArray[np.bool_]:
    """(n_chosen,) variants of a block that say of everybody what an earlier one of the same row says."""
    values, first, counts = np.unique(rows, return_index=True, return_counts=True)
    repeated = np.zeros(len(rows), dtype=np.bool_)
    for value, before in zip(values[counts > 1], first[counts > 1], strict=True):
        places = np.flatnonzero(rows == value)
        oriented = counted_other(dosages[chosen[places]], counts_other(letters[places]))
        same = (oriented == oriented[0]) | (~is_called(oriented) & ~is_called(oriented[0]))
        repeated[places] = same.all(axis=1) & (places != before)
    return repeated


def _certainty(letters: Relations, resolved: Relations) -> Relations:
    certainty = np.full(len(letters), Certainty.LETTERS, dtype=np.int8)
    one_strand = is_one_of(resolved, Relation.SAME, Relation.SWAPPED)
    certainty[is_ambiguous(letters)] = Certainty.FREQUENCY_OTHER_STRAND
    certainty[is_ambiguous(letters) & one_strand] = Certainty.FREQUENCY_ONE_STRAND
    certainty[is_ambiguous(resolved)] = Certainty.AMBIGUOUS
    return certainty
