"""What ``savePheno`` writes as csv (reference/phenotypesimulator/SPEC.md, section 9), back in the domain's types."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.config.phenotypes import PhenotypesConfig
from gtl.engines.tool import output_file
from gtl.errors import ToolError
from gtl.simulate.phenotypes.components import RawEffect
from gtl.simulate.phenotypes.covariates import Covariates, no_covariates
from gtl.simulate.phenotypes.variance import Component, Role, VarianceShares

OUTSTRING = "gtl"
"""``savePheno`` writes to a folder of this name, and ends its files' names with it."""

_FILES = {Component.KINSHIP: "Y_genBg", Component.OBSERVATIONAL: "Y_noiseBg", Component.COVARIATES: "Y_noiseFixed"}

FloatArray = npt.NDArray[np.float64]


def person_names(n_samples: int) -> list[str]:
    """Names of people in the package's files.

    >>> person_names(2)
    ['s1', 's2']
    """
    return [f"s{number}" for number in range(1, n_samples + 1)]


def read_parts(folder: Path, n_samples: int, config: PhenotypesConfig, shares: VarianceShares) -> list[RawEffect]:
    """Every random part of the model but covariates: kinship, correlated noise, observational noise, by role.

    Raises
    ------
    ToolError
        If a file is absent, cut off, or of another number of people or traits.
    """
    return list(_parts(folder, n_samples, config.traits, shares))


def read_covariates(folder: Path, n_samples: int, config: PhenotypesConfig, shares: VarianceShares) -> Covariates:
    """Covariates and their raw effects, in the package's order: set by set, shared before independent.

    Raises
    ------
    ToolError
        As :func:`read_parts`.
    """
    if shares.noise * shares.covariates == 0:
        return no_covariates(n_samples, config.traits)
    values = _read(folder, "Covs", person_names(n_samples))
    effects = _read(folder, "Covs_effect", _trait_names(config.traits))
    names = tuple(values.columns)
    independent = np.array([name.startswith("independent") for name in names], dtype=np.bool_)
    if not all(name.startswith(("shared", "independent")) for name in names) or effects.shape[1] != len(names):
        raise ToolError(f"the output Covs_{OUTSTRING}.csv has unknown columns {', '.join(names)}; is it version 0.3.4?")
    return Covariates(names, independent, values.to_numpy(), effects.to_numpy().T)


def _parts(folder: Path, n_samples: int, n_traits: int, shares: VarianceShares) -> Iterator[RawEffect]:
    for component in (Component.KINSHIP, Component.CORRELATED, Component.OBSERVATIONAL):
        for role in Role:
            if shares.target(component, role) > 0:
                stem = "Y_correlatedBg" if component is Component.CORRELATED else f"{_FILES[component]}_{role}"
                effect = _read(folder, stem, person_names(n_samples)).to_numpy()
                if effect.shape[1] != n_traits:
                    raise ToolError(f"the output {stem} has {effect.shape[1]} traits, expected {n_traits}; run again")
                yield component, role, effect


def _trait_names(n_traits: int) -> list[str]:
    return [f"Trait_{number}" for number in range(1, n_traits + 1)]


def _read(folder: Path, stem: str, names: list[str]) -> pd.DataFrame:
    """One table; its first column, which has no heading, names the rows."""
    path = output_file(folder / OUTSTRING / f"{stem}_{OUTSTRING}.csv")
    try:
        table = pd.read_csv(path, index_col=0).astype(np.float64)
    except (ValueError, pd.errors.ParserError) as error:
        raise ToolError(f"the output {path.name} is not a table of numbers ({error}); run again") from error
    if [str(name) for name in table.index] != names:
        raise ToolError(
            f"the output {path.name} has {len(table)} rows, {', '.join(map(str, table.index[:3]))}, ..., expected "
            f"{len(names)}, {', '.join(names[:3])}, ...; run again"
        )
    if not np.isfinite(table.to_numpy()).all():
        raise ToolError(f"the output {path.name} has values that are no finite numbers; take another seed")
    return table
