"""What goes wrong with real containers: nothing stays behind, the message helps, and the rerun completes."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from docker.errors import APIError

from gtl.errors import InputError, StoreError, ToolError
from operators.container_faults import translated
from operators.scratch_folder import LABEL
from tests.operators.conftest import absent, unclosed_sockets_collected

BASE_IMAGE = "debian:bookworm-slim"
STEP = r"quick: associate shared 21 small: "


def wait_for_container(engine, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := engine.containers.list(filters={"label": LABEL}):
            return found[0]
        time.sleep(0.05)
    raise AssertionError("no container started")


@contextmanager
def meanwhile(action):
    """Do ``action`` in a thread beside the block."""
    thread = threading.Thread(target=action)
    thread.start()
    yield
    thread.join()


def in_scratch(tool, *argv):
    with tool.scratch() as folder:
        tool.run(list(argv), folder)


@pytest.fixture
def broken_plink(docker_engine, plink_image, tmp_path):
    """Build an image whose ``plink1.9`` is a script; called with the script's lines after the first."""
    made = []

    def build(script):
        (tmp_path / "plink1.9").write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / "Dockerfile").write_text(
            f"FROM {plink_image}\nUSER root\nCOPY plink1.9 /usr/local/bin/\nRUN chmod 755 /usr/local/bin/plink1.9\n"
        )
        image, _ = docker_engine.images.build(
            path=str(tmp_path), tag=f"gtl-test/broken{len(made)}:1", rm=True, network_mode="none"
        )
        made.append(image)
        return image.tags[0]

    yield build
    for image in made:
        docker_engine.images.remove(image.id, force=True)


def test_exit_code_and_last_lines(plink):
    with pytest.raises(
        ToolError, match=STEP + r"plink1.9 ended with exit code \d+; its last lines:\n(.*\n)*.*--nonsense"
    ):
        in_scratch(plink, "plink1.9", "--nonsense")


def test_memory_limit_is_named(make_tool):
    with pytest.raises(
        ToolError, match=STEP + r"tail needed more than its memory limit of 16m .* GTL_CONTAINER_MEMORY"
    ):
        in_scratch(make_tool(mem_limit="16m"), "tail", "/dev/zero")


def test_memory_limit_comes_from_the_policies(monkeypatch, docker_engine, make_tool):
    monkeypatch.setenv("GTL_CONTAINER_MEMORY", "64m")
    with meanwhile(lambda: in_scratch(make_tool(), "sleep", "3")):
        settings = wait_for_container(docker_engine).attrs["HostConfig"]
    assert (settings["Memory"], settings["MemorySwap"]) == (64 << 20, 64 << 20)
    assert settings["NanoCpus"] == 10**9


def test_container_killed_from_outside(docker_engine, plink):
    killed = pytest.raises(ToolError, match=STEP + r"sleep was killed from outside \(exit code 137\); run again")
    with meanwhile(lambda: wait_for_container(docker_engine).kill()), killed:
        in_scratch(plink, "sleep", "60")


def test_container_removed_from_outside(docker_engine, plink):
    gone = pytest.raises(ToolError, match=STEP + "sleep was .*run again")
    with meanwhile(lambda: wait_for_container(docker_engine).remove(force=True)), gone:
        in_scratch(plink, "sleep", "60")


def test_container_that_is_just_being_removed():
    refused = APIError("409", explanation="can not get logs from container which is dead or marked for removal")
    gone = pytest.raises(ToolError, match="sleep was stopped from outside, its container is gone; run again")
    with gone, translated("sleep", "gtl/plink:1"):
        raise refused


