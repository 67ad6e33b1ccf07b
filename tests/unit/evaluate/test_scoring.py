import numpy as np
import pytest

from gtl import schema
from gtl.config import StudyConfig
from gtl.domain.phenotype_code import PhenotypeCode
from gtl.domain.trait import TraitKind
from gtl.errors import LeakageError
from gtl.evaluate.metric_names import metrics_of
from gtl.evaluate.scoring import ChosenModel, Measure, score_final, score_rows

CODE = PhenotypeCode("YRI", 5, 1)


class HalfTheFirstSnp:
    """Calls those with two alleles of its first SNP cases."""

    def predict(self, dosages):
        return dosages[:, 0] / 2


def chosen(method="no_transfer", rows=(2,)):
    return ChosenModel(method, "CART", -1, np.array(rows), HalfTheFirstSnp())


def final(n=50):
    dosages = np.random.default_rng(1).integers(0, 3, (4, n), dtype=np.int8)
    return dosages, np.array([f"P{i}" for i in range(n)], object)


def test_each_model_sees_its_own_snps():
    dosages, samples = final()
    case = (dosages[2] == 2).astype(np.int8)
    _, results = score_final(
        [chosen(rows=(2,)), chosen("snp_transfer", (1, 2))], dosages, samples, case, StudyConfig(), CODE
    )
    accuracy = results[results.metric == "accuracy"].set_index("method")
    assert accuracy.value["no_transfer"] == 1.0
    assert accuracy.value["snp_transfer"] == np.mean((dosages[1] == 2) == case)
    assert accuracy.n_snps.tolist() == [1, 2]


def test_tables_keep_their_contracts():
    dosages, samples = final()
    case = np.tile(np.int8([0, 1]), 25)
    predictions, results = score_final([chosen()], dosages, samples, case, StudyConfig(), CODE)
    assert schema.to_arrow(predictions, schema.PREDICTIONS).num_rows == 50
    assert schema.to_arrow(results, schema.RESULTS).num_rows == len(metrics_of(TraitKind.BINARY))
    assert set(results.split) == {"final"}
    assert set(results.metric) == set(metrics_of(TraitKind.BINARY))
    assert (results.ci_low <= results.value).all()
    assert (results.value <= results.ci_high).all()


def test_a_rerun_gives_the_same_rows_whatever_else_is_scored():
    dosages, samples = final()
    case = np.tile(np.int8([0, 1]), 25)
    alone = score_final([chosen()], dosages, samples, case, StudyConfig(), CODE)[1]
    beside = score_final([chosen("snp_transfer"), chosen()], dosages, samples, case, StudyConfig(), CODE)[1]
    assert beside[beside.method == "no_transfer"].reset_index(drop=True).equals(alone)


def test_two_models_of_one_method_would_be_a_second_look():
    dosages, samples = final()
    with pytest.raises(LeakageError, match="choose one model a method"):
        score_final([chosen(), chosen()], dosages, samples, np.tile(np.int8([0, 1]), 25), StudyConfig(), CODE)


def test_rows_of_another_split():
    rows = score_rows(chosen(), np.int8([1, 0]), np.array([0.9, 0.8]), "test", StudyConfig(), CODE)
    assert rows[rows.metric == "accuracy"][["split", "value", "n"]].values.tolist() == [["test", 0.5, 2]]


def test_a_quantitative_trait_has_its_own_metrics_and_keeps_its_repeat():
    dosages, samples = final()
    value = dosages[2] + np.random.default_rng(2).normal(size=50)
    measure = Measure(TraitKind.QUANTITATIVE, repeat=3)
    predictions, results = score_final([chosen()], dosages, samples, value, StudyConfig(), "height", measure)
    assert results.metric.tolist() == ["correlation", "r2", "rmse"]
    assert set(results.repeat) == set(predictions.repeat) == {3}
    assert predictions.value.tolist() == value.tolist()


def test_a_known_prevalence_gives_the_liability_scale():
    measure = Measure(prevalence=0.1)
    rows = score_rows(
        chosen(), np.int8([1, 0, 1, 0]), np.array([0.9, 0.8, 0.7, 0.1]), "test", StudyConfig(), "asthma", measure
    )
    assert rows[rows.metric == "liability_r2"]["value"].notna().all()
