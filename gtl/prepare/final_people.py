"""Who is sealed for the final judgement, by whole groups of relatives and before any trait is looked at."""

import numpy as np
import numpy.typing as npt

from gtl.errors import InputError

_SLACK = 0.25
"""How far the share may be missed, of itself, because groups are not cut."""


def assign_final(groups: npt.NDArray[np.intp], share: float, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Mask of the final people: groups in a random order, each that still fits, up to ``share`` of the people.

    Parameters
    ----------
    groups : (n_people,) int
        Numbers of the people's groups (:func:`gtl.prepare.relatedness.relatedness_groups`); nobody of a group is final
        while another is not.
    share : float
        Of people, between 0 and 1.
    rng : Generator
        Gives the same people for the same groups.

    Raises
    ------
    InputError
        If groups are so large that the share is missed by more than a quarter of itself and more than one person.

    Examples
    --------
    >>> final = assign_final(np.array([0, 0, 1, 2, 3, 4]), 1 / 3, np.random.default_rng(1))
    >>> int(final.sum()), bool(final[0] == final[1])
    (2, True)
    """
    if not 0 < share < 1:
        raise InputError(f"share of final people: {share:g}, expected between 0 and 1")
    _, place, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    if len(sizes) < 2:
        raise InputError(_all_related(len(groups), len(groups), share))
    wanted = min(max(round(share * len(groups)), 1), len(groups) - 1)
    chosen = _chosen(sizes, wanted, rng)
    reached = int(sizes[chosen].sum())
    if abs(reached - wanted) > max(1, _SLACK * wanted) or not 0 < reached < len(groups):
        raise InputError(_all_related(int(sizes.max()), len(groups), share))
    return np.asarray(chosen[place])


def _chosen(sizes: npt.NDArray[np.intp], wanted: int, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    chosen, room = np.zeros(len(sizes), dtype=bool), wanted
    for group in rng.permutation(len(sizes)):
        if sizes[group] <= room:
            chosen[group], room = True, room - sizes[group]
    others = np.flatnonzero(~chosen)
    smallest = others[sizes[others].argmin()]
    if sizes[smallest] - room < room and len(others) > 1:  # nearer to what is wanted if it is a little too much
        chosen[smallest] = True
    return chosen


def _all_related(largest: int, n_people: int, share: float) -> str:
    return (
        f"{largest} of {n_people} people are one group of relatives, so {share:.0%} of the people cannot be set apart "
        "without parting relatives; set a higher roles.kinship (1 = off), give people of more families, or name a "
        "column that says who is final (roles.column)"
    )
