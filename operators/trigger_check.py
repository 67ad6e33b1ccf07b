"""What is said to somebody who triggers a study whose settings cannot be: before there is a run.

Airflow checks ``conf`` against a JSON schema alone, and shows the schema to whoever made a mistake. Here a study's own
checks run, all that need none of its files, and name the field, the value and what is allowed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.responses import JSONResponse

from gtl.config import StudyConfig
from gtl.errors import InputError

Params = Mapping[str, Any]

KINDS_OF_RUNS = frozenset({"backfill", "scheduled", "operator_triggered", "asset_triggered", "asset_materialization"})
"""What the ids of runs begin with that nobody has triggered; Airflow tells the kind of a run from that."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: the setting (empty, if it is of the study as a whole), and what is said of it."""

    field: str
    message: str


def checked(params: Params) -> StudyConfig:
    """The study that a run is to make, after everything that can be found wrong without reading its files.

    ``params`` are the DAG's defaults with ``conf`` on top; what is wrong is raised as :class:`InputError`.
    """
    from gtl.config.answers import study_of_answers
    from gtl.preflight import check_names
    from operators.stage import placed

    config = placed(study_of_answers(params))
    check_names(config)
    _check_there(config)
    return config


def problems_in(error: InputError) -> list[Problem]:
    """What an error says, setting by setting."""
    from gtl.config.answers import field_of

    return [Problem(field_of(text), text) for text in getattr(error, "mistakes", [str(error)])]


def refusal(problems: list[Problem]) -> JSONResponse:
    """The answer that says what is wrong: all in one text for people, and one by one for a page."""
    content = {
        "detail": "\n".join(problem.message for problem in problems),
        "problems": [{"field": problem.field, "message": problem.message} for problem in problems],
    }
    return JSONResponse(content, 422)


def _check_there(config: StudyConfig) -> None:
    """Whether files are there, as far as this machine can know: it need not see what workers see.

    It does where it has the folder. What cannot be told here, the study's first task says.
    """
    from gtl.config.loading import WrongSettings
    from gtl.config.paths import named_paths

    absent = [
        f"{setting}: {location} does not exist; correct the path"
        for setting, location in named_paths(config)
        if "{chrom}" not in location and _is_absent(Path(location))
    ]
    if absent:
        raise WrongSettings(absent)


def _is_absent(path: Path) -> bool:
    try:
        return bool(path.suffix) and path.parent.is_dir() and not path.exists()
    except (OSError, ValueError):
        return False


def looked_at(params: Params, body: bytes) -> bytes | list[Problem]:
    """What is to be handed on, or what is wrong.

    Where the study is named by whoever triggers it, the run's id begins with its name.
    """
    from gtl.config.answers import PRESET

    try:
        request = json.loads(body)
        conf = request.get("conf") or {}
        given = {**params, **conf}
    except RecursionError:
        return [Problem("", "conf: is nested too deeply; settings have three levels")]
    except (ValueError, TypeError, AttributeError):  # no JSON, or of another form: Airflow says so
        return body
    try:
        config = checked(given)
    except InputError as error:
        return problems_in(error)
    return _named(request, conf, config) if "name" in given and PRESET in given else body


def _named(request: dict[str, Any], conf: Params, config: StudyConfig) -> bytes:
    """The request with what was given alone, without blanks, and with the study's name in it and in the run's id."""
    given = {name: value for name, value in conf.items() if value is not None}
    run_id = request.get("dag_run_id") or run_id_of(config.name)
    return json.dumps({**request, "dag_run_id": run_id, "conf": {**given, "name": config.name}}).encode()


def run_id_of(name: str) -> str:
    """A run id that begins with a study's name.

    >>> run_id_of("maize").partition("__")[0], run_id_of("scheduled").partition("__")[0]
    ('maize', 'study_scheduled')
    """
    run_id = f"{name}__{datetime.now(UTC).isoformat()}"
    return f"study_{run_id}" if run_id.startswith(tuple(f"{kind}__" for kind in KINDS_OF_RUNS)) else run_id
