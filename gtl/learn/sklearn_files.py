"""Fitted scikit-learn estimators as bytes: skops with a fixed allow-list, the same bytes for the same fit.

skops writes a zip of a JSON schema and arrays. It names objects by their address in memory and stamps files with the
time, and scikit-learn leaves padding between a tree node's fields as it found it; all three are evened out here,
so that a rerun gives the same sha256.
"""

import io
import json
import warnings
import zipfile
from typing import Any

import numpy as np
import numpy.typing as npt

from gtl.errors import ArtifactCorrupt
from gtl.learn.model_checks import check_support_vectors, check_trees

with warnings.catch_warnings():
    # skops looks each ufunc's name up in every loaded module; Airflow's answer with a thousand lines in the task's log.
    warnings.simplefilter("ignore")
    import skops.io

ALLOWED_TYPES = (
    "imblearn.ensemble._bagging.BalancedBaggingClassifier",
    "imblearn.pipeline.Pipeline",
    "imblearn.under_sampling._prototype_selection._random_under_sampler.RandomUnderSampler",
    "sklearn.tree._tree.Tree",
)
"""All that a file may hold beyond what skops trusts by itself: what classifiers and regressors are made of."""

_SCHEMA = "schema.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def to_bytes(fitted: Any) -> bytes:
    """A fitted estimator as skops bytes that depend on the fit alone."""
    with zipfile.ZipFile(io.BytesIO(skops.io.dumps(fitted))) as source:
        schema = json.loads(source.read(_SCHEMA))
        names = _renumber(schema)
        members = {new: _without_padding(source.read(old)) for old, new in names.items()}
    return _zip({**members, _SCHEMA: json.dumps(schema).encode()})


def from_bytes(data: bytes, n_features: int | None = None) -> Any:
    """The estimator that :func:`to_bytes` wrote; nothing outside :data:`ALLOWED_TYPES` is ever built.

    Parameters
    ----------
    n_features
        Of what it will predict; by default what the file says.

    Raises
    ------
    ArtifactCorrupt
        When the bytes are not a skops file, hold any other type, or a tree that leads out of its nodes or variants.
    """
    try:
        check_trees(data, _SCHEMA, n_features)
        fitted = skops.io.loads(data, trusted=list(ALLOWED_TYPES))
        check_support_vectors(fitted, n_features)
        return fitted
    except ArtifactCorrupt:
        raise
    except Exception as error:  # skops raises whatever the damaged part makes it raise
        raise ArtifactCorrupt(f"model file is not a skops file of a known model: {error}; train it again") from error


def _renumber(node: Any) -> dict[str, str]:
    """Number objects and files in the order of the schema, in place; return old file name -> new one."""
    numbers: dict[int, int] = {}
    files: dict[str, str] = {}
    waiting = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if "__id__" in item:
                item["__id__"] = numbers.setdefault(item["__id__"], len(numbers) + 1)
            if isinstance(item.get("file"), str):
                suffix = item["file"].rpartition(".")[2]
                item["file"] = files.setdefault(item["file"], f"{len(files) + 1}.{suffix}")
        children = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
        waiting.extend(reversed(list(children)))
    return files


def _without_padding(member: bytes) -> bytes:
    if not member.startswith(b"\x93NUMPY"):
        return member
    array: npt.NDArray[Any] = np.load(io.BytesIO(member), allow_pickle=False)
    if array.dtype.names is None:
        return member
    clean = np.zeros(array.shape, array.dtype)  # zeros_like would leave the padding as it is
    for name in array.dtype.names:
        clean[name] = array[name]
    buffer = io.BytesIO()
    np.save(buffer, clean, allow_pickle=False)
    return buffer.getvalue()


def _zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name, content in members.items():
            target.writestr(zipfile.ZipInfo(name, date_time=_EPOCH), content)
    return buffer.getvalue()
