"""How far a study is: its stages in the flow's order, each with how many of its artefacts the store has."""

from collections import Counter
from dataclasses import dataclass

from gtl.flow import FLOW, Stage
from gtl.methods.registry import METHODS, method_title
from gtl.steps.study_times import stage_of
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
    work
        Of one of them, relative to other stages' (:attr:`gtl.flow.Stage.work`).
    """

    name: str
    label: str
    done: int
    total: int = 0
    running: int = 0
    failed: int = 0
    work: int = 1

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


def label_of(stage: Stage) -> str:
    """A stage's name for people; that of a method is the method's.

    >>> [label_of(stage) for stage in FLOW if stage.name in ("genotypes", "own_gblup")]
    ['genotypes', 'Own score (GBLUP)']
    """
    return method_title(stage.name) if stage.name in METHODS else stage.label


def stored_stages(store: Store, study: str) -> list[StageProgress]:
    """Each stage of the flow with how many finished artefacts of it the store has; none where it has none at all.

    Of a study that is computed without Airflow nothing else is known while it runs.
    """
    found = Counter(stage_of(key)[0] for key in store.keys(f"studies/{study}"))
    own = [StageProgress(stage.name, label_of(stage), found[stage.name]) for stage in FLOW]
    return own if sum(stage.done for stage in own) else []
