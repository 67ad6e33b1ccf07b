"""The fan-in: the long results table, what says how far to trust it, who took part, and the paper's tables."""

from collections.abc import Mapping, Sequence

import pandas as pd

from gtl.config import StudyConfig
from gtl.domain.cohort_set import CohortSet
from gtl.domain.trait import population_in
from gtl.report.tables import paper_tables
from gtl.schema import CANDIDATES, RESULTS, SUBSETS
from gtl.stage_keys import Branch, people_key
from gtl.steps.evidence import write_evidence
from gtl.steps.leakage import LIKENESS
from gtl.steps.people_results import PopulationMade, write_people_results
from gtl.steps.study_tables import NOT_RUN, table_file
from gtl.steps.tables_by_population import POPULATIONS, write_csv, write_tables
from gtl.store import Artifact, ArtifactRef, ArtifactWriter, Store


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
        out.write_json(LIKENESS, [store.read(ref).read_json(LIKENESS) for ref in genotypes])
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
