"""When the stages of a study ran, and what they cost."""

import math
from collections import ChainMap
from collections.abc import Sequence
from pathlib import PurePosixPath

import pandas as pd

from gtl.domain.trait import trait_order
from gtl.flow import NOT_NEEDED, place_of
from gtl.report.times import critical_path
from gtl.schema import TIMES
from gtl.store import ArtifactRef, Store
from gtl.store.lineage import Made


def study_times(store: Store, study: str, ends: Sequence[ArtifactRef]) -> pd.DataFrame:
    """Start and cost of the study's stages (:data:`gtl.schema.TIMES`), from when each was last computed.

    Of the stages that ``ends`` were made from: what settings of before have left in the folder is not shown, nor are
    stages that only left a note that the study does not need them, nor the reference panel, which studies share.
    """
    made = store.made_from(f"studies/{study}", ends)
    made = {key: one for key, one in made.items() if NOT_NEEDED not in one.manifest.outputs}
    parts = {key: _parts(one, f"studies/{study}") for key, one in made.items()}
    inputs = {key: [*one.inputs, *parts[key]] for key, one in made.items()}
    refs = dict(ChainMap({key: one.ref for key, one in made.items()}, *parts.values()))
    refs = {key: ref for key, ref in refs.items() if not _is_timed_within(key)}
    found = dict(store.all_times(refs))
    first = min((spent["started"] for spent in found.values() if "started" in spent), default=math.nan)
    path = critical_path({key: spent["wall_seconds"] for key, spent in found.items()}, inputs)
    rows = [
        (*stage_of(key), spent.get("started", math.nan) - first, spent["wall_seconds"], spent["cpu_seconds"],
         key in path)
        for key, spent in sorted(found.items(), key=lambda item: _place(*stage_of(item[0])))
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=TIMES.names)


def _parts(made: Made, study: str) -> dict[str, ArtifactRef]:
    """Key below the study → version, of the parts of an artefact."""
    parts = {key: sha256 for key, sha256 in made.manifest.parts.items() if key.startswith(f"{study}/")}
    return {key.removeprefix(f"{study}/"): ArtifactRef(key, sha256) for key, sha256 in parts.items()}


def _is_timed_within(key: str) -> bool:
    """Whether an artefact was made within its stage, whose time is with its own: parts of the sources."""
    return "sources" in PurePosixPath(key).parts[:-1]


def stage_of(key: str) -> tuple[str, str]:
    """Name of the stage whose artefact lies at ``key`` below the study, and the trait that it is about, if of one.

    >>> stage_of("phenotypes/height/draw-002/scores"), stage_of("cohorts/large"), stage_of("cohorts/large/chr21")
    (('scores', 'height'), ('large_cohort', ''), ('import', ''))
    >>> stage_of("populations/JPT/genotypes"), stage_of("association/large/chr21")
    (('genotypes', ''), ('association_large', ''))
    """
    parts = PurePosixPath(key).parts
    while parts[0] in ("populations", "iterations"):  # the same stages, once a small population or iteration
        parts = parts[2:]
    if parts[0] == "phenotypes":
        return next(part for part in reversed(parts) if not part.startswith("chr")), parts[1]
    if parts[0] == "cohorts":
        return f"{parts[1]}_cohort" if len(parts) == 2 else "import", ""
    if parts[0] == "association":
        return f"association_{parts[1]}", ""
    return "panel" if parts[0] == "no_panel" else "_".join(parts), ""


def _place(stage: str, code: str) -> tuple[object, ...]:
    return (bool(code), place_of(stage), stage, trait_order(code))
