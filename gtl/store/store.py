"""The store: runs a stage as a transaction and hands out finished artefacts."""

import json
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from upath import UPath

from gtl.errors import ArtifactCorrupt, ArtifactMissing, StoreError
from gtl.store import files
from gtl.store.alone import alone
from gtl.store.artifact import Artifact, ArtifactRef, ArtifactWriter
from gtl.store.faults import translated
from gtl.store.job import Job
from gtl.store.location import located
from gtl.store.manifest import NAME, Manifest, sha256_of

TIME_NAME = "time.json"

_READS_AT_ONCE = 8


class Store:
    """Artefacts below one root: a folder, or any URI that fsspec knows.

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

    def __repr__(self) -> str:
        return f"Store({self._uri!r})"

    def uri(self, key: str) -> str:
        """Where ``key`` lies, for people: a connection is named, its credentials never are."""
        return f"{self._uri}/{key}"

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

        The manifest is written last, so a stage that is killed half-way leaves nothing that counts as finished; one
        that fails before its first file leaves what was finished before, from other settings, as it was. While another
        process of this machine makes the same artefact, this one waits. ``compute`` gets an :class:`ArtifactWriter`;
        ``code`` is a digest of what it runs (:mod:`gtl.stage_code`).
        """
        job = Job(key, params, inputs or {}, code)
        finished = self.find(key, job.mark)
        if finished is not None:
            return finished
        with alone(self._lock_file(key), self.uri(key)):
            finished = self.find(key, job.mark)  # again: another process may have made it since
            if finished is not None:
                return finished
            with self._writer(key) as writer:
                with self._timed(key):
                    compute(writer)
                    writer.clear()
                return self._publish_manifest(job.manifest(writer), writer)

    def run_together(
        self, jobs: Sequence[Job], compute: Callable[[Sequence[Job], Sequence[ArtifactWriter]], None]
    ) -> list[ArtifactRef]:
        """Make several artefacts by one ``compute``: as :meth:`run`, each a transaction of its own.

        What is there already, made from the same things, is not made again: ``compute`` gets the other jobs, and a
        writer for each. Keep other processes out by calling this within a :meth:`run` that no other artefact's
        transaction shares. Processor seconds are recorded in equal shares.
        """
        found = {job.key: self.find(job.key, job.mark) for job in jobs}
        absent = [job for job in jobs if found[job.key] is None]
        if absent:
            with ExitStack() as stack:
                writers = [stack.enter_context(self._writer(job.key)) for job in absent]
                with self._timed(*(job.key for job in absent)):
                    compute(absent, writers)
                    for writer in writers:
                        writer.clear()
                for job, writer in zip(absent, writers, strict=True):
                    found[job.key] = self._publish_manifest(job.manifest(writer), writer)
        return [ref for ref in found.values() if ref is not None]

    def find(self, key: str, mark: str | None = None) -> ArtifactRef | None:
        """The finished artefact ``key``, or None; with ``mark`` only one of that fingerprint."""
        data = self._manifest_bytes(key)
        if data is None:
            return None
        manifest = _parsed(data, key)
        if mark is not None and (manifest.fingerprint != mark or not self._complete(manifest)):
            return None
        return ArtifactRef(key, sha256_of(data))

    def read(self, ref: ArtifactRef, *, unseal: bool = False) -> Artifact:
        """Open the artefact that ``ref`` points to.

        ``unseal`` also lets sealed files be read: for the stages that make the final cohort and the one that scores
        it, and for nothing else.
        """
        data = self._manifest_bytes(ref.key)
        if data is None:
            raise ArtifactMissing(f"{self.uri(ref.key)} is not finished; run the stage that makes it")
        if sha256_of(data) != ref.sha256:
            raise ArtifactCorrupt(f"{self.uri(ref.key)} was written again since it was asked for; run the study again")
        return Artifact(self.root / ref.key, _parsed(data, ref.key), unseal)

    def times(self, key: str) -> dict[str, float]:
        """When ``key`` was made (``started``, seconds since 1970), and the wall and CPU seconds that it took.

        Empty if that was not recorded; without ``started`` if it was made before that was.
        """
        with translated(self.root):
            try:
                return dict(json.loads(files.read(self.root / key / TIME_NAME)))
            except (FileNotFoundError, ValueError):
                return {}

    def all_times(self, prefix: str) -> list[tuple[str, dict[str, float]]]:
        """Key (below ``prefix``) and :meth:`times` of every stage there.

        Parts that were made while their stage ran are left out: its time has theirs.
        """
        keys = [path.removesuffix(f"/{TIME_NAME}") for path in self.files(prefix) if path.endswith(f"/{TIME_NAME}")]
        with ThreadPoolExecutor(_READS_AT_ONCE) as pool:
            found = list(zip(keys, pool.map(lambda key: self.times(f"{prefix}/{key}"), keys), strict=True))
        begun = {key: times.get("started", 0.0) for key, times in found}
        return [(key, times) for key, times in found if times and not _within(key, begun)]

    def all_inputs(self, prefix: str) -> dict[str, list[str]]:
        """Key (below ``prefix``) of every finished stage there → keys of its inputs there, from the manifests."""
        keys = [path.removesuffix(f"/{NAME}") for path in self.files(prefix) if path.endswith(f"/{NAME}")]
        with ThreadPoolExecutor(_READS_AT_ONCE) as pool:
            found = dict(zip(keys, pool.map(lambda key: self._manifest_bytes(f"{prefix}/{key}"), keys), strict=True))
        manifests = {key: data for key, data in found.items() if data is not None}
        by_hash = {sha256_of(data): key for key, data in manifests.items()}
        inputs = {key: _parsed(data, key).inputs.values() for key, data in manifests.items()}
        return {key: [by_hash[sha256] for sha256 in hashes if sha256 in by_hash] for key, hashes in inputs.items()}

    def made_from(self, prefix: str, keys: Iterable[str]) -> set[str]:
        """``keys`` and every stage below ``prefix`` that they were made from, by their manifests: no leftovers.

        Keys are below ``prefix``; those that are not finished are left out. A part of a stage is not among them.
        """
        inputs = self.all_inputs(prefix)
        found, waiting = set(), [key for key in keys if key in inputs]
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                waiting += inputs[key]
        return found

    def files(self, prefix: str) -> list[str]:
        """Every file below ``prefix``, relative to it, sorted; of unfinished artefacts, too."""
        with translated(self.root):
            return files.find(self.root / prefix)

    def _manifest_bytes(self, key: str) -> bytes | None:
        with translated(self.root):
            try:
                return files.read(self.root / key / NAME)
            except (FileNotFoundError, NotADirectoryError) as error:
                if files.missing_bucket(error):
                    raise
                return None

    def _complete(self, manifest: Manifest) -> bool:
        with translated(self.root):
            present = files.sizes(self.root / manifest.key)
        return all(present.get(name) == out["bytes"] for name, out in manifest.outputs.items())

    @contextmanager
    def _writer(self, key: str) -> Iterator[ArtifactWriter]:
        with translated(self.root):
            scratch = self._scratch(key)
        writer = ArtifactWriter(self.root / key, scratch)
        try:
            yield writer
        except BaseException:
            writer.withdraw()
            raise
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _lock_file(self, key: str) -> Path:
        return self._scratch_folder() / f"{key.replace('/', '-')}.lock"

    def _scratch(self, key: str) -> Path:
        prefix, parent = key.replace("/", "-") + ".", self._scratch_folder()
        for leftover in parent.glob(f"{prefix}*/"):
            shutil.rmtree(leftover, ignore_errors=True)
        return Path(tempfile.mkdtemp(prefix=prefix, dir=parent))

    def _scratch_folder(self) -> Path:
        # In a local store scratch is on the same disk, so that publishing is a rename.
        folder = (
            Path(self.root.path) / ".scratch"
            if files.is_local(self.root)
            else Path(tempfile.gettempdir()) / f"gtl-{os.getuid()}-{sha256_of(self._uri.encode())[:12]}"
        )
        with translated(self.root):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_uid != os.getuid() and not files.is_local(self.root):
            raise StoreError(
                f"{folder} belongs to somebody else, who could read genotypes there; set TMPDIR to another"
            )
        return folder

    def _publish_manifest(self, manifest: Manifest, writer: ArtifactWriter) -> ArtifactRef:
        data = manifest.to_bytes()
        with translated(self.root):
            path = writer.scratch / NAME
            path.write_bytes(data)
            files.publish(path, writer.folder / NAME)
        writer.finished = True
        return ArtifactRef(manifest.key, sha256_of(data))

    @contextmanager
    def _timed(self, *keys: str) -> Iterator[None]:
        started, wall, cpu = time.time(), time.perf_counter(), _cpu_seconds()
        yield
        spent = {
            "started": started,
            "wall_seconds": time.perf_counter() - wall,
            "cpu_seconds": (_cpu_seconds() - cpu) / len(keys),
        }
        with translated(self.root):
            for key in keys:
                files.write(self.root / key / TIME_NAME, json.dumps(spent).encode())


def _cpu_seconds() -> float:
    usages = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _within(key: str, begun: Mapping[str, float]) -> bool:
    """Whether ``key`` is a part of a stage that had begun when it was."""
    return any(key.startswith(f"{other}/") and begun[key] >= start for other, start in begun.items())


def _parsed(data: bytes, key: str) -> Manifest:
    try:
        return Manifest.from_bytes(data)
    except (ValueError, TypeError) as error:
        raise ArtifactCorrupt(f"{key}/{NAME} is not a manifest; delete the folder and run again") from error
