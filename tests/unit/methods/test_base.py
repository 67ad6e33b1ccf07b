import numpy as np
import pytest

from gtl.errors import InputError
from gtl.methods.base import LearningData, MethodContext


def test_take_gives_people_by_snps(context):
    rows, people = np.array([4, 1]), np.array([3, 0, 2])
    expected = [[context.small.dosages[row, person] for row in rows] for person in people]
    np.testing.assert_array_equal(context.small.take(rows, people), expected)


def test_dosages_that_do_not_fit_the_people_are_refused(context):
    small = context.small
    with pytest.raises(InputError, match=r"expected int8 dosages of shape \(variants, people\) = \(8, 44\)"):
        LearningData(small.variants, small.dosages[:, :-1], small.case, small.split)


def test_no_field_leads_to_the_final_cohort():
    assert "final" not in " ".join(MethodContext.__dataclass_fields__)
