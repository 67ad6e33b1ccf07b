"""Settings of Modules 3-5: association, quality control, splits, pre-selection, models and transfer."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, field_validator

from gtl.config.base import Count, Distinct, Fraction, Positive, Section, worded
from gtl.domain.trait import TraitKind


class AssociationTest(StrEnum):
    """Test of one SNP against case status."""

    FISHER = "fisher"
    ALLELIC = "allelic"
    LOGISTIC = "logistic"


class AssociationConfig(Section):
    """Module 3: association of every shared SNP with case status, and its plots."""

    test: AssociationTest = Field(
        AssociationTest.FISHER, description="fisher: exact test on alleles; allelic: chi-squared; logistic: additive."
    )
    plots: bool = Field(True, description="Draw Manhattan, QQ and LD plots (PNG and SVG) for each population.")
    ld_snps: Annotated[int, Field(ge=2, le=500)] = Field(
        60, description="SNPs around the strongest association in the LD heat map."
    )


class QualityControlConfig(Section):
    """Which variants and samples are left out before learning; each population by itself."""

    variant_missingness: Fraction = Field(0.1, description="Drop SNPs with a larger share of missing genotypes.")
    sample_missingness: Fraction = Field(0.1, description="Drop people with a larger share of missing genotypes.")
    maf: Annotated[float, Field(ge=0, le=0.5)] = Field(0.0, description="Drop SNPs whose minor allele is rarer.")
    hwe: Fraction = Field(
        0.0,
        description="Drop SNPs with a lower exact Hardy-Weinberg p in controls, as PLINK does; 0 = off. The controls "
        "are the whole cohort's, so the case status of test people has a say in which SNPs are left.",
    )
    duplicates: bool = Field(
        True, description="Has no effect since 0.2: of variants with the same position and alleles one always stays."
    )
    monomorphic: bool = Field(True, description="Drop SNPs that do not vary among the people kept.")


class SplitConfig(Section):
    """Sizes of training, validation and test parts; they add up to the cohort."""

    large_train: Count = Field(700, description="Large cohort: training people.")
    large_validation: Count = Field(100, description="Large cohort: validation people.")
    large_test: Count = Field(200, description="Large cohort: test people.")
    small_train: Count = Field(70, description="Small cohort: training people.")
    small_validation: Count = Field(10, description="Small cohort: validation people.")
    small_test: Count = Field(20, description="Small cohort: test people, by whom models are chosen.")


class PreselectionRule(StrEnum):
    """Score by which SNPs are pre-selected."""

    PVALUE = "p-value"
    MUTATION_DIFFERENCE = "mutation-difference"


Threshold = Annotated[float, Field(ge=0, le=1)]


class PreselectionConfig(Section):
    """SNP pre-selection on training people only; each threshold makes one sub-dataset.

    The thresholds' defaults give the median sizes of the paper's tables 1 and 2 (benchmarks/preselection_sizes.py).
    """

    rule: PreselectionRule = Field(
        PreselectionRule.PVALUE,
        description="p-value: SNPs with p at most the threshold; mutation-difference: SNPs whose allele frequency "
        "differs between cases and controls by at least the threshold.",
    )
    p_values_large: tuple[Threshold, ...] = Field(
        (7.1e-6, 3.6e-5, 0.0002, 0.0013, 0.0015, 0.012, 0.013, 0.052, 0.073, 0.1),
        min_length=1, description="p-value thresholds of the large population (10 in the paper).",
    )  # fmt: skip
    p_values_small: tuple[Threshold, ...] = Field(
        (8.9e-5, 0.00017, 0.00044, 0.0011, 0.0018, 0.0031, 0.0041, 0.0062, 0.0087, 0.012, 0.018, 0.027, 0.047),
        min_length=1, description="p-value thresholds of the small population (13 in the paper).",
    )  # fmt: skip
    differences_large: tuple[Threshold, ...] = Field(
        (0.11, 0.099, 0.088, 0.076, 0.075, 0.057, 0.056, 0.042, 0.038, 0.034),
        min_length=1, description="Allele-frequency differences of the large population.",
    )  # fmt: skip
    differences_small: tuple[Threshold, ...] = Field(
        (0.31, 0.3, 0.28, 0.26, 0.25, 0.23, 0.22, 0.21, 0.2, 0.19, 0.18, 0.17, 0.15),
        min_length=1, description="Allele-frequency differences of the small population.",
    )  # fmt: skip


class ClassicalModel(StrEnum):
    """The paper's five classical models."""

    SVM = "SVM"
    CART = "CART"
    RUS = "RUS"
    RANDOM_FOREST = "Random forest"
    UB = "UB"


