import io
import re
import zipfile

import numpy as np
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import FunctionTransformer

from gtl.config.learning import ClassicalModel
from gtl.domain.trait import TraitKind
from gtl.errors import ArtifactCorrupt
from gtl.learn.classical import case_scores, fit, fit_values, values, why_not
from gtl.learn.sklearn_files import from_bytes, to_bytes


def data():
    rng = np.random.default_rng(5)
    return rng.integers(0, 3, (60, 40)).astype(np.float32), np.tile(np.int8([0, 0, 1]), 20)


@pytest.mark.parametrize("model", ClassicalModel)
def test_round_trip_keeps_every_score(model):
    dosages, case = data()
    fitted = fit(model, dosages, case, 1)
    np.testing.assert_array_equal(case_scores(from_bytes(to_bytes(fitted)), dosages), case_scores(fitted, dosages))


@pytest.mark.parametrize("model", [m for m in ClassicalModel if not why_not(m, TraitKind.QUANTITATIVE)])
def test_regressors_come_back_and_give_the_same_bytes(model):
    dosages, _ = data()
    value = dosages[:, :5].sum(axis=1).astype(np.float64)
    fitted = fit_values(model, dosages, value, 1)
    content = to_bytes(fitted)
    np.testing.assert_array_equal(values(from_bytes(content), dosages), values(fitted, dosages))
    assert to_bytes(fit_values(model, dosages.copy(), value.copy(), 1)) == content


@pytest.mark.parametrize("model", ClassicalModel)
def test_the_same_fit_gives_the_same_bytes(model):
    dosages, case = data()
    first = to_bytes(fit(model, dosages, case, 1))
    keep_memory_busy = [np.full(100 + size, 0xFF, np.uint8) for size in range(500)]
    assert to_bytes(fit(model, dosages.copy(), case.copy(), 1)) == first
    assert to_bytes(from_bytes(first)) == first
    assert len(keep_memory_busy) == 500


def test_the_zip_holds_no_times_and_no_addresses():
    dosages, case = data()
    with zipfile.ZipFile(io.BytesIO(to_bytes(fit(ClassicalModel.CART, dosages, case, 1)))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        stems = [name.rpartition(".")[0] for name in archive.namelist() if name != "schema.json"]
        assert stems == [str(number) for number in range(1, len(stems) + 1)]


def crafted(content, member, change):
    """The file with one array changed: the first tree's of dtype or shape ``member``."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        members = {name: source.read(name) for name in source.namelist()}
    for name, data in members.items():
        array = np.load(io.BytesIO(data)) if name.endswith(".npy") else np.empty(0)
        if member(array):
            buffer = io.BytesIO()
            np.save(buffer, change(array.copy()))
            members[name] = buffer.getvalue()
            break
    else:
        raise AssertionError("no such array")
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w") as target:
        for name, data in members.items():
            target.writestr(name, data)
    return result.getvalue()


def with_field(field, value):
    def change(nodes):
        nodes[field][0] = value
        return nodes

    return change


def is_nodes(array):
    return array.dtype.names is not None


@pytest.mark.parametrize("model", [ClassicalModel.CART, ClassicalModel.RANDOM_FOREST, ClassicalModel.UB])
@pytest.mark.parametrize(
    ("field", "value"),
    [("left_child", 2**40), ("right_child", -5), ("left_child", 0), ("feature", 40), ("feature", -1),
     ("threshold", np.nan)],
)  # fmt: skip
def test_a_tree_that_leads_elsewhere_is_refused(model, field, value):
    dosages, case = data()
    content = crafted(to_bytes(fit(model, dosages, case, 1)), is_nodes, with_field(field, value))
    with pytest.raises(ArtifactCorrupt, match="do not fit together"):
        from_bytes(content)


def test_a_tree_with_more_nodes_than_it_holds_is_refused():
    dosages, case = data()
    content = to_bytes(fit(ClassicalModel.CART, dosages, case, 1))
    with pytest.raises(ArtifactCorrupt, match="shapes"):
        from_bytes(crafted(content, is_nodes, lambda nodes: nodes[:1]))


def test_a_tree_on_more_variants_than_are_predicted_is_refused():
    dosages, case = data()
    content = to_bytes(fit(ClassicalModel.CART, dosages, case, 1))
    with pytest.raises(ArtifactCorrupt, match="variants"):
        from_bytes(content, n_features=1)


def test_support_vectors_that_do_not_fit_are_refused():
    dosages, case = data()
    content = to_bytes(fit(ClassicalModel.SVM, dosages, case, 1))
    with pytest.raises(ArtifactCorrupt, match="of other variants"):
        from_bytes(content, n_features=41)
    with pytest.raises(ArtifactCorrupt, match="do not fit together"):
        from_bytes(crafted(content, lambda array: array.shape[1:] == (40,), lambda vectors: vectors[:-1]))


def test_one_id_cannot_stand_for_two_objects():
    dosages, case = data()
    content = to_bytes(fit(ClassicalModel.CART, dosages, case, 1))
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        members = {name: source.read(name) for name in source.namelist()}
    schema = members["schema.json"].decode()
    members["schema.json"] = re.sub(r'"__id__": \d+', '"__id__": 1', schema).encode()
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w") as target:
        for name, member in members.items():
            target.writestr(name, member)
    with pytest.raises(ArtifactCorrupt, match="one id for two objects"):
        from_bytes(result.getvalue())


def test_a_type_outside_the_list_is_refused():
    smuggled = skops.io.dumps(FunctionTransformer(func=np.testing.rundocs))
    with pytest.raises(ArtifactCorrupt, match="not a skops file of a known model"):
        from_bytes(smuggled)


def test_a_damaged_file_is_refused():
    content = to_bytes(LogisticRegression())
    with pytest.raises(ArtifactCorrupt, match="train it again"):
        from_bytes(content[: len(content) // 2])
