"""The report: a study's results as one HTML page."""

from collections.abc import Iterator, Sequence

import pandas as pd

from gtl.config import StudyConfig
from gtl.domain.cohort import Population
from gtl.domain.trait import TraitKind, population_in, trait_in
from gtl.evaluate.likeness import LikenessCheck
from gtl.evaluate.sealed import opened_text
from gtl.evaluate.wording import metric_words
from gtl.methods.registry import RECOMMENDED_WHY, method_title
from gtl.plots import compare_methods, gantt, gantt_height, new_figure, render
from gtl.report.likeness_text import likeness_text
from gtl.report.page import render_pages
from gtl.report.page_parts import Figure, PopulationPart
from gtl.report.times import path_sentence
from gtl.schema import RESULTS
from gtl.stage_keys import Branch, openings_key
from gtl.steps.evidence import read_evidence
from gtl.steps.leakage import LIKENESS
from gtl.steps.people_results import people_figures, read_people_results
from gtl.steps.results_versions import version_at
from gtl.steps.study_tables import NOT_RUN, read_tables
from gtl.steps.study_times import study_times
from gtl.steps.tables_by_population import csv_of_population, of_population, read_table
from gtl.store import Artifact, ArtifactRef, ArtifactWriter, Store
from gtl.store.records import Records

MOST_SHOWN = 20
"""Traits whose plots the report shows; the others' lie in the store."""

_PLOTS = {"manhattan": "Manhattan plot", "qq": "QQ plot", "ld": "Linkage disequilibrium"}


def write_report(
    out: ArtifactWriter, config: StudyConfig, store: Store, results: Artifact, plots: Sequence[ArtifactRef]
) -> None:
    """The HTML page. It shows measured times, so it is the one file that differs between two fresh runs."""
    times, evidence = study_times(store, config.name, [results.ref, *plots]), read_evidence(results)
    table, tables = read_table(results, "results.parquet", RESULTS), read_tables(results)
    parts = []
    for name, own in config.by_population().items():
        drawn = [ref for ref in plots if not config.several or population_in(Branch.of(ref.key).code) == name]
        figures = of_population(table, name)
        parts.append(
            PopulationPart(
                own, figures, {number: csv_of_population(found, name) for number, found in tables.items()},
                figures=_comparisons(figures, own),
                gallery={heading: shown for heading, shown in _association_figures(drawn, store, own) if shown},
                evidence={kind: of_population(found, name) for kind, found in evidence.items()},
                baseline=config.baseline, declared=config.recommended,
                why=RECOMMENDED_WHY.get(config.recommended, ""),
                people=read_people_results(results, name if config.several else ""),
                not_studied=_not_studied(table, name),
                not_run=[row for row in results.read_json(NOT_RUN) if row.get("population", name) == name],
                people_figures=people_figures(results, name if config.several else ""),
            )
        )  # fmt: skip
    opened = opened_text(Records(store.root / openings_key(config)))
    made = str(version_at(store, results.ref))
    page = render_pages(config, parts, times, _timeline(times), opened, made, _twice(config, results))
    out.write_text("report.html", page)


def _twice(config: StudyConfig, results: Artifact) -> str:
    """Whether somebody is in a simulated study twice; what is said of real people says it of them."""
    return (
        likeness_text([LikenessCheck(**check) for check in results.read_json(LIKENESS)]) if config.is_simulated else ""
    )


def _not_studied(results: pd.DataFrame, population: str) -> list[str]:
    """Traits of other small populations that this one's tables lack; simulated ones have all alike."""
    if "population" not in results.columns:
        return []
    own = results["population"] == population
    trait = results["phenotype"].map(trait_in)
    return sorted(set(trait[~own]) - set(trait[own]))


def _comparisons(results: pd.DataFrame, config: StudyConfig) -> list[Figure]:
    """All methods side by side, a picture for each kind of trait."""
    titled = results.assign(method=results["method"].map(method_title))
    caption = "Each dot is one method's chosen model, scored once on the sealed final people; the bar is its interval."
    figures = []
    for kind in TraitKind:
        metric = config.selection.primary(kind)
        if metric in set(results["metric"]):
            figure, ax = new_figure(10, 4.5)
            compare_methods(titled, ax, metric=metric)
            figures.append(Figure(f"Methods side by side: {metric_words(metric)}", caption, render(figure).svg, "svg"))
    return figures


def _timeline(times: pd.DataFrame) -> Figure | None:
    if times["start_seconds"].isna().all():
        return None
    figure, ax = new_figure(10, gantt_height(times))
    gantt(times, ax)
    return Figure("When each stage ran", path_sentence(times), render(figure).svg, "svg")


def _association_figures(
    plots: Sequence[ArtifactRef], store: Store, config: StudyConfig
) -> Iterator[tuple[str, list[Figure]]]:
    for ref in plots[:MOST_SHOWN]:
        code, artifact = Branch.of(ref.key).code, store.read(ref)
        for population in Population:
            heading = f"{code} in {getattr(config.populations, population)}"
            files = {title: f"{population}_{kind}.png" for kind, title in _PLOTS.items()}
            yield (
                heading,
                [
                    Figure(f"{heading}: {title}", title, artifact.read_bytes(file), "png")
                    for title, file in files.items()
                    if file in artifact.files
                ],
            )
