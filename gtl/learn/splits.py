"""Training, validation and test people of one cohort."""

import numpy as np
import numpy.typing as npt

from gtl.domain.split import Split
from gtl.domain.trait import TraitKind
from gtl.errors import InputError

Rows = npt.NDArray[np.intp]


def split_samples(
    case: npt.NDArray[np.int8], keep: npt.NDArray[np.bool_], sizes: tuple[int, int, int], rng: np.random.Generator
) -> Split:
    """Divide the people kept at random, with the cohort's share of cases in each part (the paper's Module 4).

    Validation and test parts always have their full sizes, so that scores stay comparable; people lost to quality
    control shrink the training part. A part of two or more people has at least one case and one control.

    Parameters
    ----------
    case : (n_samples,) int8
        1 = case, 0 = control.
    keep : (n_samples,) bool
        People that quality control kept; no other is in any part.
    sizes : (train, validation, test)
        People wanted in each part.
    rng : Generator
        Source of the draw.

    Raises
    ------
    InputError
        If more people are kept than the sizes add up to, or too few of either kind for the parts.

    >>> split = split_samples(np.tile([0, 1], 10), np.full(20, True), (14, 2, 4), np.random.default_rng(1))
    >>> len(split.train), len(split.validation), len(split.test)
    (14, 2, 4)
    """
    cases, controls = (rng.permutation(np.flatnonzero(keep & (case == status))) for status in (1, 0))
    _check_sizes(len(cases) + len(controls), sizes)
    share = len(cases) / (len(cases) + len(controls))
    n_cases = [_cases_among(size, share) for size in sizes[1:]]
    _check_training(len(cases) - sum(n_cases), len(controls) - sum(sizes[1:]) + sum(n_cases), sizes)
    validation, test = (size - of_them for size, of_them in zip(sizes[1:], n_cases, strict=True))
    case_parts = np.split(cases, np.cumsum(n_cases))
    control_parts = np.split(controls, np.cumsum([validation, test]))
    validation_rows, test_rows, train_rows = map(_together, case_parts, control_parts)
    return Split(train_rows, validation_rows, test_rows)


def _cases_among(size: int, share: float) -> int:
    """Cases in a part, to the nearest person, but at least one of each kind where there is room."""
    nearest = round(size * share)
    return min(max(nearest, 1), size - 1) if size > 1 else nearest


def _check_sizes(n_people: int, sizes: tuple[int, int, int]) -> None:
    if n_people > sum(sizes):
        raise InputError(
            f"split: {n_people} people, but train + validation + test = {' + '.join(map(str, sizes))} = {sum(sizes)}; "
            "make the sizes add up to the cohort"
        )
    if n_people < sizes[1] + sizes[2] + 2:
        raise InputError(
            f"split: quality control left {n_people} people, but validation and test need {sizes[1]} + {sizes[2]} "
            "and training at least 2; relax quality_control or make the parts smaller"
        )


def _check_training(n_cases: int, n_controls: int, sizes: tuple[int, int, int]) -> None:
    if n_cases < 1 or n_controls < 1:
        raise InputError(
            f"split: {max(n_cases, 0)} cases and {max(n_controls, 0)} controls would be left for training after "
            f"{sizes[1]} validation and {sizes[2]} test people; each part needs both kinds: "
            "move phenotypes.threshold, make the parts smaller or take more people"
        )


def _together(cases: Rows, controls: Rows) -> Rows:
    return np.sort(np.concatenate([cases, controls]))


def drawn_sizes(n_people: int, most: int | None, tuning: float, choosing: float) -> tuple[int, int, int]:
    """How many of ``n_people`` train, tune and choose, where settings give shares.

    >>> drawn_sizes(100, None, 0.1, 0.2), drawn_sizes(100, 30, 0.1, 0.2)
    ((70, 10, 20), (21, 3, 6))
    """
    people = n_people if most is None else min(n_people, most)
    validation, test = (max(2, round(share * people)) for share in (tuning, choosing))
    return people - validation - test, validation, test


def split_people(
    value: npt.NDArray[np.float64], kind: TraitKind, sizes: tuple[int, int, int], rng: np.random.Generator
) -> Split:
    """Divide people of any trait at random; of more people than the sizes add up to, some are in no part.

    Cases and controls are dealt out evenly, as by :func:`split_samples`.

    Raises
    ------
    InputError
        If training would have fewer than two people, or one kind of a binary trait would be missing there.
    """
    chosen = rng.permutation(len(value))[: sum(sizes)]
    if kind is TraitKind.BINARY:
        keep = np.zeros(len(value), bool)
        keep[_stratified(value, sum(sizes), rng) if sum(sizes) < len(value) else chosen] = True
        return split_samples(value.astype(np.int8), keep, sizes, rng)
    _check_sizes(len(chosen), sizes)
    train, validation, test = np.split(chosen, np.cumsum(sizes)[:2])
    return Split(*(np.sort(part) for part in (train, validation, test)))


def _stratified(value: npt.NDArray[np.float64], n_people: int, rng: np.random.Generator) -> Rows:
    """``n_people`` at random with the share of cases of all."""
    cases, controls = (rng.permutation(np.flatnonzero(value == status)) for status in (1, 0))
    n_cases = min(len(cases), max(1, round(n_people * len(cases) / len(value))))
    return np.concatenate([cases[:n_cases], controls[: n_people - n_cases]])
