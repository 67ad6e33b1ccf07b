"""The fan-in: the long results table, the paper's tables, what it cost, and the report."""

import math
from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

import pandas as pd

from gtl.config import StudyConfig
from gtl.domain.cohort import Population
from gtl.domain.cohort_set import CohortSet
from gtl.domain.trait import TraitKind, population_in, trait_order
from gtl.errors import InputError
from gtl.evaluate.sealed import opened_text
from gtl.evaluate.wording import metric_words
from gtl.flow import place_of
from gtl.methods.registry import RECOMMENDED, RECOMMENDED_OF_SOURCES, method_title
from gtl.plots import compare_methods, gantt, gantt_height, new_figure, render
from gtl.report.page import Figure, PopulationPart, render_pages
from gtl.report.tables import paper_tables
from gtl.report.times import critical_path, path_sentence
from gtl.schema import CANDIDATES, RESULTS, SUBSETS, TIMES
from gtl.stage_keys import Branch, openings_key, people_key
from gtl.steps.evidence import EVIDENCE, read_evidence, write_evidence
from gtl.steps.imports import NOT_NEEDED
from gtl.steps.people_results import PopulationMade, people_figures, read_people_results, write_people_results
from gtl.steps.results_versions import results_ref, version_at
from gtl.steps.tables_by_population import (
    POPULATIONS,
    csv_of_population,
    of_population,
    read_csv,
    read_table,
    write_csv,
    write_tables,
)
from gtl.store import Artifact, ArtifactRef, ArtifactWriter, Store
from gtl.store.lineage import Made
from gtl.store.records import Records

NOT_RUN = "not_run.json"

RECOMMENDED_WHY = {
    RECOMMENDED: "it learns how much to borrow from the large population, from nothing to all",
    RECOMMENDED_OF_SOURCES: "it begins with what all sources say together, and moves as far as the learning people ask",
}
"""Why a method is recommended whatever comes out."""

MOST_SHOWN = 20
"""Traits whose plots the report shows; the others' lie in the store."""

_PLOTS = {"manhattan": "Manhattan plot", "qq": "QQ plot", "ld": "Linkage disequilibrium"}


def write_results(
    out: ArtifactWriter,
    config: StudyConfig,
    store: Store,
    scores: Sequence[ArtifactRef],
    subsets_large: Sequence[ArtifactRef],
    subsets_small: Sequence[ArtifactRef],
    people: Sequence[ArtifactRef],
    genotypes: Sequence[ArtifactRef],
    sources: Sequence[ArtifactRef],
) -> None:
    """Put all traits together: RESULTS, what says how far to trust them, who took part, and the paper's tables."""
    names = config.populations.small_names
    scored = {name: _of_population(config, name, store, scores) for name in names}
    results = {name: _results(own) for name, own in scored.items()}
    if config.several:
        out.write_json(POPULATIONS, list(names))
    write_tables(out, "results.parquet", RESULTS, results)
    write_evidence(out, config, results, scored)
    out.write_json(NOT_RUN, [reason for name, own in scored.items() for reason in _not_run(config, name, own)])
    if config.is_simulated:
        subsets = {
            name: [_of_population(config, name, store, refs) for refs in (subsets_large, subsets_small)]
            for name in names
        }
        _write_paper_tables(out, config, results, scored, subsets)
    else:
        of_people = {name: [_of_set(config, name, refs) for refs in (people, genotypes, sources)] for name in names}
        made = {name: PopulationMade.open(store, *refs) for name, refs in of_people.items()}
        write_people_results(out, config, made)


def _of_population(config: StudyConfig, name: str, store: Store, refs: Sequence[ArtifactRef]) -> dict[Branch, Artifact]:
    """The artefacts of the traits of one small population."""
    branches = {Branch.of(ref.key): ref for ref in refs}
    return {
        branch: store.read(ref)
        for branch, ref in branches.items()
        if not config.several or population_in(branch.code) == name
    }


def _of_set(config: StudyConfig, name: str, refs: Sequence[ArtifactRef]) -> ArtifactRef:
    """What is of the people of one small population; real people are of one set of cohorts."""
    folder = people_key(config, str(CohortSet(name if config.several else "")))
    return next(ref for ref in refs if ref.key.startswith(f"{folder}/"))


def _results(scores: Mapping[Branch, Artifact]) -> pd.DataFrame:
    return pd.concat([artifact.read_table("results.parquet", RESULTS) for artifact in scores.values()])


def _not_run(config: StudyConfig, name: str, scores: Mapping[Branch, Artifact]) -> list[dict[str, str]]:
    """Methods that could not run, once each, with the reason, and of several small populations which it is about."""
    reasons = {
        reason["method"]: reason["reason"] for artifact in scores.values() for reason in artifact.read_json(NOT_RUN)
    }
    where = {"population": name} if config.several else {}
    return [{"method": method, "reason": reason, **where} for method, reason in reasons.items()]


def _write_paper_tables(
    out: ArtifactWriter,
    config: StudyConfig,
    results: Mapping[str, pd.DataFrame],
    scores: Mapping[str, Mapping[Branch, Artifact]],
    subsets: Mapping[str, Sequence[Mapping[Branch, Artifact]]],
) -> None:
    made: dict[str, dict[str, pd.DataFrame]] = {}
    for name, own in config.by_population().items():
        candidates = _first_draws(scores[name], "candidates.parquet", CANDIDATES)
        large, small = (_first_draws(artifacts, "subsets.parquet", SUBSETS) for artifacts in subsets[name])
        for number, table in paper_tables(results[name], candidates, large, small, own).items():
            made.setdefault(number, {})[name] = table
    for number, by_population in made.items():
        write_csv(out, table_file(number), by_population, several=config.several)


