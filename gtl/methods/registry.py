"""The methods by name: one entry each. Importing this loads no method, so that DAGs can list them at parse time."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING

from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.spelling import known

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
        ``module:class`` in :mod:`gtl.methods`; empty for a method that has no other way than ``from_sources``.
    arguments
        What the class is made with.
    needs_truth
        Whether it is given the causal SNPs and their effects: for the oracle alone.
    kinds
        Kinds of traits that it can predict.
    nested
        Whether it trains on all learning people (:attr:`gtl.domain.split.Split.learning`) and chooses among them by
        cross-validation: its one candidate predicts no validation or test person.
    needs_covariates
        Whether it is for studies with covariates alone.
    needs_large
        Whether it learns from the large population's people.
    from_sources
        What it learns from statistics or scores, where these stand for the large people: a family of their weights
        (:mod:`gtl.methods.source_scores`), ``combined``, or ``moved`` by the small population's people. Empty for a
        method that cannot, or need not.
    """

    name: str
    title: str
    description: str
    needs_networks: bool
    location: str
    arguments: tuple[str, ...] = ()
    needs_truth: bool = False
    kinds: frozenset[TraitKind] = frozenset(TraitKind)
    nested: bool = False
    needs_covariates: bool = False
    needs_large: bool = False
    from_sources: str = ""

    def load(self) -> "Method":
        """Import the method's module and make the method."""
        module, _, name = self.location.partition(":")
        method: Method = getattr(import_module(f"gtl.methods.{module}"), name)(self.name, *self.arguments)
        return method

    def learned_from(self, *, sources: bool) -> "MethodInfo":
        """The method as it is learned in a study with ``sources``: what these say is no matter of who chooses.

        >>> METHODS["polygenic_score"].learned_from(sources=True).arguments
        ('clumped',)
        """
        if not (sources and self.from_sources):
            return self
        text = _FROM_SOURCES.get(self.from_sources, self.description)
        if self.from_sources == "moved":
            return replace(self, description=text)
        if self.from_sources == "combined":
            return replace(self, location="source_scores:CombinedScore", nested=True)
        place = "source_scores:SourceScore"
        return replace(self, description=text, location=place, arguments=(self.from_sources,), nested=True)


_FROM_SOURCES = {
    "clumped": "Clumping and thresholding: effects of independent SNPs of the large population's statistics, averaged "
    "over p-value thresholds.",
    "infinitesimal": "Effects of all SNPs by the large population's statistics and linkage disequilibrium, if every "
    "SNP has one.",
    "spike_slab": "Posterior mean effects by the large population's statistics, given linkage disequilibrium and few "
    "causal SNPs (spike and slab).",
    "moved": "The sources' effects, moved by the small population's learning people: mean of gradient descent with "
    "early stop, regression penalised towards them, and a Bayesian mixture of them and zero.",
}
"""What methods that can also learn from people do where they learn from statistics."""

BASELINE = "no_transfer"
"""The method that the others are measured against."""

ORACLE = "oracle"
"""The method that knows the causal SNPs and their effects: how high figures can be."""

RECOMMENDED = "transfer_gblup"
"""The method that is declared beforehand for small populations: it needs no choice and borrows as much as helps."""

RECOMMENDED_OF_SOURCES = "combined_score"
"""The same where statistics or published scores stand for the large population."""

