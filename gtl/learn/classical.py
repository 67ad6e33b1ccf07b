"""The paper's five classical models as scikit-learn estimators, and the case scores or values that they give.

Here: which estimator a model is, with its hyper-parameters. Not here: filling missing genotypes and keeping a
fitted model (:mod:`gtl.learn.predictors`), or which SNPs and people it is fitted on (:mod:`gtl.methods`).
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from imblearn.ensemble import BalancedBaggingClassifier
from imblearn.pipeline import make_pipeline
from imblearn.under_sampling import RandomUnderSampler
from scipy.special import expit
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from gtl.config.learning import ClassicalModel
from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.learn.radial_kernel import decisions, fit_radial

THRESHOLD = 0.5
"""A score above it is a case; a tie is a control, as in every model's own ``predict``."""

MOST_PEOPLE = {ClassicalModel.SVM: 5000}
"""How many people a model learns from at most: those whose cost grows with the square of people. Others take all."""


def estimator(model: ClassicalModel, seed: int) -> ClassifierMixin:
    """The unfitted estimator of a model.

    SVM: radial kernel, C = 1. CART: entropy, depth 8, at least 5 people a leaf. RUS: as many of the more frequent
    class as there are of the rarer one, drawn at random, then CART. Random forest: 100 trees, entropy, depth 15, at
    least 5 people a leaf. UB: 10 CART, each on its own balanced under-sample; both classes are drawn with
    replacement, each as often as the rarer one occurs, so that no tree can miss a class however rare it is.

    Source: Muneeb et al. 2022, Module 4 (names); the authors' related code (hyper-parameters, which the paper omits).

    Parameters
    ----------
    model
        One of the five.
    seed
        In [0, 2**32): the same seed gives the same fitted model. SVM draws no random numbers.
    """
    match model:
        case ClassicalModel.SVM:
            return SVC()
        case ClassicalModel.CART:
            return _cart(seed)
        case ClassicalModel.RUS:
            return make_pipeline(RandomUnderSampler(random_state=seed), _cart(seed))
        case ClassicalModel.RANDOM_FOREST:
            return RandomForestClassifier(criterion="entropy", max_depth=15, min_samples_leaf=5, random_state=seed)
        case ClassicalModel.UB:
            return BalancedBaggingClassifier(
                _cart(None), n_estimators=10, bootstrap=False, sampling_strategy="all", replacement=True,
                random_state=seed,
            )  # fmt: skip


def regressor(model: ClassicalModel, seed: int) -> RegressorMixin:
    """The unfitted estimator of a model for quantitative traits: that of :func:`estimator`, squared error for entropy.

    SVM: radial kernel, C = 1, epsilon = 0.1, which are of standardised values. Random forest: each split looks at the
    square root of the number of SNPs, as the classifier's does.

    Raises
    ------
    InputError
        For RUS and UB (:func:`why_not`).
    """
    match model:
        case ClassicalModel.SVM:
            return SVR()
        case ClassicalModel.CART:
            return DecisionTreeRegressor(max_depth=8, min_samples_leaf=5, random_state=seed)
        case ClassicalModel.RANDOM_FOREST:
            return RandomForestRegressor(max_depth=15, min_samples_leaf=5, max_features="sqrt", random_state=seed)
    raise InputError(f"{model.value}: {why_not(model, TraitKind.QUANTITATIVE)}; leave it out of classical.models")


def why_not(model: ClassicalModel, kind: TraitKind) -> str:
    """Why a model cannot predict a kind of trait, for people; empty if it can.

    >>> why_not(ClassicalModel.RUS, TraitKind.QUANTITATIVE)
    'under-sampling needs cases and controls'
    """
    under_samples = model in (ClassicalModel.RUS, ClassicalModel.UB)
    return "under-sampling needs cases and controls" if under_samples and kind is not TraitKind.BINARY else ""


