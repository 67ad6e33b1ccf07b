"""Where a study's artefacts lie: one folder or bucket, written manifest last, read back verified.

What belongs here: keys, manifests, hashes and the translation of storage faults. What does not: what the files mean.
"""

from gtl.store.artifact import Artifact, ArtifactRef, ArtifactWriter
from gtl.store.job import Job
from gtl.store.store import Store

__all__ = ["Artifact", "ArtifactRef", "ArtifactWriter", "Job", "Store"]
