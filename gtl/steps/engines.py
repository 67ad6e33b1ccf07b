"""Steps with more than one engine: what an engine is given and gives back. The built-in ones are the defaults."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.config.learning import AssociationTest
from gtl.domain.genotypes import GenotypeMatrix
from gtl.simulate.genotypes import SimulatedCohort
from gtl.simulate.phenotypes.population import PhenotypeEngine

GenotypeEngine = Callable[..., SimulatedCohort]
"""As :func:`gtl.simulate.genotypes.simulate_cohort`."""

AssociationEngine = Callable[[GenotypeMatrix, npt.NDArray[np.int8], AssociationTest], pd.DataFrame]
"""As :func:`gtl.association.associate`."""

__all__ = ["AssociationEngine", "GenotypeEngine", "PhenotypeEngine"]
