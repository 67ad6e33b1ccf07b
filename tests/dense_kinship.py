"""Effects of kinship the R package's way: normal draws times a factor of the whole matrix."""

import numpy as np
import numpy.typing as npt

from gtl.simulate.phenotypes.background import Related


def related_by(matrix: npt.NDArray[np.float64]) -> Related:
    """L z, L being the lower Cholesky factor of ``matrix``, (n_samples, n_samples), and z the draws."""
    factor = np.linalg.cholesky(matrix)
    return lambda role, normals: factor @ normals
