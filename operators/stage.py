"""The operator of every stage: settings from the form, references from XCom, one call of a stage function."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from airflow.sdk import BaseOperator, Context

from gtl.config import StudyConfig, with_paths_below
from gtl.config.answers import study_of_answers
from gtl.store import ArtifactRef, Store
from operators.airflow_settings import allowed_roots, home
from operators.pages.links import LINKS
from operators.roots import confined
from operators.stores import check_that_all_find, open_store

Json = Any

_PAGES = {"report": "report.html"}
"""Last part of an artefact's key → the file in it that a user opens."""


class StageOperator(BaseOperator):
    """Run one function of :mod:`gtl.stages` in the worker's own process; a subclass can move its computation elsewhere.

    Parameters
    ----------
    stage
        Name of the function.
    arguments
        Its arguments after ``config`` and ``store`` (templated): texts, and references to artefacts from XCom.
    gathered
        Names of the arguments that gather references from all instances of a mapped task.
    repeated
        Whether the stage runs once for each draw of the roles; its output then is a list of references.
    """

    template_fields: Sequence[str] = ("arguments",)
    ui_color = "#dbe9f6"
    operator_extra_links = LINKS

    def __init__(
        self,
        *,
        stage: str,
        arguments: Mapping[str, Any] | None = None,
        gathered: Sequence[str] = (),
        repeated: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.stage = stage
        self.arguments = arguments or {}
        self.gathered = gathered
        self.repeated = repeated

    def execute(self, context: Context) -> Json:
        """Run the stage; return its artefact's reference as JSON, or the list of those of all draws of the roles."""
        from gtl import stages
        from gtl.stage_numbers import numbers_of
        from gtl.stage_run import run_draws

        config, begin = study_of(context), time.time()
        store = open_store(config.store)
        arguments = {name: _decoded(value) for name, value in self.arguments.items()}
        arguments |= {name: flat(arguments[name]) for name in self.gathered}
        made = run_draws(
            getattr(stages, self.stage), config, store, arguments | self.engine(config),
            repeated=self.repeated, by_draw=not self.gathered,
        )  # fmt: skip
        for ref in made if isinstance(made, list) else [made]:
            self.log.info("%s: %s", self.stage, numbers_of(self.stage, store, ref))
            self.log.info("%s: %s", self.stage, _said(store, ref, begin))
        if isinstance(made, list):
            return [ref.to_json() for ref in made]
        for asset in self.outlets:
            context["outlet_events"][asset].extra = dict(made.to_json())
        return made.to_json()

    def engine(self, config: StudyConfig) -> dict[str, Any]:
        """Further arguments that choose the engine of the step; none for a step with one engine."""
        return {}


def _said(store: Store, ref: ArtifactRef, begin: float) -> str:
    """Where an artefact lies, and whether it was made since ``begin`` or found finished."""
    times = store.times(ref)
    place = store.address(ref, _PAGES.get(ref.key.rpartition("/")[2], ""))
    started = times.get("started")
    if started is None:
        return place
    if started >= begin:
        return f"computed in {times['wall_seconds']:.1f} s ({times['cpu_seconds']:.1f} CPU-s): {place}"
    made = datetime.fromtimestamp(started, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"found finished, made {made} from the same settings and inputs: {place}"


def study_of(context: Context | dict[str, Any]) -> StudyConfig:
    """The settings that the run was triggered with; relative paths in them lie in one folder for all workers.

    Raises
    ------
    InputError
        If a setting is wrong, names a file that studies may not name here, or a store that not all workers find.
    """
    return placed(study_of_answers(dict(context["params"])))


def placed(config: StudyConfig) -> StudyConfig:
    """The settings with relative paths where they lie here.

    Raises
    ------
    InputError
        If one names a file that studies may not name here, or a store that not all workers find.
    """
    check_that_all_find(config.store)
    return confined(with_paths_below(config, home()), allowed_roots())


def of_instances(outputs: Any) -> list[Any]:
    """What the instances of a mapped task gave: Airflow hands over a lone one's output bare, not in a list."""
    return outputs if isinstance(outputs, list) else [outputs]


def flat(outputs: Any) -> list[Any]:
    """One list of the references of all instances, each of which may have one a draw of the roles."""
    return [ref for output in of_instances(outputs) for ref in (output if isinstance(output, list) else [output])]


def _decoded(value: Any) -> Any:
    if value is None or isinstance(value, str):  # None: what a skipped task gives
        return value
    if isinstance(value, Mapping):
        if set(value) == {"key", "sha256"}:
            return ArtifactRef(value["key"], value["sha256"])
        return {name: _decoded(item) for name, item in value.items()}
    return [_decoded(item) for item in value]
