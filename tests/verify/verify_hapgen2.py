"""Whether grown cohorts are those of the real HAPGEN2: every figure of the table that was measured on its output.

The table gives means and SDs of three runs of the program, 1,000 people each from a coalescent panel of the kind of the
preset quick, and one run's figures of people who copy the panel alone. Heterozygosity is of variants that vary in the
panel, r² of those with a MAF of 0.1 or more, kinship of 3,000 with one of 0.05 or more. That these are the table's own
definitions is seen on the copies of the panel.
"""

import re

import numpy as np
import pytest
from scipy import stats

from gtl.config import preset
from gtl.simulate.genotypes import grow_people, resample
from gtl.simulate.panel import build_panel
from tests.verify.bands import LEVEL, say

EFFECTIVE_SIZE = {"large": 11418, "small": 17469}
PEOPLE, RUNS, RUNS_OF_TABLE = 1000, 6, 3
APART = {f"r2 < {end}": (start, end) for start, end in zip(
    (0, 1000, 5000, 20_000, 50_000, 100_000, 250_000, 500_000, 1_000_000),
    (1000, 5000, 20_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 3_000_000), strict=True,
)}  # fmt: skip
SNPS_OF_LINKAGE, SNPS_OF_KINSHIP = 4000, 3000
ROW = re.compile(r"\| (large|small) \| (.+?) \| (\S+) ± (\S+) \| (\S+) \|")


@pytest.fixture(scope="module")
def quick():
    config = preset("quick")
    return build_panel(config.panel, config.populations, config.seed)


@pytest.fixture(scope="module")
def table(shared):
    text = (shared / "reference/hapgen2/README.md").read_text()
    found = {population: {} for population in EFFECTIVE_SIZE}
    for population, figure, mean, sd, alone in ROW.findall(text):
        found[population][figure] = (float(mean), float(sd), float(alone))
    assert [len(rows) for rows in found.values()] == [20, 20]
    return found


@pytest.fixture(scope="module")
def figures(quick):
    """Population and way of copying → figure → its values in all runs."""
    found = {}
    for population in EFFECTIVE_SIZE:
        for growing in (True, False):
            runs = [_figures(quick, population, seed, growing=growing) for seed in range(RUNS)]
            found[population, growing] = {name: np.array([run[name] for run in runs]) for name in runs[0]}
    return found


@pytest.mark.parametrize("population", EFFECTIVE_SIZE)
def verify_grown_people_are_those_of_the_program(table, figures, population):
    beside = [_beside(name, figures[population, True][name], row) for name, row in table[population].items()]
    near = np.mean([distance <= 2 for distance, _ in beside])
    say(f"{population}, figures within two of the table's SDs", f"{near:.0%} of {len(beside)}")
    assert min(p for _, p in beside) > 1 - LEVEL


@pytest.mark.parametrize("population", EFFECTIVE_SIZE)
def verify_the_definitions_are_the_table_s(table, figures, population):
    """One run of copies of the panel there, several here."""
    for name, (*_, alone) in table[population].items():
        own = figures[population, False][name]
        half = stats.t.isf((1 - LEVEL) / 2, RUNS - 1) * own.std(ddof=1) * np.sqrt(1 + 1 / RUNS)
        say(f"{population}, panel alone, {name}", f"{own.mean():.5f}, table {alone:.5f}, band ± {half:.5f}")
        assert abs(own.mean() - alone) <= half + 1e-5, name  # the table's last digit


@pytest.mark.parametrize("population", EFFECTIVE_SIZE)
def verify_copies_of_the_panel_alone_would_be_noticed(table, figures, population):
    for name in ("mean (f-p)^2/(p(1-p)/2N)", "share of SNPs MAF<1%", "kinship off-diagonal SD", "r2 < 1000000"):
        distance, p = _beside(name, figures[population, False][name], table[population][name])
        assert p < (1 - LEVEL) / len(table[population]), (name, distance)


def _beside(name, own, row):
    """How many of the table's SDs the means are apart, and how likely that is if both are of one law."""
    mean, sd, _ = row
    test = stats.ttest_ind_from_stats(mean, sd, RUNS_OF_TABLE, own.mean(), own.std(ddof=1), len(own))
    distance = abs(own.mean() - mean) / sd
    say(name, f"{own.mean():.5f} ± {own.std(ddof=1):.5f}, table {mean} ± {sd}: {distance:.1f} SD, p {test.pvalue:.3f}")
    return distance, test.pvalue


def _figures(quick, population, seed, *, growing):
    panel, rng = getattr(quick, population), np.random.default_rng(seed)
    people = (quick.genetic_map, PEOPLE)
    law = (EFFECTIVE_SIZE[population], None, rng, "x")
    grown = growing and np.concatenate([*grow_people(panel, *people, slice(0, PEOPLE), *law).parts])
    dosages = grown if growing else resample(panel, *people, *law).dosages
    frequency, of_panel = dosages.mean(axis=1) / 2, panel.alleles.mean(axis=1)
    minor = np.minimum(frequency, 1 - frequency)
    return {
        **_of_frequencies(frequency, of_panel),
        **_of_heterozygotes(dosages, frequency, (of_panel > 0) & (of_panel < 1)),
        **_of_kinship(dosages[_some(minor >= 0.05, SNPS_OF_KINSHIP, rng)]),
        **_of_linkage(dosages, panel.variants.pos, _some(minor >= 0.1, SNPS_OF_LINKAGE, rng)),
    }


def _some(usable, n, rng):
    return np.sort(rng.choice(np.flatnonzero(usable), n, replace=False))


def _of_frequencies(f, p):
    varies = (p > 0) & (p < 1)
    slope, intercept = np.polyfit(p, f, 1)
    sampling = (p * (1 - p) / (2 * PEOPLE))[varies]
    return {
        "slope f on panel p": slope,
        "intercept": intercept,
        "corr f,p": np.corrcoef(f, p)[0, 1],
        "mean (f-p)^2/(p(1-p)/2N)": ((f - p)[varies] ** 2 / sampling).mean(),
        "share of SNPs MAF<1%": (np.minimum(f, 1 - f) < 0.01).mean(),
    }


def _of_heterozygotes(dosages, frequency, varies):
    heterozygous = (dosages == 1)[varies]
    expected = (2 * frequency * (1 - frequency))[varies].sum()
    return {
        "mean heterozygosity (varying)": heterozygous.mean(),
        "mean F": (1 - heterozygous.sum(axis=0) / expected).mean(),
        "SD over people of het": heterozygous.mean(axis=0).std(),
    }


def _of_kinship(dosages):
    standard = stats.zscore(dosages.astype(np.float32), axis=1)
    kinship = standard.T @ standard / len(standard)
    others = kinship[np.triu_indices(len(kinship), 1)]
    return {
        "kinship off-diagonal SD": others.std(),
        "kinship off-diagonal max": others.max(),
        "kinship diagonal SD": np.diag(kinship).std(),
    }


def _of_linkage(dosages, pos, rows):
    """Mean r² less that of chance, by distance."""
    standard = stats.zscore(dosages[rows].astype(np.float32), axis=1)
    above = np.triu_indices(len(rows), 1)
    r2 = ((standard @ standard.T / PEOPLE) ** 2)[above]
    apart = np.abs(np.subtract.outer(pos[rows], pos[rows]))[above]
    return {name: r2[(apart > low) & (apart <= high)].mean() - 1 / PEOPLE for name, (low, high) in APART.items()}
