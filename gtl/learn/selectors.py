"""SNP pre-selection as scikit-learn transformers, for pipelines: each fit sees its own training people only."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator
from sklearn.feature_selection import SelectorMixin
from sklearn.utils import ClassifierTags, Tags
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from gtl.association.counts import CaseControlCounts
from gtl.association.single_snp import allele_frequencies, odds_ratio_and_p
from gtl.config.learning import AssociationTest, PreselectionRule
from gtl.errors import InputError
from gtl.learn.preselect import passes

Array = npt.NDArray[np.float64]


class _GenotypeSelector(SelectorMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """What both selectors share: checked genotypes in, ``scores_`` out, SNPs that pass ``threshold`` selected."""

    _rule: PreselectionRule
    threshold: float

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike) -> Self:
        """Score every SNP on the people given.

        Parameters
        ----------
        X : (n_samples, n_snps)
            Dosages 0, 1, 2; -1 = missing.
        y : (n_samples,)
            Two classes; the larger label marks cases.

        Raises
        ------
        InputError
            If X holds another value, or y another number of classes.
        """
        genotypes, status = validate_data(self, X, y, ensure_min_samples=2)
        check_classification_targets(status)
        self.scores_ = self._scores(CaseControlCounts.of(self._dosages(genotypes), _case_status(status)))
        return self

    def _scores(self, counts: CaseControlCounts) -> Array:
        raise NotImplementedError

    def _dosages(self, X: npt.NDArray[Any]) -> npt.NDArray[np.int8]:
        wrong = ~np.isin(X, (-1, 0, 1, 2))
        if wrong.any():
            sample, snp = np.argwhere(wrong)[0]
            raise InputError(
                f"dosage of sample row {sample}, SNP column {snp} is {X[sample, snp]}; expected 0, 1, 2 or -1"
            )
        return np.ascontiguousarray(X.T, dtype=np.int8)

    def _get_support_mask(self) -> npt.NDArray[np.bool_]:
        check_is_fitted(self)
        return passes(self.scores_, self.threshold, self._rule)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.classifier_tags = ClassifierTags(multi_class=False)  # two classes only
        return tags


class PValueSelector(_GenotypeSelector):
    """Select SNPs whose association with case status has a p of at most ``threshold``.

    Parameters
    ----------
    threshold : float
        Largest p-value that passes.
    test : str
        An :class:`~gtl.config.learning.AssociationTest`: fisher, allelic or logistic.

    Attributes
    ----------
    scores_ : (n_snps,) float64
        p-values; nan, where no test can be made, never passes.

    >>> X, y = [[0, 1], [0, 0], [0, 1], [2, 0], [2, 1], [2, 0]], [0, 0, 0, 1, 1, 1]
    >>> PValueSelector(threshold=0.01).fit_transform(X, y).tolist()
    [[0], [0], [0], [2], [2], [2]]
    """

    _rule = PreselectionRule.PVALUE

    def __init__(self, threshold: float = 0.05, test: str = AssociationTest.FISHER.value) -> None:
        self.threshold = threshold
        self.test = test

    def _scores(self, counts: CaseControlCounts) -> Array:
        return odds_ratio_and_p(counts, AssociationTest(self.test))[1]


class MutationDifferenceSelector(_GenotypeSelector):
    """Select SNPs whose alt allele frequency differs between cases and controls by at least ``threshold``.

    Parameters
    ----------
    threshold : float
        Smallest absolute difference that passes, 0 to 1.

    Attributes
    ----------
    scores_ : (n_snps,) float64
        Absolute differences; nan, where a group has no called genotype, never passes.

    >>> X, y = [[0, 1], [0, 0], [0, 1], [2, 0], [2, 1], [2, 0]], [0, 0, 0, 1, 1, 1]
    >>> MutationDifferenceSelector(threshold=0.1).fit(X, y).scores_.round(3).tolist()
    [1.0, 0.167]
    """

    _rule = PreselectionRule.MUTATION_DIFFERENCE

    def __init__(self, threshold: float = 0.1) -> None:
        self.threshold = threshold

    def _scores(self, counts: CaseControlCounts) -> Array:
        in_cases, in_controls = allele_frequencies(counts)
        return np.abs(in_cases - in_controls)


def _case_status(y: npt.NDArray[Any]) -> npt.NDArray[np.int8]:
    classes = np.unique(y)
    if len(classes) != 2:
        raise InputError(f"case status: expected two classes, got {len(classes)}: {classes[:5].tolist()}")
    return np.asarray(y == classes[1], dtype=np.int8)
