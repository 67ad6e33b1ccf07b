"""The paper's own figures as a table RESULTS, so that every view can be held to what the paper prints."""

import pandas as pd
import pytest

from gtl.config import StudyConfig, preset
from gtl.evaluate.intervals import wilson

FINAL = {
    "no_transfer": [56, 52, 44, 42, 48, 52, 52, 46],
    "snp_transfer": [48, 54, 44, 38, 46, 48, 48, 32],
    "deep_transfer": [58, 58, 64, 56, 62, 66, 54, 52],
}
TEST = {
    "no_transfer": [66, 85, 61, 71, 76, 66, 71, 61],
    "snp_transfer": [66, 85, 61, 71, 76, 66, 71, 61],
    "deep_transfer": [66, 75, 71, 71, 71, 76, 76, 76],
}
MODELS = {"no_transfer": "UB", "snp_transfer": "RUS", "deep_transfer": "Model 4"}


@pytest.fixture
def config() -> StudyConfig:
    return preset("paper")


@pytest.fixture
def results(config) -> pd.DataFrame:
    rows = [
        {
            "study": "paper", "phenotype": str(code), "method": method, "algorithm": MODELS[method], "n_snps": 236,
            "frozen_layers": -1, "split": split, "repeat": 1, "metric": "accuracy", "value": percents[method][i] / 100,
            "ci_low": wilson(percents[method][i] / 100, n, 1.96)[0],
            "ci_high": wilson(percents[method][i] / 100, n, 1.96)[1], "n": n, "seed": 21,
        }
        for method in FINAL
        for split, percents, n in (("test", TEST, 20), ("final", FINAL, 50))
        for i, code in enumerate(config.codes())
    ]  # fmt: skip
    return pd.DataFrame(rows).sample(frac=1, random_state=1)


@pytest.fixture
def candidates() -> pd.DataFrame:
    """Six deep candidates, three of which tie, and one of another method."""
    columns = ["method", "algorithm", "subset", "n_snps", "frozen_layers", "validation", "test", "chosen"]
    return pd.DataFrame(
        [
            ("deep_transfer", "Model 1", 7, 1196, 0, 0.6, 0.65, False),
            ("deep_transfer", "Model 5", 9, 4901, 2, 0.7, 0.65, True),
            ("deep_transfer", "Model 1", 7, 1196, 1, 0.6, 0.65, False),
            ("deep_transfer", "Model 2", 7, 1196, 1, 0.6, 0.60, False),
            ("no_transfer", "UB", 8, 236, -1, 0.6, 0.95, True),
        ],
        columns=columns,
    )
