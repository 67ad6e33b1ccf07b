"""The truth reaches the oracle, and nobody else, through the stages of a study."""

import json

import numpy as np
import pytest

from gtl import stages
from gtl.config import preset, with_overrides
from gtl.errors import InputError, LeakageError
from gtl.learn.model_card import ModelCard
from gtl.methods.registry import METHODS
from gtl.schema import CANDIDATES, CAUSAL, RESULTS
from gtl.steps.truth import read_truth
from gtl.store import Store
from tests.prepared import SMALL_STUDY, prepare

CODE = "YRI_3_1"


@pytest.fixture(scope="module")
def config():
    return with_overrides(preset("quick"), SMALL_STUDY)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return Store(str(tmp_path_factory.mktemp("results")))


@pytest.fixture(scope="module")
def made(config, store):
    """References to all that a method needs, and the phenotype."""
    prepared = prepare(config, store, CODE)
    return prepared.inputs, prepared.phenotype


def test_the_oracle_predicts_by_the_causal_table(config, store, made):
    inputs, phenotype = made
    chosen = store.read(stages.apply_method(config, store, CODE, "oracle", **inputs, phenotype=phenotype))
    causal = store.read(phenotype).read_table("causal.parquet", CAUSAL)
    card = ModelCard.from_json(chosen.read_bytes("card.json").decode())
    weights = json.loads(chosen.read_bytes("model.linear.json"))["weights"]
    assert [snp.rsid for snp in card.snps] == causal["rsid"].tolist()
    ratio = np.array(weights) / causal["effect_small"].to_numpy()
    np.testing.assert_allclose(ratio, ratio[0])
    assert ratio[0] > 1.7


def test_no_other_method_may_be_handed_the_phenotype(config, store, made):
    inputs, phenotype = made
    for name in set(METHODS) - {"oracle"}:
        with pytest.raises(LeakageError, match=f"{name}: it was handed the phenotype's causal SNPs, which only the"):
            stages.apply_method(config, store, CODE, name, **inputs, phenotype=phenotype)


def test_no_other_method_gets_a_truth(store, made):
    inputs, _ = made
    assert [read_truth(store, name, inputs) for name in METHODS if name != "oracle"] == [None] * (len(METHODS) - 1)


def test_the_oracle_needs_the_phenotype(config, store, made):
    with pytest.raises(InputError, match="oracle: it needs the phenotype's causal SNPs; pass apply_method the"):
        stages.apply_method(config, store, CODE, "oracle", **made[0])


@pytest.mark.parametrize(
    "names",
    [["majority"], ["majority", "linear_transfer", "polygenic_score", "bayesian_score", "coral", "tca"]],
)
def test_methods_are_scored_on_the_final_cohort_from_their_files(config, store, made, names):
    named = config.model_copy(update={"name": f"n{len(names)}"})
    inputs, phenotype = made
    applied = {name: stages.apply_method(named, store, CODE, name, **inputs) for name in names}
    scored = store.read(stages.score_final(named, store, CODE, inputs["genotypes"], phenotype, applied))
    results, candidates = (scored.read_table(f"{name}.parquet", schema) for name, schema in
                           (("results", RESULTS), ("candidates", CANDIDATES)))  # fmt: skip
    assert set(results["method"]) == set(names)
    assert set(results.loc[results["method"] == "majority", "n_snps"]) == {0}
    assert candidates.groupby("method")["chosen"].sum().to_dict() == dict.fromkeys(names, 1)


def test_what_changes_no_model_is_no_second_look_at_the_final_people(config, store, made):
    inputs, phenotype = made
    changed = with_overrides(config, ["name=looked", "selection.confidence=0.9", "transfer.methods=[coral, majority]"])
    first = config.model_copy(update={"name": "looked"})
    for study in (first, changed):
        applied = {"majority": stages.apply_method(study, store, CODE, "majority", **inputs)}
        stages.score_final(study, store, CODE, inputs["genotypes"], phenotype, applied)
    applied = {"coral": stages.apply_method(changed, store, CODE, "coral", **inputs)}
    with pytest.raises(LeakageError, match="the final cohort was opened before"):
        stages.score_final(changed, store, CODE, inputs["genotypes"], phenotype, applied)


def test_which_other_methods_a_study_has_changes_none(config, store, made):
    one, other = (with_overrides(config, [f"transfer.methods=[{names}]"]) for names in ("coral", "majority, coral"))
    assert stages.apply_method(one, store, CODE, "coral", **made[0]) == stages.apply_method(
        other, store, CODE, "coral", **made[0]
    )
