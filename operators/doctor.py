"""What an Airflow needs so that studies run in it, for ``gtl doctor``: folders, database, pools, DAGs, containers."""

import logging
import os
from collections.abc import Iterator
from contextlib import closing
from importlib import metadata
from typing import Any

from airflow.configuration import conf

from gtl.doctor import Finding
from gtl.errors import GtlError, InputError
from gtl.flow import Weight
from gtl.store import Store
from operators import airflow_settings as settings
from operators import hapgen, phenotype_simulator, plink, stores
from operators.pools import pools
from operators.roots import check_store

DAG_ID = "transfer_study"
_IMAGES = {"plink": plink.IMAGE, "hapgen2": hapgen.IMAGE, "phenotypesimulator": phenotype_simulator.IMAGE}
"""Engine of a study → its image."""


class AirflowSurroundings:
    """The Airflow that the environment configures."""

    def default_store(self) -> str:
        """The one that forms begin with."""
        return settings.default_store()

    def open_store(self, uri: str) -> Store:
        """The store as tasks open it: a relative folder lies in the home, a connection is Airflow's."""
        place = uri if "://" in uri else str(settings.home() / uri)
        check_store(place, settings.allowed_roots())
        return stores.open_store(place)

    def findings(self) -> Iterator[Finding]:
        """Everything, one thing after the other."""
        # Airflow tells at each import which defaults it uses; here every line is a finding.
        logging.disable(logging.WARNING)
        yield Finding("Airflow", f"{metadata.version('apache-airflow')}, {conf.get('core', 'executor')}")
        yield from _folders()
        yield from _of_database()
        yield from _tools()


def _folders() -> Iterator[Finding]:
    try:
        roots = settings.allowed_roots()
    except InputError as error:
        yield Finding("allowed folders", str(error), "correct AIRFLOW__GTL__ALLOWED_ROOTS")
        return
    there = [str(root) for root in roots if os.access(root, os.R_OK)]
    absent = [str(root) for root in roots if str(root) not in there]
    advice = f"make them readable here, if studies are to name files there: {', '.join(absent)}" if absent else ""
    yield Finding("allowed folders", ", ".join(there) or "none can be read", advice, needed=False)


def _of_database() -> Iterator[Finding]:
    """What only Airflow's database knows."""
    from airflow.utils.session import create_session
    from sqlalchemy.exc import SQLAlchemyError

    try:
        with create_session() as session:
            findings = [*_pools(session), _dag(session)]
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        advice = "start it, or correct AIRFLOW__DATABASE__SQL_ALCHEMY_CONN; a new one needs `airflow db migrate`"
        findings = [Finding("database", reason, advice)]
    yield from findings


def _pools(session: Any) -> Iterator[Finding]:
    from airflow.models.pool import Pool
    from sqlalchemy import select

    slots = {pool.pool: pool.slots for pool in session.scalars(select(Pool))}
    yield Finding("database", f"answers ({conf.get('database', 'sql_alchemy_conn').partition(':')[0]})")
    for name in dict.fromkeys(settings.pool_of(weight) for weight in Weight):
        if name in slots:
            yield Finding("pool", f"{name} has {slots[name]} slots")
        else:
            said = pools().get(name, {}).get("description", "heavy tasks of GTL")
            advice = f"its tasks would wait for ever: airflow pools set {name} {os.cpu_count()} '{said}'"
            yield Finding("pool", f"{name} does not exist", advice)


def _dag(session: Any) -> Finding:
    from airflow.models.dag import DagModel

    dag = session.get(DagModel, DAG_ID)
    if dag is None or dag.is_stale:
        wait = "wait until the DAG processor has read it (`airflow dags list-import-errors`)"
        advice = f"put dags/gtl_dags.py into {settings.dags_folder()}, or {wait}"
        return Finding("DAGs", f"Airflow knows no {DAG_ID}", advice)
    if dag.has_import_errors:
        return Finding("DAGs", f"{dag.relative_fileloc} has import errors", "see `airflow dags list-import-errors`")
    paused = f"a run waits until it is unpaused: airflow dags unpause {DAG_ID}" if dag.is_paused else ""
    return Finding("DAGs", f"{DAG_ID} is known{', and paused' if paused else ''}", paused, needed=False)


def _tools() -> Iterator[Finding]:
    """What starts the engines that run in containers; nothing else needs it."""
    if settings.tools() is settings.Tools.KUBERNETES:
        yield _cluster()
    else:
        yield from _docker()


def _cluster() -> Finding:
    """Whether pods can be listed where those of programs run; which images the cluster can get, it does not say."""
    from airflow.providers.cncf.kubernetes.hooks.kubernetes import KubernetesHook

    from operators.pod_faults import translated
    from operators.pod_tool import namespace_of

    try:
        with translated("tools"):
            hook = KubernetesHook()
            namespace = namespace_of(hook)
            hook.core_v1_client.list_namespaced_pod(namespace, limit=1)
    except GtlError as error:
        return Finding(
            "pods of tools", str(error), f"mend that, if studies are to use {', '.join(_IMAGES)}", needed=False
        )
    return Finding("pods of tools", f"can be listed in the namespace {namespace}")


def _docker() -> Iterator[Finding]:
    import docker

    try:
        with closing(docker.from_env(timeout=10)) as client:
            yield Finding("container engine", f"Docker {client.version()['Version']}")
            yield from _images(client)
    except docker.errors.DockerException as error:
        advice = f"start it and check the rights on its socket, if studies are to use {', '.join(_IMAGES)}"
        yield Finding("container engine", f"none answers ({str(error)[:200]})", advice, needed=False)


def _images(client: Any) -> Iterator[Finding]:
    there = {tag for image in client.images.list() for tag in image.tags}
    for engine, image in _IMAGES.items():
        advice = "" if image in there else f"`make images` builds it, if studies are to use {engine}"
        yield Finding("image", image if image in there else f"{image} is not built", advice, needed=False)
