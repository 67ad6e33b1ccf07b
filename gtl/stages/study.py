"""All traits together: the tables and the report."""

from collections.abc import Sequence

from gtl import stage_settings as settings
from gtl import steps
from gtl.config import StudyConfig
from gtl.stage_code import code_of_tables
from gtl.stage_keys import study_key
from gtl.store import ArtifactRef, Store


def tabulate_results(
    config: StudyConfig,
    store: Store,
    scores: Sequence[ArtifactRef],
    subsets_large: Sequence[ArtifactRef],
    subsets_small: Sequence[ArtifactRef],
    people: Sequence[ArtifactRef],
    genotypes: Sequence[ArtifactRef],
    sources: Sequence[ArtifactRef],
) -> ArtifactRef:
    """The long results table of all traits, and the tables made from it."""
    groups = scores, subsets_large, subsets_small
    return store.run(
        f"{study_key(config)}/results",
        lambda out: steps.results.write_results(out, config, store, *groups, people, genotypes, sources),
        inputs=_numbered(*groups, people, genotypes, sources),
        params=settings.results(config),
        code=code_of_tables("results.write_results"),
    )


def write_report(config: StudyConfig, store: Store, results: ArtifactRef, plots: Sequence[ArtifactRef]) -> ArtifactRef:
    """One self-contained HTML page: what was asked, what came out, how sure it is, and what it cost."""
    return store.run(
        f"{study_key(config)}/report",
        lambda out: steps.report.write_report(out, config, store, store.read(results), plots),
        inputs={"results": results} | _numbered(plots),
        params=settings.report(config),
        code=code_of_tables("report.write_report"),
    )


def _numbered(*groups: Sequence[ArtifactRef]) -> dict[str, ArtifactRef]:
    return {f"{group}-{number:04d}": ref for group, refs in enumerate(groups) for number, ref in enumerate(refs)}
