"""Clumping of 1,000 people x 50,000 variants by their p-values: ours and Debian's plink1.9 --clump.

    python -m benchmarks.clump [people] [variants]

Both take every variant, r2 > 0.1 within 250 kb. plink reads .bed and p-values and writes its table, its own start
included. Ours is measured twice, in one process of its own: from the genotypes in memory (centring included), as the
methods of a study call it, and with reading the same two files; starting Python is in neither.

plink's r2 is of haplotypes, whose frequencies it estimates; ours is of dosages. So a few index variants differ. Of
inbred people both are the same figure, and so have to be the index variants: the same is run on people that are
homozygous everywhere. Install plink with `apt-get install plink1.9`.
"""

import sys
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.measure import Measured, in_own_process, installed, measure, measure_command, say_goal
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.formats.genotype_source import open_genotypes
from gtl.formats.plink import write_bed, write_bim, write_fam
from gtl.learn.clumping import clump

R2 = 0.1
NAMES = ("chrom", "pos", "rsid", "ref", "alt")
SETTINGS = ["--clump-p1", "1", "--clump-p2", "1", "--clump-r2", str(R2), "--clump-kb", "250"]


def main(n_people: int, n_variants: int) -> None:
    program = installed("plink1.9")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        in_own_process(partial(write_files, folder, n_people, n_variants))
        plink = run_plink(program, folder, "people")
        memory, files = in_own_process(partial(run_ours, folder, "people"))
        inbred = run_plink(program, folder, "inbred"), in_own_process(partial(run_ours, folder, "inbred"))[1]
    print(f"{n_variants} variants x {n_people} people, r2 > {R2} within 250 kb")
    print(f"{'':<42}{'CPU s':>9}{'ratio':>9}{'peak MB':>10}")
    row("plink1.9 --clump", plink, plink)
    row("gtl.learn.clumping, genotypes in memory", memory, plink)
    row("the same with reading .bed and p-values", files, plink)
    say_agreement("people", plink.result, files.result)
    if say_agreement("inbred people", inbred[0].result, inbred[1].result):
        sys.exit("index variants of inbred people differ; the times mean nothing")
    say_goal("clumping", files.cpu_seconds / plink.cpu_seconds, 1, "x plink1.9 --clump")


def write_files(folder: Path, n_people: int, n_variants: int) -> None:
    """Two sets of people and one of p-values: a resampled coalescent panel, and the same with both alleles of one."""
    from benchmarks.genotype_parquet import cohort

    people = cohort(n_people, n_variants)
    rng = np.random.default_rng(1)
    coins = 2 * rng.integers(0, 2, people.dosages.shape, dtype=np.int8)
    homozygous = np.where(people.dosages == 1, coins, people.dosages)
    for name, dosages in ("people", people.dosages), ("inbred", homozygous):
        write_bed(GenotypeMatrix(people.variants, people.samples, dosages), folder / f"{name}.bed")
        write_bim(people.variants, folder / f"{name}.bim")
        write_fam(people.samples, folder / f"{name}.fam")
    p_values = rng.permutation(n_variants) + 1
    rows = zip(people.variants.rsid, p_values, strict=True)
    text = "".join(f"{rsid}\t{p / (n_variants + 1):.8f}\n" for rsid, p in rows)
    (folder / "p.txt").write_text(f"SNP\tP\n{text}")


def run_plink(program: str, folder: Path, name: str) -> Measured[list[str]]:
    """Index variants by plink, from start to end of its process."""
    files = ["--bfile", name, "--allow-no-sex", "--clump", "p.txt", "--out", name]
    run = measure_command([program, *files, *SETTINGS, "--threads", "1"], folder)
    index = pd.read_csv(folder / f"{name}.clumped", sep=r"\s+")["SNP"]
    return Measured(sorted(index), run.cpu_seconds, run.wall_seconds, run.peak_mb)


def run_ours(folder: Path, name: str) -> tuple[Measured[list[str]], Measured[list[str]]]:
    """Index variants by ours: of genotypes in memory, and of files."""
    genotypes, p_values = _read(folder, name)
    memory = measure(partial(_index, genotypes, p_values))
    return memory, measure(lambda: _index(*_read(folder, name)))


def _read(folder: Path, name: str) -> tuple[GenotypeMatrix, npt.NDArray[np.float64]]:
    blocks = [*open_genotypes(f"{folder}/{name}.bed").all_blocks()]
    columns = (np.concatenate([getattr(block.variants, name) for block in blocks]) for name in NAMES)
    dosages = np.concatenate([block.dosages for block in blocks])
    genotypes = GenotypeMatrix(Variants(*columns), blocks[0].samples, dosages)
    table = pd.read_csv(folder / "p.txt", sep="\t")
    return genotypes, table["P"].to_numpy()


def _index(genotypes: GenotypeMatrix, p_values: npt.NDArray[np.float64]) -> list[str]:
    x = genotypes.dosages.T.astype(np.float32)
    x -= x.mean(axis=0)
    return sorted(genotypes.variants.rsid[clump(x, p_values, genotypes.variants, R2)])


def row(name: str, found: Measured[list[str]], plink: Measured[list[str]]) -> None:
    ratio = found.cpu_seconds / plink.cpu_seconds
    print(f"{name:<42}{found.cpu_seconds:>9.2f}{ratio:>9.2f}{found.peak_mb:>10.0f}")


def say_agreement(who: str, theirs: list[str], ours: list[str]) -> int:
    """Print how many index variants one side has alone, and return it."""
    alone = len({*theirs} ^ {*ours})
    print(f"{who}: {len(theirs)} index variants by plink, {len(ours)} by ours, {alone} by one of them only")
    return alone


if __name__ == "__main__":
    main(*[int(text) for text in sys.argv[1:]] or (1000, 50_000))
