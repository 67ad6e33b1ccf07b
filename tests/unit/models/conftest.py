from dataclasses import replace

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.learn.model_card import ModelCard, ModelKind, ModelSnp, sha256_of
from gtl.learn.predictors import ClassicalPredictor
from gtl.store import Store

SNPS = (
    ModelSnp("rs1", "G", 0.5, "A"),
    ModelSnp("rs2", "T", 1.0, "C"),
    ModelSnp("rs3", "C", 1.5, "A"),
)


@pytest.fixture
def predictor():
    """A tree that says case where rs1 has two counted alleles."""
    dosages = np.array([[0, 1, 1], [1, 1, 1], [2, 1, 1]], dtype=np.float32)  # rs2 and rs3 tell nothing
    tree = DecisionTreeClassifier(random_state=0).fit(dosages, [0, 0, 1])
    return ClassicalPredictor(tree, np.array([snp.mean_dosage for snp in SNPS], dtype=np.float32))


@pytest.fixture
def card(predictor):
    return ModelCard(
        kind=ModelKind.CLASSICAL, study="tiny", phenotype="YRI_5_1", method="no_transfer", algorithm="Decision tree",
        frozen_layers=-1, snps=SNPS, training_people=4, training_sha256="ab", seed=1,
        model_sha256=sha256_of(predictor.to_bytes()), metrics={"small test accuracy": 0.75},
    )  # fmt: skip


@pytest.fixture
def store(tmp_path, predictor, card):
    """A study with one chosen model, two networks' worth of other models, and a stage that was never finished."""
    store = Store(str(tmp_path / "results"))
    content = predictor.to_bytes()

    def chosen(out):
        out.write_bytes("model.skops", content)
        out.write_text("card.json", card.to_json())

    def others(out):
        for subset in (1, 2):
            out.write_bytes(f"subset-{subset:02d}.skops", content)
            out.write_text(f"subset-{subset:02d}.json", replace(card, algorithm="Model 1").to_json())

    branch = "studies/tiny/phenotypes/YRI_5_1"
    store.run(f"{branch}/no_transfer", chosen, params={})
    store.run(f"{branch}/networks/Model-1", others, params={})
    unfinished = tmp_path / "results" / branch / "snp_transfer"
    unfinished.mkdir()
    (unfinished / "model.skops").write_bytes(content)
    return store


@pytest.fixture
def people():
    """Three people at the model's SNPs, in another order, with alleles as the card has them."""
    word = lambda *texts: np.array(texts, dtype=object)  # noqa: E731
    variants = Variants(
        word("21", "21", "21", "21"), np.array([5, 7, 8, 9]), word("rs2", "rs9", "rs1", "rs3"),
        word("C", "A", "A", "A"), word("T", "G", "G", "C"),
    )  # fmt: skip
    dosages = np.array([[0, 1, 2], [0, 0, 0], [2, 0, -1], [1, 1, 1]], dtype=np.int8)
    return GenotypeMatrix(variants, word("p1", "p2", "p3"), dosages)
