"""The store on a real S3 server: every transaction, and every fault that the server can be made to show."""

import errno
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest
from aiohttp import ClientOSError
from botocore.exceptions import ReadTimeoutError
from s3fs import S3FileSystem

from gtl.errors import ArtifactCorrupt, StoreError, StoreUnavailable
from gtl.store import ArtifactRef, Store, files
from gtl.store.faults import translated
from gtl.store.records import Records

ROOT = "s3://unit@gtl"


@pytest.fixture
def store(s3, monkeypatch, request):
    monkeypatch.setenv("AIRFLOW_CONN_UNIT", s3.connection())
    return Store(f"{ROOT}/{request.node.name}")


def make(store, calls=None, **params):
    def compute(out):
        (calls if calls is not None else []).append(params)
        out.write_text("a.txt", "alpha")
        out.write_json("b.json", {"params": params})

    return store.run("study/stage", compute, params=params)


def test_a_stage_is_run_once_and_read_back(store):
    calls = []
    assert make(store, calls, x=1) == make(store, calls, x=1)
    assert calls == [{"x": 1}]
    artifact = store.read(store.find("study/stage"))
    artifact.verify()
    assert artifact.read_json("b.json") == {"params": {"x": 1}}
    assert set(store.times(store.find("study/stage"))) == {"started", "wall_seconds", "cpu_seconds"}


def test_a_remake_is_a_version_of_its_own(store):
    old = store.run("study/stage", lambda out: out.write_text("old.txt", "x"), params={"x": 0})
    new = make(store, x=1)
    folder = store.root / new.key / new.sha256[:16]
    assert sorted(files.sizes(folder)) == ["a.txt", "b.json", "manifest.json", "time.json"]
    assert store.read(old).read_bytes("old.txt") == b"x"


def test_a_failed_remake_leaves_what_was_finished(store):
    old = make(store, x=1)

    def compute(out):
        out.write_text("a.txt", "beta")
        raise RuntimeError("half-way")

    with pytest.raises(RuntimeError):
        store.run("study/stage", compute, params={"x": 2})
    assert store.find("study/stage") == old


def test_lost_and_changed_files_are_found(store):
    ref, calls = make(store, x=1), []
    folder = store.root / ref.key / ref.sha256[:16]
    folder.fs.pipe_file((folder / "b.json").path, b"other")
    with pytest.raises(ArtifactCorrupt, match=r"b\.json: the bytes in the store are not those"):
        store.read(ref).verify()
    files.remove([folder / "a.txt"])
    make(store, calls, x=1)
    assert calls == [{"x": 1}]


def test_another_process_s_artefacts_are_seen_at_once(store, s3):
    """A long-lived process must not answer from a listing that it made before."""
    assert files.sizes(store.root) == {}
    assert store.find("other") is None
    other = S3FileSystem(key=s3.key, secret=s3.secret, endpoint_url=s3.endpoint, skip_instance_cache=True)
    other.pipe_file(f"{store.root.path}/new.txt", b"12345")
    assert files.sizes(store.root) == {"new.txt": 5}
    other.pipe_file(f"{store.root.path}/new.txt", b"1")
    assert files.sizes(store.root) == {"new.txt": 1}
    assert files.find(store.root) == ["new.txt"]


def test_a_large_matrix_goes_up_in_parts_and_comes_back(store, monkeypatch):
    matrix = np.random.default_rng(1).integers(0, 256, size=(40, 1 << 20), dtype=np.uint8)
    parts = _counted(monkeypatch, store.root.fs, "_call_s3")

    def compute(out):
        with out.file("matrix.bin") as path:
            matrix.tofile(path)

    ref = store.run("large", compute, params={})
    assert [name for name, *_ in parts].count("upload_part") == 3  # 40 MiB in parts of 16
    artifact = store.read(ref)
    assert artifact.read_bytes("matrix.bin") == matrix.tobytes()
    with artifact.open("matrix.bin") as file:
        file.seek(20 << 20)
        assert file.read(100) == matrix.tobytes()[20 << 20 : (20 << 20) + 100]


def test_round_trips(store, monkeypatch):
    """What a stage costs: its two files and three of the store's own, and looks at what is there."""
    store.run("study/first", lambda out: None, params={})  # it also looks how the store is laid out
    calls = _counted(monkeypatch, store.root.fs, "_call_s3")
    ref = make(store, x=1)
    assert [name for name, *_ in calls].count("put_object") == 5
    assert len(calls) == 7
    calls.clear()
    make(store, x=1)
    assert len(calls) <= 2
    calls.clear()
    store.read(ref).read_bytes("a.txt")
    assert len(calls) == 2


