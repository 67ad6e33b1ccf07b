"""Weights of score columns in few people, drawn to weights that were known before.

Columns are standardised. Their weights are w = c prior + d >= 0, with c >= 0 a calibration and d ~ N(0, freedom) what
the people say otherwise; values are normal (binary ones: logistic, by iteratively reweighted least squares). How free d
is is not chosen but averaged over, by the marginal likelihood of the people's values (Hoeting et al. 1999, Stat Sci
14:382): a hundred people stay near the prior, a thousand may leave it. Non-negative weights as in stacking: Breiman
1996, Mach Learn 24:49.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.errors import InputError

Array = npt.NDArray[np.float64]

FREEDOMS = (0.0, 0.0003, 0.001, 0.003, 0.01, 0.03)
"""Variances of d, over the residual variance: a column's own share of what it may explain."""

NO_FREEDOM = 0.5
"""Prior probability that the prior weights are right up to calibration; the rest is spread over the other freedoms."""

CALIBRATION = 0.3
"""Prior spread of c, in residual standard deviations: scores explain some per cent of a trait, hardly more than ten."""

_ROUNDS = 8
_LEAST_PEOPLE = 3


@dataclass(frozen=True, eq=False)
class Combination:
    """A weighted sum of score columns.

    Attributes
    ----------
    weights : (k,) float64, of the columns as they were given, not negative
    intercept : float
    covariates : (q,) float64, coefficients of covariates
    freedom : (len(FREEDOMS),) float64, posterior probability of each freedom; they sum to 1
    """

    weights: Array
    intercept: float
    covariates: Array
    freedom: Array

    def predict(self, columns: Array, covariates: Array | None = None) -> Array:
        """(n,) expected values; log odds for a binary trait."""
        score = self.intercept + columns @ self.weights
        return np.asarray(score if covariates is None else score + covariates @ self.covariates)


def combine(
    columns: Array, values: Array, prior: Array, *, binary: bool = False, covariates: Array | None = None
) -> Combination:
    """Fit weights of columns to people's values.

    Parameters
    ----------
    columns
        (n, k) scores of people, any scales.
    values
        (n,) of a quantitative trait, or 0 and 1.
    prior
        (k,) weights of the standardised columns before data, up to a factor, not negative.
    binary
        Values are 0 and 1.
    covariates
        (n, q) fitted beside the columns without shrinkage.

    Raises
    ------
    InputError
        If people are fewer than coefficients that are not shrunk, values do not vary, or anything is missing.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> columns = rng.normal(size=(20, 2))
    >>> found = combine(columns, columns[:, 0] + rng.normal(size=20), np.array([1.0, 0.0]))
    >>> bool(found.weights[0] > 10 * found.weights[1])
    True
    """
    data = _Data.of(columns, values, prior, binary, covariates)
    fit = _logistic(data) if binary else _fit(data, np.ones(len(values)), data.values, None)
    weights = fit.weights / data.spread
    return Combination(weights, float(fit.fixed[0] - data.centre @ weights), fit.fixed[1:], fit.freedom)


@dataclass(frozen=True, eq=False)
class _Data:
    columns: Array
    values: Array
    prior: Array
    fixed: Array
    centre: Array
    spread: Array

    @classmethod
    def of(cls, columns: Array, values: Array, prior: Array, binary: bool, covariates: Array | None) -> "_Data":
        n = len(columns)
        fixed = np.ones((n, 1)) if covariates is None else np.column_stack([np.ones(n), covariates])
        _check(columns, values, prior, fixed, binary)
        centre, spread = columns.mean(axis=0), columns.std(axis=0)
        flat = spread <= 1e-12 * np.abs(columns).max(axis=0, initial=0)
        spread = np.where(flat, 1.0, spread)
        prior = np.where(flat, 0.0, prior)
        scaled = np.where(flat, 0.0, (columns - centre) / spread)
        length = float((scaled @ prior).std())
        if not length > 0:
            raise InputError("combining scores: the columns with a prior weight do not vary; give people who differ")
        return cls(scaled, values.astype(np.float64), prior / length, fixed, centre, spread)


@dataclass(frozen=True, eq=False)
class _Fit:
    """Weights of standardised columns, coefficients of the intercept and covariates, probabilities of freedoms."""

    weights: Array
    fixed: Array
    freedom: Array


