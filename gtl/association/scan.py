"""Association of traits, binary or quantitative, with every variant of a stream of genotypes."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.association.several_traits import SeveralTraits, TraitValues
from gtl.association.variant_tests import VariantTests
from gtl.config.learning import AssociationTest
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.domain.trait import TraitKind
from gtl.errors import InputError

Array = npt.NDArray[np.float64]


def scan(
    blocks: Iterable[GenotypeMatrix],
    values: Array,
    kind: TraitKind,
    covariates: Array,
    test: AssociationTest = AssociationTest.FISHER,
) -> pd.DataFrame:
    """Test every variant of ``blocks`` for one trait, one block of genotypes in memory at a time.

    Parameters
    ----------
    blocks, test
        As those of :func:`scan_traits`.
    values, kind, covariates
        As those of :class:`gtl.association.several_traits.TraitValues`.

    Returns
    -------
    DataFrame
        One row a variant, :data:`gtl.schema.ASSOCIATION`.
    """
    trait = TraitValues("the trait", values, kind, covariates)
    tables = [found.table(variants) for variants, [found] in scan_traits(blocks, [trait], test)]
    if not tables:
        raise InputError("association: there is no variant to test; see the funnel for where they were lost")
    return pd.concat(tables, ignore_index=True)


def scan_traits(
    blocks: Iterable[GenotypeMatrix], traits: Sequence[TraitValues], test: AssociationTest = AssociationTest.FISHER
) -> Iterator[tuple[Variants, list[VariantTests]]]:
    """Test variants block by block for all traits, in one pass over the genotypes.

    What traits have in common is computed once: what is called, counts of people whom several traits have, products of
    dosages with all traits and covariates.

    Quantitative traits: linear regression. Binary ones without covariates: ``test``, on hard calls (imputed dosages
    are rounded to them) as :func:`gtl.association.associate` does; but ``logistic`` uses imputed dosages as they are.
    Binary ones with covariates: logistic regression, whatever ``test`` says.

    Parameters
    ----------
    blocks
        Genotypes of the same people in the same order, some variants each.
    traits
        Of these people, in this order.
    test
        Of binary traits without covariates.

    Yields
    ------
    The variants of a block, and each trait's tests of them.

    Raises
    ------
    InputError
        Naming the trait: if lengths differ, a binary trait has another value than 0, 1 and nan or lacks a class, or
        covariates depend on each other or tell the trait.
    """
    n_people = len(traits[0].values) if traits else 0
    tests = SeveralTraits.of(traits, test)
    for block in blocks:
        if block.n_samples != n_people:
            raise InputError(
                f"association: genotypes of {block.n_samples} people, trait and covariates of {n_people}; join them "
                "by id"
            )
        yield block.variants, tests.of_block(block.dosages)
