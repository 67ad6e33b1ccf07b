"""The interface of methods: what a method is given, and the candidates that it gives back.

A method sees both populations' learning data, never the sealed final cohort: no field of its context leads there.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from gtl.config.study import StudyConfig
from gtl.domain.dosages import Dosages
from gtl.domain.genotypes import Variants
from gtl.domain.split import Split
from gtl.domain.trait import TraitKind
from gtl.errors import InputError

if TYPE_CHECKING:
    from gtl.learn.predictors import Predictor
    from gtl.learn.training import Progress

Rows = npt.NDArray[np.intp]
"""Row numbers among the shared variants."""

SubDatasets = Mapping[int, Rows]
"""Number of a sub-dataset (from 1) → its SNPs; empty ones are absent."""

NO_SUBSET = 0
"""Number in tables of a model that comes from no sub-dataset."""

NO_ROWS = np.empty(0, dtype=np.intp)
"""No row at all."""


@dataclass(frozen=True, eq=False)
class LearningData:
    """What is known of one population's cohort, at the variants that both populations share.

    Attributes
    ----------
    variants
        The shared variants.
    dosages
        (n_variants, n_people) int8 hard calls (-1 = missing) or float32 dosages (NaN = missing).
    value
        (n_people,) float64. Binary: 1.0 = case, 0.0 = control. Quantitative: the trait, freed of covariates by the
        caller. NaN = not known, or not to be known (:func:`gtl.evaluate.guards.without_test_labels`).
    split
        Training, validation and test people.
    kind
        What ``value`` is.
    samples
        (n_people,) ids; None where nobody needs them.

    Raises
    ------
    InputError
        When shapes or types do not fit, or a binary value is neither 0, 1 nor NaN.
    """

    variants: Variants
    dosages: Dosages
    value: npt.NDArray[np.float64]
    split: Split
    kind: TraitKind = TraitKind.BINARY
    samples: npt.NDArray[np.object_] | None = None

    def __post_init__(self) -> None:
        expected = (len(self.variants), len(self.value))
        if self.dosages.dtype not in (np.int8, np.float32) or self.dosages.shape != expected:
            raise InputError(
                f"learning data: expected int8 or float32 dosages of shape (variants, people) = {expected}, "
                f"got {self.dosages.dtype} of shape {self.dosages.shape}"
            )
        if self.value.dtype != np.float64:
            raise InputError(f"learning data: expected float64 values of the trait, got {self.value.dtype}")
        wrong = ~(np.isin(self.value, (0, 1)) | np.isnan(self.value))
        if self.kind is TraitKind.BINARY and wrong.any():
            person = int(np.flatnonzero(wrong)[0])
            raise InputError(
                f"learning data: person {person} has the value {self.value[person]:g} of a binary trait; expected 1 "
                "(case), 0 (control) or NaN (not known)"
            )

    @cached_property
    def case(self) -> npt.NDArray[np.int8]:
        """(n_people,) int8 of a binary trait: 1 = case, 0 = control, -1 = not known."""
        return case_status(self.value, self.kind)

    def take(self, rows: Rows, people: npt.NDArray[np.intp]) -> Dosages:
        """Dosages of some people at some SNPs, a person a row: (len(people), len(rows)), of the dosages' own type."""
        # All rows first: one copy of whole rows is several times faster than picking single genotypes.
        chosen = self.dosages if np.array_equal(rows, np.arange(len(self.dosages))) else self.dosages[rows]
        return np.ascontiguousarray(chosen[:, people].T)


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
class SourceWeights:
    """Weights of variants by statistics or published scores: a column a source and way to make them.

    Attributes
    ----------
    columns
        ``("EUR", "infinitesimal")`` and the like: source, and family of :mod:`gtl.learn.summary` or ``published``.
    weights
        (n_columns, n_variants) float64, effect of one more counted allele, in units of the trait or log odds; 0 where a
        source says nothing. Variants are the rows of the learning data.
    """

    columns: tuple[tuple[str, str], ...]
    weights: npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class MethodContext:
    """All that a method may use for one phenotype.

    Attributes
    ----------
    config, code
        The study's settings, and the name of the trait.
    large, small
        The two populations.
    subsets_large, subsets_small
        Sub-datasets chosen on the large and on the small population's training people.
    networks
        (name of the network, number of the large sub-dataset) → ``.keras`` bytes of the base network. May read them
        from disk one by one; empty for methods that need none.
    on_progress
        Gets how far training of networks is.
    causal
        The simulation's truth; None for every method whose registry row does not say ``needs_truth``.
    genome
        Rows of the learning data that polygenic methods use: the whole genome's, whatever was pre-selected; ascending.
    sources
        What statistics and published scores say of the trait; None for every method that is not given them.

    Raises
    ------
    InputError
        When the trait is of different kinds in the two populations.
    """

    config: StudyConfig
    code: str
    large: LearningData
    small: LearningData
    subsets_large: SubDatasets
    subsets_small: SubDatasets
    networks: Mapping[tuple[str, int], bytes] = field(default_factory=dict)
    on_progress: "Callable[[Progress], None] | None" = None
    causal: CausalEffects | None = None
    genome: Rows = field(default_factory=lambda: NO_ROWS)
    sources: SourceWeights | None = None

    def __post_init__(self) -> None:
        if self.large.kind is not self.small.kind:
            raise InputError(
                f"{self.code}: {self.large.kind} in the large population, {self.small.kind} in the small one; one "
                "trait has one kind: check the tables of people"
            )

    @property
    def kind(self) -> TraitKind:
        """Kind of the trait."""
        return self.small.kind

    @property
    def populations(self) -> tuple[LearningData, ...]:
        """Those whose people are there: the small one alone where statistics stand for the large one."""
        return tuple(data for data in (self.large, self.small) if len(data.value))


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
        float64 predictions for the small population's validation and test people: case probabilities, or values of a
        quantitative trait. NaN for all of them where the method is nested: it was trained on these people, too.
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


def case_status(value: npt.NDArray[np.float64], kind: TraitKind) -> npt.NDArray[np.int8]:
    """Values of a binary trait as case status; :class:`InputError` for those of a quantitative one.

    >>> case_status(np.array([1.0, 0.0, np.nan]), TraitKind.BINARY)
    array([ 1,  0, -1], dtype=int8)
    """
    if kind is not TraitKind.BINARY:
        raise InputError(f"case status: the trait is {kind}; only a binary one has cases and controls")
    return np.where(np.isnan(value), -1, value).astype(np.int8)


def subset_rows(numbers: npt.NDArray[np.integer], shared_rows: npt.NDArray[np.integer]) -> dict[int, Rows]:
    """Sub-datasets from the columns ``subset`` and ``shared_row`` of the table SUBSETS.

    >>> subset_rows(np.array([1, 3, 3]), np.array([7, 7, 9]))
    {1: array([7]), 3: array([7, 9])}
    """
    return {int(n): shared_rows[numbers == n].astype(np.intp) for n in np.unique(numbers)}
