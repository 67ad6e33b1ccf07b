"""A phenotype of 1000 people at 62,000 SNPs, kinship and all. Run: python -m benchmarks.phenotype.

Beside it runs the R package's way to effects of kinship in numpy: the whole matrix of kinship and its Cholesky factor.
The R package cannot be run here: its seconds are those measured once on its own machine (2 cores of an AMD EPYC,
PhenotypeSimulator 0.3.4, R 4.2.2; reference/phenotypesimulator/timing.csv).
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy: one thread, so that CPU seconds compare

import numpy as np

from benchmarks.measure import measure, say_goal
from gtl.config.phenotypes import PhenotypesConfig
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.domain.phenotype_code import PhenotypeCode
from gtl.simulate.phenotypes import PeopleInMemory, kinship, simulate_study_phenotypes

N_VARIANTS, N_LARGE, N_SMALL, PHENOTYPES = 62_000, 1000, 150, 8

R_SECONDS = {
    "R package: dosages from .gen (extrapolated)": 1287.0,
    "R package: standardise and kinship": 13.7 + 42.4,
    "R package: the same with OpenBLAS": 13.7 + 1.4,
    "R package: a phenotype of the large population": 1.53,  # factors the kinship each time
    "R package: the same with OpenBLAS, too": 0.30,
}


def main() -> None:
    large, small = _cohort(N_LARGE), _cohort(N_SMALL)
    each = measure(lambda: [_phenotype(large, small, i + 1) for i in range(PHENOTYPES)])
    dense = measure(lambda: np.linalg.cholesky(kinship(large.genotypes.dosages)))
    whole = each.cpu_seconds / PHENOTYPES
    print(f"{N_LARGE} people x {N_VARIANTS} SNPs (and {N_SMALL} of the small population), one thread")
    print(f"{'step':48s} {'CPU s':>9s} {'ratio':>8s} {'peak MB':>8s}")
    _row("gtl: a phenotype in both populations", whole, whole, each.peak_mb)
    _row("numpy: kinship of the large one and its factor", dense.cpu_seconds, whole, dense.peak_mb)
    for name, seconds in R_SECONDS.items():
        _row(name, seconds, whole)
    say_goal(f"a phenotype of {N_LARGE:,} people x {N_VARIANTS:,} variants", whole, 0.5, "CPU-s")


def _row(name: str, seconds: float, whole: float, peak_mb: float | None = None) -> None:
    peak = "-" if peak_mb is None else f"{peak_mb:.0f}"
    print(f"{name:48s} {seconds:9.3f} {seconds / whole:8.2f} {peak:>8s}")


def _cohort(n_samples: int) -> PeopleInMemory:
    rng = np.random.default_rng(n_samples)
    frequency = rng.beta(0.5, 1.5, N_VARIANTS)
    dosages = np.stack([rng.binomial(2, q, n_samples).astype(np.int8) for q in frequency])
    names = np.array([f"rs{row}" for row in range(N_VARIANTS)], dtype=object)
    letter = np.full(N_VARIANTS, "A", dtype=object)
    variants = Variants(np.full(N_VARIANTS, "21", dtype=object), np.arange(N_VARIANTS), names, letter, letter)
    return PeopleInMemory(GenotypeMatrix(variants, np.arange(n_samples).astype(object), dosages))


def _phenotype(large: PeopleInMemory, small: PeopleInMemory, iteration: int) -> object:
    config = PhenotypesConfig(causal_maf_min=0.01)
    return simulate_study_phenotypes(large, small, config, PhenotypeCode("YRI", 10, iteration), seed=1)


if __name__ == "__main__":
    main()
