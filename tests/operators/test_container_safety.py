"""What a container cannot do, and what hostile names in a study cannot do."""

import numpy as np
import pytest

from gtl.association import associate
from gtl.config import load_study
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.engines.plink import PlinkAssociation
from gtl.errors import InputError, ToolError
from operators.scratch_folder import LABEL
from tests.operators.test_container_faults import in_scratch, meanwhile, wait_for_container

HOSTILE = [
    "with space", "'quoted'", '"double"', "$(touch /scratch/owned)", "`touch owned`", "new\nline", "tab\tbed",
    "--out", "-", "../../etc/passwd", "/etc/passwd", "; rm -rf /", "| cat", "\\", "%s", "{code}", "ünïcode", "0",
]  # fmt: skip


def output_of(tool, *argv):
    """Standard output of a program in a container, by way of a file."""
    with tool.scratch() as folder:
        tool.run(["/bin/sh", "-c", 'exec "$@" > out 2>&1', "sh", *argv], folder)
        return (folder / "out").read_text()


def test_settings_of_a_container(docker_engine, plink):
    import os

    with meanwhile(lambda: in_scratch(plink, "sleep", "2")):
        container = wait_for_container(docker_engine)
        settings, config = container.attrs["HostConfig"], container.attrs["Config"]
    assert settings["NetworkMode"] == "none"
    assert settings["ReadonlyRootfs"] is True
    assert settings["CapDrop"] == ["ALL"]
    assert settings["CapAdd"] is None
    assert settings["Privileged"] is False
    assert settings["SecurityOpt"] == ["no-new-privileges"]
    assert settings["PidsLimit"] == 256
    assert [mount["Target"] for mount in settings["Mounts"]] == ["/scratch"]
    assert config["User"] == f"{os.getuid()}:{os.getgid()}"
    assert config["Cmd"] == ["sleep", "2"]
    assert config["Entrypoint"] is None
    assert set(config["Labels"]) >= {LABEL}


def test_no_network(plink):
    interfaces = [line.split(":")[0].strip() for line in output_of(plink, "cat", "/proc/net/dev").splitlines()[2:]]
    assert interfaces == ["lo"]


def test_nothing_but_scratch_can_be_written(plink):
    for path in ("/owned", "/var/owned", "/usr/bin/owned"):
        with pytest.raises(ToolError, match="Read-only file system"):
            in_scratch(plink, "touch", path)
    in_scratch(plink, "touch", "/scratch/fine")


def test_no_capability_and_no_way_to_one(plink):
    status = dict(line.split(":\t") for line in output_of(plink, "cat", "/proc/self/status").splitlines())
    assert {status[name].strip() for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
    assert status["NoNewPrivs"].strip() == "1"


def test_processes_are_limited(plink):
    with pytest.raises(ToolError, match=r"[Cc]annot fork|Resource temporarily unavailable"):
        in_scratch(plink, "/bin/sh", "-c", "for i in $(seq 400); do sleep 5 & done; wait")


def test_arguments_are_never_a_shells(plink):
    argv = ["printf", "%s\\n", *HOSTILE]
    with plink.scratch() as folder:
        plink.run(["tee", "--", "$(touch owned)", "--out", "'a b'"], folder)
        assert {path.name for path in folder.iterdir()} == {"$(touch owned)", "--out", "'a b'"}
    assert output_of(plink, *argv) == "".join(f"{name}\n" for name in HOSTILE)


def hostile_genotypes():
    """Every name of a study that a file can bring in, hostile."""
    n = len(HOSTILE)
    names = np.array(HOSTILE, dtype=object)
    pos = np.arange(1, n + 1, dtype=np.int64)
    dosages = np.random.default_rng(1).integers(0, 3, (n, n), dtype=np.int8)
    return GenotypeMatrix(Variants(names, pos, names, names, names[::-1]), names, dosages)


def test_hostile_names_do_not_reach_the_tool(plink):
    genotypes = hostile_genotypes()
    case = np.tile(np.array([0, 1], dtype=np.int8), len(HOSTILE) // 2)
    theirs, ours = PlinkAssociation(plink)(genotypes, case), associate(genotypes, case)
    assert theirs["rsid"].tolist() == HOSTILE
    np.testing.assert_allclose(theirs["p_value"], ours["p_value"], rtol=5.1e-4)


@pytest.mark.parametrize("name", [name for name in HOSTILE if name != "0"])
@pytest.mark.parametrize("field", ["name: {}", "populations: {{small: {}}}", "panel: {{chromosome: {}}}"])
def test_hostile_settings_are_refused(tmp_path, name, field):
    import json

    path = tmp_path / "study.yaml"
    path.write_text(field.format(json.dumps(name)))
    with pytest.raises(InputError):
        load_study(path)
