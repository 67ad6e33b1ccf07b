"""Clumping by LD of a block, worked out by hand."""

import numpy as np

from gtl.learn.summary.clumped import clumped

LD = np.array([[1, 0.8, 0.1, 0], [0.8, 1, 0.5, 0], [0.1, 0.5, 1, 0], [0, 0, 0, 1]], dtype=np.float32)
TEN = np.full(4, 10.0)


def test_the_best_takes_its_clump_and_the_next_what_is_left():
    found = clumped(np.array([5.0, -6.0, 4.0, 3.0]), TEN, LD, [0.01])
    assert found[:, 0].tolist() == [0, -0.6, 0, 0.3]


def test_a_clump_ends_with_what_is_correlated_with_its_index():
    found = clumped(np.array([6.0, 5.0, 4.0, 0.0]), TEN, LD, [0.01])
    assert found[:, 0].tolist() == [0.6, 0, 0.4, 0]


def test_thresholds():
    """p of 2, 3 and 5.5 is 0.046, 0.0027 and 4e-8."""
    found = clumped(np.array([5.5, 0.0, 3.0, 2.0]), TEN, LD, [5e-8, 0.01, 0.05])
    assert found.tolist() == [[0.55] * 3, [0] * 3, [0, 0.3, 0.3], [0, 0, 0.2]]


def test_variants_that_are_not_there_are_no_index():
    assert clumped(np.zeros(4), np.array([0.0, 10, 10, 10]), LD, [1.0])[0].tolist() == [0]
