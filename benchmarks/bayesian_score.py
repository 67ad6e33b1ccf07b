"""Bayesian scores that know linkage disequilibrium: ours (sum of single effects) beside VIPRS (spike and slab).

    python -m benchmarks.bayesian_score [phenotypes]

Each phenotype: five causal SNPs (minor allele frequency of 5 % and more in both populations) make 30 % of the variance;
700 people of the large population train, 2,000 of the small one are predicted, whose mean dosages are known from 100.
Ours gets the SNPs with p < 0.1, as in a study. VIPRS (Zabad, Gravel & Li 2023, Am J Hum Genet 110:741) gets all SNPs,
as its authors mean it, or these; its cost holds writing of its input files and its linkage disequilibrium matrix.
"""

import logging
import os
import sys
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.measure import measure
from gtl.association import associate
from gtl.config.genotypes import CohortsConfig, PanelConfig, PopulationsConfig
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.evaluate.ceiling import best_accuracy
from gtl.formats.plink import write_bed, write_bim, write_fam
from gtl.harmonise import harmonise, orient
from gtl.learn.single_effects import sum_of_single_effects
from gtl.random_streams import stream
from gtl.simulate.genotypes import simulate_cohort
from gtl.simulate.panel import Panel, build_panel

VARIANCE, CAUSAL_SNPS = 0.3, 5
TRAINING, SMALL, FINAL = 700, 100, 2000

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Phenotype:
    """Genotypes of training people (x, a person a row) and of those to predict, and who is a case (or its sign)."""

    x: npt.NDArray[np.int8]
    case: npt.NDArray[np.int8]
    x_final: Array
    case_final: npt.NDArray[np.int8]
    p_values: Array
    positions: npt.NDArray[np.int64]

    def take(self, rows: npt.NDArray[np.intp]) -> "Phenotype":
        """The same people at fewer SNPs."""
        return Phenotype(
            self.x[:, rows], self.case, self.x_final[:, rows], self.case_final, self.p_values[rows],
            self.positions[rows],
        )  # fmt: skip


def main(phenotypes: int) -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    os.environ["TQDM_DISABLE"] = "1"
    panel = build_panel(
        PanelConfig(variants_large=24000, variants_small=33000, variants_shared=15000), PopulationsConfig(), 1
    )
    methods: dict[str, Callable[[Phenotype], Array]] = {
        "ours, p < 0.1": _ours,
        "VIPRS, all SNPs": _viprs,
        "VIPRS, p < 0.1": _viprs,
    }
    rows = []
    for number in range(phenotypes):
        everything = _phenotype(panel, number)
        likely = everything.take(np.flatnonzero(everything.p_values < 0.1))
        for name, fit in methods.items():
            data = everything if name.endswith("all SNPs") else likely
            measured = measure(lambda fit=fit, data=data: fit(data))
            accuracy = np.mean((data.x_final @ measured.result > 0) == data.case_final)
            rows.append((name, measured.cpu_seconds, 100 * accuracy, measured.peak_mb))
        print(f"phenotype {number + 1} of {phenotypes} done", file=sys.stderr, flush=True)
    _print(pd.DataFrame(rows, columns=["method", "cpu", "accuracy", "memory"]), phenotypes)


def _phenotype(panel: Panel, number: int) -> Phenotype:
    rng, settings = stream(1, "benchmark", "bayesian score", number), CohortsConfig()
    large = simulate_cohort(panel.large, panel.genetic_map, TRAINING, 11418, settings, rng, "L").genotypes
    small = simulate_cohort(panel.small, panel.genetic_map, SMALL + FINAL, 17469, settings, rng, "S").genotypes
    shared = harmonise(large.variants, small.variants, small.variants).shared
    a = large.dosages[shared["large_row"]]
    b = orient(small.dosages[shared["small_row"]], shared["small_flip"].to_numpy())
    common = np.flatnonzero((_maf(a) >= 0.05) & (_maf(b) >= 0.05))
    causal, effects = rng.choice(common, CAUSAL_SNPS, replace=False), rng.normal(size=CAUSAL_SNPS)
    case_a, case_b = (_case(dosages[causal].T @ effects, rng) for dosages in (a, b))
    varies = np.flatnonzero(_maf(a) > 0)
    matrix = GenotypeMatrix(large.variants.take(shared["large_row"].to_numpy()[varies]), large.samples, a[varies])
    return Phenotype(
        matrix.dosages.T,
        case_a,
        b[varies, SMALL:].T - b[varies, :SMALL].mean(axis=1),
        case_b[SMALL:],
        associate(matrix, case_a)["p_value"].to_numpy(),
        matrix.variants.pos,
    )


def _maf(dosages: npt.NDArray[np.int8]) -> Array:
    frequency = dosages.mean(axis=1) / 2
    return np.asarray(np.minimum(frequency, 1 - frequency))


def _case(value: Array, rng: np.random.Generator) -> npt.NDArray[np.int8]:
    liability = np.sqrt(VARIANCE) * (value - value.mean()) / value.std()
    return (liability + rng.normal(0, np.sqrt(1 - VARIANCE), len(value)) > 0).astype(np.int8)


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
        table = viprs.VIPRS(loaded).fit().to_table().set_index("SNP")
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


def _print(table: pd.DataFrame, phenotypes: int) -> None:
    ceiling = 100 * best_accuracy(VARIANCE)
    print(f"{phenotypes} phenotypes; the causal SNPs themselves allow {ceiling:.1f} % accuracy")
    print(f"{'':<18}{'CPU s':>9}{'ratio':>8}{'accuracy, % (SE)':>19}{'peak MB':>9}")
    ours = table.loc[table["method"].str.startswith("ours"), "cpu"].mean()
    for name, rows in table.groupby("method", sort=False):
        mean, error = rows["accuracy"].mean(), rows["accuracy"].std() / np.sqrt(len(rows))
        accuracy = f"{mean:.1f} ({error:.1f})"
        cpu = rows["cpu"].mean()
        print(f"{name:<18}{cpu:>9.2f}{cpu / ours:>8.0f}{accuracy:>19}{rows['memory'].min():>9.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
