"""Whether two files are of one genome build, told by the rs ids that they share; no list of known positions is used."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gtl.errors import InputError
from gtl.prepare.pairing import Pairs
from gtl.prepare.rs_ids import names_of


@dataclass(frozen=True)
class Positions:
    """Where the rs ids that two files share lie.

    Attributes
    ----------
    agree, differ
        How many of them have the same position in both files, and how many do not.
    example
        One that does not, in words; "" if there is none.
    """

    agree: int
    differ: int
    example: str

    @property
    def another_build(self) -> bool:
        """Whether most rs ids lie elsewhere, as they do in another build."""
        return self.differ > self.agree


def compare_positions(large: pd.DataFrame, small: pd.DataFrame) -> Positions:
    """Compare positions of the same rs ids on the same chromosome, whatever their alleles.

    Examples
    --------
    >>> large = pd.DataFrame({"chrom": "21", "pos": [5, 9], "rsid": ["rs1", "rs2"]})
    >>> compare_positions(large, large.assign(pos=[5, 8]))
    Positions(agree=1, differ=1, example='rs2 is at 21:9 in the large population and at 21:8 in the small one')
    """
    sides = [_named(table) for table in (large, small)]
    both = sides[0].merge(sides[1], on=["chrom", "name"], suffixes=("_large", "_small"))
    known = both[(both["pos_large"] > 0) & (both["pos_small"] > 0)]
    elsewhere = known[known["pos_large"] != known["pos_small"]]
    example = _example(elsewhere.iloc[0]) if len(elsewhere) else ""
    return Positions(len(known) - len(elsewhere), len(elsewhere), example)


def check_build(pairs: Pairs, large: pd.DataFrame, other: pd.DataFrame, name: str) -> None:
    """Raise :class:`InputError` if more variants match by rs id at other positions than by position."""
    moved = int(pairs.moved.sum())
    if moved <= len(pairs) - moved:
        return
    row = np.flatnonzero(pairs.moved)[0]
    first, second = large.iloc[pairs.large[row]], other.iloc[pairs.small[row]]
    raise InputError(
        f"the large and the {name} population's files seem to be of different genome builds: {moved:,} variants have "
        f"the same rs id but another position, only {len(pairs) - moved:,} the same position; {first['rsid']} is at "
        f"{first['chrom']}:{first['pos']} in the large population and at {second['chrom']}:{second['pos']} in the "
        f"{name} one; {LIFT}"
    )


LIFT = (
    "bring both to one build: lift one over (UCSC liftOver, CrossMap or bcftools +liftover), or import the one again "
    "from files of the other's build"
)
"""What to do about two builds."""


def _named(table: pd.DataFrame) -> pd.DataFrame:
    names = names_of(table["rsid"].reset_index(drop=True))
    rows = names.index.to_numpy()
    columns = {"chrom": table["chrom"].to_numpy()[rows], "pos": table["pos"].to_numpy()[rows], "name": names.to_numpy()}
    return pd.DataFrame(columns).drop_duplicates(["chrom", "name"])


def _example(row: "pd.Series[str]") -> str:
    chrom, large, small = row["chrom"], row["pos_large"], row["pos_small"]
    return f"{row['name']} is at {chrom}:{large} in the large population and at {chrom}:{small} in the small one"
