"""The terminal's view of a finished sweep: a line a study."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from gtl.config.learning import SelectionConfig
from gtl.evaluate.outcomes import recommended
from gtl.evaluate.repetitions import follow_summary, method_summary
from gtl.methods.registry import BASELINE, method_title


def sweep_lines(tables: Mapping[str, pd.DataFrame], selection: SelectionConfig) -> pd.DataFrame:
    """A row a study: what the verdict on all its phenotypes recommends, and what that gains, in percent and points.

    Parameters
    ----------
    tables
        results, verdicts and following: those of :data:`gtl.steps.sweep.TABLES`.
    selection
        Names metric and level.

    Returns
    -------
    Columns study, phenotypes, no_transfer (mean score, %), recommended (method, or "do not transfer"), gain,
    gain_low, gain_high (points), recommended_share (of the phenotypes' own verdicts, %), following (mean gain, points).
    """
    means = method_summary(tables["results"], selection.metric.value, selection.confidence)
    follow = follow_summary(tables["following"], selection.confidence)
    verdicts = {str(study): own for study, own in tables["verdicts"].groupby("study")}
    rows = [_line(means, verdicts[row["study"]], row) for row in follow.to_dict("records")]
    return pd.DataFrame(rows).round(1)


def _line(means: pd.DataFrame, verdicts: pd.DataFrame, follow: Mapping[Hashable, Any]) -> dict[str, object]:
    method = recommended(verdicts)
    own = {row["method"]: row for row in means[means["study"] == follow["study"]].to_dict("records")}
    gains = {name: 100 * own[method][name] if method else float("nan") for name in ("gain", "gain_low", "gain_high")}
    return {
        "study": follow["study"],
        "phenotypes": follow["repetitions"],
        "no_transfer": 100 * own[BASELINE]["score"] if BASELINE in own else float("nan"),
        "recommended": method_title(method) if method else "do not transfer",
        **gains,
        "recommended_share": 100 * follow["recommended"],
        "following": 100 * follow["gain"],
    }