def test_airflow_kills_the_task(docker_engine, plink):
    """Airflow's task runner answers TERM by calling ``on_kill`` in the signal handler."""
    before = signal.signal(signal.SIGTERM, lambda *_: plink.kill())

    def terminate():
        wait_for_container(docker_engine)
        os.kill(os.getpid(), signal.SIGTERM)

    try:
        with meanwhile(terminate), pytest.raises(ToolError, match=STEP + "sleep was .*; run again"):
            in_scratch(plink, "sleep", "60")
    finally:
        signal.signal(signal.SIGTERM, before)
    with pytest.raises(ToolError, match="stopped before it began"):
        in_scratch(plink, "sleep", "60")


def test_timeout_of_the_task(plink):
    from airflow.sdk.exceptions import AirflowTaskTimeout
    from airflow.sdk.execution_time.timeout import timeout

    with pytest.raises(AirflowTaskTimeout), timeout(2):
        in_scratch(plink, "sleep", "60")


def test_worker_killed_outright_and_rerun(docker_engine, plink, scratch_root):
    """After SIGKILL nobody is left to clean up; the rerun of the same task does it."""
    program = (
        "import tempfile; tempfile.tempdir = {root!r}\n"
        "from operators.container import ContainerOperator\n"
        "tool = ContainerOperator(task_id='test', image='gtl/plink:1').tool({what!r}, 'store')\n"
        "with tool.scratch() as folder: tool.run(['sleep', '300'], folder)\n"
    ).format(root=str(scratch_root), what="quick: associate shared 21 small")
    worker = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    leftover = wait_for_container(docker_engine, 60)
    worker.kill()
    worker.wait()
    assert len(list(scratch_root.iterdir())) == 1
    with plink.scratch() as folder:
        assert list(scratch_root.iterdir()) == [folder]
        assert docker_engine.containers.list(all=True, filters={"id": leftover.id}) == []
        plink.run(["true"], folder)


def test_two_tasks_do_not_take_each_other_for_leftovers(make_tool, plink):
    other = make_tool()
    other._step = "0" * 16
    with plink.scratch() as ours, other.scratch() as theirs:
        assert ours.is_dir()
        assert theirs.is_dir()


def test_image_missing(make_tool):
    with pytest.raises(
        InputError, match=rf"{STEP}this machine's Docker engine has no image gtl/absent:1; .*make images"
    ):
        in_scratch(make_tool(image="gtl/absent:1"), "true")


def test_program_missing(plink):
    with pytest.raises(
        ToolError, match=STEP + r"the Docker engine refused to run hapgen2: .*executable file not found"
    ):
        in_scratch(plink, "hapgen2")


@pytest.fixture
def unclosed_sockets():
    yield
    with unclosed_sockets_collected():
        pass


def test_engine_not_running(tmp_path, nothing_left, unclosed_sockets):
    from operators.container import ContainerOperator

    tool = ContainerOperator(task_id="x", image="gtl/plink:1", docker_url=f"unix://{tmp_path}/absent.sock").tool("step")
    with pytest.raises(ToolError, match=r"step: the Docker engine does not answer .*; start it, then run again"):
        in_scratch(tool, "true")


def test_disk_full_while_inputs_are_written(plink, full_disk):
    with (
        pytest.raises(
            StoreError, match=STEP + r"scratch folder in .*No space left on device; free some space or set TMPDIR"
        ),
        plink.scratch() as folder,
    ):
        (folder / "study.bed").write_bytes(bytes(1 << 20))


def test_disk_full_while_the_tool_writes(make_tool, full_disk):
    full = STEP + r"cp found the disk .* full; free some space or set TMPDIR .*, then run again(.|\n)*No space left"
    with pytest.raises(StoreError, match=full):
        in_scratch(make_tool(), "cp", "/usr/bin/plink1.9", "copy")


