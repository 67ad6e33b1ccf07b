"""Predictions for new people: their genotypes are brought to a model's SNPs and counted alleles, then scored."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.domain.genotypes import MISSING, GenotypeMatrix, Variants
from gtl.errors import InputError
from gtl.formats.genotype_file import NO_ALLELE, read_people
from gtl.harmonise import compare_alleles, orient
from gtl.learn.model_card import ModelCard
from gtl.learn.predictors import Predictor

_ABSENT = "not in the file"
_DUPLICATE = "the file has several variants of this rs id"
_ONE_ALLELE = "the file names one allele only, which leaves the genotypes open"
_ADVICE = {
    _ABSENT: "the file has to name variants as the model's card does, by rs ids (or by chrom:pos:ref:alt, as gtl names "
    "variants without an id)",
    _DUPLICATE: "keep one line of each variant (bcftools norm --rm-dup exact)",
}
_ALLELE_ADVICE = "compare the file's alleles with those of the model's card (gtl models show)"


@dataclass(frozen=True, eq=False)
class Prediction:
    """What a model says of new people, and what it had to do without.

    Attributes
    ----------
    people : DataFrame with columns ``sample``, ``probability`` (0 to 1; of an SVM a score that is not calibrated) and
        ``predicted`` (case above 0.5, else control)
    n_snps : number of SNPs of the model
    missing : DataFrame with columns ``rsid`` and ``reason``: SNPs that the file does not have in a usable form
    not_called : number of missing genotypes at the other SNPs, over all people
    """

    people: pd.DataFrame
    n_snps: int
    missing: pd.DataFrame
    not_called: int

    def coverage(self) -> str:
        """One line that says which SNPs were missing, in numbers.

        >>> missing = pd.DataFrame({"rsid": ["rs1"], "reason": ["not in the file"]})
        >>> Prediction(pd.DataFrame(), 3, missing, 0).coverage()
        "2 of the model's 3 SNPs used; 1 missing (1 not in the file): the training people's mean dosage stands in"
        """
        used = f"{self.n_snps - len(self.missing)} of the model's {self.n_snps} SNPs used"
        called = f"; {self.not_called} genotypes not called" if self.not_called else ""
        if self.missing.empty:
            return used + called
        reasons = "; ".join(f"{count} {reason}" for reason, count in Counter(self.missing["reason"]).items())
        return f"{used}; {len(self.missing)} missing ({reasons}){called}: the training people's mean dosage stands in"


def predict(card: ModelCard, predictor: Predictor, genotypes: Path) -> Prediction:
    """Score the people of a genotype file.

    SNPs are matched by rs id, or by ``chrom:pos:ref:alt`` where the file and the panel gave none. Alleles decide which
    way they are counted, by the rules of :mod:`gtl.harmonise`: swapped alleles and the other strand are recognised, and
    A/T or C/G SNPs with swapped alleles are not used.

    Raises
    ------
    InputError
        If the file cannot be read, or has none of the model's SNPs.
    """
    wanted = card_variants(card)
    people = read_people(genotypes, wanted)
    dosages, reasons = model_dosages(wanted, people)
    usable = reasons == ""
    if len(wanted) and not usable.any():  # the majority class needs none
        raise _unusable(genotypes, wanted, reasons)
    probabilities = predictor.probabilities(np.ascontiguousarray(dosages.T))
    predicted = np.where(probabilities > 0.5, "case", "control")
    table = pd.DataFrame({"sample": people.samples, "probability": probabilities, "predicted": predicted})
    missing = pd.DataFrame({"rsid": wanted.rsid[~usable], "reason": reasons[~usable]})
    return Prediction(table, len(wanted), missing, int((dosages[usable] == MISSING).sum()))


def card_variants(card: ModelCard) -> Variants:
    """The card's SNPs, ``alt`` being the counted allele; a card has no positions, so those are 0."""
    columns = [(snp.rsid, snp.other_allele, snp.counted_allele) for snp in card.snps]
    rsid, ref, alt = np.array(columns, dtype=object).reshape(-1, 3).T
    return Variants(np.full(len(rsid), "", dtype=object), np.zeros(len(rsid), dtype=np.int64), rsid, ref, alt)


def model_dosages(wanted: Variants, people: GenotypeMatrix) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.object_]]:
    """Dosages of the counted alleles of ``wanted``, in their order.

    Returns
    -------
    (n_wanted, n_people) int8, -1 = missing, and (n_wanted,) why a SNP cannot be used, or ""
    """
    counts = Counter(people.variants.rsid)
    reasons = np.array([_reason(counts[rsid]) for rsid in wanted.rsid], dtype=object)
    place = {rsid: row for row, rsid in enumerate(people.variants.rsid)}
    present = np.flatnonzero(reasons == "")
    rows = np.array([place[rsid] for rsid in wanted.rsid[present]], dtype=np.intp)
    found = people.variants.take(rows)
    reasons[present], flip = compare_alleles(wanted.take(present), found)
    reasons[present[np.isin(found.ref, NO_ALLELE) | np.isin(found.alt, NO_ALLELE)]] = _ONE_ALLELE
    dosages = np.full((len(wanted), people.n_samples), MISSING, dtype=np.int8)
    dosages[present] = orient(people.dosages[rows], flip)
    dosages[reasons != ""] = MISSING
    return dosages, reasons


def _unusable(genotypes: Path, wanted: Variants, reasons: npt.NDArray[np.object_]) -> InputError:
    """The reason that most SNPs have, and what helps against it."""
    [(reason, count)] = Counter(reasons).most_common(1)
    return InputError(
        f"{genotypes}: none of the model's {len(wanted)} SNPs can be used ({wanted.rsid[reasons == reason][0]}"
        f"{f' and {count - 1} more' if count > 1 else ''}: {reason}); {_ADVICE.get(reason, _ALLELE_ADVICE)}"
    )


def _reason(copies: int) -> str:
    return _ABSENT if copies == 0 else _DUPLICATE if copies > 1 else ""
