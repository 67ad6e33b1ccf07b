"""What a variant's id says: its rs id or another name, or only where it lies, which is no name."""

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

_RS_ID = r"^(?P<name>rs[0-9]+)"
_PLACE = r"^(?:|\.|(?i:chr)?[0-9XYMT]+[:_-][0-9]+.*)$"
_BETWEEN_IDS = r";|[,|&/](?=rs[0-9])"
"""Of a list: VCF's semicolon, or what else stands before a further rs id."""


def names_of(ids: "pd.Series[str]") -> "pd.Series[str]":
    """The names in each id, with the id's index label: none, one, or those of a list such as ``rs1;rs999``.

    ``rs1:100:A:G``, as legends of the 1000 Genomes have it, is ``rs1``; ``21:600:A:G``, ``chr21_600_A_G`` and ``.`` are
    no names.

    Examples
    --------
    >>> names_of(pd.Series(["rs1;rs9", "rs3:100:A:G", "chr21:600:A:G", "21_600_A_G", ".", "i7001"])).to_dict()
    {0: 'rs9', 1: 'rs3', 5: 'i7001'}
    >>> names_of(pd.Series(["rs1;rs9", "rs2,rs8", "21_100_A/G"])).tolist()
    ['rs1', 'rs9', 'rs2', 'rs8']
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    marked = pc.any(pc.match_substring_regex(pa.array(ids, type=pa.string(), from_pandas=True), "[;,|&/]")).as_py()
    listed = ids.str.split(re.compile(_BETWEEN_IDS)).explode() if marked else ids
    text = pa.array(listed, type=pa.string(), from_pandas=True)
    rs_id = pc.struct_field(pc.extract_regex(text, _RS_ID), "name")
    named = pc.invert(pc.match_substring_regex(text, _PLACE))
    names = pc.coalesce(rs_id, pc.if_else(named, text, None))
    return pd.Series(names.to_pandas().to_numpy(), index=listed.index, dtype="str").dropna()


WRITE_IDS = (
    "write ids into a VCF (bgzipped, and indexed by bcftools index): bcftools annotate -c ID -a dbsnp.vcf.gz -Oz -o "
    "WITH_IDS.vcf.gz FILE.vcf.gz"
)
"""What to do about genotypes without ids."""


def no_common_names(who: str, wanted: "pd.Series[str]", there: "pd.Series[str]") -> str:
    """Why nothing is found where ``who`` names its variants by ids alone, and what to do about it.

    >>> no_common_names("the score", pd.Series(["rs1"]), pd.Series(["."])).partition(";")[0]
    'the score has ids alone (such as rs1) and no positions, and the genotypes have no ids'
    """
    known = names_of(there)
    have = f"name their variants otherwise (such as {known.iloc[0]})" if len(known) else "have no ids"
    return (
        f"{who} has ids alone (such as {wanted.iloc[0]}) and no positions, and the genotypes {have}; take a file with "
        f"chromosome and position (the GWAS's own, or a harmonised one), or {WRITE_IDS}"
    )


def have_another_id(first: "pd.Series[str]", second: "pd.Series[str]") -> npt.NDArray[np.bool_]:
    """Row by row, whether both ids are names and they have none in common.

    >>> have_another_id(pd.Series(["rs1", "rs1", "."]), pd.Series(["rs2", "rs2;rs1", "rs3"])).tolist()
    [True, False, False]
    """
    differ = np.flatnonzero(first.reset_index(drop=True) != second.reset_index(drop=True))
    names = [names_of(ids.take(differ).set_axis(pd.RangeIndex(len(differ)))) for ids in (first, second)]
    tables = [of_side.rename("name").rename_axis("row").reset_index() for of_side in names]
    common = tables[0].merge(tables[1], on=["row", "name"])["row"].to_numpy()
    rows = np.arange(len(differ))
    both = np.isin(rows, names[0].index.to_numpy()) & np.isin(rows, names[1].index.to_numpy())
    found = np.zeros(len(first), dtype=bool)
    found[differ] = both & ~np.isin(rows, common)
    return found
