"""The interface of methods: what a method is given, and the candidates that it gives back.

A method sees both populations' learning data, never the sealed final cohort: no field of its context leads there.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from gtl.config.study import StudyConfig
from gtl.domain.genotypes import Variants
from gtl.domain.phenotype_code import PhenotypeCode
from gtl.domain.split import Split
from gtl.errors import InputError

if TYPE_CHECKING:
    from gtl.learn.predictors import Predictor
    from gtl.learn.training import Progress

Rows = npt.NDArray[np.intp]
"""Row numbers among the shared variants."""

SubDatasets = Mapping[int, Rows]
"""Number of a sub-dataset (from 1) → its SNPs; empty ones are absent."""


@dataclass(frozen=True, eq=False)
class LearningData:
    """What is known of one population's cohort, at the variants that both populations share.

    Attributes
    ----------
    variants
        The shared variants.
    dosages
        (n_variants, n_people) int8, -1 = missing.
    case
        (n_people,) int8, 1 = case.
    split
        Training, validation and test people.
    """

    variants: Variants
    dosages: npt.NDArray[np.int8]
    case: npt.NDArray[np.int8]
    split: Split

    def __post_init__(self) -> None:
        expected = (len(self.variants), len(self.case))
        if self.dosages.dtype != np.int8 or self.dosages.shape != expected:
            raise InputError(
                f"learning data: expected int8 dosages of shape (variants, people) = {expected}, "
                f"got {self.dosages.dtype} of shape {self.dosages.shape}"
            )

    def take(self, rows: Rows, people: npt.NDArray[np.intp]) -> npt.NDArray[np.int8]:
        """Dosages of some people at some SNPs, a person a row: (len(people), len(rows)) int8."""
        return np.ascontiguousarray(self.dosages[np.ix_(rows, people)].T)


@dataclass(frozen=True, eq=False)
class CausalEffects:
    """The truth that the phenotype was simulated from; no method but the oracle is given it.

    Attributes
    ----------
    rows
        Causal SNPs, as rows of the learning data.
    effects
        (n_causal,) float64, effect of one effect allele on the small population's liability (mean 0, SD 1).
    frequencies
        (n_causal,) float64, effect allele frequency in the small population.
    """

    rows: Rows
    effects: npt.NDArray[np.float64]
    frequencies: npt.NDArray[np.float64]

    def among(self, shared_rows: Rows) -> "CausalEffects":
        """The same SNPs numbered by where their rows are among ``shared_rows`` (ascending, all of them there)."""
        return CausalEffects(np.searchsorted(shared_rows, self.rows), self.effects, self.frequencies)


@dataclass(frozen=True, eq=False)
class MethodContext:
    """All that a method may use for one phenotype.

    Attributes
    ----------
    config, code
        The study's settings, and which phenotype it is.
    large, small
        The two populations.
    subsets_large, subsets_small
        Sub-datasets chosen on the large and on the small population's training people.
    networks
        (name of the network, number of the large sub-dataset) → ``.keras`` bytes of the base network. May read them
        from disk one by one; empty for methods that need none.
    on_progress
        Told how far training of networks is.
    causal
        The simulation's truth; None for every method whose registry row does not say ``needs_truth``.
    """

    config: StudyConfig
    code: PhenotypeCode
    large: LearningData
    small: LearningData
    subsets_large: SubDatasets
    subsets_small: SubDatasets
    networks: Mapping[tuple[str, int], bytes] = field(default_factory=dict)
    on_progress: "Callable[[Progress], None] | None" = None
    causal: CausalEffects | None = None


@dataclass(frozen=True, eq=False)
class Candidate:
    """One trained model with its predictions for the small population.

    Attributes
    ----------
    method, algorithm
        Registry name of the method; name of the model, such as SVM or Model 4.
    subset, rows
        Number of the sub-dataset, and its rows among the shared variants.
    frozen_layers
        Frozen bottom layers; -1 where nothing was fine-tuned.
    validation, test
        float64 case probabilities of the small population's validation and test people.
    predictor
        The model.
    training_sha256, training_people
        Hash and number of the people that it was last trained on.
    """

    method: str
    algorithm: str
    subset: int
    rows: Rows
    frozen_layers: int
    validation: npt.NDArray[np.float64]
    test: npt.NDArray[np.float64]
    predictor: "Predictor"
    training_sha256: str
    training_people: int

    @property
    def n_snps(self) -> int:
        """SNPs in the sub-dataset."""
        return len(self.rows)


class Method(Protocol):
    """A way to predict; made by the registry as ``Class(name, *arguments)``."""

    def candidates(self, context: MethodContext) -> Iterator[Candidate]:
        """Train every model of the method on every sub-dataset; yield each with its predictions."""
        ...


def subset_rows(numbers: npt.NDArray[np.integer], shared_rows: npt.NDArray[np.integer]) -> dict[int, Rows]:
    """Sub-datasets from the columns ``subset`` and ``shared_row`` of the table SUBSETS.

    >>> subset_rows(np.array([1, 3, 3]), np.array([7, 7, 9]))
    {1: array([7]), 3: array([7, 9])}
    """
    return {int(n): shared_rows[numbers == n].astype(np.intp) for n in np.unique(numbers)}