def drawn_people(model: ClassicalModel, n_people: int, seed: int) -> npt.NDArray[np.intp]:
    """Rows of the people that a model learns from, ascending: all, or :data:`MOST_PEOPLE` of them by chance.

    >>> len(drawn_people(ClassicalModel.SVM, 7000, seed=1)), len(drawn_people(ClassicalModel.CART, 7000, seed=1))
    (5000, 7000)
    """
    most = MOST_PEOPLE.get(model, n_people)
    if n_people <= most:
        return np.arange(n_people)
    return np.sort(np.random.default_rng(seed).choice(n_people, most, replace=False))


def fit_values(
    model: ClassicalModel, dosages: npt.NDArray[np.float32], value: npt.NDArray[np.float64], seed: int
) -> Any:
    """Fit a model to a quantitative trait.

    Parameters
    ----------
    dosages
        (n_people, n_snps) float32, nothing missing.
    value
        (n_people,) float64, standardised.

    Returns
    -------
    The fitted estimator.

    Examples
    --------
    >>> x = np.repeat(np.float32([[0], [2]]), 10, axis=0)
    >>> cart = fit_values(ClassicalModel.CART, x, np.repeat([-1.0, 1.0], 10), seed=1)
    >>> values(cart, np.float32([[0], [2]])).tolist()
    [-1.0, 1.0]
    """
    unfitted = regressor(model, seed)
    return fit_radial(unfitted, dosages, value) if isinstance(unfitted, SVR) else unfitted.fit(dosages, value)


def values(fitted: Any, dosages: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Predictions of a fitted regressor, (n_people,) float64."""
    if isinstance(fitted, SVR):
        return decisions(fitted, dosages)
    return np.asarray(fitted.predict(dosages), dtype=np.float64)


def fit(model: ClassicalModel, dosages: npt.NDArray[np.float32], case: npt.NDArray[np.int8], seed: int) -> Any:
    """Fit a model.

    Parameters
    ----------
    dosages
        (n_people, n_snps) float32, nothing missing.
    case
        (n_people,) int8, 1 = case, 0 = control.

    Returns
    -------
    The fitted estimator.

    Raises
    ------
    InputError
        When the people are all cases or all controls, so that there is nothing to tell apart.

    Examples
    --------
    >>> x = np.repeat(np.float32([[0], [2]]), 10, axis=0)
    >>> cart = fit(ClassicalModel.CART, x, np.repeat(np.int8([0, 1]), 10), seed=1)
    >>> case_scores(cart, np.float32([[0], [2]])).tolist()
    [0.0, 1.0]
    """
    cases = int(np.sum(case))
    if not 0 < cases < len(case):
        raise InputError(
            f"{model.value}: the {len(case)} training people hold {cases} cases; both cases and controls are needed: "
            "raise the training part, move phenotypes.threshold towards 0, or take another seed"
        )
    unfitted = estimator(model, seed)
    if model is ClassicalModel.UB:
        unfitted.set_params(max_samples=len(case))  # all people; as the share 1.0 it warns below 10 people
    return fit_radial(unfitted, dosages, case) if isinstance(unfitted, SVC) else unfitted.fit(dosages, case)


def case_scores(fitted: Any, dosages: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Score of being a case, in [0, 1]; above :data:`THRESHOLD` is what the estimator's ``predict`` calls a case.

    Trees give the share of cases (of the leaf, or the mean over trees). SVM has no probability of its own: its signed
    distance d to the boundary becomes 1 / (1 + exp(-d)), which keeps order and sign but is not calibrated. A tie of
    trees, exactly 0.5, is a control; ``predict`` lets the last digit of the classes' sums decide it.

    Returns
    -------
    (n_people,) float64
    """
    if isinstance(fitted, SVC):
        return np.asarray(expit(decisions(fitted, dosages)), dtype=np.float64)
    return np.asarray(fitted.predict_proba(dosages)[:, 1], dtype=np.float64)


def _cart(seed: int | None) -> DecisionTreeClassifier:
    return DecisionTreeClassifier(criterion="entropy", max_depth=8, min_samples_leaf=5, random_state=seed)
