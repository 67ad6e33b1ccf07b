"""Tables of variant counts: written by hand, or counted in PLINK files by bed-reader."""

from pathlib import Path

import numpy as np
import pandas as pd
from bed_reader import open_bed

PEOPLE = 100


def counts(*rows: str) -> pd.DataFrame:
    """Variants of `rsid pos ref alt [frequency]` on chromosome 21, or `rsid chrom:pos ref alt [frequency]`.

    Of 100 people, whose genotypes are in Hardy-Weinberg proportions; the frequency is 0.2 if it is not said.
    """
    cells = [row.split() for row in rows]
    frequency = np.array([float(cell[4]) if len(cell) > 4 else 0.2 for cell in cells])
    hom_alt = np.rint(PEOPLE * frequency**2).astype(np.int32)
    het = np.rint(2 * PEOPLE * frequency).astype(np.int32) - 2 * hom_alt
    places = [cell[1].rpartition(":") for cell in cells]
    return pd.DataFrame(
        {
            "chrom": pd.Series([place[0] or "21" for place in places], dtype="str"),
            "pos": [int(place[2]) for place in places],
            "rsid": pd.Series([cell[0] for cell in cells], dtype="str"),
            "ref": pd.Series([cell[2] for cell in cells], dtype="str"),
            "alt": pd.Series([cell[3] for cell in cells], dtype="str"),
            "row": np.arange(len(cells), dtype=np.int32),
            "called": np.full(len(cells), PEOPLE, dtype=np.int32),
            "frequency": frequency,
            "hom_ref": (PEOPLE - het - hom_alt).astype(np.int32),
            "het": het,
            "hom_alt": hom_alt,
        }
    )


def swapped(table: pd.DataFrame, rows: np.ndarray | slice = slice(None)) -> pd.DataFrame:
    """The same genotypes with the other allele counted."""
    turned = table.copy()
    index = table.index[rows]
    for one, other in (("ref", "alt"), ("hom_ref", "hom_alt")):
        turned.loc[index, one], turned.loc[index, other] = table.loc[index, other], table.loc[index, one]
    turned.loc[index, "frequency"] = 1 - table.loc[index, "frequency"]
    return turned


def complemented(table: pd.DataFrame, rows: np.ndarray | slice = slice(None)) -> pd.DataFrame:
    """The same genotypes read from the other strand."""
    letters, turned, index = dict(zip("ACGT", "TGCA", strict=True)), table.copy(), table.index[rows]
    for name in ("ref", "alt"):
        turned.loc[index, name] = table.loc[index, name].map(letters)
    return turned


def counted(*prefixes: Path) -> tuple[pd.DataFrame, int]:
    """Counts of PLINK files' variants, A1 being the counted allele, and the number of people."""
    parts = [_counted(prefix) for prefix in prefixes]
    return pd.concat([table for table, _ in parts], ignore_index=True), parts[0][1]


def _counted(prefix: Path) -> tuple[pd.DataFrame, int]:
    names = ["chrom", "rsid", "cm", "pos", "alt", "ref"]
    kinds = {"chrom": "str", "rsid": "str", "alt": "str", "ref": "str"}
    table = pd.read_csv(f"{prefix}.bim", sep=r"\s+", header=None, names=names, dtype=kinds, keep_default_na=False)
    with open_bed(f"{prefix}.bed", num_threads=1) as bed:
        dosages = bed.read(dtype="int8")
    calls = {name: (dosages == value).sum(axis=0) for value, name in enumerate(("hom_ref", "het", "hom_alt"))}
    table = table.assign(row=np.arange(len(table), dtype=np.int32), **calls)
    called = table["hom_ref"] + table["het"] + table["hom_alt"]
    frequency = (table["het"] + 2 * table["hom_alt"]) / (2 * called).where(called > 0)
    columns = ["chrom", "pos", "rsid", "ref", "alt", "row", "called", "frequency", "hom_ref", "het", "hom_alt"]
    return table.assign(called=called, frequency=frequency)[columns], len(dosages)
