"""Scores of AFR people from EUR and AFR summary statistics (BridgePRS's example data), without people and with few.

    python -m benchmarks.statistics_scores --data FOLDER [--sealed]

FOLDER is ``bridgeprs`` of the reference data (docs/real_data.md says where it is from): statistics of 80,000 and 20,000
people, genotypes of the 1000 Genomes as LD reference, 1,000 AFR people to learn from. Without ``--sealed`` all figures
are cross-validated within these; with it, of AFR_valid's 1,000 people, to be looked at for a final design alone.
"""

import argparse
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.measure import measure
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.formats.genotype_source import open_genotypes
from gtl.learn.summary.blocks import ld_blocks
from gtl.learn.summary.chromosome_ld import ChromosomeLd, write_ld
from gtl.learn.summary.combine import combine
from gtl.learn.summary.effects import JOINT, column_names, effects_of_sources
from gtl.learn.summary.sources import SourceStatistics
from gtl.prepare.alleles import compare_alleles
from gtl.prepare.pairing import pair_variants
from gtl.prepare.summary_statistics import UsableStatistics, read_statistics
from gtl.prepare.variant_quality import check_names, named

Array = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]

SOURCES = ("EUR", "AFR")
TARGET = "AFR"
PEOPLE = (1000, 300, 100)
DRAWS = 10
FOLDS = 10


@dataclass(frozen=True)
class Scored:
    """AFR people: (n, k) scores of columns, and their traits, in the order of the genotypes."""

    names: list[str]
    columns: Array
    traits: pd.DataFrame


def main(data: Path, sealed: bool) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        with tarfile.open(data / "1000G_sample.tar.xz") as archive:
            archive.extractall(scratch, filter="data")
        measured = measure(lambda: scores(data, Path(scratch)))
    print(f"scores of {len(measured.result.traits):,} people: {measured.cpu_seconds:.1f} CPU-s, all but unpacking")
    print(f"peak memory {measured.peak_mb:.0f} MB")
    report(measured.result, "AFR_valid" if sealed else "AFR_test")


def scores(data: Path, scratch: Path) -> Scored:
    """Every step from files to scores, with its CPU seconds."""
    read = measure(lambda: {name: _statistics(data, name) for name in SOURCES})
    print(f"statistics read: {read.cpu_seconds:.1f} CPU-s")
    people = open_genotypes(str(data / "pop_AFR/genotypes/chr{chrom}.bed"))
    reference = open_genotypes(str(scratch / "1000G_sample/chr{chrom}.bed"))
    members = [_members(scratch, name, reference.samples.ids) for name in SOURCES]
    genome = sum(len(block.variants) for block in people.all_blocks())
    total, cpu = np.zeros((len(people.samples), len(column_names(SOURCES)))), np.zeros(2)
    for chromosome in people.chromosomes():
        matrix = _whole([*people.blocks(chromosome)])
        panel = _aligned(matrix.variants, _whole([*reference.blocks(chromosome)]))
        ld = measure(lambda panel=panel, c=chromosome: _ld([panel[:, rows] for rows in members], scratch, c))
        sources = [_source(name, read.result[name], matrix.variants) for name in SOURCES]
        found = measure(lambda s=sources, ld=ld: effects_of_sources(s, ld.result, genome, TARGET))
        cpu += ld.cpu_seconds, found.cpu_seconds
        effects = np.array([*found.result.values()]).T
        total += _standardised(matrix.dosages).T @ effects
    print(f"LD of {len(SOURCES)} references: {cpu[0]:.1f} CPU-s; effects: {cpu[1]:.1f} CPU-s")
    return Scored([*found.result], total, _traits(data, people.samples.ids))


def report(scored: Scored, name: str) -> None:
    """Print R² of each column and of the combinations, of the people of one table."""
    there = scored.traits["set"].to_numpy() == name
    for trait in ("y", "y.binary"):
        values = scored.traits[trait].to_numpy(np.float64)
        print(f"\n{trait}, {name}: squared correlation, 95 % interval")
        for place, column in enumerate(scored.names):
            _print(f"{column}, nobody", scored.columns[there, place], values[there])
        _print("mean of spike_slab, nobody", _mean_of(scored, "spike_slab")[there], values[there])
        for people in PEOPLE:
            _combined(scored, values, name, people)


def _combined(scored: Scored, values: Array, name: str, people: int) -> None:
    """Means over draws of people; all of them are a draw of their own, or within AFR_test folds of one."""
    of_set = scored.traits["set"].to_numpy()
    learning, tested = np.flatnonzero(of_set == "AFR_test"), np.flatnonzero(of_set == name)
    found, predicted = [], []
    for draw in range(DRAWS if people < len(learning) else 1):
        order = np.random.default_rng(draw).permutation(learning)
        if name != "AFR_test":
            score = _score(scored, values, order[:people], tested)
        elif people < len(learning):
            tested = order[people:]
            score = _score(scored, values, order[:people], tested)
        else:
            tested = order
            folds = np.array_split(order, FOLDS)
            score = np.concatenate([_score(scored, values, np.setdiff1d(order, fold), fold) for fold in folds])
        found.append(_r2(score, values[tested]))
        predicted.append(score)
    label = f"combine, {people} people"
    if len(found) == 1 or name != "AFR_test":
        _print(
            label, np.mean(predicted, axis=0), values[tested], f"  mean {np.mean(found):.4f}, SD {np.std(found):.4f}"
        )
    else:
        print(f"  {label:<29}{np.mean(found):.4f}  SD over draws {np.std(found):.4f}")


