import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gtl.domain.phenotype import PhenotypeTable


def table_of(liability):
    samples = np.array([f"YRI-{number}" for number in range(len(liability))], dtype=object)
    return PhenotypeTable.from_liability(samples, np.array(liability, dtype=np.float64))


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=20), st.integers(0, 2**31))
def test_permuting_keeps_people_liabilities_and_their_case_status(liability, seed):
    before = table_of(liability)
    after = before.permuted(np.random.default_rng(seed))
    assert after.samples.tolist() == before.samples.tolist()
    assert sorted(after.liability) == sorted(before.liability)
    np.testing.assert_array_equal(after.case, after.liability > 0)


def test_every_order_is_as_likely_as_any_other():
    rng, before = np.random.default_rng(1), table_of([1.0, 2.0, 3.0])
    orders = [tuple(before.permuted(rng).liability) for _ in range(6000)]
    counts = [orders.count(order) for order in set(orders)]
    assert len(counts) == 6
    assert max(abs(count - 1000) for count in counts) < 4 * np.sqrt(6000 * 1 / 6 * 5 / 6)
