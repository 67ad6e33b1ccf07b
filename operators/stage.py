"""The operator of every stage: settings from the form, references from XCom, one call of a stage function."""

from collections.abc import Mapping, Sequence
from typing import Any

from airflow.sdk import BaseOperator, Context

from gtl.config import StudyConfig, unflatten, with_paths_below
from gtl.store import ArtifactRef
from operators.airflow_settings import allowed_roots, home
from operators.roots import confined
from operators.stores import open_store

Json = Any


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
        from gtl.study_run import run_draws

        config = study_of(context)
        arguments = {name: _decoded(value) for name, value in self.arguments.items()}
        arguments |= {name: flat(arguments[name]) for name in self.gathered}
        made = run_draws(
            getattr(stages, self.stage), config, open_store(config.store), arguments | self.engine(config),
            repeated=self.repeated, by_draw=not self.gathered,
        )  # fmt: skip
        for ref in made if isinstance(made, list) else [made]:
            self.log.info("%s: %s", self.stage, ref.key)
        if isinstance(made, list):
            return [ref.to_json() for ref in made]
        for asset in self.outlets:
            context["outlet_events"][asset].extra = dict(made.to_json())
        return made.to_json()

    def engine(self, config: StudyConfig) -> dict[str, Any]:
        """Further arguments that choose the engine of the step; none for a step with one engine."""
        return {}


def study_of(context: Context | dict[str, Any]) -> StudyConfig:
    """The settings that the run was triggered with; relative paths in them lie in one folder for all workers.

    Raises
    ------
    InputError
        If a setting is wrong, or names a file that studies may not name here.
    """
    return confined(with_paths_below(unflatten(dict(context["params"])), home()), allowed_roots())


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