RECOMMENDED_WHY = {
    RECOMMENDED: "it learns how much to borrow from the large population, from nothing to all",
    RECOMMENDED_OF_SOURCES: "it begins with what all sources say together, and moves as far as the learning people ask",
}
"""Why a method is recommended whatever comes out."""

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
        False, "snp_transfer:SnpTransfer", ("large",), needs_large=True,
    ),
    MethodInfo(
        "deep_transfer", "Deep transfer",
        "Networks trained on the large population, used as they are or fine-tuned at every freeze depth.",
        True, "deep_transfer:DeepTransfer", needs_large=True,
    ),
    MethodInfo(
        "majority", "Majority or mean",
        "Floor: everybody is what most of the small population's training people are, or has their mean.",
        False, "bounds:Majority",
    ),
    MethodInfo(
        "pooled", "Pooled training",
        "Classical models on the SNPs chosen in the large population, trained on both populations' training people.",
        False, "pooled:Pooled", needs_large=True,
    ),
    MethodInfo(
        "linear_transfer", "Linear transfer",
        "Logistic or linear regression of the small population, shrunk towards the large one's weights as far as the "
        "small one's validation people ask for.",
        False, "linear_transfer:LinearTransfer", needs_large=True,
    ),
    MethodInfo(
        "polygenic_score", "Polygenic score",
        "Clumping and thresholding: effects of the large population's independent associated SNPs, one by one "
        "or fitted together, centred on the small population's training people.",
        False, "polygenic_score:PolygenicScore", needs_large=True, from_sources="clumped",
    ),
    MethodInfo(
        "bayesian_score", "Bayesian score",
        "Posterior mean effects of the large population's SNPs, given linkage disequilibrium and few causal SNPs (sum "
        "of single effects), centred on the small population's training people.",
        False, "bayesian_score:BayesianScore", needs_large=True, from_sources="spike_slab",
    ),
    MethodInfo(
        "coral", "CORAL",
        "Logistic or linear regression on the large population after its SNPs were given the small one's covariances.",
        False, "domain_adaptation:DomainAdaptation", ("coral",), needs_large=True,
    ),
    MethodInfo(
        "tca", "TCA",
        "Logistic or linear regression of the large population on components whose means differ little between "
        "populations.",
        False, "domain_adaptation:DomainAdaptation", ("tca",), needs_large=True,
    ),
    MethodInfo(
        "covariates_only", "Covariates alone",
        "What the covariates predict without any variant; every other method is judged on top of them.",
        False, "covariates_only:CovariatesOnly", nested=True, needs_covariates=True,
    ),
    MethodInfo(
        "own_gblup", "Own score (GBLUP)",
        "Effects of all SNPs, learned from the small population alone: best linear unbiased prediction.",
        False, "gblup:GblupScore", ("own",), nested=True,
    ),
    MethodInfo(
        "large_gblup", "Large score (GBLUP)",
        "Effects of all SNPs, learned from the large population alone, centred on the small one's learning people.",
        False, "gblup:GblupScore", ("large",), nested=True, needs_large=True, from_sources="infinitesimal",
    ),
    MethodInfo(
        "pooled_gblup", "Pooled GBLUP",
        "Effects of all SNPs, learned from both populations as if they were the same in both, up to scale.",
        False, "gblup:GblupScore", ("pooled",), nested=True, needs_large=True,
    ),
    MethodInfo(
        RECOMMENDED, "Transfer GBLUP",
        "Effects of all SNPs, learned from both populations, as far as the small one's people say that they are alike: "
        "averaged over genetic correlations from none (own score) to one (pooled).",
        False, "gblup:GblupScore", ("transfer",), nested=True, needs_large=True,
    ),
    MethodInfo(
        "stacked_score", "Stacked score",
        "Own score and large score, added with the weights of 0 or more that predict the small population's learning "
        "people best in cross-validation.",
        False, "stacked_score:StackedScore", nested=True, needs_large=True,
    ),
    MethodInfo(
        "published_score", "Published score",
        "A published score as it is; its level and scale are the small population's.",
        False, "", nested=True, from_sources="published",
    ),
    MethodInfo(
        "joint_score", "Joint score",
        "Effects of all SNPs by the statistics of all populations together, alike but not the same in each, given "
        "linkage disequilibrium and few causal SNPs.",
        False, "", nested=True, from_sources="joint",
    ),
    MethodInfo(
        RECOMMENDED_OF_SOURCES, "Combined score",
        "The joint score and every other one, with weights that leave the joint score only as far as the small "
        "population's learning people say so, and what these people say beyond all scores (GBLUP).",
        False, "", nested=True, from_sources="combined",
    ),
    MethodInfo(
        "effect_transfer", "Effect transfer",
        "The large population's effects of all SNPs, moved by the small one's learning people: mean of gradient "
        "descent with early stop, regression penalised towards them, and a Bayesian mixture of them and zero.",
        False, "effect_transfer:EffectTransfer", nested=True, needs_large=True, from_sources="moved",
    ),
    MethodInfo(
        "averaged_score", "Averaged score",
        "Mean of own score, transfer GBLUP and effect transfer, which count the same: nothing is chosen.",
        False, "averaged_score:AveragedScore", nested=True, needs_large=True,
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
        raise InputError(f"transfer.methods: there is no method {name!r}; {known(name, METHODS, len(METHODS))}")
    return METHODS[name]


def why_not(
    info: MethodInfo, kind: TraitKind, *, truth: bool = True, covariates: bool = True, sources: bool = False
) -> str:
    """Why a method cannot run, for people; empty if it can.

    Parameters
    ----------
    kind
        Of the trait.
    truth
        Whether the causal SNPs are known: in simulations alone.
    covariates
        Whether the study has covariates.
    sources
        Whether statistics or scores stand for the large population's people.

    Examples
    --------
    >>> why_not(METHODS["oracle"], TraitKind.BINARY, truth=False)
    'the true causal SNPs and effects are known in simulations alone'
    """
    if kind not in info.kinds:
        return f"it predicts {' and '.join(sorted(info.kinds))} traits alone"
    if info.needs_truth and not truth:
        return "the true causal SNPs and effects are known in simulations alone"
    if info.needs_covariates and not covariates:
        return "the study has no covariates (traits.covariates, traits.components)"
    if sources and info.needs_large and not info.from_sources:
        return "it learns from the large population's people, and the study has statistics or scores in their place"
    if not sources and not info.location:
        return "it learns from statistics or published scores (sources), and the study has none"
    return ""


def lacking_source(info: MethodInfo) -> str:
    """Why a method found nothing in a study's sources, for people.

    >>> lacking_source(METHODS["published_score"])
    'no source of this study is a published score of the trait'
    """
    if info.from_sources == "published":
        return "no source of this study is a published score of the trait"
    if info.from_sources == "joint":
        return "it joins the statistics of two populations or more; this study has fewer of the trait"
    return "no source of this study has statistics of the trait"


def finds_sources(info: MethodInfo, statistics: int, scores: int) -> bool:
    """Whether a method can find what it learns from among so many sources with statistics and with published scores.

    >>> finds_sources(METHODS["published_score"], statistics=2, scores=0)
    False
    """
    needed = {"": True, "published": scores > 0, "joint": statistics > 1, "combined": statistics + scores > 0}
    return needed.get(info.from_sources, statistics > 0)


def networks_needed(names: Iterable[str]) -> bool:
    """Whether one of the methods ``names`` starts from the large population's networks.

    >>> networks_needed(["no_transfer", "deep_transfer"]), networks_needed(["pooled"])
    (True, False)
    """
    return any(METHODS[name].needs_networks for name in names if name in METHODS)


def method_order(name: str) -> tuple[int, str]:
    """Sort key: the registry's order, then unknown names by alphabet."""
    names = list(METHODS)
    return (names.index(name) if name in METHODS else len(names), name)


def method_title(name: str) -> str:
    """Title of a method for people; the name itself for a method that is no longer registered."""
    return METHODS[name].title if name in METHODS else name