def _check(columns: Array, values: Array, prior: Array, fixed: Array, binary: bool) -> None:
    n, k = columns.shape
    if values.shape != (n,) or prior.shape != (k,) or len(fixed) != n:
        raise InputError(
            f"combining scores: columns {columns.shape}, values {values.shape}, prior {prior.shape}, covariates "
            f"{fixed[:, 1:].shape} do not belong together"
        )
    if not all(np.isfinite(part).all() for part in (columns, values, prior, fixed)):
        raise InputError("combining scores: missing or infinite numbers; leave out people whose value is unknown")
    if not (prior >= 0).all() or not prior.any():
        raise InputError(f"combining scores: prior weights {prior.tolist()}; expected none below 0, and one above")
    if n < fixed.shape[1] + _LEAST_PEOPLE or np.ptp(values) == 0:
        raise InputError(
            f"combining scores: {n} people of {len(np.unique(values))} different values, expected "
            f"{fixed.shape[1] + _LEAST_PEOPLE} people at least who differ; give more, or use the prior score as it is"
        )
    if binary and not np.isin(values, (0, 1)).all():
        raise InputError("combining scores: values of a binary trait are 0 and 1; turn others into these")


def _logistic(data: _Data) -> _Fit:
    """Least squares of the working response, over and over (McCullagh & Nelder 1989, section 2.5)."""
    mean = data.values.mean()
    log_odds = np.full(len(data.values), np.log(mean / (1 - mean)))
    for _ in range(_ROUNDS):
        # Within bounds, so that nobody who is predicted well gets the weight of none.
        share = 1 / (1 + np.exp(-np.clip(log_odds, -6, 6)))
        weight = share * (1 - share)
        fit = _fit(data, weight, log_odds + (data.values - share) / weight, 1 / float(weight.mean()))
        log_odds = data.fixed @ fit.fixed + data.columns @ fit.weights
    return fit


def _fit(data: _Data, weight: Array, response: Array, variance: float | None) -> _Fit:
    """Weighted least squares; ``variance`` of values is the residual variance of one mean weight, None: unknown."""
    root = np.sqrt(weight / weight.mean())[:, None]
    basis, _ = np.linalg.qr(root * data.fixed)
    x, y = (part - basis @ (basis.T @ part) for part in (root * data.columns, root[:, 0] * response))
    freedom = _freedom(x, y, data, variance)
    spread = variance if variance is not None else float(y @ y) / (len(y) - data.fixed.shape[1])
    fits = [_calibrated(x, y, data.prior, spread), *(_free(x, y, data.prior, free) for free in FREEDOMS[1:])]
    weights = freedom @ np.array(fits)
    fixed = np.linalg.lstsq(root * data.fixed, root[:, 0] * (response - data.columns @ weights), rcond=None)[0]
    return _Fit(weights, fixed, freedom)


def _freedom(x: Array, y: Array, data: _Data, variance: float | None) -> Array:
    """Posterior probability of each freedom."""
    people = len(y) - data.fixed.shape[1]
    log_likelihood = []
    for free in FREEDOMS:
        basis = np.column_stack([np.sqrt(free) * x, CALIBRATION * (x @ data.prior)])
        inner = np.eye(basis.shape[1]) + basis.T @ basis
        right = basis.T @ y
        misfit = float(y @ y - right @ np.linalg.solve(inner, right))
        misfit = people * np.log(misfit) if variance is None else misfit / variance
        log_likelihood.append(-0.5 * (np.linalg.slogdet(inner)[1] + misfit))
    before = np.full(len(FREEDOMS), (1 - NO_FREEDOM) / (len(FREEDOMS) - 1))
    before[0] = NO_FREEDOM
    posterior = before * np.exp(np.array(log_likelihood) - max(log_likelihood))
    return np.asarray(posterior / posterior.sum())


def _calibrated(x: Array, y: Array, prior: Array, variance: float) -> Array:
    """Prior weights times the posterior mean of c >= 0: never 0, however few or unlucky people are."""
    from scipy.stats import truncnorm

    score = x @ prior
    precision = float(score @ score) + 1 / CALIBRATION**2
    mean, error = float(score @ y) / precision, np.sqrt(variance / precision)
    return prior * float(truncnorm.mean(-mean / error, np.inf, loc=mean, scale=error))


def _free(x: Array, y: Array, prior: Array, freedom: float) -> Array:
    """Most likely weights >= 0 at one freedom: least squares with rows for what was known before."""
    from scipy.optimize import nnls

    k = len(prior)
    known = np.column_stack([np.eye(k), -prior]) / np.sqrt(freedom)
    calibration = np.append(np.zeros(k), 1 / CALIBRATION)
    rows = np.vstack([np.column_stack([x, np.zeros(len(x))]), known, calibration])
    return np.asarray(nnls(rows, np.append(y, np.zeros(k + 1)))[0][:k])
