"""Statistics made from a model, so that every figure is known."""

import numpy as np
import pytest

from gtl.domain.genotypes import Variants
from gtl.domain.summary_stats import SummaryStats
from gtl.formats.summary_statistics.effects import neg_log10_of_z
from gtl.prepare.statistics_checks import check_figures

COUNT = 5000
RNG = np.random.default_rng(5)
FREQUENCY = RNG.uniform(0.05, 0.95, COUNT)
N = np.full(COUNT, 20_000.0)
WORD = np.full(COUNT, "1", dtype=object)
VARIANTS = Variants(WORD, np.arange(COUNT) + 1, WORD, WORD, WORD)


def statistics(trait_sd=1.0, n=N, **changes):
    z = RNG.normal(size=COUNT)
    se = trait_sd / np.sqrt(2 * FREQUENCY * (1 - FREQUENCY) * N)
    columns = {"beta": z * se, "se": se, "neg_log10_p": neg_log10_of_z(z), "n": n, "frequency": FREQUENCY}
    return SummaryStats(VARIANTS, **(columns | changes))


def checks(stats, **options):
    return {check.name: check for check in check_figures(stats, **options)}


def advised(found):
    return {name for name, check in found.items() if check.advice}


SCALE = "sd of the trait by SE, N and frequency"


@pytest.mark.parametrize(
    ("stats", "options"),
    [
        (statistics(), {}),
        (statistics(18.0), {"trait_sd": 18.0}),
        (statistics(2.0), {"log_odds": True}),
        (statistics(frequency=np.full(COUNT, np.nan)), {"frequency": FREQUENCY}),
    ],
)
def test_figures_of_the_model_fit_each_other(stats, options):
    found = checks(stats, **options)
    assert advised(found) == set()
    assert found["sd by SE against sd by frequency"].value > 0.999


def test_a_trait_in_its_own_units_is_asked_about():
    found = checks(statistics(18.0))
    assert advised(found) == {SCALE}
    assert "--trait-sd" in found[SCALE].advice


def test_inflation_is_the_square_of_what_z_is_off_by():
    z = RNG.normal(size=COUNT) * 1.3
    found = checks(statistics(neg_log10_p=neg_log10_of_z(z)))
    np.testing.assert_allclose(found["lambda GC"].value, 1.69, atol=0.12)
    assert "LD score regression" in found["lambda GC"].advice


def test_unknown_numbers_of_people_are_asked_for():
    found = checks(statistics(n=np.full(COUNT, np.nan)))
    assert "give --n, or --cases and --controls" in found["N"].advice
    assert np.isnan(found["sd by SE against sd by frequency"].value)


def test_a_part_of_the_people():
    found = checks(statistics(n=np.where(np.arange(COUNT) < 100, 5_000.0, N)))
    assert found["N"].value == 0.02
    assert advised(found) == {"N", "sd by SE against sd by frequency"}
