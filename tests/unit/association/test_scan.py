from collections import deque

import numpy as np
import pandas as pd
import pytest

from gtl import schema
from gtl.association import associate, scan, scan_traits
from gtl.association.adjusted_logistic import LogisticModel
from gtl.association.linear import LinearModel
from gtl.association.several_traits import TraitValues
from gtl.config.learning import AssociationTest
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from tests.traced_memory import peak_of

N = 90
NONE = np.empty((N, 0))


@pytest.fixture(scope="module")
def genotypes():
    rng = np.random.default_rng(4)
    dosages = rng.binomial(2, 0.4, (20, N)).astype(np.int8)
    dosages[rng.random(dosages.shape) < 0.05] = -1
    names = [np.array([f"{kind}{i}" for i in range(20)], dtype=object) for kind in ("rs", "A", "G")]
    chrom = np.repeat(np.array(["1", "2"], dtype=object), 10)
    people = np.array([f"s{i}" for i in range(N)], dtype=object)
    return GenotypeMatrix(Variants(chrom, np.arange(20, dtype=np.int64), *names), people, dosages)


@pytest.fixture(scope="module")
def case():
    status = (np.random.default_rng(5).random(N) < 0.4).astype(np.float64)
    status[:4] = np.nan
    return status


@pytest.fixture(scope="module")
def covariates():
    return np.random.default_rng(6).normal(size=(N, 2))


def blocks(genotypes):
    return (genotypes.take_variants(slice(start, start + 7)) for start in range(0, 20, 7))


@pytest.mark.parametrize("test", AssociationTest)
def test_binary_without_covariates_is_todays_test_of_the_people_who_have_it(genotypes, case, test):
    known = ~np.isnan(case)
    table = scan(blocks(genotypes), case, TraitKind.BINARY, NONE, test)
    alone = associate(genotypes.take_samples(known), case[known].astype(np.int8), test)
    pd.testing.assert_frame_equal(table, alone, rtol=1e-12)
    if test is not AssociationTest.LOGISTIC:
        np.testing.assert_array_equal(table["p_value"], alone["p_value"])  # to the bit: selection depends on them


def test_binary_with_covariates_is_logistic_regression(genotypes, case, covariates):
    known = ~np.isnan(case)
    table = scan(blocks(genotypes), case, TraitKind.BINARY, covariates)
    model = LogisticModel.of(case[known].astype(np.int8), covariates[known])
    found = model.test(genotypes.dosages[:, known])
    np.testing.assert_allclose(table["p_value"], found.p_value, rtol=1e-12)
    np.testing.assert_allclose(table["odds_ratio"], np.exp(found.beta), rtol=1e-12)
    np.testing.assert_array_equal(table["frequency_case"], found.frequency_case)
    schema.to_arrow(table, schema.ASSOCIATION)


def test_logistic_takes_imputed_dosages_as_they_are(genotypes, case):
    shrunk = np.where(genotypes.dosages < 0, np.nan, 0.4 + 0.6 * genotypes.dosages).astype(np.float32)
    imputed = GenotypeMatrix(genotypes.variants, genotypes.samples, shrunk)
    table = scan(blocks(imputed), case, TraitKind.BINARY, NONE, AssociationTest.LOGISTIC)
    known = ~np.isnan(case)
    found = LogisticModel.of(case[known].astype(np.int8), NONE[known]).test(genotypes.dosages[:, known])
    np.testing.assert_allclose(table["beta"], found.beta / 0.6, rtol=1e-5)
    np.testing.assert_allclose(table["p_value"], found.p_value, rtol=1e-4)


def test_quantitative_is_linear_regression(genotypes, covariates):
    values = np.random.default_rng(7).normal(size=(N, 2))
    values[3, 1] = np.nan
    table = scan(blocks(genotypes), values[:, 1], TraitKind.QUANTITATIVE, covariates)
    found = LinearModel.of(values[:, [1]], covariates).test(genotypes.dosages).trait(0)
    np.testing.assert_allclose(table["beta"], found.beta, rtol=1e-12)
    assert table["n"].tolist() == found.n.tolist()
    assert table[["frequency_case", "frequency_control", "odds_ratio"]].isna().all(axis=None)
    schema.to_arrow(table, schema.ASSOCIATION)


