"""Figures of the real HAPGEN2 (v2.2.0) are those of three runs of 1,000 people from the panel of the preset quick."""

import numpy as np
import pytest
from scipy import stats

from gtl.config import preset
from gtl.domain.genetic_map import GeneticMap
from gtl.simulate.copying import CopyingModel
from gtl.simulate.genotypes import grow_people
from gtl.simulate.growing import Growth, grown_blocks
from gtl.simulate.panel import build_panel

Z = 4.5
MAP = GeneticMap.uniform(1e-8, 1_000_000)


def model_of(panel, later, effective_size=1000.0, theta=0.5):
    return CopyingModel.of(panel, MAP, effective_size, theta, later)


@pytest.fixture(scope="module")
def panel(make_panel):
    """8 haplotypes x 60 SNPs, a SNP every 5,000 bp."""
    alleles = np.random.default_rng(1).integers(0, 2, size=(60, 8))
    return make_panel(alleles, range(5_000, 305_000, 5_000))


def test_the_first_copies_are_an_urn(make_panel):
    """Of two haplotypes, one of them with the allele, and no mutation: every number of copies is as likely."""
    model = model_of(make_panel([[0, 1]]), later=6, theta=0.0)
    found = [
        int(np.concatenate(list(grown_blocks(model, 3, slice(0, 3), np.random.default_rng(seed)))).sum())
        for seed in range(2100)
    ]
    assert stats.chisquare(np.bincount(found, minlength=7)).pvalue > 1e-4


def test_later_haplotypes_switch_and_mutate_less_and_copy_all_before_them(panel):
    n_new, runs = 40, 400
    model = model_of(panel, later=n_new)
    drawn = [Growth.draw(model, n_new, np.random.default_rng(seed)) for seed in range(runs)]
    there = 8 + np.arange(n_new)
    for counted, expected in (
        (sum(np.bincount(one.mosaics, minlength=n_new) - 1 for one in drawn), model.switches[-1] * 8 / there),
        (sum(np.bincount(one.mutated[:, 0], minlength=n_new) for one in drawn), 60 * 0.5 / (2 * (0.5 + there))),
    ):
        assert (np.abs(counted - runs * expected) < Z * np.sqrt(runs * expected)).all()
    mosaics, templates = (np.concatenate([getattr(one, name) for one in drawn]) for name in ("mosaics", "templates"))
    assert (templates < there[mosaics]).all()
    last = templates[mosaics == n_new - 1]
    assert stats.chisquare(np.bincount(last, minlength=there[-1])).pvalue > 1e-4


def one_after_the_other(model, growth):
    """(haplotypes, SNPs), the panel's first: as one would write it down, whole haplotypes by themselves."""
    found = list(model.alleles)
    for mosaic in range(growth.n_new):
        own = np.full(model.alleles.shape[1], -1, dtype=np.int8)
        for segment in np.flatnonzero(growth.mosaics == mosaic):
            rows = slice(growth.starts[segment], growth.stops[segment])
            own[rows] = found[growth.templates[segment]][rows]
        own[growth.mutated[growth.mutated[:, 0] == mosaic, 1]] ^= 1
        found.append(own)
    return np.array(found)


@pytest.mark.parametrize("block_bytes", [1, 300, 1 << 20])
def test_blocks_are_what_whole_haplotypes_are(panel, block_bytes):
    model = model_of(panel, later=40, effective_size=20_000.0)
    blocks = list(grown_blocks(model, 20, slice(5, 12), np.random.default_rng(3), block_bytes))
    growth = Growth.draw(model, 40, np.random.default_rng(3))
    assert len(growth.mutated) > 10
    assert len(growth.mosaics) > 200
    whole = one_after_the_other(model, growth)[8:]
    np.testing.assert_array_equal(np.concatenate(blocks), (whole[0::2] + whole[1::2])[5:12].T)
    assert max(map(len, blocks)) == max(1, min(60, block_bytes // 48))


def test_cohorts_are_parts_of_one_run(panel):
    def people(wanted):
        grown = grow_people(panel, MAP, 30, wanted, 1000.0, None, np.random.default_rng(4), "YRI")
        return grown.samples, np.concatenate(list(grown.parts))

    whole, small, final = people(slice(0, 30)), people(slice(0, 20)), people(slice(20, 30))
    np.testing.assert_array_equal(np.hstack([small[1], final[1]]), whole[1])
    assert final[0].tolist() == [f"YRI{number}" for number in range(1, 11)]


@pytest.fixture(scope="module")
def quick():
    config = preset("quick")
    return build_panel(config.panel, config.populations, config.seed)


FIGURES = {
    "large": (11418, {"drift": (18.04, 3.15), "rare": (0.2302, 0.0044), "far": (0.00169, 0.00014)}),
    "small": (17469, {"drift": (17.52, 1.09), "rare": (0.1913, 0.0016), "far": (0.00100, 0.00004)}),
}
"""Effective size, and mean and SD of: squared drift of frequencies from the panel's over that of sampling, share of
SNPs with MAF below 1 %, and mean r² of SNPs 0.5 to 1 Mb apart."""


@pytest.mark.parametrize("population", FIGURES)
def test_frequencies_and_linkage_are_those_of_the_real_program(quick, population):
    effective_size, figures = FIGURES[population]
    panel, people = getattr(quick, population), 1000
    found = [_figures(panel, quick.genetic_map, people, effective_size, seed) for seed in range(4)]
    for name, (mean, sd) in figures.items():
        # The mean of three runs there and of four here.
        assert abs(np.mean([one[name] for one in found]) - mean) < Z * sd * np.sqrt(1 / 3 + 1 / 4), name


def _figures(panel, genetic_map, people, effective_size, seed):
    rng = np.random.default_rng(seed)
    grown = grow_people(panel, genetic_map, people, slice(0, people), effective_size, None, rng, "x")
    dosages = np.concatenate(list(grown.parts))
    f, p = dosages.mean(axis=1) / 2, panel.alleles.mean(axis=1)
    varies = (p > 0) & (p < 1)
    drift = ((f - p)[varies] ** 2 / (p * (1 - p) / (2 * people))[varies]).mean()
    rare = (np.minimum(f, 1 - f) < 0.01).mean()
    return {"drift": drift, "rare": rare, "far": _far(dosages, panel.variants.pos, rng)}


def _far(dosages, pos, rng):
    """Mean r² of varying SNPs 0.5 to 1 Mb apart, less that of chance."""
    chosen = np.sort(rng.choice(np.flatnonzero(dosages.std(axis=1) > 0.2), 1500, replace=False))
    correlations = np.corrcoef(dosages[chosen])[np.triu_indices(len(chosen), 1)]
    apart = np.abs(np.subtract.outer(pos[chosen], pos[chosen]))[np.triu_indices(len(chosen), 1)]
    far = (apart > 500_000) & (apart <= 1_000_000)
    return (correlations[far] ** 2).mean() - 1 / dosages.shape[1]
