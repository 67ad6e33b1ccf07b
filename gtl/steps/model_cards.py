"""The card that is stored beside every model."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from gtl.config import StudyConfig
from gtl.domain.genotypes import Variants
from gtl.learn.covariates import CovariateModel
from gtl.learn.model_card import LIMITS, ModelCard, ModelKind, ModelSnp, reference_of, sha256_of
from gtl.methods.base import Candidate
from gtl.paused_collection import paused_collection


@paused_collection()
def card_of(
    candidate: Candidate,
    config: StudyConfig,
    code: str,
    variants: Variants,
    metrics: Mapping[str, float],
    content: bytes,
    covariates: CovariateModel | None = None,
    predictions: npt.NDArray[np.float64] | None = None,
    imputed: npt.NDArray[np.bool_] | None = None,
) -> ModelCard:
    """Card of a trained model.

    Parameters
    ----------
    candidate
        The model; its ``rows`` are rows of ``variants``.
    metrics
        Scores to state on the card, by name.
    content
        The model file, whose hash the card holds.
    covariates
        What goes on top of the genetic prediction.
    predictions
        Of the small population's learning people, covariates included: new people are told where among them they stand.
    imputed
        (n_variants,) which ``variants`` the small population's files lack.
    """
    predictor, snps = candidate.predictor, variants.take(candidate.rows)
    own = {}
    if predictor.kind in (ModelKind.CLASSICAL, ModelKind.NETWORK):
        own = {"shift": predictor.shift, "scale": predictor.scale}  # type: ignore[attr-defined]
    if predictor.kind is ModelKind.NETWORK:
        own |= {
            "architecture": predictor.network.model_dump(mode="json"),  # type: ignore[attr-defined]
            "dropout": config.training.dropout,
            "time_steps": config.training.time_steps,
        }
    return ModelCard(
        kind=predictor.kind,
        study=config.name,
        phenotype=code,
        method=candidate.method,
        algorithm=candidate.algorithm,
        frozen_layers=candidate.frozen_layers,
        snps=tuple(
            map(
                ModelSnp,
                snps.rsid,
                snps.alt,
                predictor.mean_dosages.astype(float).tolist(),
                snps.ref,
                snps.chrom,
                snps.pos.tolist(),
            )
        ),
        covariates=covariates.to_json() if covariates else {},
        training_people=candidate.training_people,
        training_sha256=candidate.training_sha256,
        seed=config.seed,
        model_sha256=sha256_of(content),
        metrics=metrics,
        trait_kind=predictor.trait_kind,
        limits=LIMITS["simulated" if config.is_simulated else "real"],
        population=config.populations.small_name,
        imputed=() if imputed is None else tuple(snps.rsid[imputed[candidate.rows]].tolist()),
        reference=() if predictions is None else reference_of(predictions),
        **own,
    )
