"""The figures of one small population in words and rows, as a page shows them beside its charts."""

from typing import Any

from gtl.browse.finished import FinishedStudy
from gtl.domain.trait import TraitKind
from gtl.evaluate.wording import in_points, metric_words
from gtl.methods.registry import method_order, method_title


def figures_of(study: FinishedStudy, population: str) -> dict[str, Any]:
    """What is said of a small population: verdict, scores by trait and method, people; each part may be empty.

    Returns
    -------
    name, advice, transfer, scores (a table a metric), verdicts, said (of real people), not_run.
    """
    from gtl.steps.people_results import read_people_results

    view = study.evidence.get(population)
    several = len(study.populations) > 1
    reasons = study.results.read_json("not_run.json") if "not_run.json" in study.results.files else []
    return {
        "name": population,
        "advice": view.advice if view else "",
        "transfer": bool(view and view.transfer),
        "evidence": view,
        "scores": [] if study.config is None else _scores(study, population),
        "said": read_people_results(study.results, population if several else ""),
        "not_run": [
            {**row, "title": method_title(row["method"])}
            for row in reasons
            if row.get("population", population) == population
        ],
    }


def _scores(study: FinishedStudy, population: str) -> list[dict[str, Any]]:
    """A table a metric: methods as columns, traits as rows, each cell a figure with its interval."""
    from gtl.report.scores import scores_of
    from gtl.steps.tables_by_population import of_population

    if study.config is None:
        return []
    results, tables = of_population(study.scores, population), []
    for metric in dict.fromkeys(map(study.config.selection.primary, TraitKind)):
        scores = scores_of(results, "final", metric)
        if scores:
            factor, digits = (100, 1) if in_points(metric) else (1, 2)
            cells = {
                key: {
                    "value": f"{factor * own.value:.{digits}f}",
                    "interval": f"{factor * own.low:.{digits}f} to {factor * own.high:.{digits}f}",
                }
                for key, own in scores.items()
            }
            methods = sorted({method for _, method in scores}, key=method_order)
            tables.append(
                {
                    "metric": metric_words(metric),
                    "unit": ", %" if in_points(metric) else "",
                    "methods": [(method, method_title(method)) for method in methods],
                    "traits": list(dict.fromkeys(code for code, _ in scores)),
                    "cells": cells,
                    "people": sorted({own.n for own in scores.values()}),
                }
            )
    return tables
