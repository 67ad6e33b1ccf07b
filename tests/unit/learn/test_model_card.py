import gc
import json
from dataclasses import replace

import numpy as np
import pytest

from gtl.config.learning import PAPER_NETWORKS
from gtl.domain.trait import TraitKind
from gtl.errors import ArtifactCorrupt
from gtl.learn.model_card import ModelCard, ModelKind, ModelSnp, sha256_of, training_hash


def card():
    return ModelCard(
        kind=ModelKind.NETWORK, study="paper", phenotype="YRI_5_1", method="deep_transfer", algorithm="Model 4",
        frozen_layers=2, snps=(ModelSnp("rs1", "A", 0.1, "G"), ModelSnp("rs2", "T", 1.75, "C")), training_people=70,
        training_sha256="ab", seed=21, model_sha256="cd", architecture=PAPER_NETWORKS[3].model_dump(mode="json"),
        dropout=0.2, metrics={"test accuracy": 0.75},
    )  # fmt: skip


def test_round_trip():
    assert ModelCard.from_json(card().to_json()) == card()


def test_text_is_the_same_for_the_same_card():
    assert card().to_json() == card().to_json()


def test_the_architecture_can_be_built_again():
    assert ModelCard.from_json(card().to_json()).network == PAPER_NETWORKS[3]


def test_names_the_libraries_that_made_the_model():
    assert {"scikit-learn", "skops", "keras"} <= set(card().versions)


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"kind": "classical", "snps": []}', '{"kind": "pickle", "snps": []}']
)
def test_what_is_no_card_is_refused(text):
    with pytest.raises(ArtifactCorrupt, match="model card cannot be read"):
        ModelCard.from_json(text)


def test_sha256_is_the_published_one():
    assert sha256_of(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_training_hash_tells_shape_dosages_and_status_apart():
    dosages, case = np.int8([[0, 1], [2, 0]]), np.int8([0, 1])
    others = [
        (dosages.reshape(1, 4), case),
        (dosages.T, case),
        (dosages, case[::-1]),
    ]
    hashes = {training_hash(*pair) for pair in [(dosages, case), *others]}
    assert len(hashes) == 4
    assert training_hash(np.asfortranarray(dosages), case.copy()) in hashes
    assert replace(card(), training_sha256=training_hash(dosages, case)) != card()


def test_a_card_from_before_quantitative_traits_is_of_a_binary_one():
    fields = json.loads(card().to_json())
    for name in ("trait_kind", "shift", "scale"):
        del fields[name]
    assert ModelCard.from_json(json.dumps(fields)) == card()
    quantitative = replace(card(), trait_kind=TraitKind.QUANTITATIVE)
    assert ModelCard.from_json(quantitative.to_json()).trait_kind is TraitKind.QUANTITATIVE


def test_thousands_of_snps_are_read_and_written_without_a_search_for_cycles_every_few_hundred():
    """With searches, which look through all new tuples again and again, most of the seconds would be theirs."""
    searches = []

    def seen(phase, info):
        searches.append(phase)

    many = replace(card(), snps=tuple(ModelSnp(f"rs{n}", "A", 0.5, "G", "21", n) for n in range(20_000)))
    gc.collect()
    gc.callbacks.append(seen)
    try:
        again = ModelCard.from_json(many.to_json())
        begun = searches.count("start")
    finally:
        gc.callbacks.remove(seen)
    assert begun <= 2  # one may come after each
    assert gc.isenabled()
    assert again == many
