"""Genotype Parquet beside PLINK's .bed read by bed-reader, and beside other ways to lay out the same column.

    OMP_NUM_THREADS=1 python -m benchmarks.genotype_parquet [people] [SNPs]

The genotypes have real linkage: the coalescent panel of the default settings, resampled (default 1000 people x
100,000 SNPs). Every row is the best of three reads, one thread; ratios are to the row of bed-reader that reads the
same. "SNPs with names" is what a GenotypeMatrix holds: ids, positions and alleles beside the dosages; bed-reader then
reads the .bim file.
"""

import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
from bed_reader import open_bed

from benchmarks.measure import Measured, T, measure, say_goal
from gtl.config.genotypes import PanelConfig, PopulationsConfig
from gtl.domain.genotypes import GenotypeMatrix
from gtl.domain.packed_calls import PackedCalls
from gtl.formats.genotype_parquet import read_blocks, read_dosages, read_genotypes, write_genotypes
from gtl.formats.plink import write_bed, write_bim, write_fam
from gtl.random_streams import stream
from gtl.simulate.genotypes import resample
from gtl.simulate.panel import build_panel

SCATTERED = 1000
BASES_A_SNP = 500
"""Of the coalescent, so that there are enough of them: a SNP is every 400 bases, or nearer."""
ROUNDS = 3
Rows = npt.NDArray[np.intp]


def main(n_people: int, n_snps: int) -> None:
    matrix = cohort(n_people, n_snps)
    rows = np.sort(stream(1, "scattered").choice(len(matrix.variants), SCATTERED, replace=False))
    print(f"{n_people} people x {len(matrix.variants)} SNPs; {SCATTERED} SNPs scattered evenly\n")
    with tempfile.TemporaryDirectory() as folder:
        bed, parquet = write_bed_set(matrix, Path(folder)), Path(folder, "x.parquet")
        print(f"{'writing':<44}{measure(lambda: write_genotypes(matrix, parquet)).cpu_seconds:9.3f} CPU-s")
        compare_sizes(bed, parquet)
        scattered = compare_reads(matrix, rows, bed, parquet)
        compare_layouts(matrix, rows, bed, Path(folder, "layout.parquet"))
    say_goal(f"{SCATTERED:,} scattered variants from genotype Parquet", scattered, 5, "x bed-reader's dosages")


def cohort(n_people: int, n_snps: int) -> GenotypeMatrix:
    length = max(PanelConfig().sequence_length, n_snps * BASES_A_SNP)
    panel = build_panel(PanelConfig(sequence_length=length), PopulationsConfig(), seed=1)
    kept = np.sort(stream(1, "kept").choice(len(panel.large.variants), n_snps, replace=False))
    return resample(panel.large.take(kept), panel.genetic_map, n_people, 11418, None, stream(1, "cohort"), "p")


def write_bed_set(matrix: GenotypeMatrix, folder: Path) -> Path:
    bed = folder / "x.bed"
    write_bed(matrix, bed)
    write_bim(matrix.variants, folder / "x.bim")
    write_fam(matrix.samples, folder / "x.fam")
    return bed


def compare_sizes(bed: Path, parquet: Path) -> None:
    theirs, ours = bed.stat().st_size, parquet.stat().st_size
    print(f"{'size of .bed (without .bim)':<44}{theirs / 1e6:9.1f} MB")
    print(f"{'size of ours':<44}{ours / 1e6:9.1f} MB    ratio {ours / theirs:6.2f}\n")


def compare_reads(matrix: GenotypeMatrix, rows: Rows, bed: Path, parquet: Path) -> float:
    """CPU seconds of scattered SNPs with their names, relative to bed-reader's dosages alone."""
    print(f"{'read':<44}{'CPU-s':>9}{'ratio':>13}{'peak MB':>10}")
    few = report("bed-reader, scattered, dosages only", partial(read_bed, bed, rows))
    few_named = report("bed-reader, scattered SNPs with names", partial(read_bed, bed, rows, names=True))
    must_equal(report("ours, scattered, dosages only", partial(read_dosages, parquet, rows), few).result, few.result)
    found = report("ours, scattered SNPs with names", partial(read_genotypes, parquet, rows), few_named).result
    must_equal(found.dosages, few.result)
    named = report("ours, the same against dosages only", partial(read_genotypes, parquet, rows), few)
    all_ = report("bed-reader, all, dosages only", partial(read_bed, bed))
    report("ours, all SNPs with names, in blocks", partial(read_in_blocks, parquet), all_)
    found = report("ours, all SNPs with names", partial(read_genotypes, parquet), all_).result
    must_equal(found.dosages, matrix.dosages)
    return named.cpu_seconds / few.cpu_seconds


