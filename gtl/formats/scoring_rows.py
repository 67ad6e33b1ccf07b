"""Rows of a scoring file: which can be applied, where their variants lie, and what each copy of the allele adds."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.errors import InputError
from gtl.formats.missing_values import is_blank, is_missing
from gtl.formats.variant_fields import MAX_POSITION, USUAL_CHROMOSOMES, chromosome, position
from gtl.formats.variant_names import names_of

Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

HAPLOTYPE = "a haplotype or diplotype, not one variant"
INTERACTION = "an interaction of several variants"
NAMED_ALLELE = "the effect allele is a name (such as of HLA or APOE), not letters of DNA"
NO_EFFECT_ALLELE = "no effect allele"
SAME_ALLELES = "effect allele and other allele are the same"
NO_WEIGHT = "no weight"
NO_PLACE = "neither a position nor an id"
TWO_KINDS = "dominant and recessive at once"

_NO_LETTERS = ("", ".", "NA")
_DNA = re.compile(r"[ACGTN]+|[DI-]|[0-9]")
_NAMED_TYPES = ("hla", "apoe", "cyp")
_DOSAGE_WEIGHTS = ("dosage_0_weight", "dosage_1_weight", "dosage_2_weight")


def applicable(table: pd.DataFrame, path: object) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows that can be applied, and those refused.

    Parameters
    ----------
    table
        Text columns named as in :data:`gtl.formats.scoring_header.NAMES`, those that the file has, and ``line``; no
        blanks around the texts.

    Returns
    -------
    applied : columns line, rsid, chrom, pos (0 = none), effect, other ("" = not named, ``A/T`` = one of these), and the
        score of a person with dosage d, ``base + below * min(d, 1) + above * max(d - 1, 0)``; frequency (NaN = unknown)
    refused : columns line, rsid, reason

    Raises
    ------
    InputError
        If a weight, frequency or position is there and no number.
    """
    rows = _variants(table, path)
    rows[["base", "below", "above"]] = _weights(table, path)
    rows["frequency"] = _numbers(table, "frequency", path)
    reasons = _reasons(table, rows)
    refused = pd.DataFrame({"line": table["line"], "rsid": rows["rsid"], "reason": reasons})
    kept = reasons == ""
    return rows[kept].reset_index(drop=True), refused[~kept].reset_index(drop=True)


def _variants(table: pd.DataFrame, path: object) -> pd.DataFrame:
    """Where the variants lie: as harmonised, where the file is; an id that says a place counts as one."""
    harmonised = "hm_pos" in table
    rsid = _text(table, "rsid")
    unnamed = is_missing(rsid)
    if "hm_rsid" in table:
        rsid = np.where(unnamed, _text(table, "hm_rsid"), rsid)
        unnamed = is_missing(rsid)
    chrom = _text(table, "hm_chr" if harmonised else "chrom")
    place = _text(table, "hm_pos" if harmonised else "pos")
    known = ~is_missing(place) & ~_each(chrom, is_missing).astype(bool)
    pos = _positions(np.where(known, place, "0").astype(object), table["line"].to_numpy(), path)
    other = _allele(table, "other")
    if "hm_inferotherallele" in table:
        other = np.where(other == "", _allele(table, "hm_inferotherallele"), other)
    texts = {
        "rsid": np.where(unnamed, "", rsid),
        "chrom": np.where(pos > 0, _each(chrom, lambda names: [chromosome(name) for name in names]), ""),
        "effect": _allele(table, "effect"),
        "other": other,
    }
    # As objects, for pandas' own strings would have to be made of them and objects of those again.
    columns = {name: pd.Series(column, dtype=object) for name, column in texts.items()}
    return _placed_by_id(pd.DataFrame({"line": table["line"].to_numpy(), "pos": pos} | columns))


def _positions(texts: Texts, lines: npt.NDArray[np.int64], path: object) -> npt.NDArray[np.int64]:
    try:
        found = texts.astype(np.int64)
    except (ValueError, OverflowError):
        found = np.full(len(texts), -1)
    if (found < 0).any() or (found > MAX_POSITION).any():  # each by itself, so that the line can be named
        each = zip(texts, lines.tolist(), strict=True)
        found = np.array([position(text, f"{path}: line {line}") for text, line in each], dtype=np.int64)
    return np.asarray(found)


