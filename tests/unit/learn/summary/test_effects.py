"""Columns of effects of a chromosome: names, scale, what is missing, what does not belong together."""

import numpy as np
import pytest

from gtl.errors import InputError
from gtl.learn.summary.blocks import LdBlock
from gtl.learn.summary.chromosome_ld import ChromosomeLd
from gtl.learn.summary.effects import (
    BY_EVIDENCE,
    CAUSAL,
    HERITABILITIES,
    cell_weights,
    column_names,
    effects_of_sources,
)
from gtl.learn.summary.infinitesimal import infinitesimal
from gtl.learn.summary.mending import mended
from gtl.learn.summary.sources import SourceStatistics
from gtl.learn.summary.spike_slab import Grid, spike_slab


def chromosome(r=0.5):
    """Two blocks, of 8 and 5 variants."""
    sizes = np.subtract.outer(np.arange(8), np.arange(8))
    ld = (r ** np.abs(sizes)).astype(np.float32)
    return ChromosomeLd.of([LdBlock(0, 8, ld), LdBlock(8, 13, ld[:5, :5])])


def source(name, seed=1, n=10_000.0):
    return SourceStatistics(name, 3 * np.random.default_rng(seed).normal(size=13), np.full(13, n))


def test_columns_are_named_and_finite():
    found = effects_of_sources([source("EUR"), source("AFR", 2)], [chromosome(), chromosome(0.3)], 1000)
    assert [*found] == column_names(["EUR", "AFR"])
    assert [*found][-1] == "joint"
    assert all(effects.shape == (13,) and effects.dtype == np.float64 for effects in found.values())
    assert all(np.isfinite(effects).all() and effects.any() for effects in found.values())


def test_columns_are_means_over_the_grid_block_by_block():
    eur, ld = source("EUR"), chromosome()
    found = effects_of_sources([eur], [ld], 1000)
    z, root_n = eur.standardised()
    matrices = [mended(z[rows], root_n[rows] > 0, ld.matrix(number))[0] for number, rows in enumerate(ROWS)]
    ridge = [infinitesimal(z[r], root_n[r], m, HERITABILITIES, 1000) for r, m in zip(ROWS, matrices, strict=True)]
    np.testing.assert_allclose(found["EUR infinitesimal"], np.concatenate(ridge).mean(axis=1))
    grid = Grid.of(HERITABILITIES, CAUSAL)
    cells = [spike_slab(z[None, r], root_n[None, r], [m], grid, 1000) for r, m in zip(ROWS, matrices, strict=True)]
    weights = cell_weights(cells[0].evidence + cells[1].evidence)
    expected = np.concatenate([block.effects[0] for block in cells]) @ weights
    np.testing.assert_allclose(found["EUR spike_slab"], expected, rtol=1e-5)


ROWS = (slice(0, 8), slice(8, 13))


def test_every_cell_keeps_a_part_whatever_the_evidence():
    weights = cell_weights(np.array([0.0, -1e6, -1e6, -1e6]))
    np.testing.assert_allclose(weights, [BY_EVIDENCE + (1 - BY_EVIDENCE) / 4] + [(1 - BY_EVIDENCE) / 4] * 3)
    np.testing.assert_allclose(cell_weights(np.full(4, -1e6)), 0.25)


def test_swapped_alleles_make_no_effect_larger_than_the_largest_marginal_one():
    """Ten copies of a variant, one of them swapped: its effect is not the difference of what cannot differ."""
    ld = ChromosomeLd.of([LdBlock(0, 10, np.full((10, 10), 0.99, np.float32) + 0.01 * np.eye(10, dtype=np.float32))])
    swapped = SourceStatistics("EUR", np.array([10.0] * 9 + [-10.0]), np.full(10, 10_000.0))
    for effects in effects_of_sources([swapped], [ld], 1000).values():
        assert np.abs(effects).max() < 0.1001


def test_joint_effects_are_the_targets():
    """The smaller study is drawn to the larger one, and keeps what is its own."""
    sources, ld = [source("EUR", 1, 1e5), source("AFR", 2, 2e4)], [chromosome()] * 2
    first, target = (effects_of_sources(sources, ld, 1000, name)["joint"] for name in (None, "AFR"))
    named = effects_of_sources(sources, ld, 1000, "EUR")["joint"]
    np.testing.assert_array_equal(first, named)
    own = effects_of_sources(sources, ld, 1000)["AFR spike_slab"]
    assert np.corrcoef(target, own)[0, 1] > np.corrcoef(first, own)[0, 1]


def test_variants_that_a_source_lacks():
    eur, afr = source("EUR"), source("AFR", 2)
    afr.z[[0, 1]] = afr.n[[0, 1]] = np.nan
    eur.z[1] = eur.n[1] = np.nan
    found = effects_of_sources([eur, afr], [chromosome()] * 2, 1000, "AFR")
    assert not any(found[f"AFR {family}"][:2].any() for family in ("clumped", "infinitesimal", "spike_slab"))
    assert found["joint"][0] != 0
    assert found["joint"][1] == 0


def test_all_statistics_missing_are_effects_of_none():
    nothing = SourceStatistics("AFR", np.full(13, np.nan), np.full(13, np.nan))
    found = effects_of_sources([source("EUR"), nothing], [chromosome()] * 2, 1000)
    assert not found["AFR spike_slab"].any()
    assert np.isfinite(found["joint"]).all()


def test_an_empty_chromosome():
    empty = SourceStatistics("EUR", np.empty(0), np.empty(0))
    assert effects_of_sources([empty], [ChromosomeLd.of([])], 1000)["EUR spike_slab"].shape == (0,)


@pytest.mark.parametrize(
    ("names", "target", "words"),
    [
        (["EUR", "EUR"], None, "each of a name of its own"),
        (["EUR"], "AFR", "target 'AFR' is none of the sources: EUR"),
        ([], None, "no source"),
    ],
)
def test_what_does_not_belong_together_is_refused(names, target, words):
    with pytest.raises(InputError, match=words):
        effects_of_sources([source(name) for name in names], [chromosome() for _ in names], 1000, target)


def test_other_variants_than_the_ld_are_refused():
    with pytest.raises(InputError, match="EUR: 2 variants, and 13 in its LD"):
        effects_of_sources([SourceStatistics("EUR", np.ones(2), np.ones(2))], [chromosome()], 1000)


@pytest.mark.parametrize(
    ("z", "n", "words"),
    [
        ([1.0, np.inf], [5.0, 5.0], "z is infinite at variant 2"),
        ([1.0, 1.0], [0.0, 5.0], "n is not above 0 or not finite at variant 1"),
        ([1.0, 1.0], [5.0, np.nan], "n is not above 0 or not finite at variant 2"),
        ([1.0], [5.0, 5.0], "expected one each a variant"),
    ],
)
def test_statistics_that_cannot_be_are_refused(z, n, words):
    with pytest.raises(InputError, match=f"statistics EUR: .*{words}"):
        SourceStatistics("EUR", np.array(z), np.array(n))