class ClassicalConfig(Section):
    """The classical models of the small population."""

    models: Distinct[ClassicalModel] = Field(
        tuple(ClassicalModel),
        min_length=1,
        description="SVM, of 5,000 people at most; CART: decision tree; RUS: random under-sampling and one tree; "
        "random forest; UB: bagging over under-samples.",
    )


class LayerKind(StrEnum):
    """Kinds of layers that a network can be made of."""

    DENSE = "dense"
    GRU = "gru"
    LSTM = "lstm"
    BILSTM = "bilstm"
    CONV1D = "conv1d"


_NETWORK = worded(
    r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}$",
    "a name of letters, digits, blanks, points, - and _ that begins with a letter or digit and has 40 at most",
)


class NetworkConfig(Section):
    """One architecture as data: kinds and widths of its layers from the input up.

    In settings the last one has 2 units, control and case. For a quantitative trait one linear unit takes its place.
    """

    name: str = Field(pattern=_NETWORK, description="Name in tables, such as Model 1.")
    layers: tuple[tuple[LayerKind, Count], ...] = Field(
        min_length=1,
        description="Kind and units (conv1d: filters) of each layer, bottom first, output last; a 1D-CNN: "
        "[[conv1d, 16], [conv1d, 8], [dense, 10], [dense, 2]]. The last layer is written [dense, 2], control and case; "
        "for a quantitative trait one linear unit takes its place.",
    )

    @property
    def key(self) -> str:
        """The name as it stands in the store, such as Model-1."""
        return self.name.replace(" ", "-")


def _network(number: int, kind: LayerKind, recurrent: tuple[int, ...], dense: tuple[int, ...]) -> NetworkConfig:
    layers = tuple((kind, units) for units in recurrent) + tuple((LayerKind.DENSE, units) for units in dense)
    return NetworkConfig(name=f"Model {number}", layers=layers)


PAPER_NETWORKS = (
    _network(1, LayerKind.DENSE, (), (30, 10, 2)),
    _network(2, LayerKind.DENSE, (), (80, 70, 40, 10, 2)),
    _network(3, LayerKind.DENSE, (), (80, 70, 50, 20, 10, 2)),
    _network(4, LayerKind.GRU, (50, 20), (2,)),
    _network(5, LayerKind.LSTM, (50, 20), (2,)),
    _network(6, LayerKind.BILSTM, (50, 20), (2,)),
    _network(7, LayerKind.GRU, (50, 20), (10, 5, 2)),
    _network(8, LayerKind.LSTM, (50, 20), (10, 5, 2)),
    _network(9, LayerKind.BILSTM, (50, 20), (10, 5, 2)),
)


class TrainingEngine(StrEnum):
    """What trains the networks; both give the same weights."""

    STACKED = "stacked"
    KERAS = "keras"


