"""What may leave the store through a page: a list of files by the stage that made them. What is not listed may not.

Nobody's genotypes, traits, covariates, roles, components or predictions are on it, nor the lists of people, nor what is
sealed; statistics of associations, models with their cards, tables of figures and pictures are.
"""

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase

from gtl.methods.registry import METHODS
from gtl.store import Artifact
from gtl.store.manifest import Manifest

_MODELS = ("*.skops", "*.keras", "*.linear.json")

_METHOD = (*_MODELS, "card.json", "candidates.parquet")

_FILES: Mapping[str, tuple[str, ...]] = {
    "results": (
        "results.parquet", "verdict.parquet", "selection.parquet", "on_top.parquet", "attainable.parquet",
        "calibration.parquet", "funnel.parquet", "table_*.csv", "components*.png", "frequencies*.png",
    ),
    "report": ("report.html",),
    "plots": ("*_manhattan.png", "*_manhattan.svg", "*_qq.png", "*_qq.svg", "*_ld.png", "*_ld.svg", "lambda_gc.json"),
    "scores": ("results.parquet", "selection.parquet", "candidates.parquet", "not_run.json"),
    "association": ("cohort.parquet", "training.parquet"),
    "networks": (*_MODELS, "subset-*.json"),
    "genotypes": ("funnel.parquet", "audit.parquet"),
    "subsets_large": ("subsets.parquet",),
    "subsets_small": ("subsets.parquet",),
    "traits": ("traits.json",),
    **dict.fromkeys(METHODS, _METHOD),
}  # fmt: skip
"""Stage → patterns of the names of files."""

_KEY = re.compile(
    r"studies/[a-z0-9][a-z0-9_-]*/(?:(?:populations|iterations)/[^/]+/)?"
    r"(?:phenotypes/[^/]+/(?:draw-\d+/)?(?P<of_trait>[^/]+)(?P<part>/[^/]+)?|(?P<of_study>[^/]+))"
)


def stage_of(key: str) -> str:
    """The stage whose files lie at a key, as the list calls it; "" for one that it does not have.

    >>> stage_of("studies/rice/phenotypes/height/association_large/chr21"), stage_of("studies/rice/results")
    ('association', 'results')
    >>> stage_of("studies/rice/phenotypes/height/networks/Model-1"), stage_of("studies/rice/cohorts/large")
    ('networks', '')
    """
    found = _KEY.fullmatch(key)
    if found is None:
        return ""
    stage, part = found["of_trait"] or found["of_study"], found["part"]
    if stage in ("association_large", "association_small"):
        return "association" if part and part.startswith("/chr") else ""
    return stage if stage in _FILES and (part is None or stage == "networks") else ""


def may_leave(manifest: Manifest, name: str) -> bool:
    """Whether a file of an artefact may be shown and downloaded."""
    if name not in manifest.outputs or name in manifest.sealed:
        return False
    return any(fnmatchcase(name, pattern) for pattern in _FILES.get(stage_of(manifest.key), ()))


def shown_files(artifact: Artifact) -> list[str]:
    """Names of an artefact's files that may be shown, sorted."""
    return [name for name in artifact.files if may_leave(artifact.manifest, name)]