def test_genotypes_are_not_written_to_a_folder_of_somebody_else(store, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("os.getuid", lambda: 12345)
    with pytest.raises(StoreError, match="belongs to somebody else, who could read genotypes there; set TMPDIR"):
        make(store)


def test_records_last(store):
    records = Records(store.root / "openings")
    assert list(records) == []
    records["study/YRI_5_1"] = "text"
    again = Records(store.root / "openings")
    assert dict(again) == {"study/YRI_5_1": "text"}
    del again["study/YRI_5_1"]
    assert records.get("study/YRI_5_1") is None
    with pytest.raises(KeyError):
        del records["study/YRI_5_1"]


def test_times_of_all_stages(store):
    refs = {"stage": make(store), "none": ArtifactRef("study/none", "0")}
    refs["other"] = store.run("study/other", lambda out: out.write_text("a", "x"), params={})
    assert [key for key, _ in store.all_times(refs)] == ["stage", "other"]


# Faults


def test_a_missing_bucket_is_named_and_not_made(store):
    missing = Store("s3://unit@no-such-bucket/x")
    for attempt in (lambda: missing.find("study"), lambda: make(missing), lambda: missing.keys("study")):
        with pytest.raises(StoreError, match="the bucket does not exist; create it or correct"):
            attempt()
    with pytest.raises(StoreError, match="the bucket does not exist"):
        Records(missing.root / "openings")["key"] = "text"


@pytest.mark.parametrize("field", ["login", "password"])
def test_wrong_credentials_are_named(store, s3, monkeypatch, field):
    monkeypatch.setenv("AIRFLOW_CONN_WRONG", s3.connection(**{field: "nonsense-nonsense"}))
    with pytest.raises(StoreError, match="the access key or its secret is wrong") as caught:
        make(Store("s3://wrong@gtl/x"))
    assert "nonsense" not in str(caught.value)


def test_a_token_that_the_server_does_not_know_is_named(store, s3, monkeypatch):
    connection = json.loads(s3.connection())
    connection["extra"]["aws_session_token"] = "old-token-of-mine"  # noqa: S105
    monkeypatch.setenv("AIRFLOW_CONN_OLD", json.dumps(connection))
    with pytest.raises(StoreError, match="the session token has expired or is not valid; get a new one") as caught:
        make(Store("s3://old@gtl/x"))
    assert "old-token" not in str(caught.value)


def test_no_credentials_are_named(store, s3, monkeypatch, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3.endpoint)
    with pytest.raises(StoreError, match="no credentials; name an Airflow connection"):
        make(Store("s3://gtl/no-credentials"))


def test_the_usual_aws_variables_do_as_well(store, s3, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3.key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3.secret)
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3.endpoint)
    S3FileSystem.clear_instance_cache()  # another test's may have no credentials
    make(Store("s3://gtl/variables"))
    assert Store(f"{ROOT}/variables").find("study/stage") is not None


def test_an_unreachable_server_may_come_back(monkeypatch):
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    connection = {"conn_type": "aws", "login": "a", "password": "b", "extra": {"endpoint_url": "http://127.0.0.1:9"}}
    monkeypatch.setenv("AIRFLOW_CONN_GONE", json.dumps(connection))
    with pytest.raises(StoreUnavailable, match="did not answer"):
        Store("s3://gone@gtl/x").find("study")


@pytest.mark.parametrize(
    "error",
    [ClientOSError(errno.ECONNRESET, "Connection reset by peer"), ReadTimeoutError(endpoint_url="http://127.0.0.1:9")],
)
def test_a_connection_that_breaks_may_come_back(error):
    assert isinstance(error, OSError)  # and yet no fault of a disk
    with pytest.raises(StoreUnavailable, match="did not answer"), translated("s3://gtl/x"):
        raise error


@contextmanager
def answering(status, code):
    """A server that answers everything with one S3 error: for those that JuiceFS cannot be made to give."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>as asked</Message></Error>".encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_DELETE = do_POST = answer

        def log_message(self, *arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "code", "error", "message"),
    [
        (400, "ExpiredToken", StoreError, "the session token has expired or is not valid; get a new one"),
        (403, "RequestTimeTooSkewed", StoreError, "this machine's clock differs from the server's; set it"),
        (403, "AccessDenied", StoreError, "access denied; check the bucket's policy"),
        (500, "InternalError", StoreUnavailable, "cannot be reached at the moment"),
        (502, "BadGateway", StoreUnavailable, "cannot be reached at the moment"),
        (503, "ServiceUnavailable", StoreUnavailable, "cannot be reached at the moment"),
    ],
)
def test_what_a_server_can_answer(monkeypatch, status, code, error, message):
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with answering(status, code) as endpoint:
        extra = {"endpoint_url": endpoint, "aws_session_token": "old-token-of-mine"}
        monkeypatch.setenv("AIRFLOW_CONN_STUB", json.dumps({"login": "a", "password": "b", "extra": extra}))
        store = Store(f"s3://stub@gtl/{code}")
        with pytest.raises(error, match=message) as caught:
            store.find("study")
        assert "old-token" not in f"{caught.value!r} {store!r}"


def _counted(monkeypatch, fs, name):
    calls, call = [], getattr(fs, name)

    async def counted(method, *arguments, **options):
        calls.append((method, options))
        return await call(method, *arguments, **options)

    monkeypatch.setattr(fs, name, counted)
    return calls
