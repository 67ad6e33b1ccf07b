"""Linear transfer: the large population's effects, corrected as far as the small one's people ask for it."""

from collections.abc import Iterator
from dataclasses import dataclass

from gtl.domain.trait import TraitKind
from gtl.learn.linear_predictor import LinearPredictor
from gtl.learn.ridge import best_fit, penalties_of, ridge
from gtl.learn.ridge_logistic import RidgeFit
from gtl.methods.base import Candidate, MethodContext, Rows
from gtl.methods.training_people import TrainingPeople, candidate_of


@dataclass(frozen=True)
class LinearTransfer:
    """Logistic or linear regression of the small population, shrunk towards the large one's weights.

    The large population's ridge weights are the prior of the small one's: maximum a posteriori adaptation (Chelba &
    Acero 2006, Computer Speech & Language 20:382), with the two steps, transfer and correct, of Li, Cai & Li 2022
    (J R Stat Soc B 84:149), ridge in place of their lasso. Each penalty is the best of
    :func:`gtl.learn.ridge.penalties_of` by log loss (or squared error) on validation people: the large population's
    for its own fit, the small one's for the correction; the infinite one keeps the large weights and fits the
    intercept alone.
    Dosages are centred on each population's own means, so that a shift of allele frequencies moves no threshold.
    """

    name: str

    def candidates(self, context: MethodContext) -> Iterator[Candidate]:
        """One candidate for each sub-dataset of the large population."""
        for subset, rows in context.subsets_large.items():
            large, small = TrainingPeople.of(rows, context.large), TrainingPeople.of(rows, context.small)
            prior = _large_fit(context, rows, large)
            fit = _small_fit(context, rows, small, large, prior)
            predictor = LinearPredictor.standardised(
                fit.weights, fit.intercept, small.means, large.scale, small.means, context.kind
            )
            regression = "linear" if context.kind is TraitKind.QUANTITATIVE else "logistic"
            yield candidate_of(
                context, self.name, f"Shrunken {regression}, penalty {fit.penalty:g}", subset, rows, predictor, small
            )  # fmt: skip


def _large_fit(context: MethodContext, rows: Rows, large: TrainingPeople) -> RidgeFit:
    data = context.large
    fits = ridge(large.centred(large.dosages) / large.scale, large.value, data.kind, penalties_of(data.kind)[1:])
    validation = large.centred(data.take(rows, data.split.validation)) / large.scale
    return best_fit(fits, validation, data.value[data.split.validation], data.kind)


def _small_fit(
    context: MethodContext, rows: Rows, small: TrainingPeople, large: TrainingPeople, prior: RidgeFit
) -> RidgeFit:
    data = context.small
    # The large population's scale: a weight then means the same in both.
    x = small.centred(small.dosages) / large.scale
    fits = ridge(x, small.value, data.kind, penalties_of(data.kind), prior.weights)
    validation = small.centred(data.take(rows, data.split.validation)) / large.scale
    return best_fit(fits, validation, data.value[data.split.validation], data.kind)
