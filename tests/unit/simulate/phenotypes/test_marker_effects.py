from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gtl.config.phenotypes import PhenotypesConfig
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.errors import InputError
from gtl.random_streams import stream
from gtl.simulate.phenotypes.kinship import kinship
from gtl.simulate.phenotypes.marker_effects import MarkerEffects
from gtl.simulate.phenotypes.people import PeopleInMemory
from gtl.simulate.phenotypes.variance import Role

CHROMOSOMES = np.repeat(np.array(["1", "2", "X"], dtype=object), [40, 15, 5])


def genotypes(dosages: np.ndarray, chromosomes: np.ndarray) -> GenotypeMatrix:
    names = np.array([f"rs{row}" for row in range(len(dosages))], dtype=object)
    letters = np.full(len(dosages), "A", dtype=object)
    variants = Variants(chromosomes, np.arange(len(dosages)), names, letters, letters)
    samples = np.array([f"p{number}" for number in range(dosages.shape[1])], dtype=object)
    return GenotypeMatrix(variants, samples, dosages.astype(np.int8))


def some_people(n_samples: int = 9) -> GenotypeMatrix:
    """Two of them are half each other's twin, so that kinship is more than a diagonal."""
    dosages = np.random.default_rng(3).integers(0, 3, (len(CHROMOSOMES), n_samples))
    dosages[::2, 1] = dosages[::2, 0]
    return genotypes(dosages, CHROMOSOMES)


def effects(
    people: PeopleInMemory, normals: np.ndarray, role: Role = Role.INDEPENDENT, **changes: object
) -> np.ndarray:
    config = PhenotypesConfig(traits=normals.shape[1] if role is Role.INDEPENDENT else 1, **changes)
    return MarkerEffects(people, config, partial(stream, 7, "phenotype", "YRI_5_1", "large"))(role, normals)


def test_by_hand() -> None:
    # Of variants 0, 1, 2 and 2, 1, 0: q = 1/2, z = -1.41, 0, 1.41 and its negative, mean of the diagonal of Z'Z 8/3.
    # Their effects, one a chromosome, are 3 and -1: z (3 + 1) / sqrt(8/3), and 0.01 times people's own draws.
    drawn = {"21": 3.0, "22": -1.0}

    class Given:
        def __init__(self, *names: str) -> None:
            self.names = names

        def standard_normal(self, shape: tuple[int, int]) -> np.ndarray:
            assert self.names[0] == "marker effects"
            return np.array([[0.0, drawn[self.names[1]]]])

    matrix = genotypes(np.array([[0, 1, 2], [2, 1, 0]]), np.array(["21", "22"], dtype=object))
    related = MarkerEffects(PeopleInMemory(matrix), PhenotypesConfig(), Given)
    expected = np.array([-1, 0, 1]) * 4 * np.sqrt(2) / np.sqrt(8 / 3) + 0.01 * np.array([5, 6, 7])
    np.testing.assert_allclose(related(Role.INDEPENDENT, np.array([[5.0], [6.0], [7.0]]))[:, 0], expected, atol=1e-14)
    np.testing.assert_allclose(related(Role.SHARED, np.ones((3, 1)))[:, 0], 0.01, atol=1e-15)


@pytest.mark.parametrize("standardise", [True, False])
def test_the_covariance_over_many_draws_is_the_dense_kinship(standardise: bool) -> None:
    """Each trait is a draw of its own; an entry's standard error is sqrt((Kij^2 + Kii Kjj) / draws)."""
    matrix, draws = some_people(), 40_000
    normals = np.random.default_rng(1).standard_normal((9, draws))
    effect = effects(PeopleInMemory(matrix), normals, standardise_kinship=standardise)
    expected = kinship(matrix.dosages, standardise=standardise)
    diagonal = np.diagonal(expected)
    error = np.sqrt((expected**2 + np.outer(diagonal, diagonal)) / draws)
    assert (np.abs(effect @ effect.T / draws - expected) < 4 * error).all()
    assert (np.abs(effect.mean(axis=1)) < 4 * np.sqrt(diagonal / draws)).all()


def test_people_with_the_same_genotypes_differ_by_their_own_draws_alone() -> None:
    matrix = genotypes(np.array([[0, 0, 2], [1, 1, 0]]), np.array(["1", "1"], dtype=object))
    effect = effects(PeopleInMemory(matrix), np.array([[1.0], [-1.0], [0.0]]))
    assert effect[0, 0] - effect[1, 0] == pytest.approx(0.02)


@given(st.integers(1, 70), st.permutations(["1", "2", "X"]))
@settings(max_examples=40)
def test_neither_the_size_of_blocks_nor_the_order_of_chromosomes_matters(size: int, order: list[str]) -> None:
    matrix, normals = some_people(), np.zeros((9, 3))
    rows = np.concatenate([np.flatnonzero(chromosome == CHROMOSOMES) for chromosome in order])
    moved = PeopleInMemory(matrix.take_variants(rows), block_variants=size)
    whole = effects(PeopleInMemory(matrix), normals)
    np.testing.assert_allclose(effects(moved, normals), whole, rtol=0, atol=1e-13 * np.abs(whole).max())


def test_a_stream_is_named_by_its_chromosome_and_traits_share_the_first_column() -> None:
    seen: list[tuple[str, ...]] = []

    def streams(*names: str) -> np.random.Generator:
        seen.append(names)
        return stream(1, *names)

    related = MarkerEffects(PeopleInMemory(some_people(), 10), PhenotypesConfig(traits=2), streams)
    assert related(Role.SHARED, np.zeros((9, 1))).shape == (9, 1)
    assert related(Role.INDEPENDENT, np.zeros((9, 2))).shape == (9, 2)
    assert list(dict.fromkeys(seen)) == [("marker effects", name) for name in ("1", "2", "X")]


def test_genotypes_are_read_once() -> None:
    class Counted(PeopleInMemory):
        reads = 0

        def blocks(self):  # type: ignore[no-untyped-def]
            Counted.reads += 1
            return super().blocks()

    related = MarkerEffects(Counted(some_people()), PhenotypesConfig(), partial(stream, 1))
    related(Role.SHARED, np.zeros((9, 1)))
    related(Role.INDEPENDENT, np.zeros((9, 1)))
    assert Counted.reads == 1


def test_no_variation_at_all() -> None:
    matrix = genotypes(np.full((4, 3), 2), np.full(4, "1", dtype=object))
    with pytest.raises(InputError, match="none of the 4 variants varies among the 3 people"):
        effects(PeopleInMemory(matrix), np.zeros((3, 1)))


def test_a_missing_dosage_is_an_error_or_imputed() -> None:
    matrix = some_people()
    matrix.dosages[47, 2] = -1
    people = PeopleInMemory(matrix, block_variants=5)
    with pytest.raises(InputError, match="variant row 47, sample 2 is missing, expected 0, 1 or 2"):
        effects(people, np.zeros((9, 1)))
    filled = matrix.dosages.copy()
    filled[47, 2] = np.rint(np.delete(filled[47], 2).mean())
    expected = effects(PeopleInMemory(genotypes(filled, CHROMOSOMES)), np.zeros((9, 1)))
    np.testing.assert_allclose(effects(people, np.zeros((9, 1)), impute_missing=True), expected, atol=1e-13)
