import io
import zipfile

import numpy as np
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import FunctionTransformer

from gtl.config.learning import ClassicalModel
from gtl.errors import ArtifactCorrupt
from gtl.learn.classical import case_scores, fit
from gtl.learn.sklearn_files import from_bytes, to_bytes


def data():
    rng = np.random.default_rng(5)
    return rng.integers(0, 3, (60, 40)).astype(np.float32), np.tile(np.int8([0, 0, 1]), 20)


@pytest.mark.parametrize("model", ClassicalModel)
def test_round_trip_keeps_every_score(model):
    dosages, case = data()
    fitted = fit(model, dosages, case, 1)
    np.testing.assert_array_equal(case_scores(from_bytes(to_bytes(fitted)), dosages), case_scores(fitted, dosages))


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


def test_a_type_outside_the_list_is_refused():
    smuggled = skops.io.dumps(FunctionTransformer(func=np.testing.rundocs))
    with pytest.raises(ArtifactCorrupt, match="not a skops file of a known model"):
        from_bytes(smuggled)


def test_a_damaged_file_is_refused():
    content = to_bytes(LogisticRegression())
    with pytest.raises(ArtifactCorrupt, match="train it again"):
        from_bytes(content[: len(content) // 2])