def read_in_blocks(parquet: Path) -> int:
    return sum(len(block.variants) for block in read_blocks(parquet))


def read_bed(bed: Path, rows: Rows | None = None, names: bool = False) -> npt.NDArray[np.int8]:
    with open_bed(bed, num_threads=1) as opened:
        dosages = opened.read(index=None if rows is None else np.s_[:, rows], dtype="int8", order="F").T
        if names:
            _ = opened.properties
    return dosages


def must_equal(ours: npt.NDArray[np.int8], theirs: npt.NDArray[np.int8]) -> None:
    if not np.array_equal(ours, theirs):
        raise SystemExit("the two readers disagree on dosages; their times mean nothing")


def report(name: str, call: Callable[[], T], peer: Measured[Any] | None = None) -> Measured[T]:
    best = min((measure(call) for _ in range(ROUNDS)), key=lambda measured: measured.cpu_seconds)
    ratio = "" if peer is None else f"{best.cpu_seconds / peer.cpu_seconds:.1f}"
    print(f"{name:<44}{best.cpu_seconds:9.4f}{ratio:>13}{best.peak_mb:10.0f}")
    return best


def compare_layouts(matrix: GenotypeMatrix, rows: Rows, bed: Path, file: Path) -> None:
    """Dosage column alone, other encodings, read by whole row groups; ours reads plain two bits by rows."""
    few, all_ = (
        min(measure(partial(read_bed, bed, which)).cpu_seconds for _ in range(ROUNDS)) for which in (rows, None)
    )
    width, values = matrix.n_samples, pa.array(matrix.dosages.ravel())
    packed = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(width), len(matrix.variants), [None, pa.py_buffer(matrix.dosages)]
    )
    codes = PackedCalls.of(matrix.dosages).codes
    two_bits = pa.FixedSizeBinaryArray.from_buffers(pa.binary(codes.shape[1]), len(codes), [None, pa.py_buffer(codes)])
    nested = pa.FixedSizeListArray.from_arrays(values, width)
    print(
        f"\n{'layout of the dosage column':<44}{'size':>9}{'all':>9}{'scattered':>11}   (ratios to .bed, dosages only)"
    )
    for name, column, options in (
        ("two bits, zstd", two_bits, {"compression": "zstd", "compression_level": 1, "use_dictionary": False}),
        ("two bits, uncompressed", two_bits, {"compression": "none", "use_dictionary": False}),
        ("bytes, zstd", packed, {"compression": "zstd", "compression_level": 1, "use_dictionary": False}),
        ("bytes, lz4", packed, {"compression": "lz4", "use_dictionary": False}),
        ("bytes, uncompressed", packed, {"compression": "none", "use_dictionary": False}),
        ("list<int8>, dictionary", nested, {"compression": "none", "use_dictionary": True}),
        ("list<int8>, dictionary, zstd", nested, {"compression": "zstd", "use_dictionary": True}),
    ):
        for group_rows in (64, 512, 4096):
            pq.write_table(
                pa.table({"dosages": column}), file, row_group_size=group_rows, write_statistics=False, **options
            )
            groups = np.unique(rows // group_rows).tolist()
            read = min(measure(lambda: read_groups(file, None)).cpu_seconds for _ in range(ROUNDS))
            some = min(measure(lambda g=groups: read_groups(file, g)).cpu_seconds for _ in range(ROUNDS))
            size = file.stat().st_size / bed.stat().st_size
            print(f"{f'{name}, groups of {group_rows}':<44}{size:9.2f}{read / all_:9.1f}{some / few:11.1f}")


def read_groups(file: Path, groups: list[int] | None) -> None:
    with pq.ParquetFile(file) as parquet:
        for group in range(parquet.num_row_groups) if groups is None else groups:
            parquet.read_row_group(group, use_threads=False)


if __name__ == "__main__":
    main(*[int(text) for text in sys.argv[1:]] or (1000, 100_000))
