"""Import of a cohort's files beside the packages that read them, alone.

    python -m benchmarks.imports [--people 2000] [--variants 200000] [--formats bed pgen vcf bgen]

The genotypes are a resampled coalescent panel (benchmarks/genotype_parquet.py), written as .bed and turned into the
other formats by plink2, which has to be there. The package's side reads every genotype into memory block by block or
variant by variant, and drops it. Ours reads the names, too, counts genotypes by variant and by person, and writes the
Parquet file. Every figure is the best of three runs, each in a process of its own, one thread; peaks are of the whole
process, with Python and its packages.
"""

import argparse
import subprocess
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.measure import Measured, in_own_process, installed, measure, say_goal

ROUNDS = 3
BLOCK = 8192
SUFFIXES = {"bed": ".bed", "pgen": ".pgen", "vcf": ".vcf.gz", "bgen": ".bgen"}
EXPORTS = {
    "pgen": ["--make-pgen"],
    "vcf": ["--export", "vcf", "bgz"],
    "bgen": ["--export", "bgen-1.2", "bits=8"],
}
PACKAGES = {"bed": "bed-reader", "pgen": "pgenlib", "vcf": "cyvcf2", "bgen": "bgen"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--variants", type=int, default=200_000)
    parser.add_argument("--formats", nargs="+", choices=[*SUFFIXES], default=[*SUFFIXES])
    size = parser.parse_args()
    plink2 = installed("plink2")
    with tempfile.TemporaryDirectory() as folder:
        prefix = Path(folder, "cohort")
        exports = [EXPORTS[form] for form in size.formats if form in EXPORTS]
        in_own_process(partial(write_files, prefix, size.people, size.variants, plink2, exports))
        print(f"{size.people} people x {size.variants} variants")
        print(f"{'':24}{'CPU s':>9}{'ratio':>8}{'peak MB':>10}")
        ratios = dict[str, float]()
        for form in size.formats:
            alone = report(f"{PACKAGES[form]} alone", partial(READERS[form], prefix, size.people, size.variants))
            ours = report(f"import of {SUFFIXES[form]}", partial(import_all, f"{prefix}{SUFFIXES[form]}"), alone)
            ratios[form] = ours.cpu_seconds / alone.cpu_seconds
        for form, ratio in ratios.items():
            say_goal(f"import of {SUFFIXES[form]}", ratio, 1.5, f"x {PACKAGES[form]} alone")


def report(name: str, call: Callable[[], int], peer: Measured[int] | None = None) -> Measured[int]:
    best = min((in_own_process(partial(measure, call)) for _ in range(ROUNDS)), key=lambda found: found.cpu_seconds)
    if peer is not None and best.result != peer.result:
        raise SystemExit(f"{name}: {best.result} variants, but {peer.result} by the package; the times mean nothing")
    ratio = "" if peer is None else f"{best.cpu_seconds / peer.cpu_seconds:.2f}"
    print(f"{name:24}{best.cpu_seconds:9.2f}{ratio:>8}{best.peak_mb:10.0f}", flush=True)
    return best


def write_files(prefix: Path, n_people: int, n_variants: int, plink2: str, exports: list[list[str]]) -> None:
    from benchmarks.genotype_parquet import cohort
    from gtl.formats.plink import write_bed, write_bim, write_fam

    matrix = cohort(n_people, n_variants)
    write_bed(matrix, prefix.with_suffix(".bed"))
    write_bim(matrix.variants, prefix.with_suffix(".bim"))
    write_fam(matrix.samples, prefix.with_suffix(".fam"))
    for export in exports:
        command = [plink2, "--bfile", str(prefix), *export, "--out", str(prefix), "--threads", "1"]
        subprocess.run(command, check=True, capture_output=True)


def import_all(location: str) -> int:
    from gtl.formats.genotype_source import open_genotypes
    from gtl.prepare.imported import import_chromosome

    source = open_genotypes(location)
    path = Path(location).with_name("imported.parquet")
    return sum(import_chromosome(source, name, path).n_variants for name in source.chromosomes())


def read_bed(prefix: Path, n_people: int, n_variants: int) -> int:
    from bed_reader import open_bed

    with open_bed(f"{prefix}.bed", iid_count=n_people, sid_count=n_variants, num_threads=1) as bed:
        for start in range(0, n_variants, BLOCK):
            bed.read(index=np.s_[:, start : start + BLOCK], dtype="int8", order="F", num_threads=1)
    return n_variants


def read_pgen(prefix: Path, n_people: int, n_variants: int) -> int:
    from pgenlib import PgenReader

    reader, block = PgenReader(f"{prefix}.pgen".encode(), raw_sample_ct=n_people), np.empty((BLOCK, n_people), np.int8)
    for start in range(0, n_variants, BLOCK):
        reader.read_range(start, min(start + BLOCK, n_variants), block)
    reader.close()
    return n_variants


def read_vcf(prefix: Path, n_people: int, n_variants: int) -> int:
    from cyvcf2 import VCF

    return sum(len(record.gt_types) == n_people for record in VCF(f"{prefix}.vcf.gz", gts012=True))


def read_bgen(prefix: Path, n_people: int, n_variants: int) -> int:
    from bgen import BgenReader

    with BgenReader(f"{prefix}.bgen", delay_parsing=True) as reader:
        return sum(len(entry.alt_dosage) == n_people for entry in reader)


READERS = {"bed": read_bed, "pgen": read_pgen, "vcf": read_vcf, "bgen": read_bgen}

if __name__ == "__main__":
    main()
