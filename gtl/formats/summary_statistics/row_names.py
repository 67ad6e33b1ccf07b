"""Where the variant of each row lies, what it is called and which alleles it has, as a file's text says it."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.formats.summary_statistics.numbers import MISSING, whole_numbers
from gtl.formats.variant_fields import MAX_POSITION, allele, chromosome

if TYPE_CHECKING:
    import pyarrow as pa

_PLACE = r"^(?:chr)?(?P<chrom>[0-9XYMTxymt]{1,2})[:_](?P<pos>[0-9]+)(?:[:_].*)?$"
_PLACE_AND_ALLELES = (
    r"^(?:chr)?(?P<chrom>[0-9XYMTxymt]{1,2})[:_](?P<pos>[0-9]+)[:_](?P<ref>[A-Za-z]+)[:_](?P<alt>[A-Za-z]+)$"
)
_LOCUS = r"^(?:chr)?(?P<chrom>[^:]+):(?P<pos>[0-9]+)$"
_ALLELE_LIST = r'^\["?(?P<ref>[A-Za-z*]+)"?, ?"?(?P<alt>[A-Za-z*]+)"?\]$'
"""Of hail: the reference and the one alternate, as JSON writes a list."""

_NO_LETTERS = (*MISSING, "long_string", "0", "n")


def row_names(columns: "Mapping[str, pa.ChunkedArray]", chrom: str = "") -> pd.DataFrame:
    """Columns ``chrom, pos, rsid, ref, alt`` of rows given as text; ``alt`` is the effect allele.

    Positions that only ids such as ``21:600:A:G`` say are taken from there; GWAS-SSF's ``variant_id`` says places and
    other alleles also where other columns lack them in some rows. PLINK 2 names the reference, alternates and the
    allele tested: the other one is whichever of them was not tested.

    Parameters
    ----------
    columns
        Meaning → text; of :data:`gtl.formats.summary_statistics.header.ROLES`.
    chrom
        Chromosome of the file's name, for a file without that column.

    Examples
    --------
    >>> import pyarrow as pa
    >>> text = {"id": "chr21:600_a_g", "effect_allele": "a", "other_allele": "g"}
    >>> row_names({role: pa.chunked_array([[word]]) for role, word in text.items()}).values.tolist()
    [['21', 600, 'chr21:600_a_g', 'G', 'A']]
    """
    if "chrom_pos_ref_alt" in columns:
        columns = {**columns, **_spread(columns["chrom_pos_ref_alt"], _PLACE_AND_ALLELES)}
    if "locus" in columns:
        columns = {**columns, **_spread(columns["locus"], _LOCUS)}
    if "allele_list" in columns:
        columns = {**columns, **_spread(columns["allele_list"], _ALLELE_LIST)}
    effect = _letters(columns["effect_allele"])
    length = len(effect)
    ids = _text(columns["id"]) if "id" in columns else pd.Series([""] * length, dtype="str")
    ids = ids.mask(ids.str.lower().isin(MISSING), "").str.replace(",", ";")
    rows = pd.DataFrame({"chrom": _chromosomes(columns, chrom, length), "pos": _positions(columns, length)})
    other = _other(columns, effect)
    if "variant_id" in columns:
        rows, other = _completed(columns["variant_id"], rows, effect, other)
    if not (rows["pos"] > 0).any():
        rows = _places_of(ids, rows)
    return rows.assign(rsid=ids, ref=other, alt=effect)


def _spread(column: "pa.ChunkedArray", pattern: str) -> "dict[str, pa.ChunkedArray]":
    """Columns of a text such as ``chrom:pos:ref:alt``, whose alternate allele is the tested one."""
    import pyarrow as pa

    parts = _text(column).str.extract(pattern).fillna("")
    names = {"chromosome": "chrom", "position": "pos", "other_allele": "ref", "effect_allele": "alt"}
    return {
        role: pa.chunked_array([pa.array(parts[name], pa.string())]) for role, name in names.items() if name in parts
    }


def _text(column: "pa.ChunkedArray") -> "pd.Series[str]":
    return pd.Series(column.to_pandas(), dtype="str").str.strip()


def _letters(column: "pa.ChunkedArray") -> "pd.Series[str]":
    return _renamed(_text(column), lambda text: "" if text.lower() in _NO_LETTERS else allele(text))


def _renamed(texts: "pd.Series[str]", rename: Callable[[str], str]) -> "pd.Series[str]":
    codes, names = pd.factorize(texts)
    renamed = np.array([rename(name) for name in names], dtype=object)
    return pd.Series(pd.array(renamed[codes] if len(names) else [], dtype="str"))


def _chromosomes(columns: "Mapping[str, pa.ChunkedArray]", chrom: str, length: int) -> "pd.Series[str]":
    if "chromosome" not in columns:
        return pd.Series([chrom or "0"] * length, dtype="str")
    return _renamed(_text(columns["chromosome"]), lambda text: "0" if text.lower() in MISSING else chromosome(text))


def _positions(columns: "Mapping[str, pa.ChunkedArray]", length: int) -> npt.NDArray[np.int64]:
    if "position" not in columns:
        return np.zeros(length, dtype=np.int64)
    found = whole_numbers(columns["position"])
    whole = (found > 0) & (found <= MAX_POSITION) & (found == np.floor(found))
    return np.where(whole, found, 0).astype(np.int64)


def _places_of(ids: "pd.Series[str]", rows: pd.DataFrame) -> pd.DataFrame:
    parts = ids.str.extract(_PLACE)
    found = parts["chrom"].notna()
    if not found.any():
        return rows
    named = _renamed(parts.loc[found, "chrom"], chromosome)
    rows.loc[found, "chrom"] = named.to_numpy()
    rows.loc[found, "pos"] = parts.loc[found, "pos"].astype(np.int64).clip(upper=MAX_POSITION)
    return rows


def _completed(
    variant_ids: "pa.ChunkedArray", rows: pd.DataFrame, effect: "pd.Series[str]", other: "pd.Series[str]"
) -> "tuple[pd.DataFrame, pd.Series[str]]":
    """Places and other alleles, with those that are missing from ids such as ``21_14522_A_G`` of the effect allele."""
    lacks = ((rows["pos"] <= 0) | (other == "")).to_numpy(bool)
    if not lacks.any():
        return rows, other
    rows, other = rows.copy(), other.copy()
    parts = _text(variant_ids)[lacks].str.extract(_PLACE_AND_ALLELES).dropna()
    ref, alt = parts["ref"].str.upper(), parts["alt"].str.upper()
    tested = effect[parts.index]
    parts = parts.assign(other=ref.where(ref != tested, alt))[(tested == ref) | (tested == alt)]
    without = parts.index[(rows.loc[parts.index, "pos"] <= 0).to_numpy(bool)]
    rows.loc[without, "chrom"] = _renamed(parts.loc[without, "chrom"], chromosome).to_numpy()
    rows.loc[without, "pos"] = parts.loc[without, "pos"].astype(np.int64).clip(upper=MAX_POSITION)
    nameless = parts.index[(other[parts.index] == "").to_numpy(bool)]
    other[nameless] = parts.loc[nameless, "other"]
    return rows, other


def _other(columns: "Mapping[str, pa.ChunkedArray]", effect: "pd.Series[str]") -> "pd.Series[str]":
    for role in ("other_allele", "omitted"):
        if role in columns:
            return _letters(columns[role])
    if not ("ref" in columns and "alt" in columns):
        return pd.Series([""] * len(effect), dtype="str")
    ref, alt = _letters(columns["ref"]), _letters(columns["alt"])
    named = ((ref == effect) | (alt == effect)).to_numpy(dtype=bool, copy=True)
    for row in np.flatnonzero(~named):  # of several alternates, or tested under another name
        named[row] = effect.iloc[row] in alt.iloc[row].split(",")
    return ref.where(ref != effect, alt).where(named, "")
