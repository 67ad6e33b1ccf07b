"""Summary statistics of a whole genome: reading and alignment, LD by blocks, effects by all families; time and memory.

    python -m benchmarks.statistics_size [--variants 1200000] [--stretch 4000] [--people 3000] [--sources 4]

One file of ``--variants`` rows (GWAS-SSF, gzip) is read by pandas (the same columns, as numbers and texts) and by us,
who also check every row, and is aligned with as many variants of a study. LD and effects are measured on a stretch of
one chromosome: both go block by block, so that time is linear in variants and memory is a block's; what the whole
genome would take is said beside, as a product. The peer for LD is magenpy (Zabad, Gravel & Li 2023): both read the same
.bed file and write the LD of the blocks that ours found; finding them is in our time alone. Each figure is of one run
in a process of its own, one thread.
"""

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from bed_reader import open_bed

from benchmarks.imports import in_own_process
from benchmarks.measure import Measured, T, measure
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.domain.summary_stats import SummaryStats
from gtl.formats.summary_statistics.writer import StudyParticulars, write_gwas_ssf

PEOPLE_OF_GWAS = 100_000
CHROMOSOMES = 22
PART = 500
"""Variants of which dosages are made at a time."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--variants", type=int, default=1_200_000)
    parser.add_argument("--stretch", type=int, default=4000)
    parser.add_argument("--people", type=int, default=3000)
    parser.add_argument("--sources", type=int, default=4)
    size = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "gwas.tsv.gz")
        in_own_process(partial(write_file, path, size.variants))
        print(f"{size.variants:,} rows{'':28}{'CPU s':>9}{'ratio':>8}{'peak MB':>10}")
        alone = report("pandas.read_csv, the same columns", partial(read_by_pandas, path))
        report("read and checked", partial(read_by_us, path), alone)
        report("read, checked and aligned", partial(read_and_align, path, size.variants), alone)
        ld, bed = Path(folder, "ld.parquet"), Path(folder, "reference.bed")
        in_own_process(partial(write_reference, bed, size.stretch, size.people))
        times = size.variants / size.stretch
        print(f"\n{size.stretch:,} variants, {size.people:,} people{'':23}{'CPU s':>9}{'ratio':>8}{'peak MB':>10}")
        of_ld = report("LD by blocks, found and written", partial(make_ld, ld, bed))
        report("magenpy, LD of the same blocks", partial(make_ld_by_magenpy, ld, bed), of_ld)
        effects = report(f"effects of {size.sources} sources", partial(make_effects, ld, size.stretch, size.sources))
        whole = (size.sources * of_ld.cpu_seconds + effects.cpu_seconds) * times
        print(f"{size.variants:,} variants x {size.sources} sources: {whole:,.0f} CPU-s (a product, not a run)")


def report(name: str, call: Callable[[], T], peer: Measured[T] | None = None) -> Measured[T]:
    found = in_own_process(partial(measure, call))
    if peer is not None and found.result != peer.result:
        raise SystemExit(f"{name}: {found.result} rows, but {peer.result} by the peer; the times mean nothing")
    ratio = "" if peer is None else f"{found.cpu_seconds / peer.cpu_seconds:.2f}"
    print(f"{name:40}{found.cpu_seconds:9.1f}{ratio:>8}{found.peak_mb:10.0f}", flush=True)
    return found


def variants_of(number: int) -> Variants:
    rng = np.random.default_rng(1)
    of_chromosome = -(-number // CHROMOSOMES)
    chrom = np.repeat(np.arange(1, CHROMOSOMES + 1).astype(str).astype(object), of_chromosome)[:number]
    pos = np.tile(np.arange(1, of_chromosome + 1, dtype=np.int64) * 2000, CHROMOSOMES)[:number]
    letters = np.array([("A", "G"), ("C", "T"), ("A", "C")], dtype=object)[rng.integers(0, 3, number)]
    rsid = np.array([f"rs{place}" for place in range(number)], dtype=object)
    return Variants(chrom, pos, rsid, letters[:, 0], letters[:, 1])


def frequencies(number: int) -> npt.NDArray[np.float64]:
    return np.random.default_rng(2).uniform(0.05, 0.95, number)


def write_file(path: Path, number: int) -> int:
    variants, frequency = variants_of(number), frequencies(number)
    se = 1 / np.sqrt(2 * frequency * (1 - frequency) * PEOPLE_OF_GWAS)
    beta = np.random.default_rng(3).normal(0, se)
    n = np.full(number, float(PEOPLE_OF_GWAS))
    stats = SummaryStats(variants, beta, se, np.abs(beta / se) ** 2 / 4.6, n, frequency)
    return write_gwas_ssf(path, [stats], StudyParticulars("trait", PEOPLE_OF_GWAS))


def read_by_pandas(path: Path) -> int:
    return len(pd.read_csv(path, sep="\t", na_values=["#NA"], dtype={"chromosome": str}))


def read_by_us(path: Path) -> int:
    from gtl.prepare.summary_statistics import read_statistics

    return len(read_statistics(str(path)).stats)


def read_and_align(path: Path, number: int) -> int:
    from gtl.prepare.statistics_alignment import align_statistics
    from gtl.prepare.summary_statistics import read_statistics

    return int(align_statistics(read_statistics(str(path)), variants_of(number), frequencies(number)).known.sum())


def dosages_of(number: int, people: int) -> Iterator[npt.NDArray[np.int8]]:
    """Genotypes whose LD falls with distance: each haplotype is a Gaussian walk that is cut at a height."""
    rng = np.random.default_rng(4)
    walk = rng.normal(size=2 * people)
    for start in range(0, number, PART):
        rows = []
        for _ in range(min(PART, number - start)):
            walk = 0.9 * walk + np.sqrt(1 - 0.81) * rng.normal(size=2 * people)
            rows.append((walk > rng.normal(0, 0.7)).reshape(people, 2).sum(axis=1))
        yield np.array(rows, dtype=np.int8)


def write_reference(bed: Path, number: int, people: int) -> int:
    from gtl.formats.plink import write_bed, write_bim, write_fam

    samples = np.array([f"person{place}" for place in range(people)], dtype=object)
    variants = variants_of(CHROMOSOMES * number).take(slice(number))
    matrix = GenotypeMatrix(variants, samples, np.vstack([*dosages_of(number, people)]))
    write_bed(matrix, bed)
    write_bim(matrix.variants, bed.with_suffix(".bim"))
    write_fam(samples, bed.with_suffix(".fam"))
    return number


def make_ld(path: Path, bed: Path) -> int:
    from gtl.learn.summary.blocks import ld_blocks
    from gtl.learn.summary.chromosome_ld import write_ld

    with open_bed(str(bed)) as reference:
        people, number = reference.shape
        parts = (
            reference.read(index=np.s_[:, start : start + PART], dtype="int8", order="F", num_threads=1).T
            for start in range(0, number, PART)
        )
        write_ld(ld_blocks(parts), path, people)
    return number


def make_ld_by_magenpy(path: Path, bed: Path) -> int:
    import magenpy

    from gtl.learn.summary.chromosome_ld import ChromosomeLd

    os.environ["TQDM_DISABLE"] = "1"
    position = pd.read_csv(bed.with_suffix(".bim"), sep="\t", header=None)[3].to_numpy()
    bounds = ChromosomeLd.read(path).bounds
    ends = np.append(position[bounds[1:-1]], position[-1] + 1)
    blocks = np.column_stack([position[bounds[:-1]], ends]).astype(np.int32)  # magenpy joins them with its positions
    people = magenpy.GWADataLoader(str(bed), temp_dir=str(bed.parent / "scratch"))
    people.compute_ld("block", output_dir=str(bed.parent / "magenpy"), ld_blocks=blocks)
    return int(people.m)


def make_effects(path: Path, number: int, sources: int) -> int:
    from gtl.learn.summary.chromosome_ld import ChromosomeLd
    from gtl.learn.summary.effects import effects_of_sources
    from gtl.learn.summary.sources import SourceStatistics

    ld = ChromosomeLd.read(path)
    n = np.full(number, float(PEOPLE_OF_GWAS))
    rng = np.random.default_rng(5)
    found = [SourceStatistics(f"S{place}", rng.normal(size=number), n) for place in range(sources)]
    return len(effects_of_sources(found, [ld] * sources, number)["joint"])


if __name__ == "__main__":
    main()
