"""One stage of the flow on earlier ones' outputs: once, or once for each draw of the roles."""

from collections.abc import Callable, Mapping
from typing import Any

from gtl import stages
from gtl.config import StudyConfig
from gtl.flow import Per, Stage
from gtl.store import ArtifactRef, Store


def run_stage(stage: Stage, config: StudyConfig, store: Store, outputs: Mapping[str, Any], **arguments: Any) -> Any:
    """Run one stage of the flow on earlier ones' outputs: its reference, or one for each draw of the roles.

    Parameters
    ----------
    outputs
        Name of a stage → its reference, or several: a list of one a draw (at the end: one a trait), a mapping of one a
        chromosome.
    arguments
        Further ones, such as ``code`` or ``methods``.
    """
    inputs = {argument: outputs[name] for argument, name in stage.inputs.items()}
    return run_draws(
        getattr(stages, stage.function), config, store, {**stage.arguments, **inputs, **arguments},
        repeated=stage.repeated, by_draw=stage.per in (Per.TRAIT, Per.BRANCH),
    )  # fmt: skip


def run_draws(
    function: Callable[..., ArtifactRef],
    config: StudyConfig,
    store: Store,
    arguments: Mapping[str, Any],
    *,
    repeated: bool,
    by_draw: bool,
) -> ArtifactRef | list[ArtifactRef]:
    """Call a stage function once, or once for each draw of the roles.

    Parameters
    ----------
    repeated
        Whether it runs for each draw; a stage that does not takes the first draw's outputs.
    by_draw
        Whether lists among the arguments hold an output a draw; at the end of a study they are kept as lists.
    """

    def call(draw: int, **repeat: int) -> ArtifactRef:
        own = {name: _of_draw(value, draw) for name, value in arguments.items()} if by_draw else arguments
        return function(config, store, **own, **repeat)

    return [call(draw, repeat=draw) for draw in range(1, config.draws + 1)] if repeated else call(1)


def _of_draw(value: Any, draw: int) -> Any:
    """What a stage of one draw of the roles takes: of lists, its own; all else is the same for every draw."""
    if isinstance(value, list):
        return value[draw - 1]
    if isinstance(value, Mapping):
        return {name: _of_draw(item, draw) for name, item in value.items()}
    return value
