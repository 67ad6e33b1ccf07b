"""The verdict and what stands beside the figures, as the page shows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from gtl.evaluate.verdict import OVERALL, advice, recommended
from gtl.methods.registry import method_title
from gtl.report.scores import ordered_codes

Row = dict[str, Any]

PERMUTED = (
    "Labels were permuted: case status was dealt out anew among the people of each cohort, so whatever is found here "
    "is chance (phenotypes.permute_labels)."
)
"""What stands beside every figure of such a study."""


@dataclass(frozen=True)
class EvidenceViews:
    """What the page's template reads; empty parts are not shown.

    Attributes
    ----------
    advice
        The recommendation in words; empty without a verdict.
    transfer
        Whether it is to transfer.
    overall
        Rows of VERDICT for all phenotypes.
    phenotypes
        (phenotype, method) → row of VERDICT.
    codes, methods
        Of ``phenotypes``, in their order.
    selection
        (phenotype, method) → row of SELECTION.
    attainable, calibration
        Rows of the tables.
    """

    advice: str = ""
    transfer: bool = False
    overall: list[Row] = field(default_factory=list)
    phenotypes: dict[tuple[str, str], Row] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    selection: dict[tuple[str, str], Row] = field(default_factory=dict)
    attainable: list[Row] = field(default_factory=list)
    calibration: list[Row] = field(default_factory=list)


def evidence_views(tables: Mapping[str, pd.DataFrame]) -> EvidenceViews:
    """Arrange the tables VERDICT, SELECTION, ATTAINABLE and CALIBRATION for the page.

    Parameters
    ----------
    tables
        By name: verdict, selection, attainable, calibration; any may be absent.
    """
    verdicts = _rows(tables.get("verdict"))
    each = {(row["phenotype"], row["method"]): row for row in verdicts if row["phenotype"] != OVERALL}
    overall = [row for row in verdicts if row["phenotype"] == OVERALL]
    return EvidenceViews(
        advice=advice(tables["verdict"]) if "verdict" in tables else "",
        transfer=bool(overall) and recommended(tables["verdict"]) is not None,
        overall=overall,
        phenotypes=each,
        codes=ordered_codes({code for code, _ in each}),
        methods=[row["method"] for row in overall],
        selection={(row["phenotype"], row["method"]): row for row in _rows(tables.get("selection"))},
        attainable=_rows(tables.get("attainable")),
        calibration=_rows(tables.get("calibration")),
    )


def _rows(table: pd.DataFrame | None) -> list[Row]:
    if table is None:
        return []
    records = [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]
    return [row | {"title": method_title(row["method"])} for row in records]
