"""Fisher's exact test of 62,283 SNPs x 1,000 people: this project, Debian's plink1.9, and scipy one SNP at a time.

    python -m benchmarks.fisher [share of missing genotypes]

The people are those of the `paper` preset's large cohort. plink reads them from a .bed file and writes its table; ours
has them in memory and returns its table. scipy is run on every 200th SNP and its seconds are extrapolated. Install
plink with `apt-get install plink1.9`.
"""

import subprocess
import sys
import tempfile
import tracemalloc
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from bed_reader import to_bed
from scipy.stats import fisher_exact

from benchmarks.measure import Measured, installed, measure, say_goal
from gtl.association import associate
from gtl.association.counts import CaseControlCounts
from gtl.config import preset
from gtl.domain.genotypes import GenotypeMatrix
from gtl.random_streams import stream
from gtl.simulate.genotypes import resample
from gtl.simulate.panel import build_panel

SAMPLE_STEP = 200


def main(missing: float) -> None:
    program = installed("plink1.9")
    genotypes, case = _study(missing)
    with tempfile.TemporaryDirectory() as folder:
        _write_bed(Path(folder) / "study.bed", genotypes, case)
        ours = measure(lambda: associate(genotypes, case))
        plink = measure(lambda: _run_plink(program, Path(folder)))
        plink_p = pd.read_csv(Path(folder) / "plink.assoc.fisher", sep=r"\s+")["P"].fillna(1).to_numpy()
    scipy = measure(lambda: _scipy_p(genotypes.dosages[::SAMPLE_STEP], case))
    print(f"{len(genotypes.variants)} SNPs x {genotypes.n_samples} people, {missing:.0%} of genotypes missing")
    print(f"{'':<34}{'CPU s':>9}{'ratio':>9}{'peak MB':>15}")
    _row("gtl.association.associate", ours.cpu_seconds, plink, f"{_peak_mb(genotypes, case):.0f}")
    _row("plink1.9 --assoc fisher", plink.cpu_seconds, plink, "own process")
    _row(f"scipy, looped, {SAMPLE_STEP} x a sample", scipy.cpu_seconds * SAMPLE_STEP, plink, "")
    _compare("plink (4 digits printed)", ours.result["p_value"].to_numpy(), plink_p)
    _compare("scipy", ours.result["p_value"].to_numpy()[::SAMPLE_STEP], scipy.result)
    say_goal("association on counts", ours.cpu_seconds / plink.cpu_seconds, 1, "x plink1.9")


def _study(missing: float) -> tuple[GenotypeMatrix, npt.NDArray[np.int8]]:
    config, rng = preset("paper"), stream(1, "benchmark", "fisher")
    panel = build_panel(config.panel, config.populations, config.seed)
    shared = panel.large.take(np.isin(panel.large.variants.pos, panel.small.variants.pos))
    size, effective_size = config.cohorts.large, config.cohorts.effective_size_large
    genotypes = resample(shared, panel.genetic_map, size, effective_size, None, rng, "CEU-")
    genotypes.dosages[rng.random(genotypes.dosages.shape, dtype=np.float32) < missing] = -1
    liability = 0.1 * genotypes.dosages[::1000].sum(axis=0) + rng.standard_normal(size)
    return genotypes, (liability > np.median(liability)).astype(np.int8)


def _write_bed(path: Path, genotypes: GenotypeMatrix, case: npt.NDArray[np.int8]) -> None:
    properties = {"pheno": case + 1, "chromosome": genotypes.variants.chrom, "bp_position": genotypes.variants.pos}
    names = {"iid": genotypes.samples, "fid": genotypes.samples, "sid": genotypes.variants.rsid}
    dosages = np.where(genotypes.dosages < 0, -127, genotypes.dosages).T
    to_bed(
        path,
        dosages,
        properties=properties | names | {"allele_1": genotypes.variants.alt, "allele_2": genotypes.variants.ref},
    )


def _run_plink(program: str, folder: Path) -> None:
    options = ["--assoc", "fisher", "--allow-no-sex", "--keep-allele-order", "--threads", "1"]
    subprocess.run([program, "--bfile", "study", *options], cwd=folder, check=True, capture_output=True)


def _peak_mb(genotypes: GenotypeMatrix, case: npt.NDArray[np.int8]) -> float:
    """Memory of a second, untimed run on top of the genotypes; the process's own peak is the panel's."""
    tracemalloc.start()
    associate(genotypes, case)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def _scipy_p(dosages: npt.NDArray[np.int8], case: npt.NDArray[np.int8]) -> npt.NDArray[np.float64]:
    tables = CaseControlCounts.of(dosages, case).alleles
    return np.array([fisher_exact(table).pvalue for table in tables])


def _row(name: str, cpu_seconds: float, plink: Measured[None], memory: str) -> None:
    print(f"{name:<34}{cpu_seconds:>9.2f}{cpu_seconds / plink.cpu_seconds:>9.2f}{memory:>15}")


def _compare(peer: str, ours: npt.NDArray[np.float64], theirs: npt.NDArray[np.float64]) -> None:
    print(f"largest relative difference of p from {peer}: {np.max(np.abs(ours / theirs - 1)):.1e}")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 0.0)
