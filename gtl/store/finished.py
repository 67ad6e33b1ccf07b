"""A store that makes nothing: what is finished is found, what is not ends the search."""

from collections.abc import Callable, Sequence
from typing import Any

from gtl.store.artifact import ArtifactRef
from gtl.store.job import Job
from gtl.store.store import Store


class NotFinished(Exception):
    """An artefact was asked for that would have to be made."""


class FinishedOnly(Store):
    """The artefacts of a store, those that are finished.

    Where something would have to be made, :class:`NotFinished` is raised. So the code that runs a study also says
    whether anything is left to do, by the same fingerprints.
    """

    def __init__(self, store: Store) -> None:
        vars(self).update(vars(store))

    def find(self, key: str, mark: str | None = None) -> ArtifactRef | None:
        """The current version, or None; :class:`NotFinished` if it is asked for by its fingerprint and not there."""
        found = super().find(key, mark)
        if mark is not None and found is None:
            raise NotFinished(key)
        return found

    def run_job(self, job: Job, compute: Callable[..., None]) -> ArtifactRef:
        """The artefact that ``job`` describes.

        Raises
        ------
        NotFinished
            If it is not there.
        """
        made = self._finished(job)
        if made is None:
            raise NotFinished(job.key)
        return made

    def run_together(self, jobs: Sequence[Job], compute: Callable[..., Any]) -> list[ArtifactRef]:
        """The artefacts that ``jobs`` describe; :class:`NotFinished` if one of them is not there."""
        return [self.run_job(job, compute) for job in jobs]
