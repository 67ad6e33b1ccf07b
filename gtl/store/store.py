"""The store: runs a stage as a transaction and hands out finished artefacts."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any

from upath import UPath

from gtl.errors import ArtifactCorrupt, ArtifactMissing
from gtl.store import files
from gtl.store.alone import alone
from gtl.store.artifact import Artifact, ArtifactRef, ArtifactWriter
from gtl.store.faults import full_disk_named, translated
from gtl.store.job import Job
from gtl.store.lineage import Listing, Made, followed, in_parallel
from gtl.store.location import located
from gtl.store.manifest import Manifest, sha256_of
from gtl.store.scratch import Scratch
from gtl.store.spent import TIME_NAME, Spent, Times, own_times
from gtl.store.versions import CURRENT, Versions

_MAKING: ContextVar[Sequence[ArtifactWriter]] = ContextVar("making", default=())
"""Writers of the artefacts that are being made around this point: what is made or found meanwhile is a part of them."""


class Store:
    """Artefacts below one root: a folder, or any URI that fsspec knows.

    Many processes on many machines may write to one store without knowing of each other
    (:mod:`gtl.store.versions`); a run deletes nothing (:mod:`gtl.store.collection` does).

    Parameters
    ----------
    root
        Where everything lies, such as ``results`` or ``s3://connection@bucket/prefix`` (:mod:`gtl.store.location`), or
        a ready ``UPath``.
    """

    def __init__(self, root: UPath | str) -> None:
        self.root = located(root) if isinstance(root, str) else root
        if files.is_local(self.root):
            self.root = self.root.absolute()
            root = str(self.root)
        self._uri = str(root).rstrip("/")
        self._scratch = Scratch(self.root, self._uri)
        self._versions = Versions(self.root)

    def __repr__(self) -> str:
        return f"Store({self._uri!r})"

    def uri(self, key: str) -> str:
        """Where ``key`` lies, for people: a connection is named, its credentials never are."""
        return f"{self._uri}/{key}"

    def address(self, ref: ArtifactRef, name: str = "") -> str:
        """Where a version's files lie, or one of them, for people."""
        return "/".join(filter(None, (self.uri(ref.key), self._versions.folder(ref).name, name)))

    def exists(self) -> bool:
        """Whether anything lies there: a folder, or a prefix of a bucket."""
        with translated(self.root):
            return bool(self.root.exists())

    def left_tidy(self) -> AbstractContextManager[None]:
        """At the end of the block nothing half-made of ended processes of this host is left, as of workers killed."""
        return self._scratch.left_tidy()

    def run(
        self,
        key: str,
        compute: Callable[[ArtifactWriter], None],
        *,
        params: Mapping[str, Any],
        inputs: Mapping[str, ArtifactRef] | None = None,
        code: str = "",
    ) -> ArtifactRef:
        """Make the artefact ``key`` by ``compute``, unless it is there already, made from the same things.

        The artefact becomes visible in one step when it is complete: a stage that fails or is killed leaves what was
        finished before as it was. While another process of this machine makes the same artefact, this one waits, which
        saves work; processes that do not see each other make it twice, and both are right. ``compute`` gets an
        :class:`ArtifactWriter`; ``code`` is a digest of what it runs (:mod:`gtl.stage_code`).
        """
        return self.run_job(Job(key, params, inputs or {}, code), compute)

    def run_job(self, job: Job, compute: Callable[[ArtifactWriter], None]) -> ArtifactRef:
        """Make the artefact that ``job`` describes, unless it is there already; see :meth:`run`."""
        made = self._finished(job)
        if made is None:
            with alone(self._scratch.lock_file(job.key), self.uri(job.key)):
                made = self._finished(job) or self._make([job], lambda _, writers: compute(writers[0]))[0]
        return self._noted(made)

    def run_together(
        self, jobs: Sequence[Job], compute: Callable[[Sequence[Job], Sequence[ArtifactWriter]], None]
    ) -> list[ArtifactRef]:
        """Make several artefacts by one ``compute``: as :meth:`run`, each a transaction of its own.

        What is there already, made from the same things, is not made again: ``compute`` gets the other jobs, and a
        writer for each. Keep other processes of this machine out by calling this within a :meth:`run` that no other
        artefact's transaction shares. Processor seconds are recorded in equal shares.
        """
        found = {job.key: self._finished(job) for job in jobs}
        absent = [job for job in jobs if found[job.key] is None]
        if absent:
            made = self._make(absent, compute)
            found |= {job.key: ref for job, ref in zip(absent, made, strict=True)}
        return [self._noted(ref) for ref in found.values() if ref is not None]

    def find(self, key: str, mark: str | None = None) -> ArtifactRef | None:
        """The current version of the artefact ``key``, or None; with ``mark`` the version of that fingerprint."""
        data = self._versions.current(key)
        if mark is not None:
            data = self._marked(data, key, mark)
        return None if data is None else ArtifactRef(key, sha256_of(data))

    def read(self, ref: ArtifactRef, *, unseal: bool = False) -> Artifact:
        """Open the artefact that ``ref`` points to.

        ``unseal`` also lets sealed files be read: for the stages that make the final cohort and the one that scores
        it, and for nothing else.
        """
        return Artifact(self._versions.folder(ref), self._manifest(ref), ref, unseal)

    def keys(self, prefix: str) -> list[str]:
        """Keys, relative to ``prefix``, of all finished artefacts below it; sorted."""
        return list(Listing.listed(self.files(prefix)).current)

    def versions(self, key: str) -> list[ArtifactRef]:
        """All finished versions of the artefact ``key``, the current one among them, in no particular order."""
        return [ArtifactRef(key, sha256_of(data)) for data in self._versions.manifests(key)]

    def made_from(self, prefix: str, refs: Iterable[ArtifactRef]) -> dict[str, Made]:
        """``refs`` and every artefact below ``prefix`` that they were made from, by their manifests: no leftovers.

        By key, relative to ``prefix``. The versions are those that were used, whatever has been made since. A part of
        a stage is not among them.
        """
        starts = {ref.key.removeprefix(f"{prefix}/"): ref for ref in refs}
        return followed(prefix, starts, Listing.listed(self.files(prefix)), self._manifest)

    def times(self, ref: ArtifactRef) -> dict[str, float]:
        """When a version was made (``started``, seconds since 1970), and the wall and CPU seconds that it took.

        Empty if that was not recorded; without ``started`` if it was made before that was.
        """
        with translated(self.root):
            try:
                return dict(json.loads(files.read(self._versions.folder(ref) / TIME_NAME)))
            except (FileNotFoundError, ValueError):
                return {}

    def all_times(self, refs: Mapping[str, ArtifactRef]) -> list[tuple[str, dict[str, float]]]:
        """Key and :meth:`times` of those versions that have any.

        Parts that were made while their stage ran are left out: its time has theirs.
        """
        return own_times(zip(refs, in_parallel(self.times, list(refs.values())), strict=True))

    def files(self, prefix: str) -> list[str]:
        """Every file below ``prefix``, relative to it, sorted; of unfinished artefacts, too."""
        with translated(self.root):
            return files.find(self.root / prefix)

    def _finished(self, job: Job) -> ArtifactRef | None:
        """The version that ``job`` would make, if it is there; it is made the current one."""
        current = self._versions.current(job.key)
        data = self._marked(current, job.key, job.mark)
        if data is None:
            return None
        if data != current:
            self._versions.make_current(job.key, data)
        return ArtifactRef(job.key, sha256_of(data))

    def _marked(self, current: bytes | None, key: str, mark: str) -> bytes | None:
        """The manifest of the version of that fingerprint: the current one's, or another's."""
        if current is None or self._is_complete(current, key, mark):
            return current
        return next((data for data in self._versions.manifests(key) if self._is_complete(data, key, mark)), None)

    def _is_complete(self, data: bytes, key: str, mark: str) -> bool:
        manifest = _parsed(data, key)
        if manifest.fingerprint != mark:
            return False
        with translated(self.root):
            present = files.sizes(self._versions.folder(ArtifactRef(key, sha256_of(data))))
        return all(present.get(name) == out["bytes"] for name, out in manifest.outputs.items())

    def _manifest(self, ref: ArtifactRef) -> Manifest:
        data = self._versions.manifest(ref)
        if data is None:
            raise ArtifactMissing(f"{self.uri(ref.key)} is not finished; run the stage that makes it")
        if sha256_of(data) != ref.sha256:
            raise ArtifactCorrupt(f"{self.address(ref)}: its manifest was changed; delete the folder and run again")
        return _parsed(data, ref.key)

    def _make(self, jobs: Sequence[Job], compute: Callable[..., None]) -> list[ArtifactRef]:
        with ExitStack() as stack:
            writers = [ArtifactWriter(stack.enter_context(self._scratch.folder(job.key))) for job in jobs]
            spent = Spent.begin()
            with _making(writers), full_disk_named(self.root):
                compute(jobs, writers)
            times = spent.shared_by(len(jobs))
            return [self._publish(job, writer, times) for job, writer in zip(jobs, writers, strict=True)]

    def _publish(self, job: Job, writer: ArtifactWriter, times: Times) -> ArtifactRef:
        with translated(self.root):
            (writer.made / TIME_NAME).write_text(json.dumps(times))
        return self._versions.publish(job.key, writer.made, job.manifest(writer).to_bytes())

    @staticmethod
    def _noted(ref: ArtifactRef) -> ArtifactRef:
        """``ref``, after it was noted as a part of what is being made around it."""
        for writer in _MAKING.get():
            writer.parts[ref.key] = ref.sha256
        return ref


@contextmanager
def _making(writers: Sequence[ArtifactWriter]) -> Iterator[None]:
    token = _MAKING.set(writers)
    try:
        yield
    finally:
        _MAKING.reset(token)


def _parsed(data: bytes, key: str) -> Manifest:
    try:
        return Manifest.from_bytes(data)
    except (ValueError, TypeError) as error:
        raise ArtifactCorrupt(f"{key}/{CURRENT} is not a manifest; delete the folder and run again") from error
