"""The HTML report: one file that asks nothing of the network, for a laptop's screen and for paper."""

from collections.abc import Mapping, Sequence
from functools import partial
from importlib import resources
from typing import Any

import pandas as pd
from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from gtl.config import flatten
from gtl.config.study import StudyConfig
from gtl.domain.trait import TraitKind
from gtl.evaluate.ceiling import study_ceilings
from gtl.evaluate.verdict import REFERENCES
from gtl.evaluate.wording import in_points, listed, metric_words, title_within
from gtl.methods.registry import METHODS, method_order, method_title
from gtl.report.evidence import PERMUTED, EvidenceViews, evidence_views
from gtl.report.gains import gain_tests, mean_gains
from gtl.report.on_top import on_top_parts
from gtl.report.page_parts import Figure, PopulationPart
from gtl.report.page_text import FILTERS
from gtl.report.scores import Score, scores_of
from gtl.report.tables import table_title
from gtl.report.times import phenotype_times, stage_times


def render_page(
    config: StudyConfig,
    results: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    times: pd.DataFrame,
    figures: Sequence[Figure] = (),
    timeline: Figure | None = None,
    opened: str = "",
    made: str = "",
    **said: Any,
) -> str:
    """The whole page of a study of one small population; ``said`` are fields of :class:`PopulationPart`."""
    part = PopulationPart(config, results, tables, figures, **said)
    return render_pages(config, [part], times, timeline, opened, made)


def render_pages(
    config: StudyConfig,
    parts: Sequence[PopulationPart],
    times: pd.DataFrame,
    timeline: Figure | None = None,
    opened: str = "",
    made: str = "",
    twice: str = "",
) -> str:
    """The whole page, with a part for each small population.

    Parameters
    ----------
    config
        Settings of the study.
    parts
        In the order of the populations.
    times
        Table TIMES; may be empty.
    timeline
        Drawn above the tables of times.
    opened
        How often the sealed people were opened, in words.
    made
        Which results these are, in words: a study of one name can have been run with several settings.
    twice
        Whether somebody is in the study twice, in words.

    Returns
    -------
    HTML text, the same for the same arguments.
    """
    views = [_views(part, len(parts)) for part in parts]
    environment = _environment()
    template = environment.get_template("population.html")
    several = len(parts) > 1
    shown = [
        {
            "name": part.config.populations.small_name,
            "transfer": view.transfer,
            "advice": view.advice,
            "body": Markup(template.render(**_of_part(part, view), opened="" if several else opened)),  # noqa: S704
        }
        for part, view in zip(parts, views, strict=True)
    ]
    return environment.get_template("page.html").render(
        style=_read("page.css"),
        config=config,
        small=listed(list(config.populations.small_names)),
        parts=shown,
        opened=opened,
        made=made,
        twice=twice,
        timeline=timeline,
        stage_times=stage_times(_labelled(times)) if len(times) else None,
        phenotype_times=phenotype_times(times).rename(columns={"phenotype": "trait"}) if len(times) else None,
        settings=flatten(config),
    )


def _labelled(times: pd.DataFrame) -> pd.DataFrame:
    """Stages as people say them."""
    return times.assign(stage=times["stage"].str.replace("_", " "))


def _place_of(declared: str, method: str) -> tuple[bool, tuple[int, str]]:
    """Sort key of a method's column: the declared one is the first that a reader looks for."""
    return method != declared, method_order(method)


def _views(part: PopulationPart, populations: int) -> EvidenceViews:
    return evidence_views(part.evidence, part.baseline, part.declared, part.why, populations)


def _of_part(part: PopulationPart, evidence: EvidenceViews) -> dict[str, Any]:
    """What the template of one small population reads."""
    config, results = part.config, part.results
    metrics = [metric for metric in map(config.selection.primary, TraitKind) if (results["metric"] == metric).any()]
    final, test = (
        {key: score for metric in metrics for key, score in scores_of(results, split, metric).items()}
        for split in ("final", "test")
    )
    judged = results[~results["method"].isin(REFERENCES)]
    return {
        "config": config,
        "metric": " or ".join(map(metric_words, metrics)),
        "mixed": len({in_points(metric) for metric in metrics}) > 1,
        "noun": "trait" if part.people else "phenotype",
        "confidence": f"{100 * config.selection.confidence:g}",
        "ceilings": study_ceilings(config) if config.is_simulated else None,
        "codes": list(dict.fromkeys(code for code, _ in final)),
        "methods": sorted({method for _, method in final}, key=partial(_place_of, part.declared)),
        "descriptions": {
            info.name: info.learned_from(sources=not part.config.has_large_people).description
            for info in METHODS.values()
        },
        "final": final,
        "test": test,
        "people": sorted({score.n for score in final.values()}),
        "widest": _half_width(final),
        "permuted": PERMUTED if config.phenotypes.permute_labels else "",
        "evidence": evidence,
        "on_top": on_top_parts(part.evidence.get("on_top"), judged),
        "covariates_unused": bool(config.traits.covariates or config.traits.components),
        "gains": _gains(config, judged, metrics, part.baseline),
        "tests": _tests(config, judged, metrics, part.baseline),
        "said": part.people,
        "said_figures": part.people_figures,
        "not_studied": listed(list(part.not_studied)) if part.not_studied else "",
        "not_run": [{**row, "title": method_title(row["method"])} for row in part.not_run],
        "tables": [(number, table_title(number, config), table) for number, table in part.tables.items()],
        "figures": part.figures,
        "gallery": part.gallery,
        "baseline": part.baseline,
    }


def _gains(config: StudyConfig, judged: pd.DataFrame, metrics: Sequence[str], baseline: str) -> list[dict[str, Any]]:
    """Mean gains over phenotypes, of a simulated study: real traits have each its own answer."""
    if not config.is_simulated:
        return []
    return [
        {**{str(name): value for name, value in gain.items()}, "metric": metric}
        for metric in metrics
        for gain in mean_gains(judged, config.selection.confidence, metric, baseline).to_dict("records")
    ]


def _tests(
    config: StudyConfig, judged: pd.DataFrame, metrics: Sequence[str], baseline: str
) -> dict[str, dict[tuple[str, str], dict[str, dict[str, Any]]]]:
    """The paper's tests, of a simulated study."""
    if not config.is_simulated:
        return {}
    return {metric: _by_comparison(gain_tests(judged, config.seed, metric, baseline)) for metric in metrics}


def _by_comparison(tests: pd.DataFrame) -> dict[tuple[str, str], dict[str, dict[str, Any]]]:
    """Tests by (risk SNPs, title of the method), then by name of the test: one row of the page each."""
    rows: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for test in tests.to_dict("records"):
        rows.setdefault((test["risk_snps"], test["title"]), {})[str(test["test"])] = {
            str(name): value for name, value in test.items()
        }
    return rows


def _half_width(final: Mapping[tuple[str, str], Score]) -> float:
    """Half the widest interval of a binary trait's figure."""
    widths = [(score.high - score.low) / 2 for score in final.values() if in_points(score.metric)]
    return max(widths, default=float("nan"))


def _environment() -> Environment:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, loader=FunctionLoader(_read)
    )
    environment.filters |= FILTERS
    environment.tests["in_points"] = in_points
    environment.globals |= {"method_title": method_title, "title_within": title_within}
    return environment


def _read(name: str) -> str:
    return resources.files("gtl.report").joinpath(name).read_text(encoding="utf-8")
