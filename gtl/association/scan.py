"""Association of a trait, binary or quantitative, with every variant of a stream of genotypes."""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.association.adjusted_logistic import LogisticModel
from gtl.association.counts import check_both_classes
from gtl.association.linear import LinearEstimates, LinearModel
from gtl.association.single_snp import associate, association_table
from gtl.config.learning import AssociationTest
from gtl.domain.dosages import Dosages
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
    """Test every variant of ``blocks``, one block in memory at a time; see :func:`scan_blocks`.

    Returns
    -------
    DataFrame
        One row a variant, :data:`gtl.schema.ASSOCIATION`.
    """
    tables = list(scan_blocks(blocks, values, kind, covariates, test))
    if not tables:
        raise InputError("association: there is no variant to test; see the funnel for where they were lost")
    return pd.concat(tables, ignore_index=True)


def scan_blocks(
    blocks: Iterable[GenotypeMatrix],
    values: Array,
    kind: TraitKind,
    covariates: Array,
    test: AssociationTest = AssociationTest.FISHER,
) -> Iterator[pd.DataFrame]:
    """Test variants block by block.

    Quantitative traits: linear regression. Binary ones without covariates: ``test``, on hard calls (imputed dosages
    are rounded to them) as :func:`gtl.association.associate` does; but ``logistic`` uses imputed dosages as they are.
    Binary ones with covariates: logistic regression, whatever ``test`` says.

    Parameters
    ----------
    blocks
        Genotypes of the same people in the same order, some variants each.
    values : (n_people,) float64
        Trait; binary ones 1 = case, 0 = control. nan = missing: that person is left out.
    kind
        Binary or quantitative.
    covariates : (n_people, n_covariates) float64
        Without an intercept; n_covariates may be 0. A person who lacks one (nan) is left out.
    test
        Of binary traits without covariates.

    Yields
    ------
    DataFrame
        One row a variant of the block, :data:`gtl.schema.ASSOCIATION`.

    Raises
    ------
    InputError
        If lengths differ, a binary trait has another value than 0, 1 and nan or lacks a class, or covariates depend on
        each other or tell the trait.
    """
    _check_lengths(values, covariates)
    if kind is TraitKind.QUANTITATIVE:
        yield from (tables[0] for tables in scan_traits(blocks, values[:, None], covariates))
        return
    people = np.flatnonzero(~np.isnan(values) & ~np.isnan(covariates).any(axis=1))
    case = _case(values[people])
    check_both_classes(case)
    model = LogisticModel.of(case, covariates[people])
    for block in blocks:
        _check_people(block, len(values))
        own = block if len(people) == block.n_samples else block.take_samples(people)
        if covariates.shape[1] == 0 and not _imputed_logistic(own.dosages, test):
            yield associate(own, case, test)
        else:
            yield _logistic(model, own)


def scan_traits(blocks: Iterable[GenotypeMatrix], values: Array, covariates: Array) -> Iterator[list[pd.DataFrame]]:
    """Test all quantitative traits in one pass over the genotypes.

    Parameters
    ----------
    values : (n_people, n_traits) float64
        nan = missing: that person is left out of that trait.
    blocks, covariates
        As those of :func:`scan_blocks`.

    Yields
    ------
    list of DataFrame
        A table :data:`gtl.schema.ASSOCIATION` of the block's variants for each trait.
    """
    _check_lengths(values, covariates)
    model = LinearModel.of(values, covariates)
    for block in blocks:
        _check_people(block, len(values))
        found = model.test(block.dosages)
        yield [_quantitative(block.variants, found.trait(column)) for column in range(values.shape[1])]


def _quantitative(variants: Variants, found: LinearEstimates) -> pd.DataFrame:
    nothing = np.full(len(variants), np.nan)
    return association_table(variants, (found.frequency, nothing, nothing), nothing, found, found.n)


def _logistic(model: LogisticModel, block: GenotypeMatrix) -> pd.DataFrame:
    found = model.test(block.dosages)
    frequencies = found.frequency, found.frequency_case, found.frequency_control
    return association_table(block.variants, frequencies, np.exp(found.beta), found, found.n)


def _imputed_logistic(dosages: Dosages, test: AssociationTest) -> bool:
    return dosages.dtype != np.int8 and test is AssociationTest.LOGISTIC


def _case(values: Array) -> npt.NDArray[np.int8]:
    wrong = ~np.isin(values, (0, 1))
    if wrong.any():
        raise InputError(
            f"binary trait: {int(wrong.sum())} people have another value than 0 and 1, the first one "
            f"{values[wrong][0]:g}; expected 1 (case), 0 (control) or missing"
        )
    return values.astype(np.int8)


def _check_lengths(values: Array, covariates: Array) -> None:
    if len(values) != len(covariates):
        raise InputError(
            f"association: a trait of {len(values)} people, covariates of {len(covariates)}; join them by id"
        )


def _check_people(block: GenotypeMatrix, n_people: int) -> None:
    if block.n_samples != n_people:
        raise InputError(
            f"association: genotypes of {block.n_samples} people, trait and covariates of {n_people}; join them by id"
        )
