"""Association beside 10 covariates, 2,000 people x 20,000 variants: ours and Debian's plink2 --glm, one thread each.

First one trait of each kind; then ten in one pass over the genotypes, beside ten passes and one run of plink2 on ten.

    python -m benchmarks.regression [share of missing genotypes]

plink2 reads a .bed file and writes its table; ours has the genotypes in memory and returns its table. The default, 1 %
missing, is as typed genotypes are; 0 is as imputed ones are. Peak memory is of one more, untimed run on top of the
genotypes. Install plink2 with `apt-get install plink2`; run by `python -m benchmarks regression` for one thread.
"""

import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.measure import Measured, installed, measure, say_goal
from gtl.association import scan, scan_traits
from gtl.association.several_traits import TraitValues
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.domain.trait import TraitKind
from gtl.formats.plink import write_bed, write_bim, write_fam

PEOPLE, VARIANTS, COVARIATES, TRAITS = 2_000, 20_000, 10, 10
SUFFIX = {TraitKind.QUANTITATIVE: "linear", TraitKind.BINARY: "logistic.hybrid"}
REGRESSION = {TraitKind.QUANTITATIVE: "linear", TraitKind.BINARY: "logistic"}

Array = npt.NDArray[np.float64]


def main(missing: float) -> None:
    program = installed("plink2")
    genotypes, covariates, traits = _study(missing)
    print(f"{VARIANTS} variants x {PEOPLE} people, {COVARIATES} covariates, {missing:.0%} of genotypes missing")
    print(f"{'':<34}{'CPU s':>9}{'ratio':>9}{'peak MB':>15}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder, genotypes, covariates, traits)
        ratios = {
            kind: _compare(folder, program, kind, lambda k=kind, v=values: scan([genotypes], v, k, covariates))
            for kind, values in traits.items()
        }
        for kind, values in traits.items():
            _several(folder, program, kind, _ten(kind, values, covariates), genotypes)
    for kind, ratio in ratios.items():
        name = f"{REGRESSION[kind]} regression with {COVARIATES} covariates"
        say_goal(name, ratio, 1.5, "x plink2 --glm")


def _study(missing: float) -> tuple[GenotypeMatrix, Array, dict[TraitKind, Array]]:
    rng = np.random.default_rng(1)
    dosages = rng.binomial(2, rng.uniform(0.02, 0.5, (VARIANTS, 1)), (VARIANTS, PEOPLE)).astype(np.int8)
    dosages[rng.random(dosages.shape, dtype=np.float32) < missing] = -1
    names = np.array([f"v{i}" for i in range(VARIANTS)], dtype=object)
    chrom, ref, alt = (np.full(VARIANTS, text, dtype=object) for text in ("21", "A", "G"))
    variants = Variants(chrom, np.arange(1, VARIANTS + 1, dtype=np.int64), names, ref, alt)
    covariates = rng.normal(size=(PEOPLE, COVARIATES))
    value = covariates.sum(axis=1) / 5 + np.maximum(dosages[:20], 0).sum(axis=0) / 10 + rng.normal(size=PEOPLE)
    case = (value + rng.logistic(size=PEOPLE) > np.quantile(value, 0.6)).astype(np.float64)
    samples = np.array([f"s{i}" for i in range(PEOPLE)], dtype=object)
    return (
        GenotypeMatrix(variants, samples, dosages),
        covariates,
        {
            TraitKind.QUANTITATIVE: value,
            TraitKind.BINARY: case,
        },
    )


def _write(folder: Path, genotypes: GenotypeMatrix, covariates: Array, traits: dict[TraitKind, Array]) -> None:
    write_bed(genotypes, folder / "study.bed")
    write_bim(genotypes.variants, folder / "study.bim")
    write_fam(genotypes.samples, folder / "study.fam")
    ids = pd.DataFrame({"#FID": genotypes.samples, "IID": genotypes.samples})
    values = {kind.value: trait + (kind is TraitKind.BINARY) for kind, trait in traits.items()}
    ids.assign(**values).to_csv(folder / "traits.txt", sep="\t", index=False)
    columns = {f"C{number}": column for number, column in enumerate(covariates.T)}
    ids.assign(**columns).to_csv(folder / "covariates.txt", sep="\t", index=False)


def _compare(folder: Path, program: str, kind: TraitKind, call: Callable[[], pd.DataFrame]) -> float:
    """CPU seconds of ours, relative to plink2's."""
    ours, plink = measure(call), measure(lambda: _run_plink(folder, program, kind.value))
    _row(f"gtl.association.scan, {kind.value}", ours.cpu_seconds, plink, f"{_peak_mb(call):.0f}")
    _row("plink2 --glm", plink.cpu_seconds, plink, "own process")
    peer = pd.read_csv(folder / f"plink2.{kind.value}.glm.{SUFFIX[kind]}", sep="\t")
    difference = np.abs(np.log10(ours.result["p_value"] / peer["P"]))
    print(f"largest difference of log10 p: {difference.max():.1e}, median {difference.median():.1e}")
    return ours.cpu_seconds / plink.cpu_seconds


def _ten(kind: TraitKind, values: Array, covariates: Array) -> list[TraitValues]:
    """As many traits of a kind: the value with noise of its own, or a case status of which a tenth is exchanged."""
    rng = np.random.default_rng(2)
    if kind is TraitKind.QUANTITATIVE:
        made = values + rng.normal(size=(TRAITS, PEOPLE))
    else:
        made = np.where(rng.random((TRAITS, PEOPLE)) < 0.1, 1 - values, values)
    return [TraitValues(f"{kind.value}{number}", own, kind, covariates) for number, own in enumerate(made)]


def _several(folder: Path, program: str, kind: TraitKind, traits: list[TraitValues], genotypes: GenotypeMatrix) -> None:
    people = pd.DataFrame({"#FID": genotypes.samples, "IID": genotypes.samples})
    columns = {trait.name: trait.values + (kind is TraitKind.BINARY) for trait in traits}
    people.assign(**columns).to_csv(folder / "several.txt", sep="\t", index=False)
    names = [trait.name for trait in traits]
    plink = measure(lambda: _run_plink(folder, program, *names, traits="several.txt"))

    def together() -> list[object]:
        return [found for _, found in scan_traits(_in_blocks(genotypes), traits)]

    def one_by_one() -> list[object]:
        return [list(scan_traits(_in_blocks(genotypes), [trait])) for trait in traits]

    ours = measure(together)
    _row(f"{TRAITS} {kind.value} traits, one pass", ours.cpu_seconds, plink, f"{_peak_mb(together):.0f}")
    _row(f"{TRAITS} passes", measure(one_by_one).cpu_seconds, plink, f"{_peak_mb(one_by_one):.0f}")
    _row(f"plink2 --glm, {TRAITS} phenotypes", plink.cpu_seconds, plink, "own process")
    for place in (0, TRAITS - 1):
        p_values = np.concatenate([found[place].p_value for found in ours.result])
        peer = pd.read_csv(folder / f"plink2.{names[place]}.glm.{SUFFIX[kind]}", sep="\t")
        difference = np.abs(np.log10(p_values / peer["P"]))
        print(f"{names[place]}: largest difference of log10 p {difference.max():.1e}, median {difference.median():.1e}")


def _in_blocks(genotypes: GenotypeMatrix) -> Iterator[GenotypeMatrix]:
    """As a study reads them."""
    return (genotypes.take_variants(slice(start, start + 4096)) for start in range(0, VARIANTS, 4096))


def _run_plink(folder: Path, program: str, *names: str, traits: str = "traits.txt") -> None:
    files = ["--bfile", "study", "--pheno", traits, "--pheno-name", *names, "--covar", "covariates.txt"]
    options = ["--glm", "hide-covar", "--threads", "1"]
    subprocess.run([program, *files, *options], cwd=folder, check=True, capture_output=True)


def _peak_mb(call: Callable[[], object]) -> float:
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def _row(name: str, cpu_seconds: float, plink: Measured[None], memory: str) -> None:
    print(f"{name:<34}{cpu_seconds:>9.2f}{cpu_seconds / plink.cpu_seconds:>9.2f}{memory:>15}")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 0.01)
