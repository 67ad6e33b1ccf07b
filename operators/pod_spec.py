"""The pod that one run of a program needs: it fetches its inputs from the store, runs, and publishes its outputs.

The three containers run one after the other (fetch and the program as init containers), and see one folder of the
pod. Only the first and the last, which are this project's image, get what opens the store; the program gets no secret
and no token. A pod has one network for all its containers, so that nothing here cuts the program's off; a network
policy holds the pod to the store (deploy/helm/tools.yaml).
"""

import os
from collections.abc import Sequence
from typing import Any

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from kubernetes.client import models as k8s

from operators.airflow_settings import PodSettings
from operators.scratch_folder import LABEL, SCRATCH

PROGRAM = "program"
FETCH = "fetch"
PUBLISH = "base"
"""Names of the containers."""

OWN_IMAGE = "gtl/gtl:1"
TOOL_LABEL = "gtl.tool"
"""Label of every pod of a program, for network policies."""

_USER = 10001
_TEMPORARY = "/tmp"  # noqa: S108  # of the pod alone
_FOR_THE_STORE = (
    "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3",
    "AWS_REQUEST_CHECKSUM_CALCULATION", "AWS_RESPONSE_CHECKSUM_VALIDATION",
)  # fmt: skip
"""What the worker's environment says of the store beside secrets."""


class ToolPod(KubernetesPodOperator):
    """One run of a program as a pod.

    Of :class:`KubernetesPodOperator` it keeps how a pod is made from fields, the connection, and the calls with their
    retries; not how a pod is followed, since that takes init containers for a slow start.

    Parameters
    ----------
    image
        Name and tag, as Docker has them; the registry comes from the settings.
    argv
        The program and its arguments; no shell comes between.
    place
        URI of the run's place in the store (:mod:`gtl.store.exchange`).
    step, what
        What it works for: the label's value, and in words.
    memory, cpus
        Limits, in Kubernetes' notation; asked for in full.
    seconds
        After which the cluster ends it, whatever became of its task.
    settings
        Registry, service account and secrets.
    kwargs
        Of :class:`KubernetesPodOperator`, such as ``namespace``.
    """

    def __init__(
        self,
        *,
        image: str,
        argv: Sequence[str],
        place: str,
        step: str,
        what: str,
        memory: str,
        cpus: str,
        seconds: int,
        settings: PodSettings,
        **kwargs: Any,
    ) -> None:
        limits = {"cpu": cpus, "memory": memory}
        resources = k8s.V1ResourceRequirements(requests=limits, limits=limits)
        own = _own_container(settings, resources)
        program = k8s.V1Container(
            name=PROGRAM,
            image=settings.image(image),
            command=[_verbatim(part) for part in argv],
            working_dir=SCRATCH,
            env=[k8s.V1EnvVar(name=name, value=SCRATCH) for name in ("HOME", "TMPDIR")],
            volume_mounts=[k8s.V1VolumeMount(name="scratch", mount_path=SCRATCH)],
            **_shared(resources),
        )
        containers = [own(FETCH, place), program]
        super().__init__(
            task_id="tool",
            name="gtl-tool",
            full_pod_spec=_surroundings(own(PUBLISH, place)),
            init_containers=containers,
            labels={LABEL: step, TOOL_LABEL: "true"},
            # Amazon's identities come into every container but those.
            annotations={"gtl/step": what, "eks.amazonaws.com/skip-containers": PROGRAM},
            service_account_name=settings.account,
            automount_service_account_token=False,
            image_pull_secrets=[k8s.V1LocalObjectReference(name=name) for name in settings.pull_secrets],
            security_context=k8s.V1PodSecurityContext(
                run_as_non_root=True,
                run_as_user=_USER,
                run_as_group=_USER,
                fs_group=_USER,
                seccomp_profile=k8s.V1SeccompProfile(type="RuntimeDefault"),
            ),
            active_deadline_seconds=seconds,
            termination_grace_period=5,
            **kwargs,
        )


def _surroundings(publish: k8s.V1Container) -> k8s.V1Pod:
    """What the operator has no fields for."""
    volumes = [k8s.V1Volume(name=name, empty_dir=k8s.V1EmptyDirVolumeSource()) for name in ("scratch", "temporary")]
    return k8s.V1Pod(
        metadata=k8s.V1ObjectMeta(),
        spec=k8s.V1PodSpec(containers=[publish], volumes=volumes, enable_service_links=False),
    )


def _own_container(settings: PodSettings, resources: k8s.V1ResourceRequirements) -> Any:
    """Make a container of this project's image that fetches or publishes."""
    given = {name: os.environ[name] for name in _FOR_THE_STORE if name in os.environ}
    variables = given | {"HOME": _TEMPORARY, "TMPDIR": _TEMPORARY}
    secrets = [k8s.V1EnvFromSource(secret_ref=k8s.V1SecretEnvSource(name=name)) for name in settings.secrets]

    def make(name: str, place: str) -> k8s.V1Container:
        what = "fetch" if name == FETCH else "publish"
        return k8s.V1Container(
            name=name,
            image=settings.image(OWN_IMAGE),
            command=["python", "-m", "gtl.store.exchange", what, _verbatim(place), SCRATCH],
            env=[k8s.V1EnvVar(name=name, value=value) for name, value in variables.items()],
            env_from=secrets,
            volume_mounts=[
                k8s.V1VolumeMount(name="scratch", mount_path=SCRATCH),
                k8s.V1VolumeMount(name="temporary", mount_path=_TEMPORARY),
            ],
            **_shared(resources),
        )

    return make


def _shared(resources: k8s.V1ResourceRequirements) -> dict[str, Any]:
    """What holds for every container."""
    return {
        "resources": resources,
        "image_pull_policy": "IfNotPresent",
        "security_context": k8s.V1SecurityContext(
            allow_privilege_escalation=False,
            privileged=False,
            read_only_root_filesystem=True,
            capabilities=k8s.V1Capabilities(drop=["ALL"]),
        ),
    }


def _verbatim(text: str) -> str:
    """A part of a command line that Kubernetes leaves as it is: it would put variables in place of ``$(NAME)``.

    >>> _verbatim("$(HOME)")
    '$$(HOME)'
    """
    return text.replace("$(", "$$(")
