"""Which files a study may name: only those below the roots, links followed, and never a device."""

import os
import socket

import pytest

from gtl.config import StudyConfig, flatten, preset, with_overrides
from gtl.config.paths import named_paths
from gtl.errors import InputError
from operators.airflow_settings import allowed_roots, home
from operators.roots import confined
from operators.stage import study_of


@pytest.fixture
def root(tmp_path):
    for folder in ("data", "elsewhere"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.legend").write_text("secret\n")
    return tmp_path / "data"


def panel(root, path):
    return StudyConfig.model_validate({"panel": legend(path), "store": str(root / "store")})


def legend(path):
    return {"source": "oxford", **dict.fromkeys(("hap_large", "hap_small", "legend", "genetic_map"), str(path))}


def test_files_below_a_root_may_be_named(root):
    assert confined(panel(root, root / "x.legend"), [root]).panel.legend == str(root / "x.legend")


@pytest.mark.parametrize("name", ["/etc/passwd", "../elsewhere/x.legend", "x/../../elsewhere/x.legend"])
def test_a_file_elsewhere_is_refused_with_the_setting_and_the_roots(root, name):
    with pytest.raises(InputError, match=rf"panel\.\w+: .* is not below a folder .*: {root}; .*ALLOWED_ROOTS"):
        confined(panel(root, root / name), [root])


def test_a_link_that_leads_elsewhere_is_refused(root):
    (root / "link.legend").symlink_to("/etc/passwd")
    with pytest.raises(InputError, match=r"link\.legend \(it leads to /etc/passwd\) is not below"):
        confined(panel(root, root / "link.legend"), [root])
    (root / "folder").symlink_to(root.parent / "elsewhere")
    with pytest.raises(InputError, match="is not below"):
        confined(panel(root, root / "folder" / "x.legend"), [root])


def test_a_link_within_the_roots_is_followed_and_a_root_may_be_one(root):
    (root / "link.legend").symlink_to(root / "x.legend")
    (root.parent / "root").symlink_to(root)
    confined(panel(root, root.parent / "root" / "link.legend"), [root.parent / "root"])


@pytest.mark.parametrize("location", ["chr{chrom}.bed", "chr1.bed", "chr1"])
def test_links_among_the_files_that_a_location_stands_for_are_followed(root, location):
    (root / "chr1.bed").touch()
    (root / "chr1.bim").symlink_to("/etc/passwd")
    config = StudyConfig.model_validate(
        {
            "source": "files",
            "store": str(root),
            "files": {name: {"genotypes": str(root / location)} for name in ("large", "small")},
        }
    )
    with pytest.raises(InputError, match=r"files\.large\.genotypes: .*chr1\.bim \(it leads to /etc/passwd\)"):
        confined(config, [root])


def test_hidden_files_below_a_root_may_not_be_named(root):
    with pytest.raises(InputError, match="hidden files and folders do not count"):
        confined(panel(root, root / ".ssh" / "id"), [root])


def test_a_store_lies_below_a_root_too(root):
    config = preset("quick")
    for store in ("/etc/results", "file:///etc/results"):
        with pytest.raises(InputError, match="store: /etc/results is not below"):
            confined(with_overrides(config, [f"store={store}"]), [root])
    confined(with_overrides(config, ["store=s3://mine@bucket/x"]), [root])


def test_devices_pipes_and_sockets_are_refused_below_a_root_too(root):
    os.mkfifo(root / "pipe")
    with pytest.raises(InputError, match=r"panel\.\w+: .*/pipe is a pipe, not a file"):
        confined(panel(root, root / "pipe"), [root])
    with pytest.raises(InputError, match="/dev/zero is a device"):
        confined(panel(root, "/dev/zero"), [root, "/dev"])
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(root / "socket"))
        with pytest.raises(InputError, match="is a socket"):
            confined(panel(root, root / "socket"), [root])


def test_every_field_that_names_files_is_known():
    files = {"genotypes": "g", "samples": "s", "tables": ["t", "u"], "where": "population=YRI"}
    tree = {
        "source": "files",
        "populations": {"small": ["YRI", "JPT"]},
        "files": {"large": files, "populations": {"YRI": {"small": files}, "JPT": {"small": files}}},
    }
    found = list(named_paths(StudyConfig.model_validate(tree)))
    for section in ("files.large", "files.populations.YRI.small", "files.populations.JPT.small"):
        named = [(name.removeprefix(f"{section}."), path) for name, path in found if name.startswith(f"{section}.")]
        assert named == [("genotypes", "g"), ("samples", "s"), ("tables", "t"), ("tables", "u")]


def test_a_source_that_is_called_as_a_field_that_names_files_is_none():
    source = {
        "statistics": "s.tsv", "columns": {"p": "P"}, "reference": {"genotypes": "r.bed"}, "reference_groups": "g:group"
    }  # fmt: skip
    tree = {"source": "files", "files": {"small": {"genotypes": "y.bed"}}, "sources": {"score": source}}
    assert list(named_paths(StudyConfig.model_validate(tree))) == [
        ("sources.score.statistics", "s.tsv"),
        ("sources.score.reference.genotypes", "r.bed"),
        ("sources.score.reference_groups", "g"),
        ("files.large.genotypes", "r.bed"),
        ("files.small.genotypes", "y.bed"),
    ]


def test_a_task_anchors_what_is_relative_in_the_form_and_confines_it(monkeypatch, tmp_path):
    monkeypatch.setenv("AIRFLOW__GTL__HOME", str(tmp_path))
    monkeypatch.delenv("AIRFLOW__GTL__ALLOWED_ROOTS")
    params = flatten(preset("quick")) | {"store": "results"}
    assert study_of({"params": params}).store == str(tmp_path / "results")
    with pytest.raises(InputError, match=r"store: .*/other is not below a folder .*: .*/data, .*/results, .*studies"):
        study_of({"params": params | {"store": "other"}})
    study_of({"params": params | {"panel.legend": "data/x.legend"}})
    with pytest.raises(InputError, match=r"panel\.legend: /etc/passwd is not below"):
        study_of({"params": params | {"panel.legend": "/etc/passwd"}})


def test_roots_are_read_from_airflow_s_configuration(monkeypatch, tmp_path):
    monkeypatch.setenv("AIRFLOW__GTL__ALLOWED_ROOTS", f"/srv/data:{tmp_path}")
    assert [str(root) for root in allowed_roots()] == ["/srv/data", str(tmp_path)]
    monkeypatch.setenv("AIRFLOW__GTL__ALLOWED_ROOTS", "data")
    with pytest.raises(InputError, match="data is not absolute"):
        allowed_roots()
    monkeypatch.setenv("AIRFLOW__CORE__DAGS_FOLDER", "/opt/airflow/dags")
    assert str(home()) == "/opt/airflow"
