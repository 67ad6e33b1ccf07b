"""What ``gtl run`` and ``make run`` print at their end."""

import pandas as pd
import pytest

from gtl.__main__ import echo_results
from gtl.config import with_overrides
from gtl.schema import RESULTS, VERDICT
from gtl.store import Store
from tests.unit.report.conftest import config, results

__all__ = ["config", "results"]


@pytest.fixture
def store(tmp_path, config, results):
    """A finished study's figures: those of the AUC are 10 points above those of accuracy."""
    by_auc = results.assign(metric="auc", **{name: results[name] + 0.1 for name in ("value", "ci_low", "ci_high")})
    table = pd.concat([results, by_auc], ignore_index=True)
    verdict = {
        "phenotype": "all", "method": "deep_transfer", "metric": "accuracy", "phenotypes": 8, "repeats": 1,
        "people": 50, "gain": 0.1, "ci_low": 0.02, "ci_high": 0.18, "level": 0.95, "verdict": "helps",
        "screening_q": float("nan"),
        "evidence": "Mean gain over 8 traits.",
    }  # fmt: skip

    def write(out):
        out.write_table("results.parquet", table, RESULTS)
        out.write_table("verdict.parquet", pd.DataFrame([verdict]), VERDICT)

    store = Store(str(tmp_path / "results"))
    store.run(f"studies/{config.name}/results", write, params={})
    return store


def test_the_summary_is_of_the_metric_by_which_models_were_chosen(store, config, capsys):
    echo_results(store, with_overrides(config, ["selection.metric=auc"]))
    printed = capsys.readouterr().out
    assert "Final auc, %" in printed
    assert "66 (52-79)" in printed  # accuracy: 56 (42-69)
    assert "ceiling" not in printed


def test_the_summary_of_accuracy_says_what_is_possible(store, config, capsys):
    echo_results(store, config)
    printed = capsys.readouterr().out
    assert "Final accuracy, %" in printed
    assert "56 (42-69)" in printed
    assert "ceiling of the causal SNPs 53.2 %" in " ".join(printed.split())
    assert "Transfer: Deep transfer helps. Mean gain over 8 traits.\nresults: " in printed