def _first_draws(artifacts: Mapping[Branch, Artifact], name: str, schema: object) -> dict[str, pd.DataFrame]:
    return {
        branch.code: artifact.read_table(name, schema) for branch, artifact in artifacts.items() if branch.repeat == 1
    }


def table_file(number: str) -> str:
    """File name of one of the paper's tables."""
    return f"table_{number}.csv"


def read_tables(results: Artifact) -> dict[str, pd.DataFrame]:
    """The paper's tables by number, as :func:`write_results` wrote them."""
    names = [name for name in results.files if name.startswith("table_")]
    return {name.removeprefix("table_").removesuffix(".csv"): read_csv(results, name) for name in sorted(names)}


def read_study_table(store: Store, study: str, table: str, version: str = "") -> pd.DataFrame:
    """A table of a finished study: one of the paper's by its number, ``results``, ``times``, or
    one of :data:`gtl.steps.evidence.EVIDENCE` by its name; of its current results or of another ``version``
    (:mod:`gtl.steps.results_versions`).

    Raises
    ------
    InputError
        If the study is not in the store or not finished, or has no such table; says which there are.
    """
    ref = results_ref(store, study, version)
    results = store.read(ref)
    if table == "results":
        return read_table(results, "results.parquet", RESULTS)
    if table == "times":
        report = None if version else store.find(f"studies/{study}/report")
        return study_times(store, study, [ref, *filter(None, [report])])
    if table in EVIDENCE:
        return read_table(results, f"{table}.parquet", EVIDENCE[table])
    tables = read_tables(results)
    if table not in tables:
        known = ", ".join(table_names(store, study, version))
        raise InputError(f"study {study!r} has no table {table!r}; it has {known}")
    return tables[table]


def table_names(store: Store, study: str, version: str = "") -> list[str]:
    """Names of the tables that :func:`read_study_table` finds; the paper's only of simulated people."""
    return ["results", *EVIDENCE, *read_tables(store.read(results_ref(store, study, version))), "times"]


def study_times(store: Store, study: str, ends: Sequence[ArtifactRef]) -> pd.DataFrame:
    """Start and cost of the study's stages (:data:`gtl.schema.TIMES`), from when each was last computed.

    Of the stages that ``ends`` were made from: what settings of before have left in the folder is not shown, nor are
    stages that only left a note that the study does not need them, nor the reference panel, which studies share.
    """
    made = store.made_from(f"studies/{study}", ends)
    made = {key: one for key, one in made.items() if NOT_NEEDED not in one.manifest.outputs}
    parts = {key: _parts(one, f"studies/{study}") for key, one in made.items()}
    inputs = {key: [*one.inputs, *parts[key]] for key, one in made.items()}
    refs = dict(ChainMap({key: one.ref for key, one in made.items()}, *parts.values()))
    refs = {key: ref for key, ref in refs.items() if not _is_timed_within(key)}
    found = dict(store.all_times(refs))
    first = min((spent["started"] for spent in found.values() if "started" in spent), default=math.nan)
    path = critical_path({key: spent["wall_seconds"] for key, spent in found.items()}, inputs)
    rows = [
        (*_stage_of(key), spent.get("started", math.nan) - first, spent["wall_seconds"], spent["cpu_seconds"],
         key in path)
        for key, spent in sorted(found.items(), key=lambda item: _place(*_stage_of(item[0])))
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=TIMES.names)


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
                not_run=[row for row in results.read_json(NOT_RUN) if row.get("population", name) == name],
                people_figures=people_figures(results, name if config.several else ""),
            )
        )  # fmt: skip
    opened = opened_text(Records(store.root / openings_key(config)))
    made = str(version_at(store, results.ref))
    out.write_text("report.html", render_pages(config, parts, times, _timeline(times), opened, made))


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


def _parts(made: Made, study: str) -> dict[str, ArtifactRef]:
    """Key below the study → version, of the parts of an artefact."""
    parts = {key: sha256 for key, sha256 in made.manifest.parts.items() if key.startswith(f"{study}/")}
    return {key.removeprefix(f"{study}/"): ArtifactRef(key, sha256) for key, sha256 in parts.items()}


def _is_timed_within(key: str) -> bool:
    """Whether an artefact was made within its stage, whose time is with its own: parts of the sources."""
    return "sources" in PurePosixPath(key).parts[:-1]


def _stage_of(key: str) -> tuple[str, str]:
    """Name of the stage whose artefact lies at ``key`` below the study, and the trait that it is about."""
    parts = PurePosixPath(key).parts
    while parts[0] in ("populations", "iterations"):  # the same stages, once a small population or iteration
        parts = parts[2:]
    if parts[0] == "phenotypes":
        return next(part for part in reversed(parts) if not part.startswith("chr")), parts[1]
    if parts[0] == "cohorts":
        return f"{parts[1]}_cohort" if len(parts) == 2 else "import", ""
    return "_".join(parts), ""


def _place(stage: str, code: str) -> tuple[object, ...]:
    return (bool(code), place_of(stage), stage, trait_order(code))
