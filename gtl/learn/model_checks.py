"""Checks of a skops file's numbers: its compiled models follow indices without looking, wherever they lead.

Trees are checked in the file, before scikit-learn builds them; support vectors in the loaded object, before it
predicts.
"""

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from gtl.errors import ArtifactCorrupt

Array = npt.NDArray[Any]

_LEAF = -1


def check_trees(data: bytes, schema: str, n_features: int | None) -> None:
    """Whether every tree of a skops file stays within its nodes and within ``n_features``.

    Raises
    ------
    ArtifactCorrupt
        If one does not.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = json.loads(archive.read(schema))
        trees = [node for node in _objects(content) if node.get("__loader__") == "TreeNode"]
        _check_ids(content, trees)
        for tree in trees:
            _check_tree(archive, tree, n_features)


def check_support_vectors(fitted: Any, n_features: int | None) -> None:
    """Whether the parts of a fitted ``SVC`` or ``SVR`` fit each other; another kind of model passes.

    Raises
    ------
    ArtifactCorrupt
        If they do not.
    """
    if not hasattr(fitted, "support_vectors_"):
        return
    vectors, counts = np.asarray(fitted.support_vectors_), np.asarray(fitted._n_support)
    classes, n_vectors = len(counts), len(vectors)
    _require(vectors.ndim == 2 and n_features in (None, vectors.shape[1]), "support vectors are of other variants")
    # Of a regression, libsvm counts all of them for each of two classes.
    counted = counts.sum() if hasattr(fitted, "classes_") else counts.max(initial=0)
    _require(bool((counts >= 0).all()) and counted == n_vectors == len(fitted.support_), "support vectors")
    _require(np.shape(fitted._dual_coef_) == (classes - 1, n_vectors), "dual coefficients")
    _require(len(fitted._intercept_) == classes * (classes - 1) // 2, "intercepts")


def _check_ids(content: Any, trees: Sequence[Any]) -> None:
    """In trees one id is one object: of several with an id, skops builds the first that it meets, and no other."""
    of_trees = {node.get("__id__") for node in _objects(trees)}
    seen: dict[object, str] = {}
    for node in _objects(content):
        if node.get("__id__") in of_trees:
            text = json.dumps(node, sort_keys=True)
            _require(seen.setdefault(node.get("__id__"), text) == text, "one id for two objects")


def _objects(content: Any) -> Iterator[dict[str, Any]]:
    """Every object of a schema, at any depth."""
    waiting = [content]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if "__loader__" in item:
                yield item
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def _check_tree(archive: zipfile.ZipFile, node: dict[str, Any], n_features: int | None) -> None:
    features, classes, outputs = node["__reduce__"]["args"]["content"]
    state = node["content"]["content"]
    nodes, values = (_array(archive, state[name]) for name in ("nodes", "values"))
    n_classes, n_nodes = _array(archive, classes), _number(state["node_count"])
    _require(_number(outputs) == 1 == len(n_classes), "outputs")
    _require(1 <= n_nodes == len(nodes) and values.shape == (n_nodes, 1, int(n_classes[0])), "shapes")
    _require(bool(np.isfinite(values).all() and np.isfinite(nodes["threshold"]).all()), "values that are not finite")
    _check_nodes(nodes, _number(features) if n_features is None else n_features)


def _check_nodes(nodes: Array, n_features: int) -> None:
    left, right, number = nodes["left_child"], nodes["right_child"], np.arange(len(nodes))
    leaf = left == _LEAF
    # A child comes after its parent, so that every path ends.
    inner = [(child > number) & (child < len(nodes)) for child in (left, right)]
    _require(bool((leaf | (inner[0] & inner[1])).all()), "children")
    used = nodes["feature"][~leaf]
    _require(bool(((used >= 0) & (used < n_features)).all()), "variants")


def _array(archive: zipfile.ZipFile, node: dict[str, Any]) -> Array:
    _require(node.get("__loader__") == "NdArrayNode" and node.get("type") == "numpy", "arrays")
    array: Array = np.load(io.BytesIO(archive.read(node["file"])), allow_pickle=False)
    return array


def _number(node: dict[str, Any]) -> int:
    _require(node.get("__loader__") == "JsonNode", "numbers")
    return int(json.loads(node["content"]))


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise ArtifactCorrupt(f"model file: its trees or support vectors do not fit together ({what}); train it again")
