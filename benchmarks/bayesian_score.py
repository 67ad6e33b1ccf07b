"""Bayesian scores that know linkage disequilibrium: ours (sum of single effects) beside VIPRS (spike and slab).

    python -m benchmarks.bayesian_score [phenotypes]

On the phenotypes of :mod:`benchmarks.two_populations`; the small population's mean dosages are known from 100 people.
Ours gets the SNPs with p < 0.1, as in a study. VIPRS (Zabad, Gravel & Li 2023, Am J Hum Genet 110:741) gets all SNPs,
as its authors mean it, or these; its cost holds writing of its input files and its linkage disequilibrium matrix.
"""

import logging
import os
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.measure import measure
from benchmarks.two_populations import VARIANCE, Phenotype, phenotypes
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.evaluate.ceiling import best_accuracy
from gtl.formats.plink import write_bed, write_bim, write_fam
from gtl.learn.single_effects import sum_of_single_effects

Array = npt.NDArray[np.float64]


def main(count: int) -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    os.environ["TQDM_DISABLE"] = "1"
    methods: dict[str, Callable[[Phenotype], Array]] = {
        "ours, p < 0.1": _ours,
        "VIPRS, all SNPs": _viprs,
        "VIPRS, p < 0.1": _viprs,
    }
    rows = []
    for number, everything in enumerate(phenotypes(count, "bayesian score")):
        likely = everything.likely(0.1)
        for name, fit in methods.items():
            data = everything if name.endswith("all SNPs") else likely
            measured = measure(lambda fit=fit, data=data: fit(data))
            accuracy = np.mean(((data.x_final - data.x_small.mean(axis=0)) @ measured.result > 0) == data.case_final)
            rows.append((name, measured.cpu_seconds, 100 * accuracy, measured.peak_mb))
        print(f"phenotype {number + 1} of {count} done", file=sys.stderr, flush=True)
    _print(pd.DataFrame(rows, columns=["method", "cpu", "accuracy", "memory"]), count)


def _ours(data: Phenotype) -> Array:
    spread = data.x.std(axis=0)
    return sum_of_single_effects((data.x - data.x.mean(axis=0)) / spread, data.case - data.case.mean()).weights / spread


def _viprs(data: Phenotype) -> Array:
    import magenpy
    import viprs

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        variants = _write_input(data, folder)
        loaded = magenpy.GWADataLoader(
            f"{folder}/study.bed", sumstats_files=f"{folder}/association.tsv", temp_dir=f"{folder}/scratch"
        )
        loaded.compute_ld("windowed", output_dir=f"{folder}/ld", kb_window_size=3000, window_size=2000)
        table = viprs.VIPRS(loaded).fit(disable_pbar=True).to_table().set_index("SNP")
    weights = table["BETA"].reindex(variants.rsid).fillna(0).to_numpy()
    return np.asarray(weights / data.x.std(axis=0))


def _write_input(data: Phenotype, folder: Path) -> Variants:
    n, n_snps = data.x.shape
    names = np.array([f"snp{number}" for number in range(n_snps)], dtype=object)
    columns = (np.full(n_snps, value, dtype=object) for value in ("C", "A"))
    variants = Variants(np.full(n_snps, "1", dtype=object), data.positions, names, *columns)
    people = np.array([f"person{number}" for number in range(n)], dtype=object)
    write_bed(GenotypeMatrix(variants, people, np.ascontiguousarray(data.x.T)), folder / "study.bed")
    write_bim(variants, folder / "study.bim")
    write_fam(people, folder / "study.fam")
    _association(data, variants).to_csv(folder / "association.tsv", sep="\t", index=False)
    return variants


def _association(data: Phenotype, variants: Variants) -> pd.DataFrame:
    """Linear regression of case status on each SNP, both standardised: what VIPRS takes."""
    n = len(data.x)
    x = (data.x - data.x.mean(axis=0)) / data.x.std(axis=0)
    beta = (data.case - data.case.mean()) @ x / n / data.case.std()
    error = np.sqrt((1 - beta**2) / (n - 2))
    names = {"CHR": 1, "SNP": variants.rsid, "POS": variants.pos, "A1": variants.alt, "A2": variants.ref}
    figures = {"MAF": data.x.mean(axis=0) / 2, "N": n, "BETA": beta, "SE": error, "Z": beta / error}
    return pd.DataFrame(names | figures)


def _print(table: pd.DataFrame, count: int) -> None:
    ceiling = 100 * best_accuracy(VARIANCE)
    print(f"{count} phenotypes; the causal SNPs themselves allow {ceiling:.1f} % accuracy")
    print(f"{'':<18}{'CPU s':>9}{'ratio':>8}{'accuracy, % (SE)':>19}{'peak MB':>9}")
    ours = table.loc[table["method"].str.startswith("ours"), "cpu"].mean()
    for name, rows in table.groupby("method", sort=False):
        mean, error = rows["accuracy"].mean(), rows["accuracy"].std() / np.sqrt(len(rows))
        accuracy = f"{mean:.1f} ({error:.1f})"
        cpu = rows["cpu"].mean()
        print(f"{name:<18}{cpu:>9.2f}{cpu / ours:>8.0f}{accuracy:>19}{rows['memory'].min():>9.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
