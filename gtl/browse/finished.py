"""A version of a study's results, opened: its settings, tables, verdict, and what it was made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Self

from gtl.browse.within import check_within
from gtl.config import StudyConfig
from gtl.config.loading import validated
from gtl.errors import InputError
from gtl.store import Artifact, ArtifactRef, Store
from gtl.store.lineage import Made
from gtl.store.versions import version_of

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
        """Open a version of a study's results, and the report that was made from it; once a process.

        Raises
        ------
        ArtifactMissing
            If there is no such version, or its folder leads out of the store.
        """
        check_within(store, store.read(results))
        return _opened(cls, store, name, results, store.find(f"studies/{name}/report"))  # type: ignore[return-value]

    @property
    def version(self) -> str:
        """As people write it."""
        return version_of(self.results.ref.sha256)

    @cached_property
    def made(self) -> datetime | None:
        """When the results were made; None if that was not recorded."""
        started = self.store.times(self.results.ref).get("started")
        return None if started is None else datetime.fromtimestamp(started, UTC)

    @property
    def populations(self) -> list[str]:
        """Codes of the small populations; one that is empty where settings are not known."""
        return [""] if self.config is None else list(self.config.populations.small_names)

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

    @cached_property
    def evidence(self) -> "dict[str, EvidenceViews]":
        """Small population → its verdict with what stands beside it; none where settings are not known."""
        from gtl.report.evidence import evidence_views
        from gtl.steps.results import RECOMMENDED_WHY
        from gtl.steps.tables_by_population import of_population

        if self.config is None:
            return {}
        declared, names = self.config.recommended, list(self.config.by_population())
        return {
            name: evidence_views(
                {kind: of_population(table, name) for kind, table in self.tables.items()},
                self.config.baseline,
                declared,
                RECOMMENDED_WHY.get(declared, ""),
                len(names),
            )
            for name in names
        }

    @cached_property
    def made_from(self) -> dict[str, Made]:
        """Key below the study → what was made, of results and report and all that they were made from."""
        ends = [self.results.ref, *([self.report.ref] if self.report else [])]
        return self.store.made_from(f"studies/{self.name}", ends)

    @cached_property
    def times(self) -> "pd.DataFrame":
        """Table TIMES: when each stage ran and what it cost."""
        from gtl.steps.results import study_times

        ends = [self.results.ref, *([self.report.ref] if self.report else [])]
        return study_times(self.store, self.name, ends)


@lru_cache(maxsize=256)
def _opened(
    cls: type[FinishedStudy], store: Store, name: str, results: ArtifactRef, current: ArtifactRef | None
) -> FinishedStudy:
    report = None if current is None else _report_of(store, results, current)
    return cls(store, name, store.read(results), report, _settings(report))


def _report_of(store: Store, results: ArtifactRef, current: ArtifactRef) -> Artifact | None:
    """The report whose tables are those of ``results``: the current one, or another version."""
    for ref in (current, *store.versions(current.key)):
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
