import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC
from sklearn.utils.estimator_checks import parametrize_with_checks

from gtl.association import associate
from gtl.config.learning import AssociationTest, PreselectionRule
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.errors import InputError
from gtl.learn.preselect import preselect, scores_of
from gtl.learn.selectors import MutationDifferenceSelector, PValueSelector


class _Rounding:
    """scikit-learn's checks feed normal random numbers: cut into dosages, they are genotypes."""

    def _dosages(self, X):
        return super()._dosages(np.clip(np.rint(X.astype(float)), 0, 2))


class RoundingPValueSelector(_Rounding, PValueSelector):
    pass


class RoundingMutationDifferenceSelector(_Rounding, MutationDifferenceSelector):
    pass


@parametrize_with_checks([RoundingPValueSelector(threshold=1.0), RoundingMutationDifferenceSelector(threshold=0.0)])
def test_is_a_scikit_learn_estimator(estimator, check):
    check(estimator)


@pytest.fixture
def people():
    rng = np.random.default_rng(1)
    return rng.integers(-1, 3, (60, 40)).astype(np.int8), np.repeat(["case", "ill"], 30)


@pytest.mark.parametrize("test", AssociationTest)
def test_selects_as_the_association_table_does(people, test):
    X, y = people
    names = np.array([str(i) for i in range(40)], dtype=object)
    variants = Variants(names, np.arange(40, dtype=np.int64), names, names, names)
    samples = np.array([str(i) for i in range(60)], dtype=object)
    table = associate(GenotypeMatrix(variants, samples, X.T.copy()), (y == "ill").astype(np.int8), test)
    (subset,) = preselect(scores_of(table, PreselectionRule.PVALUE), (0.3,), PreselectionRule.PVALUE)
    assert 0 < len(subset.rows) < 40
    selector = PValueSelector(threshold=0.3, test=test.value).fit(X, y)
    assert selector.get_support(indices=True).tolist() == subset.rows.tolist()
    assert selector.transform(X).shape == (60, len(subset.rows))


def test_difference_leaves_missing_genotypes_out():
    X = np.array([[2, 0], [-1, 1], [1, 2], [0, -1]])
    scores = MutationDifferenceSelector().fit(X, [1, 1, 0, 0]).scores_
    np.testing.assert_allclose(scores, [2 / 2 - 1 / 4, 2 / 2 - 1 / 4])


def test_each_fit_of_a_pipeline_selects_by_itself(people):
    X, y = people
    pipeline = make_pipeline(PValueSelector(threshold=0.3), SVC())
    first, second = (pipeline.fit(X[rows], y[rows])[0].scores_ for rows in (slice(10, 50), slice(0, 60, 2)))
    assert first.tolist() != second.tolist()


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        ([[0, 3], [1, 2]], [0, 1], "sample row 0, SNP column 1 is 3; expected 0, 1, 2 or -1"),
        ([[0, 0.5], [1, 2]], [0, 1], "sample row 0, SNP column 1 is 0.5"),
        ([[0, 1], [1, 2]], [1, 1], r"expected two classes, got 1: \[1\]"),
        ([[0, 1], [1, 2], [0, 0]], [1, 2, 3], "expected two classes, got 3"),
    ],
)
def test_what_is_no_genotype_or_no_status_is_refused(X, y, message):
    with pytest.raises(InputError, match=message):
        PValueSelector().fit(X, y)
