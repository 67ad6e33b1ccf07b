"""A version of a study's results, opened: its settings, tables and verdict."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

from gtl.config import StudyConfig
from gtl.config.loading import validated
from gtl.errors import InputError
from gtl.store import Artifact, ArtifactRef, Store

if TYPE_CHECKING:
    import pandas as pd

    from gtl.report.evidence import EvidenceViews


@dataclass(frozen=True, eq=False)
class FinishedStudy:
    """A version of a study's results.

    Attributes
    ----------
    results
        The artefact of the tables.
    report
        That of the report that was written from them; None if there is none.
    config
        The study's settings; None if they are of a release that had others.
    """

    store: Store
    name: str
    results: Artifact
    report: Artifact | None
    config: StudyConfig | None

    @classmethod
    def open(cls, store: Store, name: str, results: ArtifactRef) -> Self:
        """Open a version of a study's results, and the report that was made from it."""
        report = _report_of(store, name, results)
        return cls(store, name, store.read(results), report, _settings(report))

    @property
    def several(self) -> bool:
        """Whether there are several small populations."""
        return self.config is not None and self.config.several

    @cached_property
    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """The tables of evidence by name: verdict, selection, on_top, attainable, calibration."""
        from gtl.steps.evidence import read_evidence

        return read_evidence(self.results)

    @cached_property
    def scores(self) -> "pd.DataFrame":
        """Table RESULTS, of several small populations with a column that names one."""
        from gtl.schema import RESULTS
        from gtl.steps.tables_by_population import read_table

        return read_table(self.results, "results.parquet", RESULTS)

    def evidence(self) -> "list[tuple[str, EvidenceViews]]":
        """Small population and its verdict with what stands beside it; none where settings are not known."""
        from gtl.report.evidence import evidence_views
        from gtl.steps.results import RECOMMENDED_WHY
        from gtl.steps.tables_by_population import of_population

        if self.config is None:
            return []
        declared = self.config.recommended
        return [
            (
                name,
                evidence_views(
                    {kind: of_population(table, name) for kind, table in self.tables.items()},
                    self.config.baseline, declared, RECOMMENDED_WHY.get(declared, ""), len(self.config.by_population()),
                ),
            )
            for name in self.config.by_population()
        ]  # fmt: skip


def _report_of(store: Store, name: str, results: ArtifactRef) -> Artifact | None:
    """The report whose tables are those of ``results``: the current one, or another version."""
    key = f"studies/{name}/report"
    current = store.find(key)
    if current is None:
        return None
    for ref in dict.fromkeys([current, *store.versions(key)]):
        artifact = store.read(ref)
        if artifact.manifest.inputs.get("results") == results.sha256:
            return artifact
    return None


def _settings(report: Artifact | None) -> StudyConfig | None:
    if report is None:
        return None
    try:
        return validated(dict(report.manifest.params), "settings")
    except InputError:  # of a release with other settings
        return None
