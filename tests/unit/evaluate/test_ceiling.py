import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtl.config import preset, with_overrides
from gtl.config.phenotypes import PhenotypesConfig
from gtl.errors import InputError
from gtl.evaluate.ceiling import all_genetic_variance, best_accuracy, snp_variance, study_ceilings


@pytest.mark.parametrize(("explained", "best"), [(0.0, 0.5), (0.01, 0.5318843), (0.5, 0.75), (1.0, 1.0)])
def test_known_values(explained, best):
    assert best_accuracy(explained) == pytest.approx(best, abs=1e-6)


@given(st.floats(0, 0.99))
def test_integration_meets_the_closed_form(explained):
    assert best_accuracy(explained, 1e-9) == pytest.approx(best_accuracy(explained), abs=1e-4)


def test_with_a_rare_disease_calling_nobody_is_the_floor():
    assert best_accuracy(0.0, 1.6448536) == pytest.approx(0.95, abs=1e-6)
    assert best_accuracy(1.0, 1.6448536) == 1.0


def test_nobody_beats_it():
    rng = np.random.default_rng(1)
    known, rest = rng.normal(0, np.sqrt(0.3), 200_000), rng.normal(0, np.sqrt(0.7), 200_000)
    reached = np.mean((known > 0) == (known + rest > 0))
    assert reached == pytest.approx(best_accuracy(0.3), abs=4 * np.sqrt(0.25 / 200_000))


def test_settings_of_the_paper_and_of_quick():
    assert snp_variance(preset("paper").phenotypes) == pytest.approx(0.01)
    assert snp_variance(preset("quick").phenotypes) == pytest.approx(0.3)
    assert snp_variance(with_overrides(preset("quick"), ["phenotypes.permute_labels=true"]).phenotypes) == 0


def test_shares_given_by_their_complement():
    config = PhenotypesConfig(genetic_variance=None, noise_variance=0.4, snp_share=None, kinship_share=0.75)
    assert snp_variance(config) == pytest.approx(0.6 * 0.25)
    assert all_genetic_variance(config) == pytest.approx(0.6)


@pytest.mark.parametrize(("share", "bounds"), [(1.0, True), (0.5, False)])
def test_the_causal_snps_bound_accuracy_only_without_kinship(share, bounds):
    config = with_overrides(preset("quick"), ["phenotypes.genetic_variance=0.5", f"phenotypes.snp_share={share}"])
    found = study_ceilings(config)
    assert found.bounds is bounds
    assert found.genetic == pytest.approx(0.75)
    assert found.causal == pytest.approx(best_accuracy(0.5 * share))
    assert ("all genetic variance" in found.label) is not bounds


def test_permuted_labels_allow_guessing_alone():
    found = study_ceilings(with_overrides(preset("paper"), ["phenotypes.permute_labels=true"]))
    assert (found.causal, found.genetic, found.bounds) == (0.5, 0.5, True)


def test_another_metric_has_no_ceilings():
    assert study_ceilings(with_overrides(preset("paper"), ["selection.metric=auc"])) is None


@pytest.mark.parametrize("explained", [-0.1, 1.1])
def test_what_is_no_share_is_refused(explained):
    with pytest.raises(InputError, match="expected a share between 0 and 1"):
        best_accuracy(explained)