@pytest.fixture
def full_disk(scratch_root):
    """A disk of 256 kB for scratch folders."""
    if os.geteuid() != 0:
        absent("only root can mount a small disk")
    subprocess.run([shutil.which("mount"), "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(scratch_root)], check=True)
    yield
    subprocess.run([shutil.which("umount"), str(scratch_root)], check=True)


def test_a_task_that_fails_leaves_no_artefact_and_its_rerun_completes(study, broken_plink, nothing_left):
    with pytest.raises(ToolError, match=STEP + r"plink1.9 ended with exit code 7; its last lines:\nno such luck"):
        study.associate("plink", image=broken_plink("echo no such luck; exit 7"))
    assert study.store.find(study.key) is None
    done = study.associate("plink")
    study.store.read(done).verify()


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("exit 0", r"the output out.assoc.fisher is absent although the tool reported success"),
        ("PLINK && : > out.frq.cc", r"the output out.frq.cc is empty"),
        ("PLINK && truncate -s -9 out.frq.cc", r"the output out.frq.cc is cut off"),
        ("PLINK && sed -i '$d' out.frq.cc", r"the output out.frq.cc: \d+ rows, expected \d+"),
        ("PLINK && sed -i 's/ v3 / v4 /' out.frq.cc", r"the output out.frq.cc: row 4 is 'v4', expected 'v3'"),
        ("PLINK && sed -i '1s/NCHROBS_A/N/' out.frq.cc", r"the output out.frq.cc is not as expected .*NCHROBS_A"),
    ],
)  # fmt: skip
def test_output_absent_or_damaged(study, broken_plink, nothing_left, script, said):
    with pytest.raises(ToolError, match=STEP + said):
        study.associate("plink", image=broken_plink(script.replace("PLINK", "/usr/bin/plink1.9 $@")))
    assert study.store.find(study.key) is None
    assert study.store.find(study.key.replace("association_small/chr21", "split")) is not None


@pytest.fixture
def own_engine(docker_engine, plink_image):
    """A Docker engine that a test may stop, with the image that PLINK's is made from."""
    if os.geteuid() != 0 or shutil.which("dockerd") is None:
        absent("only root can start another dockerd")
    home = Path(tempfile.mkdtemp(prefix="gtl-dockerd-"))  # a socket's path must be short
    engine = _OwnEngine(home)
    engine.start()
    engine.client.images.load(b"".join(docker_engine.images.get(BASE_IMAGE).save(named=True)))
    yield engine
    engine.stop()
    shutil.rmtree(home, ignore_errors=True)


class _OwnEngine:
    def __init__(self, home):
        self.home, self.url = home, f"unix://{home}/docker.sock"

    def start(self):
        import docker

        folders = [f"--data-root={self.home}/data", f"--exec-root={self.home}/exec", f"--pidfile={self.home}/pid"]
        # In a network namespace of its own, or it would remove the other engine's bridge.
        command = [shutil.which("unshare"), "--net", "dockerd", "--host", self.url, *folders]
        with open(self.home / "log", "ab") as log:
            self.process = subprocess.Popen([*command, "--bridge=none", "--iptables=false"], stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while True:
            try:
                self.client = docker.DockerClient(base_url=self.url)
            except docker.errors.DockerException:
                assert time.monotonic() < deadline, (self.home / "log").read_text()
                time.sleep(0.2)
            else:
                return

    def stop(self):
        self.client.close()
        self.process.terminate()
        self.process.wait(60)


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_engine_stopped_half_way(own_engine, scratch_root, unclosed_sockets):
    from operators.container import ContainerOperator

    def make():
        operator = ContainerOperator(task_id="test", image=BASE_IMAGE, docker_url=own_engine.url)
        return operator.tool("quick: associate shared 21 small", "store")

    def stop():
        wait_for_container(own_engine.client)
        own_engine.stop()

    stopped = pytest.raises(ToolError, match=STEP + "(sleep was killed|the Docker engine does not answer).*run again")
    with meanwhile(stop), stopped:
        in_scratch(make(), "sleep", "60")
    assert list(scratch_root.iterdir()) == []
    own_engine.start()
    in_scratch(make(), "true")
    assert own_engine.client.containers.list(all=True) == []
