"""Kinship and components of 1,000 people x 20,000 variants: this project and plink2, one thread each.

    python -m benchmarks.people [people] [variants]

Ours reads the same .bed as plink2, in blocks. The people are of two populations, 1 % of their genotypes missing. Both
sides write or return every pair's kinship and ten components. Install plink2 with `apt-get install plink2`.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.linalg import subspace_angles

from benchmarks.measure import Measured, installed, measure, say_goal
from gtl.domain.blocks import Blocks
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.formats.plink import write_bed, write_bim, write_fam
from gtl.prepare.components import principal_components
from gtl.prepare.pruning import prune
from gtl.prepare.relatedness import find_relatives, kinship_matrix

BLOCK = 4_096
N_COMPONENTS = 10
GOAL = 3.0

_SMALL_PARENT = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""A child's peak is at least what its parent had when it was started, so plink2's parent is not this process."""


def main(n_people: int, n_variants: int) -> None:
    program = installed("plink2")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        writer = get_context("spawn").Process(target=_write_people, args=(folder, n_people, n_variants))
        writer.start()  # in a process of its own: the peak is to be that of reading in blocks
        writer.join()
        blocks = _bed_blocks(folder / "people.bed")
        kinship_matrix(_bed_blocks(folder / "people.bed", slice(0, 64)))  # imports are not timed
        print(f"{n_people:,} people x {n_variants:,} variants, 1 % missing")
        print(f"{'':<34}{'CPU s':>9}{'ratio':>9}{'peak MB':>9}")
        _row("gtl, pruning (no peer)", measure(lambda: prune(blocks)))
        ours, king = measure(lambda: find_relatives(blocks)), _plink(program, folder, "--make-king-table")
        _rows("find_relatives", ours, "--make-king-table", king)
        scores = measure(lambda: principal_components(blocks, N_COMPONENTS).scores)
        pca = _plink(program, folder, "--pca", str(N_COMPONENTS), "meanimpute")
        _rows("principal_components", scores, "--pca", pca)
        _compare(folder, blocks, scores.result)
        say_goal("kinship (KING-robust)", ours.cpu_seconds / king.cpu_seconds, GOAL, "x plink2 --make-king-table")
        say_goal("principal components", scores.cpu_seconds / pca.cpu_seconds, GOAL, "x plink2 --pca")


def _write_people(folder: Path, n_people: int, n_variants: int) -> None:
    rng = np.random.default_rng(1)
    chrom = np.sort(np.arange(n_variants) % 22 + 1).astype(str).astype(object)
    pos = np.arange(1, n_variants + 1, dtype=np.int64) * 1_000
    rsid = np.array([f"rs{number}" for number in pos], dtype=object)
    variants = Variants(chrom, pos, rsid, np.full(n_variants, "A", object), np.full(n_variants, "C", object))
    samples = np.array([f"p{number}" for number in range(n_people)], dtype=object)
    frequency = rng.uniform(0.1, 0.9, (n_variants, 1)) + rng.normal(0, 0.05, (n_variants, 1)) * (
        np.arange(n_people) % 2
    )
    dosages = rng.binomial(2, np.clip(frequency, 0, 1)).astype(np.int8)
    dosages[rng.random(dosages.shape, dtype=np.float32) < 0.01] = -1
    write_bed(GenotypeMatrix(variants, samples, dosages), folder / "people.bed")
    write_bim(variants, folder / "people.bim")
    write_fam(samples, folder / "people.fam")


def _bed_blocks(path: Path, rows: slice | None = None) -> Blocks:
    """The file in blocks, by bed-reader."""
    from bed_reader import open_bed

    def start() -> Iterator[GenotypeMatrix]:
        with open_bed(path, count_A1=True, num_threads=1) as bed:
            chosen = range(bed.sid_count)[rows or slice(None)]
            columns = (bed.chromosome, bed.bp_position, bed.sid, bed.allele_2, bed.allele_1)
            chrom, pos, rsid, ref, alt = (np.asarray(column).astype(object) for column in columns)
            variants = Variants(chrom, pos.astype(np.int64), rsid, ref, alt)
            samples = np.asarray(bed.iid).astype(object)
            for first in range(chosen.start, chosen.stop, BLOCK):
                part = slice(first, min(first + BLOCK, chosen.stop))
                dosages = np.ascontiguousarray(bed.read(np.s_[:, part], dtype="int8").T)
                dosages[dosages < 0] = -1
                yield GenotypeMatrix(variants.take(part), samples, dosages)

    return start


def _plink(program: str, folder: Path, *options: str) -> Measured[float]:
    """Run plink2; the result is its own peak memory in MB."""
    command = [sys.executable, "-c", _SMALL_PARENT, program, "--bfile", "people", "--threads", "1", *options]
    run = partial(subprocess.run, [*command, "--out", "plink"], cwd=folder, check=True, capture_output=True, text=True)
    return measure(lambda: int(run().stdout) / 1024)


def _rows(name: str, ours: Measured, option: str, theirs: Measured) -> None:  # type: ignore[type-arg]
    _row(f"gtl, {name}", ours, theirs.cpu_seconds)
    print(f"{'plink2 ' + option:<34}{theirs.cpu_seconds:>9.2f}{1:>9.2f}{theirs.result:>9.0f}")


def _row(name: str, ours: Measured, peer: float = float("nan")) -> None:  # type: ignore[type-arg]
    print(f"{name:<34}{ours.cpu_seconds:>9.2f}{ours.cpu_seconds / peer:>9.2f}{ours.peak_mb:>9.0f}")


def _compare(folder: Path, blocks: Blocks, scores: np.ndarray) -> None:  # type: ignore[type-arg]
    table = pd.read_csv(folder / "plink.kin0", sep="\t", dtype={"IID1": str, "IID2": str})
    places = [table[name].str[1:].astype(int).to_numpy() for name in ("IID1", "IID2")]
    difference = np.abs(kinship_matrix(blocks)[places[0], places[1]] - table["KINSHIP"]).max()
    print(f"largest difference of kinship (plink2 prints six digits): {difference:.1e}")
    vectors = pd.read_csv(folder / "plink.eigenvec", sep="\t").filter(like="PC").to_numpy()
    print(f"largest angle between the first components: {subspace_angles(scores[:, :1], vectors[:, :1]).max():.1e}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000, int(sys.argv[2]) if len(sys.argv) > 2 else 20_000)