def _r2(score: Array, values: Array) -> float:
    return float(np.corrcoef(score, values)[0, 1] ** 2)


def _score(scored: Scored, values: Array, people: Rows, tested: Rows) -> Array:
    prior = np.array([float(name == JOINT) for name in scored.names])
    binary = bool(np.isin(values, (0, 1)).all())
    found = combine(scored.columns[people], values[people], prior, binary=binary)
    return found.predict(scored.columns[tested])


def _print(name: str, score: Array, values: Array, more: str = "") -> None:
    draws = np.random.default_rng(1).integers(len(values), size=(2000, len(values)))
    low, high = np.quantile([_r2(score[rows], values[rows]) for rows in draws], [0.025, 0.975])
    print(f"  {name:<29}{_r2(score, values):.4f}  [{low:.4f}, {high:.4f}]{more}")


def _mean_of(scored: Scored, family: str) -> Array:
    rows = [place for place, name in enumerate(scored.names) if name.endswith(family)]
    return np.asarray((scored.columns[:, rows] / scored.columns[:, rows].std(axis=0)).mean(axis=1))


def _statistics(data: Path, name: str) -> UsableStatistics:
    return read_statistics(str(data / f"pop_{name}/sumstats/{name}.chr{{chrom}}.glm.linear.gz"))


def _source(name: str, found: UsableStatistics, variants: Variants) -> SourceStatistics:
    own = found.stats.take(found.stats.variants.chrom == variants.chrom[0])
    rows, paired, flip = _pairs(variants, own.variants)
    z, n = np.full((2, len(variants)), np.nan)
    z[rows] = np.where(flip, -own.z[paired], own.z[paired])
    n[rows] = own.n[paired]
    return SourceStatistics(name, z, n)


def _aligned(variants: Variants, panel: GenotypeMatrix) -> npt.NDArray[np.int8]:
    """Dosages of the panel at ``variants``, of their counted allele; missing where it lacks the variant."""
    rows, paired, flip = _pairs(variants, panel.variants)
    dosages = np.full((len(variants), len(panel.samples)), -1, dtype=np.int8)
    found = panel.dosages[paired].astype(np.int8)
    dosages[rows] = np.where(flip[:, None] & (found >= 0), 2 - found, found)
    return dosages


def _pairs(variants: Variants, found: Variants) -> tuple[Rows, Rows, npt.NDArray[np.bool_]]:
    pairs = pair_variants(check_names(named(variants)), check_names(named(found)))
    reasons, flip = compare_alleles(variants.take(pairs.large), found.take(pairs.small))
    usable = reasons == ""
    return pairs.large[usable], pairs.small[usable], flip[usable]


def _ld(panels: list[npt.NDArray[np.int8]], scratch: Path, chromosome: str) -> list[ChromosomeLd]:
    found: list[ChromosomeLd] = []
    for number, panel in enumerate(panels):
        file = scratch / f"{number}-{chromosome}.parquet"
        write_ld(ld_blocks([panel], found[0].bounds.tolist() if found else None), file, panel.shape[1])
        found.append(ChromosomeLd.read(file))
    return found


def _members(scratch: Path, name: str, ids: npt.NDArray[np.object_]) -> Rows:
    listed = {line.split()[-1] for line in (scratch / f"1000G_sample/{name}_IDs.txt").read_text().splitlines()}
    return np.flatnonzero([person in listed for person in ids])


def _whole(blocks: list[GenotypeMatrix]) -> GenotypeMatrix:
    columns = {
        name: np.concatenate([getattr(block.variants, name) for block in blocks])
        for name in ("chrom", "pos", "rsid", "ref", "alt")
    }
    return GenotypeMatrix(Variants(**columns), blocks[0].samples, np.concatenate([block.dosages for block in blocks]))


def _standardised(dosages: npt.NDArray[np.int8]) -> npt.NDArray[np.float32]:
    known = np.where(dosages >= 0, dosages, np.nan)
    centred = np.nan_to_num(known - np.nanmean(known, axis=1, keepdims=True))
    spread = centred.std(axis=1, keepdims=True)
    return np.asarray(centred / np.where(spread > 0, spread, 1), dtype=np.float32)


def _traits(data: Path, ids: npt.NDArray[np.object_]) -> pd.DataFrame:
    tables = [
        pd.read_csv(data / f"pop_AFR/phenotypes/{name}.dat", sep=r"\s+").assign(set=name)
        for name in ("AFR_test", "AFR_valid")
    ]
    return pd.concat(tables).set_index("IID").loc[ids]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sealed", action="store_true", help="figures of AFR_valid, for a final design")
    arguments = parser.parse_args()
    main(arguments.data, arguments.sealed)
