"""The verdict in words: what a study says first."""

import pandas as pd

from gtl.domain.trait import trait_order
from gtl.evaluate.outcomes import OVERALL, Verdict, recommended
from gtl.evaluate.wording import listed, metric_words, title_within
from gtl.methods.registry import BASELINE, method_title

FALSE_SHARE = 0.05
"""Share of false findings that a screening allows among its findings."""

MANY = 5
"""Traits that are named in a sentence; of more, their number. More are also screened."""


def advice(verdicts: pd.DataFrame, baseline: str = BASELINE) -> str:
    """What to do, in a sentence or two: for all traits, or else for those that are helped by themselves.

    For studies of simulated people, where every method is a candidate; :func:`recommendation` where one was declared.
    Where nothing was compared with the baseline, that, and what a comparison needs.

    Parameters
    ----------
    verdicts
        Table VERDICT.
    baseline
        Method that the others were measured against.
    """
    method, overall = recommended(verdicts), verdicts[verdicts["phenotype"] == OVERALL]
    if overall.empty:
        return _nothing_compared(baseline)
    if method is not None:
        evidence = overall.loc[(overall["method"] == method) & (overall["verdict"] == Verdict.HELPS), "evidence"]
        return f"Transfer: {method_title(method)} helps. {evidence.iloc[0]}"
    harmful = [method_title(name) for name in overall.loc[overall["verdict"] == Verdict.HARMS, "method"].unique()]
    harm = f" {listed(harmful)} did harm." if harmful else ""
    one_by_one = _one_by_one(verdicts)
    if not one_by_one:
        return f"Do not transfer: no method's gain over {title_within(baseline)} is clear of chance.{harm}"
    return (
        f"No method's gain over {title_within(baseline)} is clear of chance over all traits together; "
        f"{one_by_one}.{harm}"
    )


def _nothing_compared(baseline: str) -> str:
    return (
        f"No verdict: no method was compared with the baseline “{title_within(baseline)}”. A comparison needs "
        f"{baseline} and another method in transfer.methods; what could not run is listed with its reason."
    )


def recommendation(verdicts: pd.DataFrame, declared: str, baseline: str = BASELINE, why: str = "") -> str:
    """What to do where the method was declared before the data were seen: the results confirm it, or do not.

    Parameters
    ----------
    verdicts
        Table VERDICT.
    declared
        The declared method.
    baseline
        Method that the others were measured against.
    why
        Reason for the declaration, such as ``it learns how much to borrow``.

    Returns
    -------
    A few sentences; where the declared method was not compared with the baseline, that.
    """
    if verdicts.empty:
        return _nothing_compared(baseline)
    rows = verdicts[(verdicts["phenotype"] == OVERALL) & (verdicts["method"] == declared)]
    declaration = "declared before the data were seen" + (f"; {why}" if why else "")
    evidence, base = " ".join(rows["evidence"]), title_within(baseline)
    if rows.empty:
        return f"No recommendation: {method_title(declared)} ({declaration}) was not compared with {base}."
    own = _one_by_one(verdicts[verdicts["method"] == declared], verdicts)
    also = f" {own[0].upper()}{own[1:]}." if own else ""
    found = set(rows["verdict"])
    if Verdict.HARMS in found:
        worse = f"{method_title(declared)} ({declaration}) was worse{_where(rows, Verdict.HARMS)}"
        return f"Use {method_title(baseline)}: {worse}. {evidence}{also}"
    use = f"Use {method_title(declared)} ({declaration})."
    if Verdict.HELPS in found:
        return f"{use} It is better than {base}{_where(rows, Verdict.HELPS)}. {evidence}{also}"
    return f"{use} Evidence that it is better than {base}: none at this size. {evidence}{also}"


def _where(rows: pd.DataFrame, verdict: Verdict) -> str:
    """In which metrics a verdict is passed, where it is not in all of them."""
    passed = rows.loc[rows["verdict"] == verdict, "metric"]
    return "" if len(passed) == len(rows) else f" in {listed([metric_words(metric) for metric in passed])}"


def looked_at(verdicts: pd.DataFrame) -> tuple[int, int]:
    """Traits and methods of a table VERDICT."""
    single = verdicts[verdicts["phenotype"] != OVERALL]
    return single["phenotype"].nunique(), single["method"].nunique()


def screening(verdicts: pd.DataFrame, share: float = FALSE_SHARE) -> pd.DataFrame:
    """Gains and losses that a screening finds: of them, a share of ``share`` is expected to be false.

    Benjamini & Hochberg 1995 over all traits and methods. A list to look into, weaker than a verdict.

    Returns
    -------
    Rows of VERDICT with ``screening_q`` up to ``share``, the surest first.
    """
    single = verdicts[(verdicts["phenotype"] != OVERALL) & (verdicts["screening_q"] <= share)]
    return single.sort_values(["screening_q", "phenotype", "method"], ignore_index=True)


def _one_by_one(verdicts: pd.DataFrame, of: pd.DataFrame | None = None) -> str:
    """Traits that a method helps, and how many were looked at; empty without any."""
    found = _helped(verdicts)
    if not found:
        return ""
    traits, methods = looked_at(verdicts if of is None else of)
    named = found[:MANY] + [f"{len(found) - MANY} more"] * (len(found) > MANY)
    return f"one by one, of {_counted(traits, 'trait')} × {_counted(methods, 'method')}, transfer helps {listed(named)}"


def _helped(verdicts: pd.DataFrame) -> list[str]:
    """Each trait that a method helps, with the method whose gain is surest there."""
    helping = verdicts[(verdicts["phenotype"] != OVERALL) & (verdicts["verdict"] == Verdict.HELPS)]
    surest = helping.sort_values("ci_low", ascending=False).drop_duplicates("phenotype")
    found = dict(zip(surest["phenotype"], surest["method"], strict=True))
    return [f"{name} ({method_title(found[name])})" for name in sorted(found, key=trait_order)]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
