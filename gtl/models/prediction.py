"""Predictions for new people: their genotypes are brought to a model's SNPs and counted alleles, then scored."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.domain.dosages import MISSING, Dosages, allele_frequency, counted_other, is_called
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.formats.genotype_file import (
    ABSENT,
    IN_BLOCK,
    ONE_ALLELE,
    names_forward_strand,
    names_one_allele,
    read_people,
)
from gtl.formats.variant_names import told_apart
from gtl.learn.model_card import ModelCard, percentiles
from gtl.learn.predictors import Predictor
from gtl.models.covariates import new_covariates
from gtl.prepare.alleles import LEAST_FOR_FREQUENCIES, compare_alleles
from gtl.prepare.rs_ids import WRITE_IDS

Array = npt.NDArray[np.float64]

_DUPLICATE = "the file has several variants of this rs id"
_ADVICE = {
    ABSENT: "the file has to name variants as the model's card does, by rs ids, or to have them without ids at the "
    f"card's positions, of the study's genome build; {WRITE_IDS}",
    IN_BLOCK: "write every site, with the reference genome: bcftools convert --gvcf2vcf FILE -f REFERENCE.fa",
    _DUPLICATE: "keep the right one of each variant's lines; `bcftools norm --rm-dup exact` keeps the first",
}
_ALLELE_ADVICE = "compare the file's alleles with those of the model's card (gtl models show)"


@dataclass(frozen=True, eq=False)
class Prediction:
    """What a model says of new people, and what it had to do without.

    Attributes
    ----------
    people : DataFrame with the column ``sample``; of a binary trait ``probability`` (0 to 1; of an SVM a score that is
        not calibrated) and ``predicted`` (case above 0.5, else control), of a quantitative one ``value``; and, where
        the card has a reference, ``percentile`` among the small population's learning people
    n_snps : number of SNPs of the model
    missing : DataFrame with columns ``rsid`` and ``reason``: SNPs that the file does not have in a usable form
    not_called : number of missing genotypes at the other SNPs, over all people
    notes : how variants without ids were matched, and what was said about covariates
    """

    people: pd.DataFrame
    n_snps: int
    missing: pd.DataFrame
    not_called: int
    notes: tuple[str, ...] = ()

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


def predict(card: ModelCard, predictor: Predictor, genotypes: Path, tables: Sequence[Path] = ()) -> Prediction:
    """Score the people of a genotype file.

    SNPs are matched by rs id, or by ``chrom:pos:ref:alt`` where the file and the panel gave none; where the file alone
    gives none, or another, by the card's positions. Alleles decide which way they are counted, by the rules of
    :mod:`gtl.prepare.alleles`: swapped alleles and the other strand are recognised. The strand of A/T and C/G SNPs is
    decided by the file's allele frequencies and the card's; of fewer than :data:`LEAST_FOR_FREQUENCIES` people there
    are none, and such SNPs are used only of formats that name the forward strand (VCF, 23andMe).

    Parameters
    ----------
    tables
        Tables with the people's covariates, where the model has some.

    Raises
    ------
    InputError
        If a file cannot be read, or has none of the model's SNPs or people.
    """
    wanted = card_variants(card)
    found = read_people(genotypes, wanted)
    people = found.genotypes
    means = np.array([snp.mean_dosage for snp in card.snps], dtype=np.float64)
    forward = names_forward_strand(genotypes)
    reasons = dict.fromkeys(wanted.rsid, found.absent) | dict(found.unusable)
    dosages, unused = model_dosages(wanted, people, reasons, means / 2, forward=forward)
    usable = unused == ""
    if len(wanted) and not usable.any():  # the majority class needs none
        raise _unusable(genotypes, wanted, unused)
    genetic = predictor.predict(np.ascontiguousarray(dosages.T))
    predictions, notes = _on_top(card, people.samples, genetic, tables)
    missing = pd.DataFrame({"rsid": wanted.rsid[~usable], "reason": unused[~usable]})
    not_called = int((~is_called(dosages[usable])).sum())
    notes = (*_place_note(found.by_place), *notes)
    return Prediction(_table(card, people.samples, predictions), len(wanted), missing, not_called, notes)


def _place_note(by_place: int) -> tuple[str, ...]:
    if not by_place:
        return ()
    return (
        f"{by_place} variants of which the file has no id, or another, are matched by position, which has to be of the "
        "genome build of the model's study",
    )


def _on_top(
    card: ModelCard, samples: npt.NDArray[np.object_], genetic: Array, tables: Sequence[Path]
) -> tuple[Array, tuple[str, ...]]:
    """(n_people,) predictions from genotypes and covariates together, and what is to be said about covariates."""
    model = card.covariate_model
    if model is None:
        return genetic, ("the model has no covariates: --tables is not used",) if tables else ()
    covariates = new_covariates(model, samples, tables)
    return model.on_top(covariates.values, genetic), covariates.notes


def _table(card: ModelCard, samples: npt.NDArray[np.object_], predictions: Array) -> pd.DataFrame:
    columns: dict[str, object] = {"sample": samples}
    if card.trait_kind is TraitKind.BINARY:
        columns |= {"probability": predictions, "predicted": np.where(predictions > 0.5, "case", "control")}
    else:
        columns |= {"value": predictions}
    if card.reference:
        columns |= {"percentile": percentiles(card.reference, predictions)}
    return pd.DataFrame(columns)


def card_variants(card: ModelCard) -> Variants:
    """The card's SNPs, ``alt`` being the counted allele; a card of version 0.1 has no positions, so those are 0.

    SNPs of one id are told apart by place and alleles behind it (:func:`gtl.formats.variant_names.told_apart`).
    """
    columns = [(snp.chromosome, snp.rsid, snp.other_allele, snp.counted_allele) for snp in card.snps]
    chrom, rsid, ref, alt = np.array(columns, dtype=object).reshape(-1, 4).T
    variants = Variants(chrom, np.array([snp.position for snp in card.snps], dtype=np.int64), rsid, ref, alt)
    return replace(variants, rsid=told_apart(variants))


def model_dosages(
    wanted: Variants,
    people: GenotypeMatrix,
    unusable: Mapping[str, str] | None = None,
    frequencies: Array | None = None,
    *,
    forward: bool = False,
) -> tuple[Dosages, npt.NDArray[np.object_]]:
    """Dosages of the counted alleles of ``wanted``, in their order.

    Where the file has a SNP several times (a multi-allelic one in lines of its own, or the same line twice), that line
    is used whose alleles are the SNP's, if there is one only, or none contradicts another.

    Parameters
    ----------
    unusable
        Id of a SNP → why the file's genotypes of it cannot be used, where ``people`` do not have it.
    frequencies
        (n_wanted,) of the counted alleles among the training people, by which the strand of A/T and C/G is decided;
        None where nobody knows them.
    forward
        Whether the file's format names alleles of the reference's forward strand: too few people for frequencies are
        then taken at the file's word.

    Returns
    -------
    (n_wanted, n_people) int8, -1 = missing, or float32, NaN = missing, and (n_wanted,) why a SNP cannot be used, or ""
    """
    place = {rsid: row for row, rsid in enumerate(wanted.rsid)}
    people = people.take_variants(np.array([rsid in place for rsid in people.variants.rsid], dtype=np.bool_))
    which = np.array([place[rsid] for rsid in people.variants.rsid], dtype=np.intp)
    both = None
    if frequencies is not None and people.n_samples >= LEAST_FOR_FREQUENCIES:
        both = frequencies[which], allele_frequency(people.dosages)
    verdicts, flip = _verdicts(wanted.take(which), people.variants, both, trust_strand=forward and both is None)
    oriented = counted_other(people.dosages, flip)
    imputed = oriented.dtype != np.int8
    dosages = np.full((len(wanted), people.n_samples), np.nan if imputed else MISSING, dtype=oriented.dtype)
    reasons = np.array([(unusable or {}).get(rsid, ABSENT) for rsid in wanted.rsid], dtype=object)
    for snp in np.unique(which):
        rows = np.flatnonzero(which == snp)
        usable = _at_place(rows[verdicts[rows] == ""], people.variants, wanted.pos[snp])
        known, alike = _agreed(oriented[usable])
        reasons[snp] = ("" if alike else _DUPLICATE) if len(usable) else verdicts[rows[0]]
        if reasons[snp] == "":
            dosages[snp] = known
    return dosages, reasons


def _at_place(rows: npt.NDArray[np.intp], found: Variants, pos: int) -> npt.NDArray[np.intp]:
    """Of several lines that may be one SNP those at its position, if there are any."""
    here = rows[found.pos[rows] == pos] if len(rows) > 1 and pos > 0 else rows[:0]
    return here if len(here) else rows


def _agreed(lines: Dosages) -> tuple[Dosages, bool]:
    """(n_people,) what lines of one SNP say together, and whether none contradicts another; missing says nothing."""
    if len(lines) < 2:
        return (lines[0] if len(lines) else lines), True
    called = is_called(lines)
    first = np.take_along_axis(lines, called.argmax(axis=0)[None], axis=0)[0]
    return first, bool(((lines == first) | ~called).all())


def _verdicts(
    wanted: Variants, found: Variants, frequencies: tuple[Array, Array] | None, *, trust_strand: bool
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.bool_]]:
    """Why each of the file's variants cannot be used, or "", and whether its dosages count the other allele."""
    verdicts, flip = compare_alleles(wanted, found, trust_strand=trust_strand, frequencies=frequencies)
    verdicts[names_one_allele(found)] = ONE_ALLELE
    return verdicts, flip


def _unusable(genotypes: Path, wanted: Variants, reasons: npt.NDArray[np.object_]) -> InputError:
    """The reason that most SNPs have, and what helps against it."""
    [(reason, count)] = Counter(reasons).most_common(1)
    return InputError(
        f"{genotypes}: none of the model's {len(wanted)} SNPs can be used ({wanted.rsid[reasons == reason][0]}"
        f"{f' and {count - 1} more' if count > 1 else ''}: {reason}); {_ADVICE.get(reason, _ALLELE_ADVICE)}"
    )
