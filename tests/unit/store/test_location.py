import json

import pytest

from gtl.config import StudyConfig, load_study
from gtl.config.answers import study_of_answers
from gtl.errors import InputError
from gtl.store import Store
from gtl.store.location import located

SECRET = "very-secret-word"  # noqa: S105


def connection(**fields):
    return json.dumps({"conn_type": "aws", "login": "key", "password": SECRET, "extra": {}} | fields)


def test_a_connection_gives_the_credentials_and_no_text_shows_them(monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_MINE", connection(extra={"endpoint_url": "http://127.0.0.1:1"}))
    path = located("s3://mine@bucket/prefix")
    assert (path.protocol, path.path) == ("s3", "bucket/prefix")
    assert path.storage_options["secret"] == SECRET
    assert path.storage_options["endpoint_url"] == "http://127.0.0.1:1"
    store = Store("s3://mine@bucket/prefix/")
    assert store.uri("studies/a") == "s3://mine@bucket/prefix/studies/a"
    assert SECRET not in f"{store!r} {path} {path!r}"


def test_extra_may_be_text_and_endpoint_may_be_the_service_s(monkeypatch):
    extra = {"service_config": {"s3": {"endpoint_url": "http://127.0.0.1:2"}}, "region_name": "eu-west-1"}
    monkeypatch.setenv("AIRFLOW_CONN_MINE", connection(extra=json.dumps(extra)))
    options = located("s3://mine@bucket/x").storage_options
    assert options["endpoint_url"] == "http://127.0.0.1:2"
    assert options["client_kwargs"] == {"region_name": "eu-west-1"}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "connection 'mine' is not in the environment; set AIRFLOW_CONN_MINE to its JSON"),
        (f"aws://key:{SECRET}@", "AIRFLOW_CONN_MINE is not a connection as JSON"),
        (f'"{SECRET}"', "is not a connection as JSON"),
        (connection(extra={"role_arn": SECRET}), "extra has role_arn, which only Airflow understands"),
    ],
)
def test_a_connection_that_cannot_be_used_is_named_without_its_secret(monkeypatch, value, message):
    monkeypatch.delenv("AIRFLOW_CONN_MINE", raising=False)
    if value is not None:
        monkeypatch.setenv("AIRFLOW_CONN_MINE", value)
    with pytest.raises(InputError, match=message) as caught:
        located("s3://mine@bucket/x")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "uri",
    [f"s3://key:{SECRET}@bucket/x", f"https://key:{SECRET}@host/x", f"s3://:{SECRET}@b", f"s3://key:a/{SECRET}@b"],
)
def test_a_password_in_the_uri_is_refused_and_not_repeated(uri, tmp_path):
    (tmp_path / "study.yaml").write_text(f"store: {uri!r}\n")
    attempts = (
        lambda: located(uri),
        lambda: load_study(tmp_path / "study.yaml"),
        lambda: study_of_answers({"store": uri}),
    )
    for attempt in attempts:
        with pytest.raises(InputError, match="passwords never go into") as caught:
            attempt()
        assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "uri",
    ["gs://b/x", "az://b/x", "ssh://h/x", "foo://x", "S3://b/x", "memory://x", "memory:/x", "s3:/b/x", "a::s3://b/x"],
)
def test_a_place_of_another_kind_is_refused_and_those_there_are_named(uri):
    expected = "is no place that .* expected a folder, file:///folder, s3://bucket/prefix or s3://connection@bucket"
    with pytest.raises(InputError, match=expected):
        Store(uri)


@pytest.mark.parametrize("place", ["a", "C:/a", "a:b", "a:b/c"])
def test_a_name_with_a_colon_is_a_folder(monkeypatch, tmp_path, place):
    monkeypatch.chdir(tmp_path)
    assert Store(place).uri("x") == f"{tmp_path}/{place}/x"


@pytest.mark.parametrize("place", ["user@domain/results", "GoogleDrive-me@host.org", "a%20b", "a b", "ä"])
def test_any_name_of_a_folder_is_one(tmp_path, place):
    for uri in (f"{tmp_path}/{place}", f"file://{tmp_path}/{place}"):
        ref = Store(uri).run("key", lambda out: out.write_text("b.txt", "c"), params={})
        assert (tmp_path / place / "key" / ref.sha256[:16] / "b.txt").read_text() == "c"
        assert Store(Store(uri).uri("").rstrip("/")).find("key") == ref


def test_a_tilde_is_the_home_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    Store("~/results").run("key", lambda out: out.write_text("b.txt", "c"), params={})
    assert (tmp_path / "results" / "key" / "current.json").exists()


def test_a_file_uri_is_a_folder(tmp_path):
    ref = Store(f"file://{tmp_path}/a").run("key", lambda out: out.write_text("b.txt", "c"), params={})
    assert (tmp_path / "a/key" / ref.sha256[:16] / "b.txt").read_text() == "c"


def test_gtl_store_is_the_default_and_no_more(monkeypatch, tmp_path):
    monkeypatch.setenv("GTL_STORE", "s3://mine@bucket/env")
    (tmp_path / "silent.yaml").write_text("name: a\n")
    (tmp_path / "named.yaml").write_text("store: elsewhere\n")
    assert load_study(tmp_path / "silent.yaml").store == "s3://mine@bucket/env"
    assert load_study(tmp_path / "named.yaml").store == "elsewhere"
    assert load_study(tmp_path / "named.yaml", ["store=third"]).store == "third"
    monkeypatch.delenv("GTL_STORE")
    assert StudyConfig().store == "results"
