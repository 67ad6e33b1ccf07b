"""A published score of 1,000,000 variants for 2,500 people: ``gtl predict`` beside Debian's ``plink2 --score``.

    python -m benchmarks.predict [people] [variants]

Both read the same score and the same files, first .bed, then .pgen, each in a process of its own from start to end:
starting Python and its packages is in ours. One genotype in a hundred is missing. Genotypes are drawn independently,
which costs both sides the same as real ones; a half of the score's rows count the file's other allele, a third are A/T
or C/G. Scores have to be equal as far as plink2 prints them. Install plink2 with `apt-get install plink2`.
"""

import sys
import tempfile
from functools import partial
from io import StringIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.measure import Measured, in_own_process, installed, measure_command, say_goal

BLOCK = 4096
MISSING = 0.01
PAIRS = np.array([(a, b) for a in "ACGT" for b in "ACGT" if a != b])
FORMATS = {".bed": "--bfile", ".pgen": "--pfile"}


def main(n_people: int, n_variants: int) -> None:
    plink2 = installed("plink2")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        in_own_process(partial(write_files, folder, n_people, n_variants))
        measure_command([plink2, "--bfile", "people", "--make-pgen", "--out", "people"], folder)
        print(f"a score of {n_variants:,} variants, {n_people:,} people", flush=True)
        print(f"{'':<30}{'CPU s':>9}{'ratio':>9}{'peak MB':>10}")
        ratios = [compare(plink2, folder, ending, option) for ending, option in FORMATS.items()]
    name = f"gtl predict of {n_people:,} people x {n_variants:,} variants"
    for ending, ratio in zip(FORMATS, ratios, strict=True):
        say_goal(f"{name}, {ending}", ratio, 2, "x plink2 --score")


def write_files(folder: Path, n_people: int, n_variants: int) -> None:
    """people.bed with .bim and .fam, and score.txt; a block of variants at a time."""
    rng = np.random.default_rng(1)
    (folder / "people.fam").write_text("".join(f"p{i}\tp{i}\t0\t0\t0\t-9\n" for i in range(n_people)))
    with (
        (folder / "people.bed").open("wb") as bed,
        (folder / "people.bim").open("w") as bim,
        (folder / "score.txt").open("w") as score,
    ):
        bed.write(b"\x6c\x1b\x01")
        score.write("rsID\tchr_name\tchr_position\teffect_allele\tother_allele\teffect_weight\n")
        for start in range(0, n_variants, BLOCK):
            count = min(BLOCK, n_variants - start)
            bed.write(_bed_bytes(rng, count, n_people))
            for number, (alt, ref) in enumerate(PAIRS[rng.integers(0, len(PAIRS), count)], start + 1):
                chrom, pos = 1 + 22 * (number - 1) // n_variants, 100 * number
                effect, other = (alt, ref) if number % 2 else (ref, alt)
                bim.write(f"{chrom}\trs{number}\t0\t{pos}\t{alt}\t{ref}\n")
                score.write(f"rs{number}\t{chrom}\t{pos}\t{effect}\t{other}\t{rng.normal():.6g}\n")


def _bed_bytes(rng: np.random.Generator, n_variants: int, n_people: int) -> bytes:
    """Genotypes in Hardy-Weinberg proportions, each variant with a frequency of its own, a few missing."""
    frequency = rng.uniform(0.05, 0.95, (n_variants, 1, 1))
    alleles = rng.integers(0, 256, (n_variants, n_people, 2), dtype=np.uint8) < 256 * frequency
    missing = rng.integers(0, 256, (n_variants, n_people), dtype=np.uint8) < 256 * MISSING
    codes = np.array([0b11, 0b10, 0b00], dtype=np.uint8)[alleles.sum(axis=2)]
    codes[missing] = 0b01
    padded = np.zeros((n_variants, -(-n_people // 4), 4), dtype=np.uint8)
    padded.reshape(n_variants, -1)[:, :n_people] = codes
    packed: npt.NDArray[np.uint8] = (padded << np.array([0, 2, 4, 6], dtype=np.uint8)).sum(axis=2, dtype=np.uint8)
    return packed.tobytes()


def compare(plink2: str, folder: Path, ending: str, option: str) -> float:
    """Print what both cost with one format; CPU seconds of ours, relative to plink2's."""
    score = ["--score", "score.txt", "1", "4", "6", "header", "cols=+scoresums"]
    theirs = measure_command([plink2, option, "people", *score, "--threads", "1", "--out", "theirs"], folder)
    gtl = [sys.executable, "-m", "gtl", "predict", "--model", "score.txt", "--genotypes", f"people{ending}"]
    ours = measure_command([*gtl, "--format", "csv"], folder)
    _row(f"plink2 --score, {ending}", theirs, theirs)
    _row(f"gtl predict, {ending}", ours, theirs)
    _check(pd.read_csv(folder / "theirs.sscore", sep="\t"), pd.read_csv(StringIO(ours.result)))
    return ours.cpu_seconds / theirs.cpu_seconds


def _row(name: str, found: Measured[str], peer: Measured[str]) -> None:
    print(f"{name:<30}{found.cpu_seconds:>9.2f}{found.cpu_seconds / peer.cpu_seconds:>9.2f}{found.peak_mb:>10.0f}")


def _check(theirs: pd.DataFrame, ours: pd.DataFrame) -> None:
    """Ends if a sum is not the one that plink2 prints, in six digits: half of the last one is 5e-6 of it at most."""
    difference = np.abs(ours["score"].to_numpy() / theirs["SCORE1_SUM"].to_numpy() - 1).max()
    print(
        f"largest relative difference of a score from plink2's, which prints six digits: {difference:.1e}", flush=True
    )
    if difference > 5.01e-6 or ours["sample"].tolist() != theirs["IID"].tolist():
        sys.exit("the scores differ; the times mean nothing")


if __name__ == "__main__":
    main(*[int(text) for text in sys.argv[1:]] or (2500, 1_000_000))
