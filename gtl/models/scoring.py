"""Published scores applied to new people, as ``plink2 --score`` adds them up."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.errors import InputError
from gtl.formats.genotype_file import ABSENT, is_personal, names_forward_strand
from gtl.formats.genotype_source import GenotypeSource, open_genotypes
from gtl.formats.scoring_file import ScoringFile
from gtl.models.score_pass import ScorePass
from gtl.models.score_sums import Certainty
from gtl.prepare.alleles import AMBIGUOUS, Relation, is_ambiguous, strands
from gtl.prepare.rs_ids import no_common_names

LEAST_SHARE = 0.75
"""Of a score's rows: with fewer used, its published accuracy does not hold (pgsc_calc's ``--min_overlap``)."""

LEAST_FOR_STRAND = 20
"""Variants other than A/T and C/G that have to be of one strand in both files before letters are trusted."""

_UNUSED_ADVICE = {
    ABSENT: "is the genome build the same (a harmonised file of the PGS Catalog is there for GRCh37 and GRCh38)?"
}


@dataclass(frozen=True, eq=False)
class Scored:
    """What a published score says of new people, and what it had to do without.

    Attributes
    ----------
    people : DataFrame with columns sample, score (weighted sum) and average (an allele, plink2's ``SCORE1_AVG``)
    missing : DataFrame with columns line, rsid and reason: rows of the score that are not in ``people``'s scores
    notes : what was read, matched, flipped and left out
    """

    people: pd.DataFrame
    missing: pd.DataFrame
    notes: tuple[str, ...]

    def coverage(self) -> str:
        """The first note: how many of the score's rows were used."""
        return self.notes[0]


def score_people(score: ScoringFile, genotypes: Path, *, impute: bool = True) -> Scored:
    """Score the people of a genotype file.

    Variants are matched by position (by id where the score has none) and both alleles, on either strand. A/T and C/G
    are known by allele frequency, where the score gives it, outside 0.4 to 0.6, and the file has 20 people; else by
    their letters, if all other variants are of one strand in both files (20 of them, fewer in a format that names the
    forward strand); else they are left out. Variants absent from the file add nothing.

    Parameters
    ----------
    impute
        Whether a missing genotype counts as the mean of the people in the file (as plink2 does), or adds nothing.

    Raises
    ------
    InputError
        If the file cannot be read, or none of the score's variants can be used.
    """
    source = _opened(genotypes)
    taken = ScorePass(score.rows, source, np.zeros(len(score.rows), dtype=np.bool_), impute=impute)
    if taken.several.any():  # found out too late to leave them out of the sums
        taken = ScorePass(score.rows, source, taken.several, impute=impute)
    accepted, decided = _accepted(taken, forward=names_forward_strand(genotypes))
    reasons = taken.reasons.copy()
    reasons[(reasons == "") & ~accepted[taken.certainty]] = AMBIGUOUS
    if (reasons != "").all():
        raise _unusable(score, source, genotypes, reasons)
    people = _people(source, taken.sums.sums[accepted].sum(axis=0), taken.sums.alleles[accepted].sum(axis=0))
    return Scored(people, _missing(score, reasons), _notes(score, taken, reasons, decided, impute=impute))


def _opened(genotypes: Path) -> GenotypeSource:
    if is_personal(genotypes):
        raise InputError(
            f"{genotypes}: a person's text (23andMe ...) is not read for published scores; make a VCF of it, with the "
            "reference genome of its build: bcftools convert --tsv2vcf FILE -f REFERENCE.fa -s NAME"
        )
    return open_genotypes(str(genotypes), one_allele=True)


def _accepted(taken: ScorePass, *, forward: bool) -> tuple[npt.NDArray[np.bool_], str]:
    """(4,) which sums count, by :class:`Certainty`, and in words how A/T and C/G were decided by letters."""
    used = taken.relations[taken.reasons == ""]
    one, other = strands(used)
    plain = int((~is_ambiguous(used)).sum())
    trusted = (one and not other and (forward or plain >= LEAST_FOR_STRAND)) or (forward and plain == 0)
    why = "the file names the forward strand" if forward else "all other variants are of one strand"
    return np.array([True, one, other, trusted], dtype=np.bool_), f"by their letters, as {why}"


def _people(source: GenotypeSource, sums: npt.NDArray[np.float64], alleles: npt.NDArray[np.float64]) -> pd.DataFrame:
    average = np.where(alleles > 0, sums / np.maximum(alleles, 1), np.nan)
    score = np.where(alleles > 0, sums, 0.0)  # of somebody without genotypes rounding would be left
    return pd.DataFrame({"sample": source.samples.ids, "score": score, "average": average})


def _missing(score: ScoringFile, reasons: npt.NDArray[np.object_]) -> pd.DataFrame:
    """Refused and unused rows; those without an id named by their place."""
    rows = score.rows[reasons != ""]
    place = rows["chrom"] + ":" + rows["pos"].astype(str) + ":" + rows["other"] + ":" + rows["effect"]
    rsid = rows["rsid"].where(rows["rsid"] != "", place)
    unused = pd.DataFrame({"line": rows["line"], "rsid": rsid, "reason": reasons[reasons != ""]})
    return pd.concat([score.refused, unused]).sort_values("line", kind="stable", ignore_index=True)


def _notes(
    score: ScoringFile, taken: ScorePass, reasons: npt.NDArray[np.object_], decided: str, *, impute: bool
) -> tuple[str, ...]:
    used = reasons == ""
    counts = Counter(reasons[~used])
    why = f"; {sum(counts.values())} left out ({_listed(counts)})" if counts else ""
    notes = [f"{used.sum()} of the score's {len(score)} rows used{why}", score.title(), score.refusals()]
    by_id = int((used & (score.rows["pos"].to_numpy() == 0)).sum())
    if by_id:
        notes.append(f"{by_id} matched by id, as the score has no position of them")
    notes += [_strand_note(taken, used), _ambiguous_note(taken.certainty[used], decided), _repeated_note(score, used)]
    if taken.not_called:
        stand_in = "the mean of the file's people stands in" if impute else "they add nothing"
        notes.append(f"{taken.not_called} genotypes not called: {stand_in}")
    if score.metadata.get("weight_type", "").upper() in ("OR", "HR"):
        notes.append("the file says that its weights are odds or hazard ratios; they were added up as they are")
    if used.sum() < LEAST_SHARE * len(score):
        notes.append(f"warning: less than {LEAST_SHARE:.0%} of the score is used; its published accuracy does not hold")
    return tuple(note for note in notes if note)


def _strand_note(taken: ScorePass, used: npt.NDArray[np.bool_]) -> str:
    kinds = taken.relations[used]
    swapped = int(np.isin(kinds, (Relation.SWAPPED, Relation.STRAND_SWAPPED, Relation.AMBIGUOUS_SWAPPED)).sum())
    other = int(np.isin(kinds, (Relation.STRAND, Relation.STRAND_SWAPPED)).sum())
    return f"{swapped} count the file's other allele (flipped), {other} read from the other strand"


def _ambiguous_note(certainty: npt.NDArray[np.int8], decided: str) -> str:
    by_letters = int((certainty == Certainty.AMBIGUOUS).sum())
    by_frequency = int((certainty != Certainty.LETTERS).sum()) - by_letters
    words = [f"{by_frequency} by allele frequency"] * (by_frequency > 0) + [f"{by_letters} {decided}"] * (
        by_letters > 0
    )
    return f"A/T and C/G: {'; '.join(words)}" if words else ""


def _repeated_note(score: ScoringFile, used: npt.NDArray[np.bool_]) -> str:
    rows = score.rows[used]
    named = rows[["rsid", "chrom", "pos"]].copy()
    named.loc[named["pos"] > 0, "rsid"] = ""
    several = named.duplicated(keep=False).to_numpy()  # few: alleles are put in order of these alone
    if not several.any():
        return ""
    alleles = np.sort(rows.loc[several, ["effect", "other"]].to_numpy(dtype=str), axis=1)
    count = int(named[several].assign(first=alleles[:, 0], second=alleles[:, 1]).duplicated().sum())
    return f"{count} rows name a variant again; each adds its own weight" if count else ""


def _listed(counts: Counter[str]) -> str:
    return "; ".join(f"{count} {reason}" for reason, count in counts.items())


def _unusable(
    score: ScoringFile, source: GenotypeSource, genotypes: Path, reasons: npt.NDArray[np.object_]
) -> InputError:
    [(reason, _)] = Counter(reasons).most_common(1)
    advice = _UNUSED_ADVICE.get(reason, "compare the alleles of both files")
    if reason == ABSENT and score.by_ids_alone:
        first = next(iter(source.all_blocks())).variants.rsid
        advice = no_common_names("the score", score.rows["rsid"], pd.Series(first, dtype="str"))
    return InputError(
        f"{genotypes}: none of the rows of {score.path} can be used ({_listed(Counter(reasons))}; the score has "
        f"{score.title()}); {advice}"
    )
