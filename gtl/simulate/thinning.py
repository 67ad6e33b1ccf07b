"""Thinning of a simulated panel to the numbers of SNPs that a study asks for."""

import numpy as np
import numpy.typing as npt

from gtl.config.genotypes import PanelConfig
from gtl.errors import InputError


def thin(
    vary_large: npt.NDArray[np.bool_],
    vary_small: npt.NDArray[np.bool_],
    config: PanelConfig,
    rng: np.random.Generator,
) -> npt.NDArray[np.bool_]:
    """Which SNPs to keep, at random, so that the populations vary at as many SNPs as ``config`` says.

    Parameters
    ----------
    vary_large, vary_small
        (n_variants,) bool: does the SNP vary in the population.
    config
        Numbers of SNPs to keep.
    rng
        Source of the random choice.

    Returns
    -------
    (n_variants,) bool

    Raises
    ------
    InputError
        If fewer such SNPs exist, or the numbers contradict each other.

    Examples
    --------
    >>> config = PanelConfig(variants_large=2, variants_small=1, variants_shared=1)
    >>> large, small = np.array([True, True, True, False]), np.array([False, False, True, True])
    >>> int(thin(large, small, config, np.random.default_rng(1)).sum())
    2
    """
    shared = vary_large & vary_small
    n_shared = config.variants_shared or int(shared.sum())
    kept = _draw(shared, n_shared, "variants_shared", "vary in both populations", rng)
    kept |= _draw_own("large", vary_large & ~shared, config.variants_large, n_shared, rng)
    kept |= _draw_own("small", vary_small & ~shared, config.variants_small, n_shared, rng)
    return kept


def _draw_own(
    population: str, candidates: npt.NDArray[np.bool_], wanted: int, n_shared: int, rng: np.random.Generator
) -> npt.NDArray[np.bool_]:
    setting = f"variants_{population}"
    if wanted and wanted < n_shared:
        raise InputError(
            f"panel.{setting} is {wanted}, fewer than the {n_shared} SNPs that are kept because they vary in both "
            "populations; lower panel.variants_shared"
        )
    n_own = wanted - n_shared if wanted else int(candidates.sum())
    return _draw(candidates, n_own, setting, f"vary in the {population} population only", rng)


def _draw(
    candidates: npt.NDArray[np.bool_], wanted: int, setting: str, which: str, rng: np.random.Generator
) -> npt.NDArray[np.bool_]:
    rows = np.flatnonzero(candidates)
    if wanted > len(rows):
        raise InputError(
            f"panel.{setting} needs {wanted} SNPs that {which}, but the simulated region has {len(rows)}; raise "
            f"panel.sequence_length or panel.mutation_rate, or lower panel.{setting} (0 keeps all)"
        )
    kept = np.zeros(len(candidates), dtype=bool)
    kept[rng.choice(rows, wanted, replace=False)] = True
    return kept
