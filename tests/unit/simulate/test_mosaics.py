"""Mosaics against the theory of their switches, templates and mutations.

Seeds are fixed; bounds are 4.5 standard errors.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gtl.simulate.copying import CopyingModel
from gtl.simulate.mosaics import Anchors, copied_people, draw_segments
from gtl.simulate.packed_people import side_by_side

Z = 4.5
N_MOSAICS = 20_000


def model_of(alleles, switches, flip=0.0):
    theta = 2 * len(alleles) * flip / (1 - 2 * flip)
    return CopyingModel(np.ascontiguousarray(alleles, dtype=np.int8), np.asarray(switches, dtype=float), theta)


def template_at(row, counts, starts, templates):
    """The template that each mosaic copies at ``row``, read off its segments one by one."""
    ends = np.cumsum(counts)
    return np.array(
        [
            templates[first:end][np.flatnonzero(starts[first:end] <= row)[-1]]
            for first, end in zip(ends - counts, ends, strict=True)
        ]
    )


def test_number_of_switches_is_poisson():
    model = model_of(np.zeros((5, 4)), [0, 0.5, 0.5, 3])
    counts, _, _ = draw_segments(model, Anchors.none(N_MOSAICS), np.random.default_rng(1))
    switches = counts - 1
    assert switches.mean() == pytest.approx(3, abs=Z * np.sqrt(3 / N_MOSAICS))
    # The variance of a Poisson number's sample variance is (lambda + 2 lambda^2) / n
    assert switches.var() == pytest.approx(3, abs=Z * np.sqrt((3 + 18) / N_MOSAICS))


def test_templates_change_as_often_as_hapgen2s_chain():
    n, gaps = 5, np.array([0.5, 0.0, 2.5])
    model = model_of(np.zeros((n, 4)), np.concatenate([[0], np.cumsum(gaps)]))
    segments = draw_segments(model, Anchors.none(N_MOSAICS), np.random.default_rng(2))
    at = np.stack([template_at(row, *segments) for row in range(4)])
    expected = (1 - np.exp(-gaps)) * (1 - 1 / n)  # a switch may pick the same template again
    error = Z * np.sqrt(expected * (1 - expected) / N_MOSAICS)
    assert (np.abs((at[1:] != at[:-1]).mean(axis=1) - expected) <= error).all()
    assert stats.chisquare(np.bincount(at[3], minlength=n)).pvalue > 1e-4


def test_segments_start_at_the_first_snp_and_ascend():
    counts, starts, _ = draw_segments(
        model_of(np.zeros((3, 50)), np.linspace(0, 20, 50)), Anchors.none(300), np.random.default_rng(3)
    )
    first = np.cumsum(counts) - counts
    assert (starts[first] == 0).all()
    rises = np.diff(starts) >= 0
    rises[first[1:] - 1] = True
    assert rises.all()


def test_anchored_mosaics():
    rng = np.random.default_rng(4)
    model = model_of(np.zeros((6, 9)), np.linspace(0, 4, 9))
    switched = rng.random((N_MOSAICS, 1)) < 0.5
    left = rng.integers(6, size=(N_MOSAICS, 1))
    anchors = Anchors(
        np.array([2, 6]), np.hstack([left, np.where(switched, rng.integers(6, size=left.shape), left)]), switched
    )
    counts, starts, templates = draw_segments(model, anchors, rng)
    for row, given_templates in zip(anchors.rows, anchors.templates.T, strict=True):
        assert (template_at(row, counts, starts, templates) == given_templates).all()
    owner = np.repeat(np.arange(N_MOSAICS), counts)
    between = np.bincount(owner[(starts > 2) & (starts <= 6)], minlength=N_MOSAICS)
    assert ((between > 0) == switched[:, 0]).all()
    # A Poisson number of mean 2, given that it is not 0
    mean = 2 / (1 - np.exp(-2))
    variance = mean * (1 + 2 - mean)
    assert between[switched[:, 0]].mean() == pytest.approx(mean, abs=Z * np.sqrt(variance / switched.sum()))


def test_mutation_rate_and_independence():
    flip, n_people = 0.01, 400
    model = model_of(np.zeros((1, 500)), np.zeros(500), flip)
    dosages = side_by_side(copied_people(model, Anchors.none(2 * n_people), np.random.default_rng(5)), 500, n_people)
    expected = np.array([(1 - flip) ** 2, 2 * flip * (1 - flip), flip**2]) * dosages.size
    assert stats.chisquare(np.bincount(dosages.ravel(), minlength=3), expected).pvalue > 1e-4


@given(
    n=st.integers(1, 5),
    n_variants=st.integers(1, 30),
    n_people=st.integers(1, 130),
    length=st.floats(0, 50),
    seed=st.integers(0, 2**32 - 1),
)
def test_without_mutation_every_allele_is_one_of_the_panel(n, n_variants, n_people, length, seed):
    rng = np.random.default_rng(seed)
    alleles = rng.integers(2, size=(n, n_variants))
    model = model_of(alleles, np.linspace(0, length, n_variants))
    dosages = side_by_side(copied_people(model, Anchors.none(2 * n_people), rng), n_variants, n_people)
    assert (dosages >= 2 * alleles.min(axis=0)[:, None]).all()
    assert (dosages <= 2 * alleles.max(axis=0)[:, None]).all()
