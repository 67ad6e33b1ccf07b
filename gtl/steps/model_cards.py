"""The card that is stored beside every model."""

from collections.abc import Mapping

from gtl.config import StudyConfig
from gtl.domain.genotypes import Variants
from gtl.learn.model_card import ModelCard, ModelKind, ModelSnp, sha256_of
from gtl.methods.base import Candidate


def card_of(
    candidate: Candidate,
    config: StudyConfig,
    code: str,
    variants: Variants,
    metrics: Mapping[str, float],
    content: bytes,
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
    """
    predictor, snps = candidate.predictor, variants.take(candidate.rows)
    network = {}
    if predictor.kind is ModelKind.NETWORK:
        network = {
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
        snps=tuple(map(ModelSnp, snps.rsid, snps.alt, predictor.mean_dosages.astype(float).tolist(), snps.ref)),
        training_people=candidate.training_people,
        training_sha256=candidate.training_sha256,
        seed=config.seed,
        model_sha256=sha256_of(content),
        metrics=metrics,
        **network,
    )