def _placed_by_id(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows without a position whose id is chrom:pos:allele:allele, or chrom:pos, take what it says from there."""
    rsid, effect = rows["rsid"].to_numpy(), rows["effect"].to_numpy()
    chrom, pos, other = (rows[name].to_numpy(copy=True) for name in ("chrom", "pos", "other"))
    for row in np.flatnonzero((pos == 0) & (rsid != "")):
        parts = names_of(rsid[row])[0].split(":")
        if len(parts) == 2 and parts[1].isdigit() and chromosome(parts[0]) in USUAL_CHROMOSOMES:
            chrom[row], pos[row] = chromosome(parts[0]), int(parts[1])
        elif len(parts) == 4 and parts[1].isdigit() and effect[row] in parts[2:]:
            chrom[row], pos[row] = parts[0], int(parts[1])
            other[row] = other[row] or parts[3 if effect[row] == parts[2] else 2]
    return rows.assign(chrom=chrom, pos=pos, other=other)


def _weights(table: pd.DataFrame, path: object) -> npt.NDArray[np.float64]:
    """(n, 3) base, below and above; NaN where the row has no weight."""
    if "weight" not in table:
        none, one, two = (_numbers(table, name, path) for name in _DOSAGE_WEIGHTS)
        return np.stack([none, one - none, two - one], axis=1)
    weight = _numbers(table, "weight", path)
    dominant, recessive = _of_kind(table, "dominant"), _of_kind(table, "recessive")
    return np.stack(
        [np.where(np.isnan(weight), np.nan, 0.0), np.where(recessive, 0, weight), np.where(dominant, 0, weight)], axis=1
    )


def _reasons(table: pd.DataFrame, rows: pd.DataFrame) -> Texts:
    """Why each row cannot be applied, or ""; of several reasons the first below."""
    effect, rsid = rows["effect"].to_numpy(), rows["rsid"].to_numpy()
    named = _holds(table, "variant_type", lambda text: text.lower().startswith(_NAMED_TYPES))
    no_dna = _holding(effect, lambda text: _DNA.fullmatch(text) is None)
    joined = _holding(effect, lambda text: "_X_" in text)
    if "_x_" in "\n".join(rsid):
        joined |= np.array(["_x_" in name for name in rsid], dtype=bool)
    checks = [
        (_flag(table, "is_interaction") | joined, INTERACTION),
        (_flag(table, "is_haplotype") | _flag(table, "is_diplotype"), HAPLOTYPE),
        (effect == "", NO_EFFECT_ALLELE),
        (no_dna | named, NAMED_ALLELE),
        (effect == rows["other"].to_numpy(), SAME_ALLELES),
        (_of_kind(table, "dominant") & _of_kind(table, "recessive"), TWO_KINDS),
        (rows[["base", "below", "above"]].isna().any(axis=1).to_numpy(), NO_WEIGHT),
        ((rows["pos"].to_numpy() == 0) & (rsid == ""), NO_PLACE),
    ]
    found = np.select([flags for flags, _ in checks], [np.array(reason, dtype=object) for _, reason in checks], "")
    return np.asarray(found, dtype=object)


def _numbers(table: pd.DataFrame, name: str, path: object) -> npt.NDArray[np.float64]:
    """(n,) float64 of a column, NaN where it is blank or absent; numbers are read to the last digit."""
    if name not in table:
        return np.full(len(table), np.nan)
    texts = _text(table, name)
    try:
        values = texts.astype(np.float64)
    except ValueError:
        values = np.full(len(texts), np.nan)
        there = ~is_blank(texts)
        values[there] = [_number(text) for text in texts[there]]
    wrong = np.flatnonzero(np.isinf(values))
    if len(wrong):
        line = table["line"].iloc[wrong[0]]
        raise InputError(
            f"{path}: line {line}: {name} {texts[wrong[0]]!r} is not a finite number; expected one such as -0.0123, "
            "correct it or leave the line out"
        )
    return values


def _number(text: str) -> float:
    """The number that ``text`` says; infinite if it is none."""
    try:
        return float(text)
    except ValueError:
        return np.inf


def _text(table: pd.DataFrame, name: str) -> Texts:
    if name not in table:
        return np.full(len(table), "", dtype=object)
    return table[name].to_numpy()


def _allele(table: pd.DataFrame, name: str) -> Texts:
    return _each(_text(table, name), lambda letters: ["" if text in _NO_LETTERS else text.upper() for text in letters])


def _each(texts: Texts, change: Callable[[Texts], Sequence[Any] | npt.NDArray[Any]]) -> Texts:
    """What ``change`` makes of every text, as objects; worked out once for those that are the same."""
    codes, different = pd.factorize(texts)
    changed = np.empty(len(different), dtype=object)  # numpy's own strings would all be as wide as the longest allele
    changed[:] = change(different)
    return changed[codes]


def _flag(table: pd.DataFrame, name: str) -> Flags:
    return _holds(table, name, lambda text: text.upper() in ("TRUE", "1", "T", "YES"))


def _of_kind(table: pd.DataFrame, kind: str) -> Flags:
    return _flag(table, f"is_{kind}") | _holds(table, "effect_type", lambda text: text.lower() == kind)


def _holds(table: pd.DataFrame, name: str, test: Callable[[str], bool]) -> Flags:
    """(n,) where a column's text passes a test; nowhere if the table does not have it."""
    if name not in table:
        return np.zeros(len(table), dtype=bool)
    return _holding(_text(table, name), test)


def _holding(texts: Texts, test: Callable[[str], bool]) -> Flags:
    """(n,) which texts pass a test."""
    return _each(texts, lambda different: [test(text) for text in different]).astype(bool)