def several(case, covariates):
    """Traits of all kinds, of other people each; some share people, some covariates."""
    rng = np.random.default_rng(9)
    some = np.where(rng.random(N) < 0.3, np.nan, case)
    height, weight = rng.normal(size=N), np.where(rng.random(N) < 0.2, np.nan, rng.normal(size=N))
    binary, quantitative = TraitKind.BINARY, TraitKind.QUANTITATIVE
    return [
        TraitValues("asthma", case, binary, covariates),
        TraitValues("height", height, quantitative, covariates),
        TraitValues("plain", some, binary, NONE),
        TraitValues("weight", weight, quantitative, covariates.copy()),
        TraitValues("other", 1 - case, binary, NONE),
        TraitValues("alone", weight, quantitative, covariates[:, :1]),
        TraitValues("some", some, binary, covariates[:, 1:]),
    ]


@pytest.mark.parametrize("test", AssociationTest)
@pytest.mark.parametrize("imputed", [False, True])
def test_all_traits_in_one_pass_are_each_as_by_itself(genotypes, case, covariates, test, imputed):
    if imputed:
        dosages = np.where(genotypes.dosages < 0, np.nan, 0.9 * genotypes.dosages).astype(np.float32)
        genotypes = GenotypeMatrix(genotypes.variants, genotypes.samples, dosages)
    traits = several(case, covariates)
    found = list(scan_traits(blocks(genotypes), traits, test))
    for place, trait in enumerate(traits):
        together = pd.concat([tests[place].table(variants) for variants, tests in found], ignore_index=True)
        alone = scan(blocks(genotypes), trait.values, trait.kind, trait.covariates, test)
        # Sums of other lengths are added up in another order: a few units in the last place of what is near 0.
        pd.testing.assert_frame_equal(together, alone, rtol=1e-12, atol=1e-13)
        if trait.kind is TraitKind.BINARY and not trait.covariates.shape[1] and test is not AssociationTest.LOGISTIC:
            np.testing.assert_array_equal(together["p_value"], alone["p_value"])


@pytest.mark.parametrize("missing", [0.0, 0.02, 0.3])
def test_a_trait_of_some_people_is_as_among_these_alone(genotypes, case, covariates, missing):
    """Others, who count for nothing, may stand between them; few missing genotypes are summed another way than many."""
    rng = np.random.default_rng(10)
    dosages = np.where(rng.random(genotypes.dosages.shape) < missing, -1, np.abs(genotypes.dosages)).astype(np.int8)
    genotypes = GenotypeMatrix(genotypes.variants, genotypes.samples, dosages)
    own = np.flatnonzero(~np.isnan(case))
    among = scan(blocks(genotypes), case, TraitKind.BINARY, covariates)
    alone = scan(blocks(genotypes.take_samples(own)), case[own], TraitKind.BINARY, covariates[own])
    pd.testing.assert_frame_equal(among, alone, rtol=1e-11, atol=1e-13)


def test_memory_is_bounded_by_a_block(genotypes, case, covariates):
    traits = several(case, covariates)

    def peak(n_blocks):
        stream = (genotypes.take_variants(np.tile(np.arange(20), 100)) for _ in range(n_blocks))
        return peak_of(lambda: deque(scan_traits(stream, traits), maxlen=1))

    peak(3)  # what is loaded once
    assert peak(30) < 1.1 * peak(3)


def test_an_error_says_which_trait_it_is_about(genotypes, case, covariates):
    constant = np.ones((N, 1))
    for trait, said in [
        (TraitValues("asthma", np.ones(N), TraitKind.BINARY, NONE), "asthma: case status: 90 cases and 0 controls"),
        (TraitValues("asthma", case, TraitKind.BINARY, constant), "asthma: covariate column 1 of 1"),
        (TraitValues("height", np.ones(N), TraitKind.QUANTITATIVE, covariates), "height: it does not vary among"),
        (TraitValues("height", case, TraitKind.QUANTITATIVE, constant), "height: covariate column 1 of 1"),
    ]:
        with pytest.raises(InputError, match=said):
            next(scan_traits([genotypes], [*several(case, covariates), trait]))


def test_what_does_not_fit_is_refused(genotypes, case, covariates):
    with pytest.raises(InputError, match="a trait of 89 people, covariates of 90"):
        scan(blocks(genotypes), case[1:], TraitKind.BINARY, NONE)
    with pytest.raises(InputError, match="genotypes of 90 people, trait and covariates of 89"):
        scan(blocks(genotypes), case[1:], TraitKind.QUANTITATIVE, covariates[1:])
    with pytest.raises(InputError, match="another value than 0 and 1, the first one 2"):
        scan(blocks(genotypes), case + 1, TraitKind.BINARY, NONE)
