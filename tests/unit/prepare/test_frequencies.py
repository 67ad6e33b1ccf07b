import numpy as np
import pandas as pd
import pytest

from gtl.errors import InputError
from gtl.prepare.frequencies import Likeness, frequency_check, require_same_alleles

RNG = np.random.default_rng(3)
LARGE = RNG.uniform(0.02, 0.98, 2000)
SMALL = np.clip(LARGE + RNG.normal(0, 0.15, 2000), 0, 1)
MINOR = np.minimum(SMALL, 1 - SMALL)


def check(large, small, ambiguous=False):
    return frequency_check(pd.DataFrame({"large": large, "small": small, "ambiguous": ambiguous}))


@pytest.mark.parametrize(
    ("large", "small", "likeness"),
    [
        (LARGE, SMALL, Likeness.AGREE),
        (LARGE, 1 - SMALL, Likeness.SWAPPED),
        (LARGE, MINOR, Likeness.FOLDED),
        (MINOR, LARGE, Likeness.FOLDED),
        (LARGE, RNG.permutation(SMALL), Likeness.UNRELATED),
        (LARGE[:19], SMALL[:19], Likeness.UNKNOWN),
        (LARGE, np.full(2000, 0.5), Likeness.UNKNOWN),
        (LARGE, np.full(2000, np.nan), Likeness.UNKNOWN),
    ],
)
def test_what_the_frequencies_say(large, small, likeness):
    assert check(large, small).likeness is likeness


def test_a_file_that_counts_its_minor_alleles_is_not_folded():
    turned = LARGE > 0.5
    large, small = np.where(turned, 1 - LARGE, LARGE), np.where(turned, 1 - SMALL, SMALL)
    assert large.max() <= 0.5
    assert check(large, small).likeness is Likeness.AGREE


def test_correlation_and_slope_by_hand():
    found = check([0.1, 0.2, 0.3], [0.2, 0.4, 0.6])
    assert (found.correlation, found.slope, found.n) == (pytest.approx(1), pytest.approx(2), 3)


def test_variants_turned_by_frequency_have_no_say():
    ambiguous = np.arange(2000) < 1000
    assert check(LARGE, np.where(ambiguous, SMALL, 1 - SMALL), ambiguous).likeness is Likeness.SWAPPED


def test_wrong_results_are_refused_and_said_why():
    require_same_alleles(check(LARGE, SMALL))
    require_same_alleles(check(LARGE, MINOR))  # a column of the file is wrong, its genotypes are not
    with pytest.raises(InputError, match=r"correlate at -0\.\d\d over 2,000 variants .* counts the other allele"):
        require_same_alleles(check(LARGE, 1 - SMALL))
