"""A Kubernetes of one's own on loopback, as far as pods that run once need one: their containers are processes here.

Pods are checked against Kubernetes' own schemas, and refused as an API server refuses them. Init containers run one
after the other, then the container; each sees the environment of its spec and of the secrets that it names, nothing
else, and the folders of its volumes in place of their mount paths. What is not here: images (a name says whether there
is one), limits, users, and file systems of one's own.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import kubernetes_validate
import yaml

Json = dict[str, Any]
ROOT = Path(__file__).resolve().parents[1]
SCHEMAS = "1.33"


@dataclass
class Pod:
    """A pod that was asked for, its state, and what its containers printed."""

    spec: Json
    status: Json
    folder: Path
    output: dict[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[str] | None" = None
    removed: bool = False


@dataclass
class LocalKubernetes:
    """What the cluster has, and what it was asked for."""

    url: str = ""
    images: set[str] = field(default_factory=set)
    secrets: dict[str, dict[str, str]] = field(default_factory=dict)
    pods: dict[str, Pod] = field(default_factory=dict)
    asked: list[Json] = field(default_factory=list)
    ends_with: Json = field(default_factory=dict)
    """What a pod's status says in the end, instead of what became of its containers."""

    def create(self, body: Json, folder: Path) -> tuple[int, Json]:
        """Take a pod and begin to run it."""
        try:
            kubernetes_validate.validate(body, SCHEMAS, strict=True)
        except kubernetes_validate.ValidationError as error:
            return 422, {"kind": "Status", "message": str(error)}
        name = body["metadata"]["name"]
        pod = Pod(body, {"phase": "Pending"}, folder)
        body["metadata"]["uid"] = str(uuid4())
        self.asked.append(json.loads(json.dumps(body)))
        self.pods[name] = pod
        threading.Thread(target=self._run, args=(pod,), daemon=True).start()
        return 201, shown(pod)

    def delete(self, name: str) -> tuple[int, Json]:
        """Kill what runs of the pod, and forget it."""
        pod = self.pods.pop(name, None)
        if pod is None:
            return 404, {"kind": "Status", "message": f"pods {name!r} not found"}
        pod.removed = True
        if pod.process is not None:
            pod.process.kill()
        return 200, shown(pod)

    def _run(self, pod: Pod) -> None:
        spec = pod.spec["spec"]
        kinds = [("initContainerStatuses", one) for one in spec["initContainers"]]
        kinds += [("containerStatuses", one) for one in spec["containers"]]
        for kind, container in kinds:
            statuses = pod.status.setdefault(kind, [])
            status = {"name": container["name"], "image": container["image"], "imageID": "", "ready": False}
            statuses.append(status | {"restartCount": 0, "state": {}})
            if container["image"] not in self.images:
                statuses[-1]["state"] = {"waiting": {"reason": "ImagePullBackOff", "message": "not found"}}
                return
            statuses[-1]["state"] = {"running": {}}
            code = self._run_container(pod, container)
            reason = "Completed" if code == 0 else "Error"
            ended = {"exitCode": code, "reason": reason, "finishedAt": datetime.now(UTC).isoformat()}
            statuses[-1]["state"] = {"terminated": ended}
            if code != 0:
                pod.status |= {"phase": "Failed", **self.ends_with}
                return
        pod.status |= {"phase": "Succeeded", **self.ends_with}

    def _run_container(self, pod: Pod, container: Json) -> int:
        places = {mount["mountPath"]: str(pod.folder / mount["name"]) for mount in container["volumeMounts"]}
        for place in places.values():
            Path(place).mkdir(exist_ok=True)
        command = [_placed(part.replace("$$(", "$("), places) for part in container["command"]]
        if command[0] == "python":
            command[0] = sys.executable
        variables = {one["name"]: _placed(one["value"], places) for one in container.get("env", [])}
        for source in container.get("envFrom", []):
            variables |= self.secrets[source["secretRef"]["name"]]
        variables |= {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        where = _placed(container["workingDir"], places) if "workingDir" in container else str(pod.folder)
        with (pod.folder / f"{container['name']}.log").open("w+") as log:
            if pod.removed:
                return 137
            pod.process = subprocess.Popen(command, env=variables, cwd=where, stdout=log, stderr=log, text=True)
            code = pod.process.wait()
            log.seek(0)
            pod.output[container["name"]] = log.read()
        return code if code >= 0 else 128 - code


def _placed(text: str, places: Mapping[str, str]) -> str:
    return next((f"{to}{text.removeprefix(path)}" for path, to in places.items() if text.startswith(path)), text)


def shown(pod: Pod) -> Json:
    """The pod as the API shows it."""
    return pod.spec | {"status": pod.status}


@contextmanager
def local_kubernetes(folder: Path) -> Iterator[LocalKubernetes]:
    """A running API server; ``folder/config`` is a kubeconfig for it."""
    cluster = LocalKubernetes()

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(length) or "{}")
            place = Path(tempfile.mkdtemp(dir=folder))
            status, answer = _answer(cluster, self.command, self.path, body, place)
            data = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/plain" if isinstance(answer, str) else "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_DELETE = handle_any

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        cluster.url = f"http://127.0.0.1:{server.server_port}"
        (folder / "config").write_text(yaml.safe_dump(_config(cluster.url)))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield cluster
        for name in list(cluster.pods):
            cluster.delete(name)
        server.shutdown()
        thread.join()


def _answer(cluster: LocalKubernetes, method: str, url: str, body: Json, folder: Path) -> tuple[int, Json | str]:
    path, query = urlsplit(url).path, parse_qs(urlsplit(url).query)
    name, _, part = path.partition("/pods")[2].strip("/").partition("/")
    if method == "POST":
        return cluster.create(body, folder)
    if method == "DELETE":
        return cluster.delete(name)
    if not name:
        key, _, value = query.get("labelSelector", [""])[0].partition("=")
        found = [shown(pod) for pod in cluster.pods.values() if pod.spec["metadata"]["labels"].get(key, "") == value]
        return 200, {"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": found}
    pod = cluster.pods.get(name)
    if pod is None:
        return 404, {"kind": "Status", "message": f"pods {name!r} not found"}
    if part == "log":
        (container,) = query["container"]
        return (200, pod.output[container]) if container in pod.output else (400, {"message": "has not run"})
    return 200, shown(pod)


def _config(url: str) -> Json:
    return {
        "apiVersion": "v1", "kind": "Config", "current-context": "local",
        "clusters": [{"name": "local", "cluster": {"server": url}}],
        "users": [{"name": "local", "user": {}}],
        "contexts": [{"name": "local", "context": {"cluster": "local", "user": "local", "namespace": "studies"}}],
    }  # fmt: skip
