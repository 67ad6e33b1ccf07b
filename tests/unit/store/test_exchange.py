"""Files on their way through the store: complete or not there, checked, and only what a program has made comes back."""

import json
import os
import subprocess
import sys

import pytest
from upath import UPath

from gtl.errors import ArtifactCorrupt, ArtifactMissing
from gtl.store import exchange, files
from gtl.store.location import located


@pytest.fixture(params=["folder", "s3"])
def place(request, tmp_path, monkeypatch):
    """URI of a place in a folder, and in a bucket."""
    if request.param == "folder":
        return str(tmp_path / "store" / "run")
    s3 = request.getfixturevalue("s3")
    monkeypatch.setenv("AIRFLOW_CONN_EXCHANGE", s3.connection())
    return f"s3://exchange@gtl/exchange/{tmp_path.name}"


@pytest.fixture
def inputs(tmp_path):
    folder = tmp_path / "inputs"
    folder.mkdir()
    (folder / "a.bed").write_bytes(bytes(range(256)) * 100)
    (folder / "a.fam").write_text("one\ntwo\n")
    (folder / "empty").touch()
    return folder


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_sent_arrives_and_what_is_made_comes_back(place, inputs, tmp_path):
    uri, there = place, tmp_path / "there"
    exchange.send_inputs(inputs, located(uri))
    assert exchange.main(["fetch", uri, str(there)]) == 0
    assert contents(there) == contents(inputs)
    (there / "out").mkdir()
    (there / "out" / "a.assoc").write_text("P\n")
    (there / "a.fam").write_text("changed\n")
    assert exchange.main(["publish", uri, str(there)]) == 0
    assert set(json.loads(files.read(located(uri) / "out" / "list.json"))) == {"out/a.assoc", "a.fam"}
    exchange.fetch_outputs(located(uri), inputs)
    assert contents(inputs) == contents(there)
    exchange.remove(located(uri))
    assert files.find(located(uri)) == []


def test_a_program_cannot_have_published_what_a_link_leads_to(place, inputs, tmp_path):
    secret = tmp_path / "token"
    secret.write_text("secret")
    exchange.send_inputs(inputs, located(place))
    (inputs / "link").symlink_to(secret)
    exchange.send_outputs(inputs, located(place))
    assert json.loads(files.read(located(place) / "out" / "list.json")) == {}


def test_without_the_list_nothing_is_there(place, inputs, tmp_path, capsys):
    """As where the sender was killed before it had sent everything."""
    exchange.send_inputs(inputs, located(place))
    files.remove([located(place) / "in" / "list.json"])
    assert exchange.main(["fetch", place, str(tmp_path / "there")]) == 1
    assert "nothing was sent, or not all of it; run again" in capsys.readouterr().err
    with pytest.raises(ArtifactMissing, match="not all of it"):
        exchange.fetch_outputs(located(place), tmp_path)


def test_other_bytes_are_refused(place, inputs, tmp_path):
    exchange.send_inputs(inputs, located(place))
    files.write(located(place) / "in" / "files" / "a.fam", b"one\ntwO\n")
    with pytest.raises(ArtifactCorrupt, match=r"a\.fam: the bytes are not those that were sent; run again"):
        exchange.fetch_inputs(located(place), tmp_path / "there")


def test_a_publisher_that_is_killed_leaves_nothing_that_counts(inputs, tmp_path):
    """Killed between its last file and the list."""
    place, made = tmp_path / "store" / "run", tmp_path / "made"
    exchange.send_inputs(inputs, UPath(place))
    program = (
        "import os, signal, sys\nfrom gtl.store import exchange, files\n"
        "files.write = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "exchange.main(sys.argv[1:])\n"
    )
    made.mkdir()
    (made / "out.assoc").write_text("P\n")
    done = subprocess.run([sys.executable, "-c", program, "publish", place, made], check=False, env=os.environ)
    assert done.returncode == -9
    assert (place / "out" / "files" / "out.assoc").exists()
    with pytest.raises(ArtifactMissing):
        exchange.fetch_outputs(UPath(place), tmp_path)
    exchange.send_outputs(made, UPath(place))
    exchange.fetch_outputs(UPath(place), tmp_path / "back")
    assert contents(tmp_path / "back") == {"out.assoc": b"P\n"}


@pytest.mark.parametrize("name", ["../outside", "/outside-of-all", "a/../../outside"])
def test_a_list_that_leads_out_of_the_folder_is_refused(place, inputs, tmp_path, name):
    exchange.send_inputs(inputs, located(place))
    files.write(located(place) / "in" / "list.json", json.dumps({name: "0" * 64}).encode())
    with pytest.raises(ArtifactCorrupt, match="leads out of the folder"):
        exchange.fetch_inputs(located(place), tmp_path / "there")
    assert not (tmp_path / "outside").exists()
