"""The SVM with a radial kernel: ours, distances by products of matrices, and scikit-learn's, by pairs of people.

    python -m benchmarks.svm [people] [SNPs]

A fit, and the decisions of 200 other people, each side in a process of its own. Fitted models have to have the same
bytes, and decisions to agree within 1e-10, or the times mean nothing.
"""

import hashlib
import sys
from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt
from sklearn.svm import SVC

from benchmarks.measure import Measured, in_own_process, measure

OTHERS = 200

Decisions = npt.NDArray[np.float64]
Run = tuple[Measured[str], Measured[Decisions]]


def main(n_people: int = 1000, n_snps: int = 20_000) -> None:
    own, ours = (in_own_process(partial(side, n_people, n_snps)) for side in (run_own, run_ours))
    if own[0].result != ours[0].result or np.abs(own[1].result - ours[1].result).max() > 1e-10:
        sys.exit("models or decisions differ; the times mean nothing")
    print(f"{n_people} people x {n_snps} SNPs; the same model, byte by byte")
    print(f"{'':<42}{'CPU s':>9}{'ratio':>9}{'peak MB':>10}")
    for what, theirs, found in zip(("fit", f"decisions of {OTHERS} people"), own, ours, strict=True):
        row(f"scikit-learn: {what}", theirs, theirs)
        row(f"ours: {what}", found, theirs)


def run_own(n_people: int, n_snps: int) -> Run:
    return _run(n_people, n_snps, lambda x, case: SVC().fit(x, case), SVC.decision_function)


def run_ours(n_people: int, n_snps: int) -> Run:
    from gtl.learn.radial_kernel import decisions, fit_radial

    return _run(n_people, n_snps, partial(fit_radial, SVC()), decisions)


def _run(n_people: int, n_snps: int, fit: Callable[..., SVC], decide: Callable[..., Decisions]) -> Run:
    from gtl.learn.sklearn_files import to_bytes

    rng = np.random.default_rng(1)
    dosages = rng.binomial(2, rng.uniform(0.05, 0.5, n_snps), (n_people + OTHERS, n_snps)).astype(np.float32)
    value = dosages[:, :5].sum(axis=1) + rng.normal(size=len(dosages))
    people, others, case = dosages[:n_people], dosages[n_people:], (value > np.median(value)).astype(np.int8)
    fitted = measure(lambda: fit(people, case[:n_people]))
    decided = measure(lambda: decide(fitted.result, others))
    digest = hashlib.sha256(to_bytes(fitted.result)).hexdigest()
    return Measured(digest, fitted.cpu_seconds, fitted.wall_seconds, fitted.peak_mb), decided


def row(name: str, found: Measured[object], reference: Measured[object]) -> None:
    ratio = found.cpu_seconds / reference.cpu_seconds
    print(f"{name:<42}{found.cpu_seconds:>9.2f}{ratio:>9.2f}{found.peak_mb:>10.0f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