class TrainingConfig(Section):
    """The nine networks of the paper (tables 4 and 5), and how they are trained."""

    networks: tuple[NetworkConfig, ...] = Field(PAPER_NETWORKS, min_length=1, description="Architectures.")
    engine: TrainingEngine = Field(
        TrainingEngine.STACKED, description="stacked: many networks in one graph, fast; keras: plain Keras fit."
    )
    epochs: Count = Field(50, description="Passes over the training people.")
    batch_size: Count = Field(50, description="People in a batch.")
    learning_rate: Positive = Field(0.001, description="Adam's learning rate.")
    dropout: Annotated[float, Field(ge=0, lt=1)] = Field(0.2, description="Dropout after each hidden layer.")
    patience: Annotated[int, Field(ge=0)] = Field(
        0, description="Stop after this many epochs without a lower validation loss and keep the best; 0 = never stop."
    )
    class_weights: bool = Field(
        False, description="Weigh cases and controls inversely to their numbers; no effect on quantitative traits."
    )
    time_steps: Count = Field(1, description="RNN: time steps that the SNP vector is cut into (the paper: 1).")

    @field_validator("networks")
    @classmethod
    def _names_differ_in_the_store(cls, networks: tuple[NetworkConfig, ...]) -> tuple[NetworkConfig, ...]:
        found: dict[str, str] = {}
        for network in networks:
            if network.key in found:
                raise ValueError(
                    f"the names {found[network.key]!r} and {network.name!r} are both {network.key} in the store; "
                    "give each network a name of its own"
                )
            found[network.key] = network.name
        return networks


class TransferConfig(Section):
    """Module 5: what is carried from the large to the small population."""

    methods: Distinct[str] = Field(
        ("no_transfer", "snp_transfer", "snp_transfer_large", "deep_transfer"),
        min_length=1,
        description="Methods, by registry name. snp_transfer trains on the small population's training people, "
        "snp_transfer_large on the large one's: the two readings of the paper's text. Also: majority, pooled, "
        "linear_transfer, polygenic_score, bayesian_score, coral, tca, oracle.",
    )
    direct: bool = Field(True, description="Deep transfer: also use the large population's networks as they are.")
    freeze_depths: tuple[Annotated[int, Field(ge=0)], ...] | None = Field(
        None, description="Numbers of frozen bottom layers to fine-tune with; empty = every depth."
    )
    epochs: Count = Field(50, description="Fine-tuning: passes over the small population's training people.")
    learning_rate: Positive = Field(0.001, description="Fine-tuning: Adam's learning rate.")


class Metric(StrEnum):
    """Score by which models are chosen; one, declared before the run."""

    ACCURACY = "accuracy"
    BALANCED_ACCURACY = "balanced_accuracy"
    AUC = "auc"
    AVERAGE_PRECISION = "average_precision"
    F1 = "f1"
    SENSITIVITY = "sensitivity"
    SPECIFICITY = "specificity"
    MCC = "mcc"


class QuantitativeMetric(StrEnum):
    """Score by which models of a quantitative trait are chosen."""

    CORRELATION = "correlation"
    R2 = "r2"


class TieBreak(StrEnum):
    """What decides among models with the same test score."""

    VALIDATION = "validation"
    FEWER_SNPS = "fewer_snps"
    NAME = "name"


class SelectionConfig(Section):
    """How the one model that is scored on the final cohort is chosen."""

    metric: Metric = Field(Metric.ACCURACY, description="Binary traits: chosen by this score on the choosing people.")
    quantitative_metric: QuantitativeMetric = Field(
        QuantitativeMetric.CORRELATION,
        description="Quantitative traits: chosen by this score. correlation: Pearson's; r2: its square, with its sign.",
    )
    tie_break: tuple[TieBreak, ...] = Field(
        tuple(TieBreak),
        description="Among equals: higher validation score, then fewer SNPs, then name in the alphabet.",
    )
    confidence: Annotated[float, Field(gt=0.5, lt=1)] = Field(0.95, description="Level of every interval.")

    def primary(self, kind: TraitKind) -> str:
        """The declared metric of a kind of trait.

        >>> SelectionConfig().primary(TraitKind.QUANTITATIVE)
        'correlation'
        """
        return (self.quantitative_metric if kind is TraitKind.QUANTITATIVE else self.metric).value
