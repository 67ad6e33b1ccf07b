"""The built-in resampling beside HAPGEN v2.2.0: its log, its output, and its model on real haplotypes.

The reference run made 100 controls from 112 CEU haplotypes that are not at hand, so genotypes cannot be compared SNP by
SNP. But its 1,000 SNPs (positions 45,162 to 2,483,905) all lie before the map it was given begins (chromosome 22,
build 36: some 14 Mb), so nothing recombined, as its output bears out: every new haplotype is one reference haplotype
with mutations. That shows both the choice of templates and the mutation rate without the panel: a person who drew one
template twice, with probability 1/112, is heterozygous only where something mutated. Intervals are the theory's, each
holding 99.9 %.
"""

import re

import numpy as np
import pytest
from scipy import stats

from gtl.domain.genetic_map import GeneticMap
from gtl.formats.genetic_map import read_genetic_map
from gtl.formats.oxford import read_haplotypes
from gtl.simulate.copying import CopyingModel, watterson_theta
from gtl.simulate.genotypes import resample

N_HAPLOTYPES = 112
NE = 11418
FLIP = 0.188673 / (2 * (0.188673 + N_HAPLOTYPES))
CONFIDENCE = 0.999
MUTATIONS_AT_MOST = 10
"""Heterozygous sites among 1,000 of a person with one template twice: 1.7 on average, 10 or more in 1 of 80,000."""


@pytest.fixture(scope="module")
def hapgen2(shared):
    """(1000, 100) dosages that HAPGEN2 wrote."""
    lines = (shared / "reference/hapgen2/genotypes_hapgen.controls.gen").read_text().splitlines()
    probabilities = np.array([line.split()[5:] for line in lines], dtype=float).reshape(1000, 100, 3)
    return (probabilities @ [0, 1, 2]).astype(np.int8)


@pytest.fixture(scope="module")
def ceu(shared):
    """112 real CEU haplotypes at 1,000 SNPs that vary, evenly spread over chromosome 21."""
    folder = shared / "data/hapmap2_chr21"
    panel = read_haplotypes(folder / "hapmap2_chr21.CEU.hap.gz", folder / "hapmap2_chr21.legend.gz", "21")
    copies = panel.alleles[:, :N_HAPLOTYPES].sum(axis=1)
    rows = np.flatnonzero((copies > 0) & (copies < N_HAPLOTYPES))
    rows = rows[np.linspace(0, len(rows) - 1, 1000).astype(int)]
    return type(panel)(panel.variants.take(rows), panel.alleles[rows, :N_HAPLOTYPES])


@pytest.fixture(scope="module")
def genetic_map(shared):
    return read_genetic_map(shared / "data/genetic_maps/chr21.b37.gmap.gz", "21")


@pytest.fixture(scope="module")
def builtin(ceu):
    """What the built-in engine makes of the same command: HAPGEN2's parameters, no recombination, more people."""
    nowhere = GeneticMap(ceu.variants.pos[[0, -1]], np.zeros(2))
    return resample(ceu, nowhere, 20_000, NE, None, np.random.default_rng(1), "CEU").dosages


@pytest.fixture(params=["hapgen2", "builtin"])
def dosages(request):
    return request.getfixturevalue(request.param)


def test_theta_is_that_of_the_log(shared):
    log = (shared / "reference/hapgen2/genotypes_hapgen.summary").read_text()
    n = re.search(r"number of haplotypes: (\d+)", log)
    theta = re.search(r"default value of ([\d.]+)", log)
    assert round(watterson_theta(int(n[1])), 6) == float(theta[1])


def test_people_who_drew_one_template_twice(dosages):
    heterozygous = (dosages == 1).sum(axis=0)
    twice = heterozygous[heterozygous < MUTATIONS_AT_MOST]
    low, high = stats.binom.interval(CONFIDENCE, dosages.shape[1], 1 / N_HAPLOTYPES)
    assert low <= len(twice) <= high
    low, high = stats.binom.interval(CONFIDENCE, 1000 * len(twice), 2 * FLIP * (1 - FLIP))
    assert low <= twice.sum() <= high


def test_those_people_are_told_from_others(ceu, hapgen2):
    """No two reference haplotypes are so alike that copies of them would look like one template."""
    differences = (ceu.alleles[:, :, None] != ceu.alleles[:, None, :]).sum(axis=0)
    assert differences[np.triu_indices(N_HAPLOTYPES, 1)].min() > 3 * MUTATIONS_AT_MOST
    heterozygous = np.sort((hapgen2 == 1).sum(axis=0))
    assert heterozygous[:4].tolist() == [1, 2, 4, 26]


def test_with_recombination_nobody_keeps_one_template(ceu, genetic_map):
    people = resample(ceu, genetic_map, 2_000, NE, None, np.random.default_rng(2), "CEU")
    assert (people.dosages == 1).sum(axis=0).min() > 3 * MUTATIONS_AT_MOST


def test_heterozygosity_is_hardy_weinbergs(dosages):
    n_people = dosages.shape[1]
    frequency = dosages.mean(axis=1) / 2
    expected = (2 * frequency * (1 - frequency)).sum() * 2 * n_people / (2 * n_people - 1)
    heterozygous = (dosages == 1).sum(axis=0)
    error = heterozygous.std(ddof=1) / np.sqrt(n_people)
    assert abs(heterozygous.mean() - expected) < stats.norm.isf((1 - CONFIDENCE) / 2) * error


def test_allele_frequencies_of_real_haplotypes(ceu, builtin):
    frequency = ceu.alleles.mean(axis=1) * (1 - 2 * FLIP) + FLIP
    z = (builtin.mean(axis=1) / 2 - frequency) / np.sqrt(frequency * (1 - frequency) / (2 * builtin.shape[1]))
    assert np.abs(z).max() < stats.norm.isf((1 - CONFIDENCE) / 2 / len(z))  # Bonferroni: the SNPs are linked


def test_linkage_disequilibrium_of_real_haplotypes(ceu, genetic_map):
    """In each bin of distance the panel's LD is kept to exp(-4 Ne d / n) (1 - 2 flip)^2, as the chain says."""
    people = resample(ceu, genetic_map, 2_000, NE, None, np.random.default_rng(3), "CEU").dosages
    centred = people - 2 * (ceu.alleles.mean(axis=1) * (1 - 2 * FLIP) + FLIP)[:, None]
    covariance = np.cov(ceu.alleles, bias=True)
    first, second = np.triu_indices(len(people), 1)
    switches = CopyingModel.of(ceu, genetic_map, NE, None).switches
    distance = switches[second] - switches[first]
    shares = []
    for low, high in ((0, 0.1), (0.1, 0.3), (0.3, 1), (1, 2), (2, 4)):
        pairs = np.flatnonzero((distance >= low) & (distance < high))[:3000]
        one, two, weight = first[pairs], second[pairs], covariance[first[pairs], second[pairs]]
        # One figure a person, so that its error is that of a mean of independent terms
        kept = weight @ (centred[one] * centred[two]) / (2 * (weight**2).sum())
        expected = (weight**2 * np.exp(-distance[pairs])).sum() * (1 - 2 * FLIP) ** 2 / (weight**2).sum()
        assert abs(kept.mean() - expected) < stats.norm.isf((1 - CONFIDENCE) / 10) * kept.std() / np.sqrt(len(kept))
        shares.append(expected)
    assert shares[0] > 0.9
    assert shares[-1] < 0.2
