import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gtl.errors import InputError
from gtl.simulate.phenotypes.kinship import impute_dosages, kinship


def random_dosages(n_variants: int, n_samples: int) -> np.ndarray:
    return np.random.default_rng(5).integers(0, 3, (n_variants, n_samples)).astype(np.int8)


def test_by_hand() -> None:
    # q = 1/2, SD = sqrt(1/2): z = -1.41, 0, 1.41, products 2, 0, -2; mean of the diagonal 4/3
    expected = [[1.5001, 0, -1.5], [0, 1e-4, 0], [-1.5, 0, 1.5001]]
    np.testing.assert_allclose(kinship(np.array([[0, 1, 2]], dtype=np.int8)), expected, atol=1e-15)


def test_blocks_of_variants_add_up() -> None:
    dosages = random_dosages(2500, 7)  # more than two blocks
    dosages[:, 0], dosages[:, 1] = 0, 1  # so that every variant varies
    q = dosages.mean(axis=1, keepdims=True) / 2
    z = (dosages - 2 * q) / np.sqrt(2 * q * (1 - q))
    products = z.T @ z
    np.testing.assert_allclose(kinship(dosages), products / np.diag(products).mean() + 1e-4 * np.eye(7), atol=1e-12)


@given(arrays(np.int8, (6, 4), elements=st.integers(0, 2)).filter(lambda d: (d != d[:, :1]).any()))
@settings(max_examples=50)
def test_symmetric_scaled_and_blind_to_the_counted_allele(dosages: np.ndarray) -> None:
    matrix = kinship(dosages)
    assert (matrix == matrix.T).all()
    assert np.trace(matrix) == pytest.approx(4 * 1.0001)
    np.testing.assert_allclose(kinship(2 - dosages), matrix, atol=1e-12)


def test_monomorphic_variants_change_nothing() -> None:
    dosages = random_dosages(20, 5)
    fixed = np.repeat(np.array([[0], [1], [2]], dtype=np.int8), 5, axis=1)  # all heterozygous does not vary either
    np.testing.assert_allclose(kinship(np.vstack([dosages, fixed])), kinship(dosages), atol=1e-12)


def test_no_variation_at_all() -> None:
    with pytest.raises(InputError, match="none of the 4 variants varies among the 3 people"):
        kinship(np.full((4, 3), 2, dtype=np.int8))


@pytest.mark.parametrize(("value", "found"), [(-1, "missing"), (3, "3")])
def test_bad_dosages(value: int, found: str) -> None:
    dosages = random_dosages(1030, 4)
    dosages[1027, 2] = value
    with pytest.raises(InputError, match=f"variant row 1027, sample 2 is {found}, expected 0, 1 or 2"):
        kinship(dosages)


def test_imputed_on_request() -> None:
    dosages = random_dosages(30, 6)
    dosages[3, 1] = -1
    assert (kinship(dosages, impute_missing=True) == kinship(impute_dosages(dosages))).all()


def test_imputing_rounds_half_to_even() -> None:
    dosages = np.array([[0, 1, -1], [1, 2, -1], [2, 2, -1]], dtype=np.int8)
    assert impute_dosages(dosages)[:, 2].tolist() == [0, 2, 2]
    with pytest.raises(InputError, match="variant row 1 is missing in everybody"):
        impute_dosages(np.array([[0, 1], [-1, -1]], dtype=np.int8))
