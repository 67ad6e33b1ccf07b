"""Steps with more than one engine: what an engine is given and gives back. The built-in ones are the defaults."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.association.several_traits import TraitValues
from gtl.association.variant_tests import VariantTests
from gtl.config.learning import AssociationTest
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.simulate.genotypes import SimulatedCohort
from gtl.simulate.phenotypes.population import PhenotypeEngine

GenotypeEngine = Callable[..., SimulatedCohort]
"""As :func:`gtl.simulate.genotypes.simulate_cohort`."""

AssociationEngine = Callable[[GenotypeMatrix, npt.NDArray[np.int8], AssociationTest], pd.DataFrame]
"""As :func:`gtl.association.associate`."""

__all__ = ["AssociationEngine", "GenotypeEngine", "PhenotypeEngine", "tests_by_engine"]


def tests_by_engine(
    engine: AssociationEngine, blocks: Iterable[GenotypeMatrix], traits: Sequence[TraitValues], test: AssociationTest
) -> Iterator[tuple[Variants, list[VariantTests]]]:
    """As :func:`gtl.association.scan.scan_traits`, each trait of a block by one call of an engine.

    Raises
    ------
    InputError
        If a trait is quantitative: engines test case status.
    """
    for trait in traits:
        if trait.kind is TraitKind.QUANTITATIVE:
            raise InputError(
                f"engines.association: PLINK's tests are of case/control status, and {trait.name} is quantitative; "
                "choose builtin"
            )
    for block in blocks:
        tables = [engine(block.take_samples(trait.people), trait.case, test) for trait in traits]
        yield block.variants, [_numbers(table) for table in tables]


def _numbers(table: pd.DataFrame) -> VariantTests:
    return VariantTests(**{field.name: table[field.name].to_numpy() for field in fields(VariantTests)})
