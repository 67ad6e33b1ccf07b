"""Scores of the chosen models: predictions of people, and rows of the results table."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.config.study import StudyConfig
from gtl.domain.phenotype_code import PhenotypeCode
from gtl.errors import LeakageError
from gtl.evaluate.intervals import score_with_interval
from gtl.evaluate.metrics import METRICS, Cases, Probabilities
from gtl.learn.predictors import Predictor
from gtl.methods.base import Candidate, Rows
from gtl.random_streams import stream


@dataclass(frozen=True, eq=False)
class ChosenModel:
    """The one model of a method that is scored on the final cohort; ``rows`` are its SNPs' shared rows."""

    method: str
    algorithm: str
    frozen_layers: int
    rows: Rows
    predictor: Predictor

    @classmethod
    def of(cls, candidate: Candidate) -> "ChosenModel":
        """The chosen candidate, without its predictions."""
        return cls(
            candidate.method, candidate.algorithm, candidate.frozen_layers, candidate.rows, candidate.predictor
        )  # fmt: skip


def score_final(
    chosen: Sequence[ChosenModel],
    dosages: npt.NDArray[np.int8],
    samples: npt.NDArray[np.object_],
    case: Cases,
    config: StudyConfig,
    code: PhenotypeCode,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Score each method's chosen model on the final cohort, once.

    Parameters
    ----------
    dosages
        (n_shared_variants, n_people) int8 of the final cohort, -1 = missing; counted alleles as in training.
    samples, case
        (n_people,) ids and int8 case status.

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
        raise LeakageError(f"final score of {code}: methods {sorted(names)} name one twice; choose one model a method")
    predictions = [_predictions(model, dosages, samples, case) for model in chosen]
    results = [
        score_rows(model, case, frame["probability"].to_numpy(), "final", config, code)
        for model, frame in zip(chosen, predictions, strict=True)
    ]
    return pd.concat(predictions, ignore_index=True), pd.concat(results, ignore_index=True)


def score_rows(
    model: ChosenModel, case: Cases, probability: Probabilities, split: str, config: StudyConfig, code: PhenotypeCode
) -> pd.DataFrame:
    """Rows of the table RESULTS: every metric of one model on one group of people (``split``: test or final)."""
    rng = stream(config.seed, "interval", code, model.method, split)
    confidence = config.selection.confidence
    scores = {metric: score_with_interval(metric, case, probability, confidence, rng) for metric in METRICS}
    return pd.DataFrame(
        {
            "study": config.name,
            "phenotype": str(code),
            "method": model.method,
            "algorithm": model.algorithm,
            "n_snps": len(model.rows),
            "frozen_layers": model.frozen_layers,
            "split": split,
            "metric": list(scores),
            "value": [scored.value for scored in scores.values()],
            "ci_low": [scored.low for scored in scores.values()],
            "ci_high": [scored.high for scored in scores.values()],
            "n": len(case),
            "seed": config.seed,
        }
    )


def _predictions(
    model: ChosenModel, dosages: npt.NDArray[np.int8], samples: npt.NDArray[np.object_], case: Cases
) -> pd.DataFrame:
    probability = model.predictor.probabilities(np.ascontiguousarray(dosages[model.rows].T))
    return pd.DataFrame({"method": model.method, "sample": samples, "case": case, "probability": probability})
