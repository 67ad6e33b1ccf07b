"""The coalescent panel: its SNPs, and its two populations' diversity against the published model."""

import numpy as np
import pytest

from gtl.config.genotypes import PanelConfig
from gtl.domain.genetic_map import GeneticMap
from gtl.errors import InputError
from gtl.simulate.coalescent import out_of_africa, simulate_panel

CONFIG = PanelConfig(haplotypes_large=40, haplotypes_small=60, sequence_length=1_000_000)
MAP = GeneticMap.uniform(1.3e-8, 1_000_000)


@pytest.fixture(scope="module")
def panels():
    return simulate_panel(CONFIG, MAP, seed=3)


def test_sizes_and_alleles(panels):
    for panel, n in zip(panels, (40, 60), strict=True):
        assert panel.n_haplotypes == n
        assert np.isin(panel.alleles, (0, 1)).all()
        copies = panel.alleles.sum(axis=1)
        assert ((copies > 0) & (copies < n)).all()


def test_variants_are_named_after_distinct_positions(panels):
    for panel in panels:
        variants = panel.variants
        assert (np.diff(variants.pos) > 0).all()
        assert variants.pos[0] >= 1
        assert variants.pos[-1] <= 1_000_000
        assert variants.rsid[7] == f"sim21_{variants.pos[7]}"
        assert set(variants.chrom) == {"21"}
        letters = {ref + alt for ref, alt in zip(variants.ref, variants.alt, strict=True)}
        assert letters == {"AC", "CA", "AG", "GA", "CT", "TC", "GT", "TG"}


def test_shared_snps_have_the_same_letters_in_both(panels):
    large, small = (
        {pos: (ref, alt) for pos, ref, alt in zip(p.variants.pos, p.variants.ref, p.variants.alt, strict=True)}
        for p in panels
    )
    shared = large.keys() & small.keys()
    assert len(shared) > 1000
    assert all(large[pos] == small[pos] for pos in shared)


def test_seed_decides(panels):
    again = simulate_panel(CONFIG, MAP, seed=3)
    other = simulate_panel(CONFIG, MAP, seed=4)
    assert all((a.alleles == b.alleles).all() for a, b in zip(again, panels, strict=True))
    assert other[0].variants.pos.tolist() != panels[0].variants.pos.tolist()


def test_thinned_to_the_numbers_asked_for():
    config = CONFIG.model_copy(update={"variants_large": 300, "variants_small": 400, "variants_shared": 200})
    large, small = simulate_panel(config, MAP, seed=3)
    assert (len(large.variants), len(small.variants)) == (300, 400)
    assert len(np.intersect1d(large.variants.pos, small.variants.pos)) == 200


def test_too_few_snps():
    config = CONFIG.model_copy(update={"sequence_length": 10_000, "variants_shared": 5_000})
    with pytest.raises(InputError, match=r"panel.variants_shared needs 5000 .* raise panel.sequence_length"):
        simulate_panel(config, MAP, seed=3)


def test_region_is_that_of_the_map():
    genetic_map = GeneticMap(np.array([5_000_000, 5_000_000, 5_050_000, 5_100_000]), np.array([0, 0, 0.1, 0.1]))
    for length, end in ((60_000, 5_060_000), (9_000_000, 5_100_000)):
        config = CONFIG.model_copy(update={"sequence_length": length})
        pos = simulate_panel(config, genetic_map, seed=1)[1].variants.pos
        assert 5_000_000 < pos[0] < 5_010_000
        assert end - 10_000 < pos[-1] <= end


def test_history_is_the_published_one():
    """Gutenkunst et al. 2009, table 1, with 25 years a generation."""
    epochs = out_of_africa().debug().epochs
    assert [epoch.start_time for epoch in epochs] == pytest.approx([0, 848, 5600, 8800])
    active = [{population.name: population.start_size for population in epoch.active_populations} for epoch in epochs]
    # 1000 and 510 founders grew for 848 generations
    assert active[0] == pytest.approx({"YRI": 12_300, "CEU": 29_725, "CHB": 54_090}, abs=1)
    assert active[1:] == [{"YRI": 12_300, "bottleneck": 2_100}, {"expanded": 12_300}, {"ancestral": 7_300}]
    today, split = (epoch.migration_matrix for epoch in epochs[:2])
    yri, ceu, chb, bottleneck = range(4)
    assert (today[yri, ceu], today[yri, chb], today[ceu, chb]) == (3e-5, 1.9e-5, 9.6e-5)
    assert (today == today.T).all()
    assert split[yri, bottleneck] == split[bottleneck, yri] == 25e-5
    assert np.count_nonzero(split) == 2
