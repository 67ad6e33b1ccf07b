"""The fan-in: the long results table, the paper's tables, what it cost, and the report."""

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

import pandas as pd

from gtl.config import StudyConfig
from gtl.domain.cohort import Population
from gtl.domain.phenotype_code import PhenotypeCode
from gtl.errors import InputError
from gtl.methods.registry import method_title
from gtl.plots import compare_methods, gantt, gantt_height, new_figure, render
from gtl.report.page import Figure, render_page
from gtl.report.tables import paper_tables
from gtl.report.times import critical_path, path_sentence
from gtl.schema import CANDIDATES, RESULTS, SUBSETS, TIMES
from gtl.steps.evidence import EVIDENCE, read_evidence, write_evidence
from gtl.store import Artifact, ArtifactWriter, Store

_ORDER = (
    "large", "small", "final", "genotypes", "phenotype", "quality", "split", "association_large", "association_small",
    "plots", "subsets_large", "subsets_small", "networks",
)  # fmt: skip

_PLOTS = {"manhattan": "Manhattan plot", "qq": "QQ plot", "ld": "Linkage disequilibrium"}


def write_results(
    out: ArtifactWriter,
    config: StudyConfig,
    scores: Sequence[Artifact],
    subsets_large: Sequence[Artifact],
    subsets_small: Sequence[Artifact],
) -> None:
    """Put all phenotypes together: RESULTS, what says how far to trust them, and the paper's tables as CSV."""
    codes = [str(code) for code in config.codes()]
    results = pd.concat([artifact.read_table("results.parquet", RESULTS) for artifact in scores], ignore_index=True)
    candidates = _by_code(codes, scores, "candidates.parquet", CANDIDATES)
    large, small = (
        _by_code(codes, artifacts, "subsets.parquet", SUBSETS) for artifacts in (subsets_large, subsets_small)
    )
    out.write_table("results.parquet", results, RESULTS)
    write_evidence(out, config, results, scores)
    for number, table in paper_tables(results, candidates, large, small, config).items():
        out.write_text(table_file(number), table.to_csv(index=False))


def table_file(number: str) -> str:
    """File name of one of the paper's tables."""
    return f"table_{number}.csv"


def read_tables(results: Artifact) -> dict[str, pd.DataFrame]:
    """The paper's tables by number, as :func:`write_results` wrote them."""
    import io

    names = [name for name in results.files if name.startswith("table_")]
    return {
        name.removeprefix("table_").removesuffix(".csv"): pd.read_csv(io.BytesIO(results.read_bytes(name)))
        for name in sorted(names)
    }


def read_study_table(store: Store, study: str, table: str) -> pd.DataFrame:
    """A table of a finished study: one of the paper's by its number, ``results``, ``times``, or
    one of :data:`gtl.steps.evidence.EVIDENCE` by its name.

    Raises
    ------
    InputError
        If the study is not in the store or not finished, or has no such table; says which there are.
    """
    ref = store.find(f"studies/{study}/results")
    if ref is None:
        raise InputError(f"study {study!r} has no results in {store.uri('')}; run it, or name another --store")
    results = store.read(ref)
    if table == "results":
        return results.read_table("results.parquet", RESULTS)
    if table == "times":
        return study_times(store, study)
    if table in EVIDENCE:
        return results.read_table(f"{table}.parquet", EVIDENCE[table])
    tables = read_tables(results)
    if table not in tables:
        known = ", ".join(["results", *EVIDENCE, *tables, "times"])
        raise InputError(f"study {study!r} has no table {table!r}; it has {known}")
    return tables[table]


def study_times(store: Store, study: str) -> pd.DataFrame:
    """Start and cost of the study's stages (:data:`gtl.schema.TIMES`), from when each was last computed.

    The reference panel, which studies share, is not among them.
    """
    found = dict(store.all_times(f"studies/{study}"))
    first = min((spent["started"] for spent in found.values() if "started" in spent), default=math.nan)
    path = critical_path(
        {key: spent["wall_seconds"] for key, spent in found.items()}, store.all_inputs(f"studies/{study}")
    )
    rows = [
        (*_stage_of(key), spent.get("started", math.nan) - first, spent["wall_seconds"], spent["cpu_seconds"],
         key in path)
        for key, spent in sorted(found.items(), key=lambda item: _place(*_stage_of(item[0])))
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=TIMES.names)


def write_report(
    out: ArtifactWriter, config: StudyConfig, store: Store, results: Artifact, plots: Mapping[str, Artifact]
) -> None:
    """The HTML page. It shows measured times, so it is the one file that differs between two fresh runs."""
    table = results.read_table("results.parquet", RESULTS)
    gallery = dict(_association_figures(plots, config))
    times, evidence = study_times(store, config.name), read_evidence(results)
    page = render_page(
        config, table, read_tables(results), times, [_comparison(table, config)], gallery, evidence, _timeline(times)
    )
    out.write_text("report.html", page)


def _comparison(results: pd.DataFrame, config: StudyConfig) -> Figure:
    figure, ax = new_figure(10, 4.5)
    titled = results.assign(method=results["method"].map(method_title))
    compare_methods(titled, ax, metric=config.selection.metric.value)
    caption = "Each dot is one method's chosen model, scored once on the sealed final cohort; the bar is its interval."
    return Figure("Methods side by side", caption, render(figure).svg, "svg")


def _timeline(times: pd.DataFrame) -> Figure | None:
    if times["start_seconds"].isna().all():
        return None
    figure, ax = new_figure(10, gantt_height(times))
    gantt(times, ax)
    return Figure("When each stage ran", path_sentence(times), render(figure).svg, "svg")


def _association_figures(plots: Mapping[str, Artifact], config: StudyConfig) -> Iterator[tuple[str, list[Figure]]]:
    for code, artifact in plots.items():
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


def _by_code(codes: Sequence[str], artifacts: Sequence[Artifact], name: str, schema: object) -> dict[str, pd.DataFrame]:
    return {code: artifact.read_table(name, schema) for code, artifact in zip(codes, artifacts, strict=True)}


def _stage_of(key: str) -> tuple[str, str]:
    parts = PurePosixPath(key).parts
    if parts[0] == "iterations":  # fresh cohorts: the same stages, once an iteration
        parts = parts[2:]
    return ("_".join(parts), "") if parts[0] != "phenotypes" else (parts[2], parts[1])


def _place(stage: str, code: str) -> tuple[object, ...]:
    name = stage.rpartition("_")[2] if not code else stage
    place = _ORDER.index(name) if name in _ORDER else len(_ORDER)
    return (bool(code), place, stage, PhenotypeCode.parse(code) if code else code)
