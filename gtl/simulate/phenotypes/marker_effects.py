"""The effect of kinship as a sum of small effects, one of every variant: a block of genotypes at a time.

With Z the standardised genotypes (variants x people), c the mean of the diagonal of Z'Z, and u and e standard normal,
Z'u / sqrt(c) + 0.01 e is normal with covariance Z'Z / c + 1e-4 I, the kinship K of :mod:`.kinship`. That is the
distribution of the R package's L e with L L' = K, at a cost of people x variants instead of people squared x variants
and people cubed. Source: the infinitesimal model behind GBLUP (Habier, Fernando & Dekkers, Genetics 177:2389, 2007).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gtl.config.phenotypes import PhenotypesConfig
from gtl.errors import InputError
from gtl.simulate.phenotypes.draws import FloatArray
from gtl.simulate.phenotypes.kinship import RIDGE, centre_and_scale, checked_block
from gtl.simulate.phenotypes.people import People
from gtl.simulate.phenotypes.variance import Role

Streams = Callable[..., np.random.Generator]
"""Random streams of one phenotype in one population: its main one without arguments, others by their names."""

_SLICE = 500_000  # genotypes that are floats at a time: 4 MB, which stay in a processor's cache


@dataclass(frozen=True, eq=False)
class MarkerEffects:
    """Turns the independent normal draws of people into draws that covary as their kinship does.

    The genotypes are read when it is first called, once. Effects of a chromosome's variants come from a stream of its
    own, in the order of its rows: neither the size of blocks nor the order of chromosomes changes them.

    Attributes
    ----------
    people : People
    config : PhenotypesConfig
        Number of traits, and whether genotypes are standardised and missing ones imputed.
    streams : Streams
    """

    people: People
    config: PhenotypesConfig
    streams: Streams

    def __call__(self, role: Role, normals: FloatArray) -> FloatArray:
        """Effects (n_samples, n_columns) for ``normals`` of that shape: a column where shared, else one a trait.

        Raises
        ------
        InputError
            A dosage is missing (without ``impute_missing``) or not 0, 1 or 2; no variant varies.
        """
        columns = self._sums[:, :1] if role is Role.SHARED else self._sums[:, 1:]
        return np.asarray(columns + math.sqrt(RIDGE) * normals, dtype=np.float64)

    @cached_property
    def _sums(self) -> FloatArray:
        """Z'u / sqrt(c), (n_samples, 1 + n_traits): what traits share, then each trait's own."""
        n_samples, columns = len(self.people.samples), 1 + self.config.traits
        squares, row = 0.0, 0
        sums: FloatArray = np.zeros((n_samples, columns))
        drawing: dict[str, np.random.Generator] = {}
        step = max(1, _SLICE // n_samples)
        for block in self.people.blocks():
            chromosome = str(block.variants.chrom[0])
            draws = drawing.setdefault(chromosome, self.streams("marker effects", chromosome))
            for start in range(0, len(block.variants), step):
                part = block.dosages[start : start + step]
                genotypes = checked_block(part, row + start, impute_missing=self.config.impute_missing)
                effects = draws.standard_normal((len(part), columns))
                of_part, squares_of_part = self._products(genotypes, effects)
                sums += of_part
                squares += squares_of_part
            row += len(block.variants)
        return sums / math.sqrt(_mean_diagonal(squares, n_samples, row))

    def _products(self, genotypes: FloatArray, effects: FloatArray) -> tuple[FloatArray, float]:
        """Z'u (n_samples, n_columns) and the sum of Z squared, of some variants; Z itself is never made."""
        of_variant = np.einsum("ij,ij->i", genotypes, genotypes)
        if not self.config.standardise_kinship:
            return genotypes.T @ effects, float(of_variant.sum())
        centre, scale = centre_and_scale(genotypes)
        scaled = effects * scale[:, None]
        around_centre = of_variant - genotypes.shape[1] * centre**2
        return genotypes.T @ scaled - centre @ scaled, float(around_centre @ scale**2)


def _mean_diagonal(squares: float, n_samples: int, n_variants: int) -> float:
    if squares > 0:
        return squares / n_samples
    raise InputError(
        f"kinship: none of the {n_variants} variants varies among the {n_samples} people, so that nobody is more "
        "related than anybody else; use other genotypes, or set phenotypes.kinship_share to 0"
    )
