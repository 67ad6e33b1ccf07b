"""Programs as pods: what is asked of a cluster, what such a pod does with its files, and what goes wrong."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import kubernetes_validate
import pytest
from kubernetes.client import ApiClient

from gtl.config import preset, with_overrides
from gtl.errors import InputError, ToolError
from gtl.flow import FLOW, Weight
from gtl.store import files
from gtl.store.location import located
from operators import doctor, engines, hapgen, phenotype_simulator, plink, pod_tool
from operators.airflow_settings import pod_settings
from operators.pod_spec import ToolPod
from operators.pod_stage import PodStageOperator
from operators.pod_tool import PodTool
from operators.policies import pod_limits
from operators.scratch_folder import LABEL
from tests.local_kubernetes import SCHEMAS, local_kubernetes
from tests.operators.conftest import SmallStudy

STORE = "s3://study@gtl/pods"
WHAT = r"quick: associate shared 21 small: "
IMAGES = {"registry.example.org/gtl/gtl:1", "registry.example.org/gtl/plink:1"}


@pytest.fixture
def cluster(tmp_path, monkeypatch, s3):
    """A cluster with the images and a secret that opens the store; the worker's settings name them."""
    (tmp_path / "cluster").mkdir()
    monkeypatch.setattr(pod_tool, "_POLL_SECONDS", 0.1)
    settings = {"TOOLS": "kubernetes", "TOOLS_NAMESPACE": "studies", "TOOLS_REGISTRY": "registry.example.org"}
    for name, value in (settings | {"TOOLS_ACCOUNT": "gtl-tools", "TOOLS_SECRETS": "gtl-store"}).items():
        monkeypatch.setenv(f"AIRFLOW__GTL__{name}", value)
    monkeypatch.setenv("AIRFLOW_CONN_KUBERNETES_DEFAULT", connection(tmp_path / "cluster" / "config"))
    monkeypatch.setenv("AIRFLOW_CONN_STUDY", s3.connection())
    with local_kubernetes(tmp_path / "cluster") as cluster:
        cluster.images |= IMAGES
        cluster.secrets["gtl-store"] = {"AIRFLOW_CONN_STUDY": s3.connection()}
        yield cluster
        assert cluster.pods == {}
    assert files.find(located(f"{STORE}/.exchange")) == []


@pytest.fixture
def tool(cluster, scratch_root):
    yield pod("associate")
    assert list(scratch_root.iterdir()) == []


def connection(config: Path) -> str:
    return json.dumps({"conn_type": "kubernetes", "extra": {"kube_config_path": str(config)}})


def pod(stage):
    return PodTool(
        plink.IMAGE, STORE, names=(f"quick: {stage} shared 21 small", STORE), log=logger(), **pod_limits(Weight.CPU)
    )


def logger():
    lines = []
    return SimpleNamespace(info=lines.append, warning=lambda *args: lines.append(str(args)), lines=lines)


