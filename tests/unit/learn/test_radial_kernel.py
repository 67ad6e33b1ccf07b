"""The SVM by products of matrices, beside scikit-learn's own fit and predictions."""

import numpy as np
import pytest
from sklearn.svm import SVC, SVR

from gtl.learn import radial_kernel
from gtl.learn.radial_kernel import decisions, fit_radial
from gtl.learn.sklearn_files import from_bytes, to_bytes


def drawn(n_people, n_snps, seed=1):
    """Dosages, case status and values of people."""
    rng = np.random.default_rng(seed)
    dosages = rng.binomial(2, rng.uniform(0.05, 0.5, n_snps), (n_people, n_snps)).astype(np.float32)
    value = dosages[:, :3].sum(axis=1) + rng.normal(size=n_people)
    return dosages, (value > np.median(value)).astype(np.int8), (value - value.mean()) / value.std()


def own_decision(machine, dosages):
    return machine.decision_function(dosages) if isinstance(machine, SVC) else machine.predict(dosages)


@pytest.fixture(params=[SVC, SVR])
def machine(request):
    return request.param


@pytest.mark.parametrize(("n_people", "n_snps"), [(2, 1), (40, 7), (150, 900)])
@pytest.mark.parametrize("block", [1, 1 << 22])
def test_a_fit_to_whole_dosages_has_the_bytes_of_scikit_learn_s(machine, n_people, n_snps, block, monkeypatch):
    monkeypatch.setattr(radial_kernel, "_BLOCK", block)
    dosages, case, value = drawn(n_people, n_snps)
    outcome = case if machine is SVC else value
    assert to_bytes(fit_radial(machine(), dosages, outcome)) == to_bytes(machine().fit(dosages, outcome))


def test_dosages_that_do_not_vary(machine):
    outcome = np.array([0, 1, 0, 1], dtype=np.int8 if machine is SVC else np.float64)
    same = np.ones((4, 3), dtype=np.float32)
    assert to_bytes(fit_radial(machine(), same, outcome)) == to_bytes(machine().fit(same, outcome))


def test_imputed_dosages_give_the_same_up_to_rounding(machine):
    dosages, case, value = drawn(200, 300)
    dosages += np.random.default_rng(2).uniform(-0.2, 0.2, dosages.shape).astype(np.float32).clip(-dosages, 2 - dosages)
    outcome = case if machine is SVC else value
    ours, own = fit_radial(machine(), dosages, outcome), machine().fit(dosages, outcome)
    np.testing.assert_array_equal(ours.support_, own.support_)
    np.testing.assert_allclose(ours.dual_coef_, own.dual_coef_, atol=1e-5)
    np.testing.assert_allclose(decisions(ours, dosages), own_decision(own, dosages), atol=1e-5)


def test_decisions_are_those_of_scikit_learn_of_a_loaded_model_too(machine):
    dosages, case, value = drawn(120, 400)
    fitted = fit_radial(machine(), dosages, case if machine is SVC else value)
    others = drawn(50, 400, seed=3)[0]
    expected = own_decision(fitted, others)
    assert np.ptp(expected) > 0.1
    for model in (fitted, from_bytes(to_bytes(fitted), 400)):
        np.testing.assert_allclose(decisions(model, others), expected, rtol=0, atol=1e-11)


def test_a_person_s_decision_does_not_depend_on_who_is_beside(machine):
    dosages, case, value = drawn(90, 200)
    fitted = fit_radial(machine(), dosages, case if machine is SVC else value)
    alone = [decisions(fitted, person[None])[0] for person in dosages]
    assert decisions(fitted, dosages).tolist() == alone
