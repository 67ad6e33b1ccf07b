"""Scores of the chosen models: predictions of people, and rows of the results table."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.config.study import StudyConfig
from gtl.domain.dosages import Dosages
from gtl.domain.trait import TraitKind
from gtl.errors import LeakageError
from gtl.evaluate.classification import Cases, Probabilities
from gtl.evaluate.covariates import partial_r2
from gtl.evaluate.intervals import score_with_interval
from gtl.evaluate.metric_names import metrics_of
from gtl.evaluate.metrics import Values
from gtl.learn.covariates import CovariateModel
from gtl.learn.predictors import Predictor
from gtl.methods.base import Candidate, Rows
from gtl.random_streams import stream


@dataclass(frozen=True)
class Measure:
    """How a trait is scored: its kind, the share of cases in its population if known, and the draw of the roles."""

    kind: TraitKind = TraitKind.BINARY
    prevalence: float | None = None
    repeat: int = 1


COVARIATES = "covariates_only"
"""The method that predicts by covariates alone."""

BINARY = Measure()
"""A binary trait of unknown prevalence whose roles are drawn once."""


@dataclass(frozen=True, eq=False)
class ChosenModel:
    """The one model of a method that is scored on the final people.

    ``rows`` are its variants among the dosages that it is given, ``covariates`` what goes on top of its predictions.
    """

    method: str
    algorithm: str
    frozen_layers: int
    rows: Rows
    predictor: Predictor
    covariates: CovariateModel | None = None

    def predict(self, dosages: Dosages, covariates: Values | None = None) -> Probabilities | Values:
        """(n_people,) predictions from (n_people, n_snps) dosages, and (n_people, n_covariates) if it has any."""
        genetic = self.predictor.predict(dosages)
        return genetic if self.covariates is None or covariates is None else self.covariates.on_top(covariates, genetic)

    @classmethod
    def of(cls, candidate: Candidate) -> "ChosenModel":
        """The chosen candidate, without its predictions."""
        return cls(
            candidate.method, candidate.algorithm, candidate.frozen_layers, candidate.rows, candidate.predictor
        )  # fmt: skip


def score_final(
    chosen: Sequence[ChosenModel],
    dosages: Dosages,
    samples: npt.NDArray[np.object_],
    value: Cases | Values,
    config: StudyConfig,
    trait: object,
    measure: Measure = BINARY,
    covariates: Values | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Score each method's chosen model on the final cohort, once.

    Parameters
    ----------
    dosages
        (n_variants, n_people) of the final people, counted alleles as in training.
    samples, value
        (n_people,) ids, and case status (1 or 0) or the quantitative trait.
    trait
        Its name.
    measure
        How it is scored.
    covariates
        (n_people, n_covariates), for models that have them.

    Returns
    -------
    Tables PREDICTIONS and RESULTS (split ``final``, every metric with its interval).

    Raises
    ------
    LeakageError
        When a method appears twice: one model a method, or the final cohort becomes a test set.
    """
    names = [model.method for model in chosen]
    if len(set(names)) < len(names):
        raise LeakageError(f"final score of {trait}: methods {sorted(names)} name one twice; choose one model a method")
    predicted = [model.predict(np.ascontiguousarray(dosages[model.rows].T), covariates) for model in chosen]
    predictions = [
        prediction_rows(model.method, samples, value, prediction, measure.repeat)
        for model, prediction in zip(chosen, predicted, strict=True)
    ]
    results = [
        score_rows(model, value, frame["prediction"].to_numpy(), "final", config, trait, measure)
        for model, frame in zip(chosen, predictions, strict=True)
    ]
    return pd.concat(predictions, ignore_index=True), pd.concat(results, ignore_index=True)


def score_rows(
    model: ChosenModel,
    value: Cases | Values,
    prediction: Probabilities | Values,
    split: str,
    config: StudyConfig,
    trait: object,
    measure: Measure = BINARY,
) -> pd.DataFrame:
    """Rows of the table RESULTS: every metric of one model on one group of people (``split``: test or final)."""
    rng = stream(config.seed, "interval", trait, model.method, split)
    confidence, prevalence = config.selection.confidence, measure.prevalence
    scores = {
        metric: score_with_interval(metric, value, prediction, confidence, rng, prevalence)
        for metric in metrics_of(measure.kind, prevalence)
    }
    return pd.DataFrame(
        {
            "study": config.name,
            "phenotype": str(trait),
            "method": model.method,
            "algorithm": model.algorithm,
            "n_snps": len(model.rows),
            "frozen_layers": model.frozen_layers,
            "split": split,
            "repeat": measure.repeat,
            "metric": list(scores),
            "value": [scored.value for scored in scores.values()],
            "ci_low": [scored.low for scored in scores.values()],
            "ci_high": [scored.high for scored in scores.values()],
            "n": len(value),
            "seed": config.seed,
        }
    )


def partial_rows(predictions: pd.DataFrame, results: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Rows of RESULTS with what each method explains of a quantitative trait beyond its covariates (``partial_r2``).

    Parameters
    ----------
    predictions
        Table PREDICTIONS of one draw of the roles; without the method ``covariates_only`` there are no rows.
    results
        Rows of RESULTS of the final people, which say the rest of each method.
    """
    by_method = {str(method): table for method, table in predictions.groupby("method", sort=False)}
    alone = by_method.pop(COVARIATES, None)
    if alone is None:
        return results.head(0)
    rows, given = [], alone["prediction"].to_numpy()
    for method, table in by_method.items():
        found = partial_r2(table["value"].to_numpy(), given, table["prediction"].to_numpy(), confidence)
        row = results[(results["method"] == method) & (results["split"] == "final")].head(1)
        figures = {"value": found.value, "ci_low": found.low, "ci_high": found.high}
        rows.append(row.assign(metric="partial_r2", **figures))
    return pd.concat([results.head(0), *rows], ignore_index=True)


def prediction_rows(
    method: str,
    samples: npt.NDArray[np.object_],
    value: Cases | Values,
    prediction: Probabilities | Values,
    repeat: int = 1,
) -> pd.DataFrame:
    """Table PREDICTIONS of one method."""
    return pd.DataFrame(
        {
            "method": method,
            "sample": samples,
            "repeat": np.int16(repeat),
            "value": value.astype(np.float64),
            "prediction": prediction,
        }
    )
