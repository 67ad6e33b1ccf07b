"""The methods by name: one entry each. Importing this loads no method, so that DAGs can list them at parse time."""

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from gtl.errors import InputError

if TYPE_CHECKING:
    from gtl.methods.base import Method


@dataclass(frozen=True)
class MethodInfo:
    """One method: its names, and where its class is.

    Attributes
    ----------
    name
        In settings, task ids and tables.
    title
        For people.
    description
        What it does, in a sentence for people.
    needs_networks
        Whether it starts from the large population's trained networks.
    location
        ``module:class`` in :mod:`gtl.methods`.
    arguments
        What the class is made with.
    needs_truth
        Whether it is given the causal SNPs and their effects: for the oracle alone.
    """

    name: str
    title: str
    description: str
    needs_networks: bool
    location: str
    arguments: tuple[str, ...] = ()
    needs_truth: bool = False

    def load(self) -> "Method":
        """Import the method's module and make the method."""
        module, _, name = self.location.partition(":")
        method: Method = getattr(import_module(f"gtl.methods.{module}"), name)(self.name, *self.arguments)
        return method


BASELINE = "no_transfer"
"""The method that the others are measured against."""

ORACLE = "oracle"
"""The method that knows the causal SNPs and their effects: how high figures can be."""

_ROWS = (
    MethodInfo(
        BASELINE, "No transfer",
        "Classical models on the SNPs chosen in the small population, trained on its training people.",
        False, "no_transfer:NoTransfer",
    ),
    MethodInfo(
        "snp_transfer", "SNP transfer",
        "Classical models on the SNPs chosen in the large population, trained on the small one's training people.",
        False, "snp_transfer:SnpTransfer", ("small",),
    ),
    MethodInfo(
        "snp_transfer_large", "SNP transfer, trained on large",
        "Classical models on the SNPs chosen in the large population and trained on its training people.",
        False, "snp_transfer:SnpTransfer", ("large",),
    ),
    MethodInfo(
        "deep_transfer", "Deep transfer",
        "Networks trained on the large population, used as they are or fine-tuned at every freeze depth.",
        True, "deep_transfer:DeepTransfer",
    ),
    MethodInfo(
        "majority", "Majority class",
        "Floor: everybody is what most of the small population's training people are.",
        False, "bounds:Majority",
    ),
    MethodInfo(
        "pooled", "Pooled training",
        "Classical models on the SNPs chosen in the large population, trained on both populations' training people.",
        False, "pooled:Pooled",
    ),
    MethodInfo(
        "linear_transfer", "Linear transfer",
        "Logistic regression of the small population, shrunk towards the large one's weights as far as the small "
        "one's validation people ask for.",
        False, "linear_transfer:LinearTransfer",
    ),
    MethodInfo(
        "polygenic_score", "Polygenic score",
        "Clumping and thresholding: log odds ratios of the large population's independent associated SNPs, one by one "
        "or fitted together, centred on the small population's training people.",
        False, "polygenic_score:PolygenicScore",
    ),
    MethodInfo(
        "bayesian_score", "Bayesian score",
        "Posterior mean effects of the large population's SNPs, given linkage disequilibrium and few causal SNPs (sum "
        "of single effects), centred on the small population's training people.",
        False, "bayesian_score:BayesianScore",
    ),
    MethodInfo(
        "coral", "CORAL",
        "Logistic regression on the large population after its SNPs were given the small one's covariances.",
        False, "domain_adaptation:DomainAdaptation", ("coral",),
    ),
    MethodInfo(
        "tca", "TCA",
        "Logistic regression of the large population on components whose means differ little between populations.",
        False, "domain_adaptation:DomainAdaptation", ("tca",),
    ),
    MethodInfo(
        ORACLE, "Oracle",
        "Ceiling: the true causal SNPs and effects, which only a simulation knows.",
        False, "bounds:Oracle", needs_truth=True,
    ),
)  # fmt: skip

METHODS = {row.name: row for row in _ROWS}
"""Name → method, in the order of tables."""


def method_info(name: str) -> MethodInfo:
    """The method called ``name``; :class:`InputError` naming the ones that exist if there is none.

    >>> method_info("deep_transfer").needs_networks
    True
    """
    if name not in METHODS:
        raise InputError(f"transfer.methods: there is no method {name!r}; choose from {', '.join(METHODS)}")
    return METHODS[name]


def method_order(name: str) -> tuple[int, str]:
    """Sort key: the registry's order, then unknown names by alphabet."""
    names = list(METHODS)
    return (names.index(name) if name in METHODS else len(names), name)


def method_title(name: str) -> str:
    """Title of a method for people; the name itself for a method that is no longer registered."""
    return METHODS[name].title if name in METHODS else name
