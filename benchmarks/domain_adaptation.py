"""CORAL and TCA: ours beside skada's, on the same people, each followed by the same logistic regression.

    python -m benchmarks.domain_adaptation [phenotypes]

On the phenotypes of :mod:`benchmarks.two_populations`, at the SNPs with p < 0.01 and with p < 0.1. Also printed: by how
much TCA's first component misses its own eigenproblem, K H K w = e (K L K + mu I) w (Pan et al. 2011, section III-C),
as a share of the left side's length. CORAL: skada shrinks covariances by Ledoit and Wolf's rule, its default (without
shrinkage, more SNPs than people give NaN); ours adds the paper's identity. TCA: skada weighs the difference in means
where the paper weighs the coefficients; with mu = 1, as here, both mean the same.
"""

import sys
import warnings
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd
from skada import CORALAdapter, TransferComponentAnalysisAdapter
from sklearn.linear_model import LogisticRegression

from benchmarks.measure import measure
from benchmarks.two_populations import Phenotype, phenotypes
from gtl.learn.adaptation import COMPONENTS, align_correlations, transfer_components

P_VALUES, RIDGE = (0.01, 0.1), 0.01

Array = npt.NDArray[np.float64]
Adapted = tuple[Array, Array]  # of training people, and of those to predict


def main(count: int) -> None:
    warnings.simplefilter("ignore")
    sides: dict[str, Callable[[Array, Array, Array], Adapted]] = {
        "CORAL, ours": _coral, "CORAL, skada": _coral_skada, "TCA, ours": _tca, "TCA, skada": _tca_skada,
    }  # fmt: skip
    examples = list(phenotypes(count, "domain adaptation"))
    for p_value in P_VALUES:
        rows = []
        for data in (example.likely(p_value) for example in examples):
            for name, adapt in sides.items():
                people = _standardised(data, own_means=name.startswith("CORAL"))
                measured = measure(lambda adapt=adapt, people=people: adapt(*people))
                rows.append((name, measured.cpu_seconds, 100 * _accuracy(*measured.result, data), data.x.shape[1]))
        _print(pd.DataFrame(rows, columns=["method", "cpu", "accuracy", "snps"]), p_value)
        source, target, _ = _standardised(data, own_means=False)
        for name, coefficients in _tca_coefficients(source, target).items():
            print(f"TCA, {name}: misses its eigenproblem by {_residual(coefficients, source, target):.1e}")


def _standardised(data: Phenotype, *, own_means: bool) -> tuple[Array, Array, Array]:
    """Training people, small population's known people, people to predict; TCA must see the difference in means."""
    means, scale = data.x.mean(axis=0), data.x.std(axis=0)
    small = data.x_small.mean(axis=0) if own_means else means
    return (data.x - means) / scale, (data.x_small - small) / scale, (data.x_final - small) / scale


def _accuracy(train: Array, final: Array, data: Phenotype) -> float:
    return float(LogisticRegression(C=RIDGE, max_iter=1000).fit(train, data.case).score(final, data.case_final))


def _coral(source: Array, target: Array, final: Array) -> Adapted:
    to_target, own = align_correlations(source, target)
    return source @ to_target, final @ own


def _coral_skada(source: Array, target: Array, final: Array) -> Adapted:
    people, domain = _together(source, target)
    adapter = CORALAdapter().fit(people, sample_domain=domain)
    return adapter.transform(people, sample_domain=domain, allow_source=True)[: len(source)], final


def _tca(source: Array, target: Array, final: Array) -> Adapted:
    components = transfer_components(source, target)
    return source @ components, final @ components


def _tca_skada(source: Array, target: Array, final: Array) -> Adapted:
    people, domain = _together(source, target)
    size = _kernel_size(people)
    adapter = TransferComponentAnalysisAdapter("linear", COMPONENTS, mu=1).fit(people / size, sample_domain=domain)
    train = (adapter.K_ @ adapter.eigvects_)[: len(source)]
    spread = (adapter.K_ @ adapter.eigvects_).std(axis=0)
    return train / spread, (final @ people.T / size**2) @ adapter.eigvects_ / spread


def _together(source: Array, target: Array) -> tuple[Array, npt.NDArray[np.int64]]:
    return np.vstack([source, target]), np.repeat([1, -2], [len(source), len(target)])


def _kernel_size(people: Array) -> float:
    """What people are divided by so that the linear kernel's mean diagonal is 1, as ours has it."""
    return float(np.sqrt((people**2).sum(axis=1).mean()))


def _tca_coefficients(source: Array, target: Array) -> dict[str, Array]:
    """First coefficient vector of each side, one entry a person."""
    people, domain = _together(source, target)
    scaled = people / _kernel_size(people)
    adapter = TransferComponentAnalysisAdapter("linear", 1, mu=1).fit(scaled, sample_domain=domain)
    ours = np.linalg.lstsq(scaled.T, transfer_components(source, target, n_components=1)[:, 0], rcond=None)[0]
    return {"ours": ours, "skada": adapter.eigvects_[:, 0]}


def _residual(coefficients: Array, source: Array, target: Array) -> float:
    people, _ = _together(source, target)
    kernel = people @ people.T / _kernel_size(people) ** 2
    gap = kernel @ np.repeat([1 / len(source), -1 / len(target)], [len(source), len(target)])
    left = kernel @ (kernel - kernel.mean(axis=0)) @ coefficients
    right = gap * (gap @ coefficients) + coefficients
    value = (left @ right) / (right @ right)
    return float(np.linalg.norm(left - value * right) / np.linalg.norm(left))


def _print(table: pd.DataFrame, p_value: float) -> None:
    print(f"{f'p < {p_value}':<14}{'CPU s':>9}{'accuracy, % (SE)':>19}   ({table['snps'].mean():.0f} SNPs a phenotype)")
    for name, rows in table.groupby("method", sort=False):
        mean, error = rows["accuracy"].mean(), rows["accuracy"].std() / np.sqrt(len(rows))
        accuracy = f"{mean:.1f} ({error:.1f})"
        print(f"{name:<14}{rows['cpu'].mean():>9.2f}{accuracy:>19}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