class HerePlink:
    """PLINK as the Docker engine runs it, without the container: in the folder of its inputs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def scratch(self):
        self.folder.mkdir()
        yield self.folder
        shutil.rmtree(self.folder)

    def run(self, argv: Sequence[str], scratch: Path) -> None:
        subprocess.run(argv, cwd=scratch, check=True, capture_output=True)


# What is asked of the cluster.


@pytest.fixture
def spec(cluster, monkeypatch):
    """The very pod that would be sent, as JSON."""
    monkeypatch.setenv("AIRFLOW__GTL__TOOLS_PULL", "registry-key, other-key")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    operator = ToolPod(
        image=plink.IMAGE, argv=["plink1.9", "--out", "$(HOME)"], place=f"{STORE}/.exchange/abc/1", step="abc",
        what="quick: associate", memory="2Gi", cpus="1", seconds=7200, namespace="studies", settings=pod_settings(),
    )  # fmt: skip
    return ApiClient().sanitize_for_serialization(operator.build_pod_request_obj())


def test_the_pod_is_one_by_kubernetes_own_schemas(spec):
    assert kubernetes_validate.validate(spec, SCHEMAS, strict=True) == SCHEMAS
    spec["spec"]["initContainers"][0]["commands"] = []
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(spec, SCHEMAS, strict=True)


def test_the_pod_fetches_runs_and_publishes_one_after_the_other(spec):
    fetch, program = spec["spec"]["initContainers"]
    (publish,) = spec["spec"]["containers"]
    for container, what in ((fetch, "fetch"), (publish, "publish")):
        uri = f"{STORE}/.exchange/abc/1"
        assert container["command"] == ["python", "-m", "gtl.store.exchange", what, uri, "/scratch"]
        assert container["image"] == "registry.example.org/gtl/gtl:1"
    # Kubernetes puts variables in place of $(NAME), unless it is written so.
    assert program["command"] == ["plink1.9", "--out", "$$(HOME)"]
    assert program["image"] == "registry.example.org/gtl/plink:1"
    assert (program["workingDir"], "args" in program) == ("/scratch", False)
    assert spec["spec"]["restartPolicy"] == "Never"
    assert spec["spec"]["activeDeadlineSeconds"] == 7200


def test_no_container_has_more_rights_than_it_needs(spec):
    own = spec["spec"]
    containers = [*own["initContainers"], *own["containers"]]
    for container in containers:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False, "privileged": False, "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }  # fmt: skip
        limits = {"cpu": "1", "memory": "2Gi"}
        assert container["resources"] == {"requests": limits, "limits": limits}
    assert own["securityContext"] == {
        "runAsNonRoot": True, "runAsUser": 10001, "runAsGroup": 10001, "fsGroup": 10001,
        "seccompProfile": {"type": "RuntimeDefault"},
    }  # fmt: skip
    assert own["automountServiceAccountToken"] is own["enableServiceLinks"] is own["hostNetwork"] is False
    assert [set(volume) for volume in own["volumes"]] == [{"emptyDir", "name"}] * 2


def test_only_what_opens_the_store_gets_secrets(spec):
    fetch, program = spec["spec"]["initContainers"]
    (publish,) = spec["spec"]["containers"]
    for container in (fetch, publish):
        assert container["envFrom"] == [{"secretRef": {"name": "gtl-store"}}]
        assert {"name": "AWS_DEFAULT_REGION", "value": "eu-central-1"} in container["env"]
    assert "envFrom" not in program
    assert program["env"] == [{"name": name, "value": "/scratch"} for name in ("HOME", "TMPDIR")]
    assert [mount["mountPath"] for mount in program["volumeMounts"]] == ["/scratch"]
    assert spec["spec"]["serviceAccountName"] == "gtl-tools"
    assert spec["metadata"]["annotations"]["eks.amazonaws.com/skip-containers"] == program["name"]
    assert spec["spec"]["imagePullSecrets"] == [{"name": "registry-key"}, {"name": "other-key"}]


def test_pods_can_be_told_by_labels(spec):
    assert spec["metadata"]["namespace"] == "studies"
    assert spec["metadata"]["labels"].items() >= {LABEL: "abc", "gtl.tool": "true"}.items()


def test_limits_are_docker_s_in_kubernetes_notation(monkeypatch):
    assert pod_limits(Weight.MEMORY)["memory"] == "6Gi"
    for docker, kubernetes in {"8g": "8Gi", "512m": "512Mi", "1000": "1000", "64K": "64Ki"}.items():
        monkeypatch.setenv("GTL_CONTAINER_MEMORY", docker)
        assert pod_limits(Weight.CPU)["memory"] == kubernetes


# Which operators a study has.


def test_one_setting_chooses_pods(monkeypatch):
    stages = {stage.function: stage for stage in FLOW}
    own = {
        "make_cohort": (hapgen.MakeCohortOperator, hapgen.MakeCohortPodOperator),
        "make_trait": (phenotype_simulator.MakeTraitOperator, phenotype_simulator.MakeTraitPodOperator),
        "associate": (plink.AssociateOperator, plink.AssociatePodOperator),
    }
    for number, setting in enumerate(("docker", "kubernetes")):
        monkeypatch.setenv("AIRFLOW__GTL__TOOLS", setting)
        for function, kinds in own.items():
            assert engines.operator_of(stages[function]) is kinds[number]
        assert not issubclass(engines.operator_of(stages["build_panel"]), PodStageOperator)
    monkeypatch.setenv("AIRFLOW__GTL__TOOLS", "podman")
    with pytest.raises(InputError, match=r"\[gtl\] tools: podman is not known; expected docker or kubernetes"):
        engines.operator_of(stages["associate"])


@pytest.mark.parametrize("kind", [hapgen.MakeCohortPodOperator, phenotype_simulator.MakeTraitPodOperator])
def test_other_engines_run_in_pods_of_their_images(kind, cluster):
    engine = {"make_cohort": "genotypes=hapgen2", "make_trait": "phenotypes=phenotypesimulator"}
    stage = "make_cohort" if kind is hapgen.MakeCohortPodOperator else "make_trait"
    config = with_overrides(preset("quick"), [f"engines.{engine[stage]}", f"store={STORE}"])
    task = kind(task_id="x", stage=stage, arguments={"code": "YRI_5_1"})
    assert isinstance(task.engine(config)["engine"]._tool, PodTool)
    assert task.engine(preset("quick")) == {}
    assert task.template_fields == ("arguments",)


def test_reading_the_operators_needs_no_kubernetes():
    program = "import sys, operators.engines\nprint('kubernetes' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.split()[-2:] == ["False", "False"]


# What a pod does.


@pytest.mark.skipif(shutil.which("plink1.9") is None, reason="plink1.9 is not installed")
def test_plink_in_a_pod_writes_the_bytes_that_it_writes_here(cluster, study, tmp_path, monkeypatch):
    """The association task as Airflow runs it, its files by way of S3; and PLINK in the folder of its inputs."""
    in_pods = SmallStudy(study.config.model_copy(update={"store": STORE}))
    operator = plink.AssociatePodOperator(task_id="association_small", **in_pods.task)
    made = in_pods.store.read(in_pods.associate("plink", operator))
    monkeypatch.setattr(PodStageOperator, "stage_tool", lambda *_: HerePlink(tmp_path / "here"))
    here = study.store.read(
        study.associate("plink", plink.AssociatePodOperator(task_id="association_small", **study.task))
    )
    assert made.manifest.outputs == here.manifest.outputs
    assert made.manifest == here.manifest
    said = {sent["metadata"]["annotations"]["gtl/step"] for sent in cluster.asked}
    assert said == {"quick: associate shared 21 small"}


def test_a_pod_s_program_sees_its_files_and_no_secret(tool):
    with tool.scratch() as folder:
        (folder / "in").write_text("given")
        tool.run(["sh", "-c", "cp in out; env > seen; pwd -P > where"], folder)
        assert (folder / "out").read_text() == "given"
        seen = dict(line.split("=", 1) for line in (folder / "seen").read_text().splitlines())
        assert set(seen) <= {"HOME", "TMPDIR", "PATH", "PYTHONPATH", "PWD", "SHLVL", "_"}
        assert seen["HOME"] == (folder / "where").read_text().strip() != str(folder)
        tool.run(["sh", "-c", "cat out > again; echo said"], folder)
        assert (folder / "again").read_text() == "given"
    assert tool._log.lines == ["said"]


# What goes wrong.


def test_exit_code_and_last_lines(tool):
    with (
        pytest.raises(ToolError, match=WHAT + r"sh ended with exit code 3; its last lines:\nno such thing"),
        tool.scratch() as folder,
    ):
        tool.run(["sh", "-c", "echo no such thing; exit 3"], folder)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ({"reason": "Evicted", "message": "low on disk"}, r"was ended by the cluster \(Evicted: low on disk\)"),
        ({"reason": "DeadlineExceeded"}, r"the pod of false was ended by the cluster \(DeadlineExceeded\)"),
        ({"initContainerStatuses": [
            {"name": "program", "image": "x", "imageID": "", "ready": False, "restartCount": 0,
             "state": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}}
        ]}, r"false needed more than its memory limit of 2Gi .* GTL_CONTAINER_MEMORY"),
    ],
)  # fmt: skip
def test_what_the_cluster_says_of_an_end(tool, cluster, status, said):
    cluster.ends_with = status
    with pytest.raises(ToolError, match=said), tool.scratch() as folder:
        tool.run(["false"], folder)


def test_a_missing_image_is_named_with_what_to_do(tool, cluster):
    cluster.images.remove("registry.example.org/gtl/plink:1")
    said = r"cannot get the image registry.example.org/gtl/plink:1 \(ImagePullBackOff: .*tools_registry"
    with (
        pytest.raises(ToolError, match=WHAT + said.replace("cannot", "the cluster cannot", 1)),
        tool.scratch() as folder,
    ):
        tool.run(["true"], folder)


def test_a_store_that_the_pod_cannot_open_is_told(tool, cluster):
    cluster.secrets["gtl-store"] = {}
    said = r"fetching the inputs of true ended with exit code 1; its last lines:\n(.*\n)*.*AIRFLOW_CONN_STUDY"
    with pytest.raises(ToolError, match=said), tool.scratch() as folder:
        tool.run(["true"], folder)


def test_what_the_cluster_refuses_is_not_tried_again(tool, monkeypatch):
    monkeypatch.setattr("operators.pod_spec._USER", "root")
    with pytest.raises(InputError, match=r"the cluster refused to run true \(422"), tool.scratch() as folder:
        tool.run(["true"], folder)


def test_without_a_cluster_the_setting_is_named(tmp_path, monkeypatch, s3, scratch_root):
    monkeypatch.setenv("AIRFLOW_CONN_STUDY", s3.connection())
    monkeypatch.setenv("AIRFLOW_CONN_KUBERNETES_DEFAULT", connection(tmp_path / "absent"))
    with pytest.raises(InputError, match=r"no cluster .*\[gtl\] tools to docker"), pod("associate").scratch():
        pass


def test_the_doctor_asks_the_cluster(cluster, tmp_path, monkeypatch):
    (found,) = doctor._tools()
    assert (found.found, found.advice) == ("can be listed in the namespace studies", "")
    monkeypatch.setenv("AIRFLOW_CONN_KUBERNETES_DEFAULT", connection(tmp_path / "absent"))
    (found,) = doctor._tools()
    assert "no cluster to run tools in" in found.found
    assert not found.needed


def test_a_folder_is_no_store_of_pods():
    with pytest.raises(InputError, match=r"store: /data/results is a folder, which pods do not see; expected s3://"):
        PodTool("x", "/data/results", names=("x",), memory="1Gi", cpus="1", seconds=1, log=logger())


def wait_for_pod(cluster, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        running = [pod for pod in cluster.pods.values() if len(pod.status.get("initContainerStatuses", [])) == 2]
        if running:
            return running[0]
        time.sleep(0.05)
    raise AssertionError("no program started")


def test_a_killed_task_leaves_no_pod(tool, cluster):
    def kill():
        wait_for_pod(cluster)
        tool.kill()

    thread = threading.Thread(target=kill)
    thread.start()
    with pytest.raises(ToolError, match="sleep was stopped from outside, its pod is gone"), tool.scratch() as folder:
        tool.run(["sleep", "60"], folder)
    thread.join()
    with pytest.raises(ToolError, match="stopped before it began"), tool.scratch() as folder:
        tool.run(["sleep", "60"], folder)


def test_what_a_killed_worker_has_left_is_removed_when_its_task_runs_again(tool, cluster, scratch_root):
    program = (
        "import sys\nfrom types import SimpleNamespace\nfrom tests.operators import test_pods\n"
        "tool = test_pods.pod('associate')\n"
        "with tool.scratch() as folder:\n    (folder / 'in').write_text('x')\n    tool.run(['sleep', '60'], folder)\n"
    )
    environment = os.environ | {"TMPDIR": str(scratch_root)}
    worker = subprocess.Popen([sys.executable, "-c", program], env=environment)
    left = wait_for_pod(cluster, 60)
    worker.kill()
    worker.wait()
    assert left.process.poll() is None
    assert files.find(located(f"{STORE}/.exchange")) != []
    with tool.scratch() as folder:
        assert left.process.wait() == -9
        assert files.find(located(f"{STORE}/.exchange")) == []
        tool.run(["true"], folder)
