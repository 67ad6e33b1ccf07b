import numpy as np
import pytest

from gtl.domain.genotypes import Variants
from gtl.domain.summary_stats import SummaryStats, effective_n
from gtl.errors import InputError

TEXT = np.array(["1", "1"], dtype=object)
VARIANTS = Variants(TEXT, np.array([5, 9]), np.array(["rs5", "rs9"], dtype=object), TEXT, TEXT)
GOOD = {"beta": [0.1, 0], "se": [0.1, 0.2], "neg_log10_p": [0.5, 0], "n": [10, np.nan], "frequency": [1, np.nan]}


def stats(**changes):
    columns = {name: np.array(values, dtype=np.float64) for name, values in (GOOD | changes).items()}
    return SummaryStats(VARIANTS, **columns)


def test_statistics_are_taken_by_row():
    taken = stats().take(np.array([1]))
    assert taken.variants.rsid.tolist() == ["rs9"]
    assert taken.se.tolist() == [0.2]
    assert stats().z.tolist() == [1, 0]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"beta": [0.1, np.nan]}, "beta is not finite for rs9"),
        ({"se": [0, 0.1]}, "se is not above 0 for rs5"),
        ({"neg_log10_p": [0.1, -1]}, "neg_log10_p is below 0 or not finite for rs9"),
        ({"n": [0, 1]}, "n is not above 0 for rs5"),
        ({"frequency": [0.5, 1.5]}, "frequency is not within 0 and 1 for rs9"),
        ({"beta": [0.1]}, "expected float64 for each of 2 variants"),
    ],
)
def test_impossible_figures_are_refused(changes, message):
    with pytest.raises(InputError, match=message):
        stats(**changes)


def test_effective_numbers_need_cases_and_controls():
    np.testing.assert_array_equal(effective_n([0, np.nan], [5, 5]), [np.nan, np.nan])
