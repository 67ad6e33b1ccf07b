"""Cohorts against the exact distribution of the published chain, and against their panel."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gtl.config.genotypes import CohortsConfig, DiseaseSnp
from gtl.domain.genetic_map import GeneticMap
from gtl.errors import InputError
from gtl.simulate.copying import CopyingModel
from gtl.simulate.genotypes import draw_people, resample, simulate_cohort
from gtl.simulate.packed_people import side_by_side

MAP = GeneticMap.uniform(1e-6, 10_000)
NE = 5_000
THETA = 0.5
Z = 4.5


def haplotype_probabilities(model):
    """P of each of the 2^V possible new haplotypes, by the forward recursion over SNPs (Li & Stephens 2003)."""
    n, n_variants = model.alleles.shape
    moved = 1 - np.exp(-np.diff(model.switches))
    result = {}
    for haplotype in itertools.product((0, 1), repeat=n_variants):
        emission = np.where(model.alleles == haplotype, 1 - model.flip, model.flip)
        forward = emission[:, 0] / n
        for k in range(1, n_variants):
            forward = emission[:, k] * ((1 - moved[k - 1]) * forward + moved[k - 1] * forward.sum() / n)
        result[haplotype] = forward.sum()
    return result


def genotype_probabilities(model, risks=None):
    """P of each vector of dosages; given ``risks`` {row: relative risk of dosage 0, 1, 2}, of cases."""
    haplotypes = haplotype_probabilities(model)
    result = {}
    for (one, p), (two, q) in itertools.product(haplotypes.items(), repeat=2):
        dosages = tuple(np.add(one, two).tolist())
        risk = np.prod([by_dosage[dosages[row]] for row, by_dosage in (risks or {}).items()])
        result[dosages] = result.get(dosages, 0) + p * q * risk
    total = sum(result.values())
    return {dosages: p / total for dosages, p in result.items()}


def p_value(dosages, probabilities):
    """Chi-square test of observed dosage vectors; rare ones are pooled so that every cell expects at least 5."""
    seen = dict(zip(probabilities, [0] * len(probabilities), strict=True))
    for column in map(tuple, dosages.T.tolist()):
        seen[column] += 1
    expected = np.array(list(probabilities.values())) * dosages.shape[1]
    observed = np.array(list(seen.values()))
    common = expected >= 5
    pooled = [np.append(counts[common], counts[~common].sum()) for counts in (observed, expected)]
    return stats.chisquare(*pooled).pvalue


@pytest.fixture
def small_panel(make_panel):
    return make_panel([[0, 1, 1], [1, 0, 1], [0, 0, 1], [1, 1, 0]], [100, 200, 210, 400])


def test_people_follow_the_chain_exactly(small_panel):
    people = resample(small_panel, MAP, 30_000, NE, THETA, np.random.default_rng(1), "CEU")
    model = CopyingModel.of(small_panel, MAP, NE, THETA)
    assert 0.5 < model.switches[-1] < 5  # neither linked nor free
    assert p_value(people.dosages, genotype_probabilities(model)) > 1e-4


@pytest.mark.parametrize(
    "disease_snps",
    [
        (DiseaseSnp(position=210, heterozygote_risk=2, homozygote_risk=5),),
        (DiseaseSnp(position=210, risk_allele=0, heterozygote_risk=2, homozygote_risk=5),),
        (
            DiseaseSnp(position=400, risk_allele=0, heterozygote_risk=0.5, homozygote_risk=3),
            DiseaseSnp(position=100, heterozygote_risk=4, homozygote_risk=1.5),
        ),
        tuple(DiseaseSnp(position=pos, heterozygote_risk=2, homozygote_risk=3) for pos in (100, 200, 210, 400)),
    ],
    ids=["one", "reference allele", "two, linked", "all"],
)
def test_cases_follow_the_chain_weighted_by_their_risks(small_panel, disease_snps):
    config = CohortsConfig(disease_snps=disease_snps, case_fraction=0.5, theta=THETA)
    cohort = simulate_cohort(small_panel, MAP, 40_000, NE, config, np.random.default_rng(2), "CEU")
    model = CopyingModel.of(small_panel, MAP, NE, THETA)
    rows = {pos: row for row, pos in enumerate(small_panel.variants.pos.tolist())}
    risks = {}
    for snp in disease_snps:
        by_copies = [1.0, snp.heterozygote_risk, snp.homozygote_risk]
        risks[rows[snp.position]] = by_copies if snp.risk_allele else by_copies[::-1]
    cases, controls = (cohort.genotypes.dosages[:, cohort.case == status] for status in (1, 0))
    assert p_value(cases, genotype_probabilities(model, risks)) > 1e-4
    assert p_value(controls, genotype_probabilities(model)) > 1e-4


def test_relative_risks_are_recovered(make_panel):
    rng = np.random.default_rng(3)
    panel = make_panel((rng.random((40, 60)) < 0.3).astype(np.int8))
    snp = DiseaseSnp(position=2000, heterozygote_risk=1.6, homozygote_risk=2.8)
    config = CohortsConfig(disease_snps=(snp,), case_fraction=0.5)
    cohort = simulate_cohort(panel, MAP, 60_000, NE, config, rng, "CEU")
    dosages = cohort.genotypes.dosages[19]
    cases, controls = (np.bincount(dosages[cohort.case == status], minlength=3) for status in (1, 0))
    log_risks = np.log(cases / controls)[1:] - np.log(cases[0] / controls[0])
    error = np.sqrt(1 / cases[0] + 1 / controls[0] + 1 / cases[1:] + 1 / controls[1:])
    assert (np.abs(log_risks - np.log([1.6, 2.8])) < Z * error).all()


def test_allele_frequencies_and_heterozygosity(make_panel):
    rng = np.random.default_rng(4)
    panel = make_panel((rng.random((300, 50)) < rng.random((300, 1))).astype(np.int8), np.arange(1, 301) * 30)
    n_people = 500
    unlinked = 4e6  # so large a Ne that the sums below are of independent terms
    people = resample(panel, MAP, n_people, unlinked, None, rng, "CEU")
    flip = CopyingModel.of(panel, MAP, unlinked, None).flip
    frequency = panel.alleles.mean(axis=1) * (1 - 2 * flip) + flip
    z = (people.dosages.mean(axis=1) / 2 - frequency) / np.sqrt(frequency * (1 - frequency) / (2 * n_people))
    assert 1e-4 < stats.chi2.sf((z**2).sum(), len(z)) < 1 - 1e-4
    heterozygous = 2 * frequency * (1 - frequency)
    z = ((people.dosages == 1).sum() - n_people * heterozygous.sum()) / np.sqrt(
        n_people * (heterozygous * (1 - heterozygous)).sum()
    )
    assert abs(z) < Z


def test_linkage_disequilibrium_decays_as_the_chain_says(make_panel):
    rng = np.random.default_rng(5)
    panel = make_panel(rng.random((30, 8)) < 0.5, np.arange(1, 31) * 100)
    people = resample(panel, MAP, 20_000, NE / 2, THETA, rng, "CEU")
    model = CopyingModel.of(panel, MAP, NE / 2, THETA)
    kept = np.exp(-np.abs(model.switches[:, None] - model.switches[None, :]))
    # Two SNPs covary where they copy one template (both of a person's haplotypes add up)
    expected = 2 * np.cov(panel.alleles, bias=True) * kept * (1 - 2 * model.flip) ** 2
    centred = people.dosages - people.dosages.mean(axis=1, keepdims=True)
    first, second = np.triu_indices(30, 1)
    products = centred[first] * centred[second]
    z = (products.mean(axis=1) - expected[first, second]) / (products.std(axis=1) / np.sqrt(people.n_samples))
    assert np.abs(z).max() < Z
    assert kept.min() < 0.1


@given(
    n=st.integers(1, 4),
    n_variants=st.integers(1, 6),
    n_people=st.integers(1, 9),
    case_fraction=st.floats(0, 1),
    diseased=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_cohort_is_complete(make_panel, n, n_variants, n_people, case_fraction, diseased, seed):
    rng = np.random.default_rng(seed)
    alleles = rng.integers(2, size=(n_variants, n))
    snp = DiseaseSnp(position=100, risk_allele=int(alleles[0, 0]), heterozygote_risk=3, homozygote_risk=9)
    config = CohortsConfig(disease_snps=(snp,) if diseased else (), case_fraction=case_fraction)
    cohort = simulate_cohort(make_panel(alleles), MAP, n_people, NE, config, rng, "YRI")
    assert cohort.genotypes.dosages.shape == (n_variants, n_people)
    assert np.isin(cohort.genotypes.dosages, (0, 1, 2)).all()
    assert cohort.genotypes.samples[-1] == f"YRI{n_people}"
    assert (cohort.case.sum() == round(n_people * case_fraction)) if diseased else (cohort.case is None)


def test_an_absurd_effective_size_needs_no_more_memory(make_panel):
    panel = make_panel([[0, 1], [1, 0]])
    people = resample(panel, MAP, 4_000, 1e15, None, np.random.default_rng(9), "CEU")
    # Both alleles are as common, so each dosage is Binomial(2, 1/2) whatever mutates, and here the SNPs are unlinked
    table = np.histogram2d(*people.dosages, bins=3)[0]
    assert stats.chisquare(table.ravel(), np.outer([1, 2, 1], [1, 2, 1]).ravel() / 16 * 4_000).pvalue > 1e-4


def test_one_haplotype_without_mutation_gives_itself_twice(make_panel):
    people = resample(make_panel([[0], [1], [1]]), MAP, 70, NE, 0.0, np.random.default_rng(6), "CEU")
    assert (people.dosages == [[0], [2], [2]]).all()


def test_the_same_stream_gives_the_same_people(small_panel):
    one, two = (resample(small_panel, MAP, 99, NE, None, np.random.default_rng(7), "CEU").dosages for _ in range(2))
    assert (one == two).all()


def test_no_people(small_panel):
    with pytest.raises(InputError, match="cohort of 0 people: expected at least 1"):
        resample(small_panel, MAP, 0, NE, None, np.random.default_rng(8), "CEU")


def test_people_come_in_groups_that_make_the_cohort(small_panel) -> None:
    config = CohortsConfig()
    drawn = draw_people(small_panel, MAP, 150, NE, config, np.random.default_rng(5), "CEU")
    groups = list(drawn.groups)
    whole = simulate_cohort(small_panel, MAP, 150, NE, config, np.random.default_rng(5), "CEU")
    assert [len(group) for group in groups] == [64, 64, 22]
    np.testing.assert_array_equal(side_by_side(groups, 4, 150), whole.genotypes.dosages)
    np.testing.assert_array_equal(
        whole.genotypes.dosages, resample(small_panel, MAP, 150, NE, None, np.random.default_rng(5), "CEU").dosages
    )
    assert drawn.samples.tolist() == whole.genotypes.samples.tolist()
