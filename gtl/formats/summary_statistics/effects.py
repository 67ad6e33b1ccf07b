"""Effects on the scale of a model's coefficients, their standard errors and p-values, from what a file gives of them.

========================  ===========================================================================================
given                     becomes
========================  ===========================================================================================
odds or hazard ratio      its logarithm
standard error of it      that of the logarithm, if |effect| / SE fits the p-values better so (the delta method)
95 % interval             standard error: its width, of the logarithms for a ratio, over 2 x 1.96
p-value, no error         standard error: |effect| over the normal quantile
Z, N and frequency        effect Z / sqrt(2 f (1 - f) (N + Z^2)), SE likewise
Z and N alone             the same without 2 f (1 - f): of genotypes scaled to variance 1
p of 0, or none           from |effect| / SE
========================  ===========================================================================================

Those of Z are from Zhu et al. 2016, Nature Genetics 48:481.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.errors import InputError

Array = npt.NDArray[np.float64]

FIGURES = ("beta", "odds_ratio", "se", "ci_lower", "ci_upper", "z", "neg_log10_p", "frequency", "n")
_INTERVAL = 2 * 1.959963984540054
_FEWEST = 20
_NEAR_ONE = (0.8, 1.25)
_ODD = 0.01
_INFORMATIVE = 0.1


@dataclass(frozen=True, eq=False)
class Effects:
    """Of all rows of a file.

    Attributes
    ----------
    beta, se, neg_log10_p : (n_rows,) float64, NaN where they cannot be told
    per_allele : as of :class:`gtl.domain.summary_stats.SummaryStats`
    log_odds : effects came as ratios
    notes : what was done, in words
    """

    beta: Array
    se: Array
    neg_log10_p: Array
    per_allele: bool
    log_odds: bool
    notes: tuple[str, ...]


def effects_of(rows: pd.DataFrame, where: str) -> Effects:
    """Bring effects to one scale.

    Parameters
    ----------
    rows
        float64 columns, NaN where a file has no value: ``beta, odds_ratio, se, ci_lower, ci_upper, z, neg_log10_p,
        frequency, n``.
    where
        The file, for messages.

    Raises
    ------
    InputError
        If ratios are named as effects or the other way round, or Z comes without N.

    Examples
    --------
    >>> nothing = dict.fromkeys(["beta", "se", "z", "neg_log10_p", "frequency", "n"], [np.nan])
    >>> effects = effects_of(pd.DataFrame(nothing | {"odds_ratio": [2.0], "ci_lower": [1.0], "ci_upper": [4.0]}), "x")
    >>> effects.beta.round(4).tolist(), effects.se.round(4).tolist()
    ([0.6931], [0.3537])
    """
    columns = {name: rows[name].to_numpy(np.float64) for name in FIGURES}
    _check_ratios(columns["odds_ratio"], where)
    _check_betas(columns["beta"], where)
    beta, z = columns["beta"], columns["z"]
    ratio = np.isnan(beta) & (columns["odds_ratio"] > 0)
    log_ratio = np.log(columns["odds_ratio"], where=ratio, out=np.full(len(rows), np.nan))
    beta = np.where(ratio, log_ratio, beta)
    se, notes = _errors(columns, beta, ratio)
    per_allele = True
    if np.isnan(beta).all() and not np.isnan(z).all():
        beta, se, per_allele, note = _from_z(columns, where)
        notes.append(note)
    return Effects(beta, se, _p_values(columns, beta, se), per_allele, bool(ratio.any()), tuple(notes))


def z_of_neg_log10(neg_log10_p: Array) -> Array:
    """(n,) |Z| of two-sided p-values, however small.

    >>> z_of_neg_log10(np.array([1.3010299957, 400.0])).round(3).tolist()
    [1.96, 42.826]
    """
    from scipy.special import ndtri_exp

    z: Array = np.abs(ndtri_exp(np.minimum(-neg_log10_p * np.log(10), 0) - np.log(2)))
    return z


def neg_log10_of_z(z: Array) -> Array:
    """(n,) -log10 of two-sided p-values: the inverse of :func:`z_of_neg_log10`.

    >>> neg_log10_of_z(np.array([0.0, -1.959964, 42.826])).round(1).tolist()
    [0.0, 1.3, 400.0]
    """
    from scipy.special import log_ndtr

    found: Array = -(log_ndtr(-np.abs(z)) + np.log(2)) / np.log(10)
    return np.maximum(found, 0.0)


def _errors(columns: dict[str, Array], beta: Array, ratio: npt.NDArray[np.bool_]) -> tuple[Array, list[str]]:
    notes: list[str] = []
    se = np.where(columns["se"] > 0, columns["se"], np.nan)
    of_ratio = _of_ratio(columns, beta, se, ratio)
    if of_ratio is None:
        notes.append("standard errors are taken to be of the ratios' logarithms; no p-values say so")
    elif of_ratio:
        se = np.where(ratio, se / columns["odds_ratio"], se)
        notes.append("standard errors are of the ratios, not of their logarithms (told by the p-values): converted")
    with np.errstate(divide="ignore", invalid="ignore"):
        lower, upper = (np.where(ratio, np.log(columns[name]), columns[name]) for name in ("ci_lower", "ci_upper"))
        sources = {
            "95 % intervals": (upper - lower) / _INTERVAL,
            "Z": np.abs(beta / columns["z"]),
            "p-values": np.abs(beta) / z_of_neg_log10(columns["neg_log10_p"]),
        }
    for name, found in sources.items():
        fill = np.isnan(se) & np.isfinite(found) & (found > 0)
        if fill.any():
            notes.append(f"standard errors of {fill.sum():,} rows are from their {name}")
        se = np.where(fill, found, se)
    return se, notes


def _of_ratio(columns: dict[str, Array], beta: Array, se: Array, ratio: npt.NDArray[np.bool_]) -> bool | None:
    """Whether errors are of the ratios themselves: |effect| / SE then fits the p-values after division by the ratio.

    None = there are such errors, and no p-values to tell by.
    """
    told = ratio & np.isfinite(se) & np.isfinite(columns["neg_log10_p"]) & (np.abs(beta) > 0)
    z = z_of_neg_log10(columns["neg_log10_p"][told])
    found = np.abs(beta[told]) / se[told]
    use = (z > _INFORMATIVE) & (found > 0)
    if not use.any():
        return None if (ratio & np.isfinite(se)).any() else False
    off = [np.abs(np.log(values[use] / z[use])).mean() for values in (found, found * columns["odds_ratio"][told])]
    return bool(off[1] < off[0])


def _from_z(columns: dict[str, Array], where: str) -> tuple[Array, Array, bool, str]:
    z, n, frequency = (columns[name] for name in ("z", "n", "frequency"))
    if np.isnan(n).all():
        raise InputError(
            f"{where}: effects are Z scores, and nothing says how many people they are of; give --n, or --cases and "
            "--controls"
        )
    per_allele = not np.isnan(frequency).all()
    variance = 2 * frequency * (1 - frequency) if per_allele else np.ones(len(z))
    with np.errstate(divide="ignore"):
        se = 1 / np.sqrt(variance * (n + z**2))
    se[~np.isfinite(se)] = np.nan
    scale = "Z, N and frequency" if per_allele else "Z and N, for genotypes scaled to variance 1"
    return z * se, se, per_allele, f"effects and standard errors are from {scale}"


def _p_values(columns: dict[str, Array], beta: Array, se: Array) -> Array:
    given = columns["neg_log10_p"]
    return np.where(np.isfinite(given), given, neg_log10_of_z(beta / se))


def _check_ratios(ratios: Array, where: str) -> None:
    known = ratios[np.isfinite(ratios)]
    if len(known) and np.mean(known < 0) > _ODD:
        raise InputError(
            f"{where}: {np.mean(known < 0):.0%} of the odds ratios are negative; they are log odds, most likely: name "
            "their column --columns beta=NAME"
        )


def _check_betas(betas: Array, where: str) -> None:
    known = betas[np.isfinite(betas)]
    if len(known) >= _FEWEST and known.min() > 0 and _NEAR_ONE[0] < np.median(known) < _NEAR_ONE[1]:
        raise InputError(
            f"{where}: effects are all above 0 with median {np.median(known):.3g}; they are odds ratios, most likely: "
            "name their column --columns odds_ratio=NAME"
        )
