"""The HTML report: one file that asks nothing of the network, for a laptop's screen and for paper."""

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal

import pandas as pd
from jinja2 import Environment, StrictUndefined

from gtl.config import flatten
from gtl.config.study import StudyConfig
from gtl.evaluate.ceiling import snp_variance, study_ceiling
from gtl.evaluate.verdict import REFERENCES
from gtl.methods.registry import BASELINE, METHODS, method_order, method_title
from gtl.report.evidence import PERMUTED, evidence_views
from gtl.report.gains import gain_tests, mean_gains
from gtl.report.scores import Score, scores_of
from gtl.report.tables import table_title
from gtl.report.times import phenotype_times, stage_times

_MEDIA_TYPES = {"svg": "image/svg+xml", "png": "image/png"}


@dataclass(frozen=True)
class Figure:
    """A drawn figure.

    Attributes
    ----------
    title, caption
        What it is, and what one sees.
    content
        SVG or PNG bytes.
    kind
        Which of the two.
    """

    title: str
    caption: str
    content: bytes
    kind: Literal["svg", "png"]

    @property
    def uri(self) -> str:
        """Data URI: as an image, so that nothing in an SVG is ever run."""
        return f"data:{_MEDIA_TYPES[self.kind]};base64,{base64.b64encode(self.content).decode()}"


def render_page(
    config: StudyConfig,
    results: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    times: pd.DataFrame,
    figures: Sequence[Figure] = (),
    gallery: Mapping[str, Sequence[Figure]] | None = None,
    evidence: Mapping[str, pd.DataFrame] | None = None,
    timeline: Figure | None = None,
) -> str:
    """The whole page.

    Parameters
    ----------
    config
        Settings of the study.
    results
        Table RESULTS of all phenotypes.
    tables
        The paper's tables, from :func:`gtl.report.tables.paper_tables`.
    times
        Table TIMES; may be empty.
    figures
        Drawn before, in their order.
    gallery
        Heading → figures that are shown side by side, further down.
    evidence
        Tables VERDICT, SELECTION, ATTAINABLE and CALIBRATION by name (verdict, selection, attainable, calibration);
        without one of them its part of the page is left out.
    timeline
        Drawn above the tables of times.

    Returns
    -------
    HTML text, the same for the same arguments.
    """
    metric = config.selection.metric.value
    final, test = scores_of(results, "final", metric), scores_of(results, "test", metric)
    judged = results[~results["method"].isin(REFERENCES)]
    template = _environment().from_string(_read("page.html"))
    return template.render(
        style=_read("page.css"),
        config=config,
        metric=metric.replace("_", " "),
        confidence=f"{100 * config.selection.confidence:g}",
        ceiling=study_ceiling(config),
        explained=snp_variance(config.phenotypes),
        codes=list(dict.fromkeys(code for code, _ in final)),
        methods=sorted({method for _, method in final}, key=method_order),
        descriptions={info.name: info.description for info in METHODS.values()},
        final=final,
        test=test,
        people=sorted({score.n for score in final.values()}),
        widest=_half_width(final),
        permuted=PERMUTED if config.phenotypes.permute_labels else "",
        evidence=evidence_views(evidence or {}),
        gains=mean_gains(judged, config.selection.confidence, metric).to_dict("records"),
        tests=_by_comparison(gain_tests(judged, config.seed, metric)),
        tables=[(number, table_title(number, config), table) for number, table in tables.items()],
        figures=figures,
        gallery=gallery or {},
        timeline=timeline,
        stage_times=stage_times(times) if len(times) else None,
        phenotype_times=phenotype_times(times) if len(times) else None,
        settings=flatten(config),
        baseline=BASELINE,
    )


def _by_comparison(tests: pd.DataFrame) -> dict[tuple[str, str], dict[str, dict[str, Any]]]:
    """Tests by (risk SNPs, title of the method), then by name of the test: one row of the page each."""
    rows: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for test in tests.to_dict("records"):
        rows.setdefault((test["risk_snps"], test["title"]), {})[str(test["test"])] = {
            str(name): value for name, value in test.items()
        }
    return rows


def _half_width(final: Mapping[tuple[str, str], Score]) -> float:
    return max(((score.high - score.low) / 2 for score in final.values()), default=float("nan"))


def _environment() -> Environment:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {
        "heading": _heading,
        "number": _number,
        "p": _p_value,
        "percent": _percent,
        "points": _points,
    }
    environment.globals["method_title"] = method_title
    return environment


def _heading(name: str) -> str:
    """A column's name for people; phenotypes such as 5_1 stay as they are."""
    return name if name[:1].isdigit() else name.replace("_", " ").replace("snps", "SNPs").replace("cpu", "CPU")


def _number(value: object) -> str:
    """A table's cell: a dash for what is not known, no needless digits."""
    if isinstance(value, float):
        return "–" if math.isnan(value) else f"{value:,.1f}".removesuffix(".0").replace("-", "−")
    return f"{value:,}" if isinstance(value, int) else str(value)


def _p_value(p: float) -> str:
    if math.isnan(p):
        return "–"
    return f"{p:.3f}" if p >= 0.001 else "< 0.001"


def _percent(share: float) -> str:
    return "–" if math.isnan(share) else f"{100 * share:.0f}"


def _points(gain: float) -> str:
    return "–" if math.isnan(gain) else f"{gain:+.2f}".replace("-", "−")


def _read(name: str) -> str:
    return resources.files("gtl.report").joinpath(name).read_text(encoding="utf-8")
