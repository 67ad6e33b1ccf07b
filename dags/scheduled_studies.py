"""One scheduled Airflow DAG per YAML file in ``dags/studies/``; a rerun recomputes only what changed."""

import logging
from pathlib import Path

from study_graph import study_dag

from gtl.config import load_study, schedule_of
from gtl.errors import InputError
from operators.assets import PANEL
from operators.stores import anchored

DOC = """
# Scheduled study {name}

Made from `dags/studies/{file}`. Runs the same tasks as `transfer_study` with the settings of that file, when its
`schedule` says (cron, `@daily`, ..., or `panel`: whenever the DAG `reference_panel` has built the panel or found it
finished). Stages whose inputs and settings have not changed since the last run are found finished and skipped. A
relative `store` lies beside the folder of the DAGs.
"""

# A worker may stand in any folder, so a relative store means the folder that make run is started in.
HOME = Path(__file__).absolute().parents[1]

for path in sorted((Path(__file__).parent / "studies").glob("*.yaml")):
    try:
        config, schedule = anchored(load_study(path), HOME), schedule_of(path)
    except InputError as error:
        # Raising here would take every other scheduled study down with this one.
        logging.getLogger(__name__).error("no DAG for a study file that is not valid: %s", error)
        continue
    globals()[path.stem] = study_dag(
        f"study_{config.name}",
        config,
        schedule=[PANEL] if schedule == "panel" else schedule,
        description=f"Scheduled study {config.name} ({path.name})",
        doc_md=DOC.format(name=config.name, file=path.name),
        tags=["gtl", "scheduled"],
    )
