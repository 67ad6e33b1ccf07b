"""Li-Stephens resampling beside a SNP-by-SNP loop of the same chain, and beside new people from the coalescent.

    python -m benchmarks.resample [--people 1000] [--variants 100000] [--haplotypes 120]

The loop walks along the SNPs as HAPGEN2's description does (may it switch, to which template, does it mutate), for all
people at once with numpy. Nothing is scaled or extrapolated. Peaks are those of the process so far, leanest side first.
"""

import argparse
from functools import partial

import msprime
import numpy as np

from benchmarks.measure import measure, say_goal
from gtl.domain.genetic_map import GeneticMap
from gtl.domain.genotypes import Haplotypes, Variants
from gtl.simulate.coalescent import out_of_africa
from gtl.simulate.copying import CopyingModel
from gtl.simulate.genotypes import resample

LENGTH = 46_700_000
MAP = GeneticMap.uniform(1.3e-8, LENGTH)
NE = 11418


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--variants", type=int, default=100_000)
    parser.add_argument("--haplotypes", type=int, default=120)
    size = parser.parse_args()
    panel = random_panel(size.variants, size.haplotypes)
    rng = np.random.default_rng(1)
    resample(panel.take(slice(2)), MAP, 1, NE, None, rng, "P")  # imports and first calls are not what is measured

    ours = measure(partial(resample, panel, MAP, size.people, NE, None, rng, "P"))
    loop = measure(partial(snp_by_snp, panel, size.people, rng))
    coalescent = measure(partial(new_people, size.people))
    print(f"{size.people} people x {size.variants} SNPs from {size.haplotypes} haplotypes")
    print(f"{'':44} {'CPU s':>8} {'ratio':>7} {'peak MB':>8}")
    for name, measured in (
        ("gtl resample", ours),
        ("SNP-by-SNP loop over all people", loop),
        ("msprime, as many CEU from the coalescent", coalescent),
    ):
        ratio = measured.cpu_seconds / ours.cpu_seconds
        print(f"{name:44} {measured.cpu_seconds:8.2f} {ratio:7.1f} {measured.peak_mb:8.0f}")
    say_goal(f"resampling {size.people:,} people x {size.variants:,} variants", ours.cpu_seconds, 0.3, "CPU-s")


def random_panel(n_variants: int, n_haplotypes: int) -> Haplotypes:
    rng = np.random.default_rng(2)
    pos = np.sort(rng.choice(LENGTH, n_variants, replace=False))
    alleles = (rng.random((n_variants, n_haplotypes)) < rng.random((n_variants, 1))).astype(np.int8)
    name = np.full(n_variants, "x", dtype=object)
    return Haplotypes(Variants(name, pos, name, name, name), alleles)


def snp_by_snp(panel: Haplotypes, n_people: int, rng: np.random.Generator) -> np.ndarray:
    model = CopyingModel.of(panel, MAP, NE, None)
    switch = np.append(1.0, -np.expm1(-np.diff(model.switches)))
    template = np.empty(2 * n_people, dtype=np.intp)
    dosages = np.empty((len(panel.variants), n_people), dtype=np.int8)
    for row, alleles in enumerate(panel.alleles):
        moves = rng.random(2 * n_people) < switch[row]
        template[moves] = rng.integers(panel.n_haplotypes, size=moves.sum())
        copied = alleles[template] ^ (rng.random(2 * n_people) < model.flip)
        dosages[row] = copied[0::2] + copied[1::2]
    return dosages


def new_people(n_people: int) -> int:
    trees = msprime.sim_ancestry(
        [msprime.SampleSet(n_people, population="CEU")],
        demography=out_of_africa(),
        sequence_length=LENGTH,
        recombination_rate=1.3e-8,
        random_seed=1,
    )
    trees = msprime.sim_mutations(trees, rate=2.35e-8, model=msprime.BinaryMutationModel(), random_seed=1)
    return sum(int(variant.genotypes.sum() > 0) for variant in trees.variants(copy=False))


if __name__ == "__main__":
    main()
