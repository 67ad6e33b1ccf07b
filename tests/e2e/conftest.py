"""A study that is small enough to be run several times: every stage, two networks, two phenotypes."""

from pathlib import Path

import pytest

from gtl.config import StudyConfig, preset, with_overrides

TINY = {
    "name": "tiny",
    "panel.sequence_length": "200000",
    "cohorts.large": "200",
    "cohorts.small": "60",
    "cohorts.final": "40",
    "split.large_train": "140",
    "split.large_validation": "20",
    "split.large_test": "40",
    "split.small_train": "40",
    "split.small_validation": "8",
    "split.small_test": "12",
    "phenotypes.risk_snps": "[3]",
    "phenotypes.iterations": "2",
    "preselection.p_values_large": "[0.0001, 0.01, 0.1]",
    "preselection.p_values_small": "[0.01, 0.1]",
    "classical.models": "[SVM, RUS, UB]",
    "training.epochs": "2",
    "transfer.epochs": "2",
    "transfer.methods": "[no_transfer, snp_transfer, snp_transfer_large, deep_transfer]",
    "training.networks": "[{name: Model 1, layers: [[dense, 30], [dense, 10], [dense, 2]]}, "
    "{name: Model 4, layers: [[gru, 50], [gru, 20], [dense, 2]]}]",
}


@pytest.fixture(scope="session")
def tiny() -> StudyConfig:
    return with_overrides(preset("quick"), [f"{key}={value}" for key, value in TINY.items()])


def manifests(store: Path) -> dict[str, bytes]:
    """Key → manifest of every artefact in a store but the report, which shows measured times."""
    found = {str(path.parent.relative_to(store)): path.read_bytes() for path in sorted(store.rglob("current.json"))}
    return {key: content for key, content in found.items() if not key.endswith("/report")}
