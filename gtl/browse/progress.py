"""How far a study is: its stages in the flow's order, each with how many of its artefacts the store has."""

from collections import Counter
from dataclasses import dataclass
from pathlib import PurePosixPath

from gtl.flow import FLOW, place_of
from gtl.store import Store


@dataclass(frozen=True)
class StageProgress:
    """A stage and how far it is.

    Attributes
    ----------
    label
        Its name for people.
    done, total
        Artefacts or tasks that are finished, and how many there will be; 0 where that is not known yet.
    running, failed
        Tasks that run, and that failed.
    """

    name: str
    label: str
    done: int
    total: int = 0
    running: int = 0
    failed: int = 0

    @property
    def state(self) -> str:
        """failed, running, done, waiting or begun."""
        if self.failed:
            return "failed"
        if self.running:
            return "running"
        if self.total and self.done >= self.total:
            return "done"
        return "begun" if self.done else "waiting"


def stored_stages(store: Store, study: str) -> list[StageProgress]:
    """Each stage of the flow with how many finished artefacts of it the store has; none where it has none at all.

    Of a study that is computed without Airflow nothing else is known while it runs.
    """
    found = Counter(stage_of(key) for key in store.keys(f"studies/{study}"))
    own = [StageProgress(stage.name, stage.label, found[stage.name]) for stage in FLOW]
    return own if sum(stage.done for stage in own) else []


def stage_of(key: str) -> str:
    """Name of the stage whose artefact lies at a key below its study.

    >>> stage_of("phenotypes/height/draw-002/scores"), stage_of("cohorts/large"), stage_of("cohorts/large/chr21")
    ('scores', 'large_cohort', 'import')
    >>> stage_of("populations/JPT/genotypes"), stage_of("association/large/chr21")
    ('genotypes', 'association_large')
    """
    parts = PurePosixPath(key).parts
    while parts[0] in ("populations", "iterations") and len(parts) > 2:
        parts = parts[2:]
    if parts[0] == "phenotypes":
        return parts[-1] if place_of(parts[-1]) < len(FLOW) else ""
    if parts[0] == "cohorts":
        return f"{parts[1]}_cohort" if len(parts) == 2 else "import"
    if parts[0] == "association" and len(parts) > 1:
        return f"association_{parts[1]}"
    return "panel" if parts[0] == "no_panel" else "_".join(parts)
