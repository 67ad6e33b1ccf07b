"""Principal components of genotypes: the few directions in which people differ most, most often their ancestry."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from gtl.domain.blocks import Blocks, people_of
from gtl.domain.dosages import as_float
from gtl.errors import InputError

Matrix = npt.NDArray[np.float64]

EXACT_UP_TO = 4_000
"""Reference people up to whom the relationship matrix is made and solved: 128 MB, some ten seconds."""

_SPARE = 10
_PASSES = 6
"""Columns of the sketch beyond the components, and passes that enlarge it (Musco & Musco 2015): enough that components
which stand out from the rest agree with the exact ones to six digits."""

_NOTHING = 1e-6
"""Share of the largest eigenvalue under which one is rounding, as products are float32."""

_PART_ENTRIES = 2**22
"""Genotypes that are looked at together: 16 MB as float32."""


@dataclass(frozen=True, eq=False)
class Components:
    """Where people are along the principal components.

    Attributes
    ----------
    scores : (n_people, n_components) float64
        The sum of squares over the reference people is the component's eigenvalue of the relationship matrix: plink2's
        eigenvectors times the root of their eigenvalues.
    explained : (n_components,) float64
        Share of the reference people's variance, largest first.
    """

    scores: Matrix
    explained: npt.NDArray[np.float64]


def principal_components(
    blocks: Blocks, n_components: int, seed: int = 0, *, reference: npt.NDArray[np.bool_] | None = None
) -> Components:
    """Components of standardised dosages, (dosage - 2p) / sqrt(2p(1 - p)), a missing one being the mean.

    Exact for up to :data:`EXACT_UP_TO` reference people, otherwise by a randomised block Krylov method whose memory is
    people by some ten times the components. The sign is such that a component's largest score is positive.

    Parameters
    ----------
    blocks
        Pruned variants (:func:`gtl.prepare.pruning.prune`).
    n_components
        How many; fewer than people and variants.
    seed
        Of the random sketch.
    reference : (n_people,) bool, optional
        People by whom frequencies and components are told, for instance one of each group of relatives; all others are
        projected on them. Default everybody.

    Raises
    ------
    InputError
        If there are not as many components among the reference people and variants.
    """
    relationship = _Relationship.of(blocks, reference)
    n_reference = int(relationship.reference.sum())
    if not 0 < n_components < min(n_reference, relationship.n_variants + 1):
        raise InputError(
            f"{n_components} components of {n_reference} people and {relationship.n_variants} variants that vary: "
            "expected at least one, fewer than people and no more than variants; ask for fewer"
        )
    basis = _basis(relationship, n_components, seed)
    everybody = relationship.times(basis)  # of which the reference people's rows are the matrix in the basis
    values, rotation = _largest(basis.T @ everybody[relationship.reference], n_components)
    if values[-1] <= _NOTHING * values[0]:
        raise InputError(f"the people differ in fewer than {n_components} directions; ask for fewer components")
    scores = everybody @ rotation / np.sqrt(values)
    scores *= np.sign(scores[np.abs(scores).argmax(axis=0), np.arange(n_components)])
    return Components(scores, values / relationship.trace)


@dataclass(frozen=True, eq=False)
class _Relationship:
    """Z'Z / variants of everybody (rows) with the reference people (columns), by which a matrix can be multiplied."""

    blocks: Blocks
    reference: npt.NDArray[np.bool_]
    n_variants: int
    trace: float

    @classmethod
    def of(cls, blocks: Blocks, reference: npt.NDArray[np.bool_] | None) -> Self:
        if reference is None:
            reference = np.ones(len(people_of(blocks)), dtype=bool)
        squares, n_variants = 0.0, 0
        for part in _standardised(blocks, reference):
            squares, n_variants = squares + float(np.square(part[:, reference]).sum()), n_variants + len(part)
        return cls(blocks, np.asarray(reference, dtype=bool), n_variants, squares / max(n_variants, 1))

    def times(self, matrix: Matrix) -> Matrix:
        """(n_people, k) product with a (n_reference, k) matrix, in one pass."""
        right = matrix.astype(np.float32)
        product = np.zeros((len(self.reference), matrix.shape[1]))
        for part in _standardised(self.blocks, self.reference):
            product += part.T @ (part[:, self.reference] @ right)
        return product / self.n_variants

    def within(self) -> Matrix:
        """(n_reference, n_reference) the matrix itself, among the reference people."""
        matrix = np.zeros((int(self.reference.sum()),) * 2)
        for part in _standardised(self.blocks, self.reference):
            known = part if self.reference.all() else np.ascontiguousarray(part[:, self.reference])
            matrix += known.T @ known
        return matrix / self.n_variants


def _basis(relationship: _Relationship, n_components: int, seed: int) -> Matrix:
    """(n_reference, some) orthonormal columns among whose combinations the components are."""
    n_people = int(relationship.reference.sum())
    width = n_components + _SPARE
    if n_people <= max(EXACT_UP_TO, width * _PASSES):
        return _largest(relationship.within(), n_components)[1]
    block = np.random.default_rng(seed).standard_normal((n_people, width))
    blocks = []
    for _ in range(_PASSES):
        block = np.linalg.qr(relationship.times(block)[relationship.reference])[0]
        blocks.append(block)
    return np.asarray(np.linalg.qr(np.hstack(blocks))[0])


def _largest(matrix: Matrix, n: int) -> tuple[npt.NDArray[np.float64], Matrix]:
    """The ``n`` largest eigenvalues of a symmetric matrix, largest first, and their vectors as columns."""
    from scipy.linalg import eigh

    size = len(matrix)
    values, vectors = eigh((matrix + matrix.T) / 2, subset_by_index=(size - n, size - 1))
    return values[::-1], vectors[:, ::-1]


def _standardised(blocks: Blocks, reference: npt.NDArray[np.bool_]) -> Iterator[npt.NDArray[np.float32]]:
    """Parts of the variants that vary among the reference people, (some, n_people)."""
    for block in blocks():
        rows = max(1, _PART_ENTRIES // block.n_samples)
        for start in range(0, len(block.variants), rows):
            dosage = as_float(block.dosages[start : start + rows])
            yield _standard(dosage, dosage if reference.all() else dosage[:, reference])


def _standard(dosage: npt.NDArray[np.float32], reference: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    known = ~np.isnan(reference)
    mean = np.where(known, reference, 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    deviation = np.sqrt(mean * (1 - mean / 2))  # 2p(1 - p) where mean = 2p
    varies = deviation > 1e-6
    centred = np.nan_to_num(dosage[varies] - mean[varies, None], copy=False)
    return np.asarray(centred / deviation[varies, None], dtype=np.float32)
