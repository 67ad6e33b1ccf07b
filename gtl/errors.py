"""The errors a user can meet. A message says what is wrong, where, what was expected and what to do."""


class GtlError(Exception):
    """Root of every error that this project raises on purpose."""


class InputError(GtlError, ValueError):
    """The user's data or settings are wrong; running again without a change cannot help."""


class LeakageError(GtlError):
    """A step would have seen data that it must not see (final cohort, test rows)."""


class ToolError(GtlError):
    """An external tool failed; the message carries its name, exit code and last lines."""


class StoreError(GtlError):
    """The store refused a read or a write for a reason that will not pass (full, forbidden, absent)."""


class StoreUnavailable(GtlError):
    """The store cannot be reached at the moment; trying again may help."""


class ArtifactMissing(GtlError):
    """A stage's result was asked for that is not in the store, or was never finished."""


class ArtifactCorrupt(GtlError):
    """Stored bytes differ from what their manifest says."""


class WorkerLost(GtlError):
    """A process that ran stages was ended from outside, as the system does when memory runs out."""
