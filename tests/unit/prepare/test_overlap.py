"""Wrong on purpose: the message of the gate names the cause."""

import numpy as np
import pandas as pd
import pytest

from gtl.config.learning import QualityControlConfig
from gtl.errors import InputError
from gtl.prepare.matching import match_variants
from gtl.prepare.overlap import check_overlap, diagnose
from gtl.prepare.variant_quality import CheckedVariants, check_variants
from tests.unit.prepare.tables import PEOPLE, complemented, counts

RNG = np.random.default_rng(7)
PAIRS = ("A G", "C T", "A C", "G T", "A T")
N = 200
ROWS = [f"rs{i} {100 * i + RNG.integers(50)} {PAIRS[i % 5]} {RNG.uniform(0.05, 0.95):.2f}" for i in range(1, N + 1)]
LARGE = counts(*ROWS)


def checked(table: pd.DataFrame) -> CheckedVariants:
    return check_variants(table, PEOPLE, QualityControlConfig())


def gate(large: pd.DataFrame, small: pd.DataFrame, least: float = 0.75) -> None:
    sides = checked(large), checked(small)
    check_overlap(*sides, match_variants(*sides).funnel, least)


def renamed(table: pd.DataFrame, chrom: object) -> pd.DataFrame:
    return table.assign(chrom=pd.Series(chrom, index=table.index, dtype="str"))


def coded(table: pd.DataFrame, ref: str, alt: str) -> pd.DataFrame:
    return table.assign(ref=ref, alt=alt).astype({"ref": "str", "alt": "str"})


BUILDS = np.where(np.arange(N) % 10 == 0, LARGE["pos"], LARGE["pos"] + 7000)
CHROMOSOMES = np.where(np.arange(N) < N // 2, "21", "22")
NO_IDS = LARGE.assign(rsid=".")


@pytest.mark.parametrize(
    ("large", "small", "message"),
    [
        (LARGE, LARGE.assign(pos=BUILDS), "different genome builds: 180 variants have the same rs id but another"),
        (coded(LARGE, "1", "2"), LARGE.assign(pos=BUILDS), "different genome builds: 180 rs ids lie at .* lift one"),
        (LARGE, renamed(LARGE, "chr21"), "named otherwise: the large population has 21, the small one chr21; name"),
        (LARGE, renamed(LARGE, "NC_000021.9"), "named otherwise: .* has 21, the small one NC_000021.9"),
        (LARGE, renamed(LARGE, "7"), "different chromosomes: the large population has 21, the small one 7; bring"),
        (LARGE, coded(LARGE, "A", "B"), "coded otherwise: letters of the genome in .*, A and B in the small one"),
        (coded(LARGE, "1", "2"), LARGE, "coded otherwise: 1 and 2 in .*, letters of the genome in the small one"),
        (LARGE, coded(LARGE, "A", "C"), "coded otherwise: letters of the genome in .*, A and C in the small one"),
        (NO_IDS, NO_IDS.assign(pos=LARGE["pos"] - 1), "of the small population are counted from 0 and one too low"),
        (NO_IDS.assign(pos=LARGE["pos"] - 1), NO_IDS, "of the large population are counted from 0 and one too low"),
        (LARGE, LARGE.assign(pos=0), "no variant of the small population is usable, most are without a position; give"),
        (LARGE, LARGE.iloc[:0], "the small population's file has no variants; check that it is complete"),
        (NO_IDS, NO_IDS.assign(pos=LARGE["pos"] + 60), "as two genotyping arrays do \\(impute both.*two genome builds"),
    ],
)
def test_nothing_in_common(large, small, message):
    with pytest.raises(InputError, match=message):
        gate(large, small)


def test_some_chromosomes_of_one_file():
    both = renamed(LARGE, CHROMOSOMES)
    part = both[both["chrom"] == "21"]
    gate(both, part.reset_index(drop=True))  # the other has all that the smaller one has
    dense = pd.concat([part, NO_IDS.assign(pos=LARGE["pos"] + 99_000)], ignore_index=True)
    with pytest.raises(InputError, match=r"the large population's file has only some .* 100 usable .* are on 22, whi"):
        gate(dense, both)


def test_other_alleles_at_the_same_positions():
    small = coded(NO_IDS, "A", "G").assign(alt=np.where(NO_IDS["ref"] == "A", "GGT", "G"))
    with pytest.raises(InputError, match="the positions agree but the alleles do not; check that both"):
        gate(NO_IDS[NO_IDS["ref"] + NO_IDS["alt"] != "AG"].reset_index(drop=True), small)


def test_the_numbers_and_the_way_out_are_said():
    small = pd.concat([LARGE.iloc[:60], NO_IDS.iloc[60:100].assign(pos=LARGE["pos"] + 60)], ignore_index=True)
    with pytest.raises(
        InputError,
        match=r"60 of the small population's 100 usable ones \(60%; at least 75% is asked for\)(?s:.*)"
        r"set matching.min_overlap to 0.6 or less.\nlarge: 200 read -> 200 usable -> 60 matched",
    ):
        gate(LARGE, small)
    gate(LARGE, small, least=0.6)


def test_the_other_strand_is_no_obstacle():
    small = complemented(LARGE)
    found = match_variants(checked(LARGE), checked(small))
    told = ~LARGE["ref"].eq("A") | ~LARGE["alt"].eq("T") | ((LARGE["frequency"] - 0.5).abs() > 0.1)
    assert found.shared["rsid"].tolist() == LARGE["rsid"][told].tolist()
    assert not found.shared["small_flip"].any()
    kept = found.audit[found.audit["action"] == "flipped"]
    assert kept["reason"].str.contains("other strand: alleles complemented", regex=False).all()


def test_files_that_share_all_have_no_cause():
    gate(LARGE, LARGE)
    assert diagnose(checked(NO_IDS), checked(NO_IDS.assign(pos=LARGE["pos"] + 60))).startswith("the files have diff")
