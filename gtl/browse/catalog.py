"""The studies of a store, each with what it says first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from gtl.browse.finished import FinishedStudy
from gtl.errors import ArtifactMissing
from gtl.store import ArtifactRef, Store, files
from gtl.store.faults import translated
from gtl.store.lineage import in_parallel


@dataclass(frozen=True)
class Headline:
    """What a version of a study's results says first.

    Attributes
    ----------
    words
        The verdict in a sentence or two; empty without one.
    transfer
        Whether a method helps.
    kind
        simulated or real people.
    populations
        Such as ``CEU → YRI``.
    """

    words: str
    transfer: bool
    kind: str
    populations: str


@dataclass(frozen=True)
class StudyEntry:
    """A study of a store.

    Attributes
    ----------
    results
        The current results; None where none are finished.
    made
        When they were made; None if that is not known.
    headline
        None without results, or if they were made by a release whose settings are not known any more.
    """

    name: str
    results: ArtifactRef | None = None
    made: datetime | None = None
    headline: Headline | None = None


def study_names(store: Store) -> list[str]:
    """Names of the studies that have a folder in the store, sorted."""
    with translated(store.root):
        return sorted(files.folders(store.root / "studies"))


def study_entries(store: Store, names: Sequence[str]) -> list[StudyEntry]:
    """What the list of studies says of each; some are read at a time, since object storage answers slowly."""
    return in_parallel(lambda name: study_entry(store, name), names)


def study_entry(store: Store, name: str) -> StudyEntry:
    """What the list of studies says of one: of one without results, its name alone."""
    results = store.find(f"studies/{name}/results")
    if results is None:
        return StudyEntry(name)
    try:
        study = FinishedStudy.open(store, name, results)
    except ArtifactMissing:  # a link that leads out of the store
        return StudyEntry(name)
    return StudyEntry(name, results, study.made, headline_of(study))


@lru_cache(maxsize=256)
def headline_of(study: FinishedStudy) -> Headline | None:
    """What a version of a study's results says first; None where its settings are not known."""
    if study.config is None:
        return None
    views = study.evidence
    several = len(views) > 1
    words = " ".join(
        f"{name}: {view.advice}" if several else view.advice for name, view in views.items() if view.advice
    )
    populations = f"{study.config.populations.large} → {', '.join(study.config.populations.small_names)}"
    kind = "simulated" if study.config.is_simulated else "real people"
    return Headline(words, any(view.transfer for view in views.values()), kind, populations)
