"""The trained models behind a version of a study's results, with what their cards say."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from gtl.browse.finished import FinishedStudy
from gtl.domain.trait import trait_order
from gtl.methods.registry import METHODS, method_order, method_title
from gtl.store import ArtifactRef
from gtl.store.lineage import in_parallel

_SUFFIXES = (".skops", ".keras", ".linear.json")


@dataclass(frozen=True)
class ModelRow:
    """A method's chosen model of a trait.

    Attributes
    ----------
    ref
        Its artefact.
    file
        Name of the model's file there; its card is ``card.json``.
    size
        Bytes of the file.
    """

    trait: str
    draw: str
    method: str
    title: str
    algorithm: str
    kind: str
    n_snps: int
    training_people: int
    ref: ArtifactRef
    file: str
    size: int


@lru_cache(maxsize=16)
def model_rows(study: FinishedStudy) -> list[ModelRow]:
    """The models that the study's methods chose, by trait and method."""
    made = [
        (PurePosixPath(key).parts, one)
        for key, one in study.made_from.items()
        if key.startswith("phenotypes/") and key.rpartition("/")[2] in METHODS and "card.json" in one.manifest.outputs
    ]
    cards = in_parallel(lambda item: study.store.read(item[1].ref).read_json("card.json"), made)
    rows = [_row(parts, one.ref, one.manifest.outputs, card) for (parts, one), card in zip(made, cards, strict=True)]
    return sorted(rows, key=lambda row: (trait_order(row.trait), row.draw, method_order(row.method)))


def _row(parts: tuple[str, ...], ref: ArtifactRef, outputs: Any, card: dict[str, Any]) -> ModelRow:
    file = next(name for name in outputs if name.endswith(_SUFFIXES))
    return ModelRow(
        parts[1],
        parts[2] if len(parts) > 3 else "",
        parts[-1],
        method_title(parts[-1]),
        card["algorithm"],
        card["kind"],
        len(card["snps"]),
        card["training_people"],
        ref,
        file,
        outputs[file]["bytes"],
    )
