"""The compose files, checked by docker compose where it is installed, and by what must hold of them."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from sqlalchemy import create_engine

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
SECRETS = {
    "POSTGRES_PASSWORD", "REDIS_PASSWORD", "S3_ACCESS_KEY", "S3_SECRET_KEY", "ADMIN_PASSWORD", "JWT_SECRET",
    "API_SECRET_KEY", "FERNET_KEY",
}  # fmt: skip
AIRFLOW = {"init", "api-server", "scheduler", "dag-processor", "triggerer", "worker", "worker-memory", "worker-gpu"}


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def compose_config(tmp_path, environment, *files):
    """What docker compose makes of the files, with a ``.env`` of these variables."""
    if shutil.which("docker-compose") is None:
        refuse = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        refuse("docker-compose is not installed; Debian has a package of that name")
    (tmp_path / "env").write_text("".join(f"{name}={value}\n" for name, value in environment.items()))
    named = [part for name in files for part in ("--file", str(DEPLOY / name))]
    command = ["docker-compose", "--env-file", str(tmp_path / "env"), *named, "config"]
    return subprocess.run(command, capture_output=True, text=True, env={"PATH": "/usr/local/bin:/usr/bin:/bin"})


def test_compose_accepts_the_file_once_every_secret_is_set(tmp_path):
    done = compose_config(tmp_path, dict.fromkeys(SECRETS, "abc123"), "compose.yaml")
    assert done.returncode == 0, done.stderr
    made = yaml.safe_load(done.stdout)["services"]
    assert {"postgres", "redis", "s3", *AIRFLOW} - {"worker-gpu"} <= set(made)
    assert "abc123@postgres" in made["worker"]["environment"]["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]


@pytest.mark.parametrize("secret", sorted(SECRETS))
def test_compose_refuses_while_a_secret_is_not_set(tmp_path, secret):
    done = compose_config(tmp_path, dict.fromkeys(SECRETS - {secret}, "abc123") | {secret: ""}, "compose.yaml")
    assert done.returncode != 0
    assert "set it in .env" in done.stderr


def test_addresses_of_databases_name_a_driver_that_is_installed(tmp_path):
    """SQLAlchemy takes one for PostgreSQL that is not, where none is named: workers then end at once."""
    done = compose_config(tmp_path, dict.fromkeys(SECRETS, "abc123"), "compose.yaml")
    environment = yaml.safe_load(done.stdout)["services"]["worker"]["environment"]
    addresses = [value.removeprefix("db+") for value in environment.values() if "@postgres" in str(value)]
    addresses += re.findall(r"'(postgresql\S+)'", (DEPLOY / "README.md").read_text().replace("PORT", "5432"))
    assert len(addresses) == 3
    for address in addresses:
        create_engine(address)  # imports the driver


def test_compose_accepts_the_tools_engine_beside_it(tmp_path):
    own = {"SCRATCH": "/var/tmp/gtl", "DOCKER_GROUP": "998"}  # noqa: S108
    done = compose_config(tmp_path, dict.fromkeys(SECRETS, "x") | own, "compose.yaml", "compose.docker.yaml")
    assert done.returncode == 0, done.stderr
    worker = yaml.safe_load(done.stdout)["services"]["worker"]
    assert worker["environment"]["TMPDIR"] == "/var/tmp/gtl"  # noqa: S108
    assert "/home/gtl/logs" in str(worker["volumes"])
    assert "/var/run/docker.sock" in str(worker["volumes"])


def test_the_example_names_every_secret_and_sets_none():
    lines = (DEPLOY / ".env.example").read_text().splitlines()
    named = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z]", line))
    assert {name for name, value in named.items() if not value} == SECRETS
    assert named.keys() - SECRETS == {"COMPOSE_PROJECT_NAME"}
    text = (DEPLOY / "compose.yaml").read_text()
    assert set(re.findall(r"\$\{(\w+):\?", text)) == SECRETS
    optional = set(re.findall(r"\$\{(\w+):-", text)) | set(
        re.findall(r"\$\{(\w+):\?", (DEPLOY / "compose.docker.yaml").read_text())
    )
    assert optional | {"COMPOSE_PROFILES"} == {
        line[1:].partition("=")[0] for line in lines if re.match(r"#[A-Z]", line)
    }


def test_no_secret_has_a_default_and_none_is_written_down(compose):
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|FERNET|ACCESS_KEY", name) and "FILE" not in name:
                assert re.fullmatch(r"\$\{\w+:\?set it in \.env\}", value), name


def test_only_the_web_ui_is_reachable_and_from_this_machine_unless_told(compose):
    ports = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert ports == {"api-server": ["${LISTEN:-127.0.0.1}:${PORT:-8080}:8080"]}


def test_every_service_is_watched_and_all_of_airflow_is_one_image(compose):
    services = compose["services"]
    assert set(services) == {"postgres", "redis", "s3", *AIRFLOW}
    assert {name for name, service in services.items() if "healthcheck" not in service} == {"init"}
    images = {services[name]["image"] for name in AIRFLOW}
    assert images == {"${GTL_IMAGE:-gtl/gtl:1}", "${GTL_GPU_IMAGE:-gtl/gtl:1}"}
    assert all(":" in services[name]["image"] for name in ("postgres", "redis", "s3"))


def test_the_image_has_what_its_commands_need_and_folders_for_volumes(compose):
    """Of ``airflow celery worker`` the executor, of its database and broker the drivers."""
    pinned = {line.partition("==")[0] for line in (ROOT / "requirements.txt").read_text().splitlines()}
    executors = {"apache-airflow-providers-celery", "apache-airflow-providers-cncf-kubernetes"}
    assert executors | {"celery", "psycopg2-binary", "redis"} <= pinned
    recipe = (ROOT / "docker/gtl/Dockerfile").read_text()
    made = {*re.findall(r"/home/gtl/\w+", recipe.rpartition("install --directory")[2])}
    mounted = {*re.findall(r"/home/gtl/\w+", str(compose["services"]["worker"]["volumes"]))}
    assert mounted | {"/home/gtl/results"} == made
    assert all(folder in (ROOT / "docker/README.md").read_text() for folder in made)


def test_the_image_of_phenotype_simulator_has_a_fast_blas():
    """R takes the reference BLAS, at which matrices of people take 2.4 times as long, where no other is installed."""
    recipe = (ROOT / "docker/phenotypesimulator/Dockerfile").read_text()
    assert re.search(r"apt-get install [^&]*libopenblas0-pthread=.*[^&]*r-base-core=", recipe)


def test_kinship_that_nobody_reads_is_not_written():
    """savePheno would write people x people numbers three times; the script takes them out before it is called."""
    script = (ROOT / "docker/phenotypesimulator/simulate.R").read_text()
    taken_out, written = script.split("\nsavePheno(")
    assert all(f'"{name}"' in taken_out for name in ("kinship", "evec_kinship", "eval_kinship"))
    assert "simulated$rawComponents[[name]] <- matrix(1," in taken_out
    assert written.startswith("simulated,")


def test_what_must_last_lies_in_named_volumes(compose):
    used = {name: str(service.get("volumes", "")) for name, service in compose["services"].items()}
    for service, volume in {"postgres": "database", "redis": "broker", "s3": "store", "worker": "logs"}.items():
        assert f"'{volume}:/" in used[service]
    assert set(compose["volumes"]) == {"database", "broker", "store", "logs"}


def test_every_queue_that_tasks_go_to_has_workers(compose, monkeypatch):
    from gtl.flow import Weight
    from operators.policies import policy

    settings = compose["services"]["worker"]["environment"]
    monkeypatch.setenv("AIRFLOW__GTL__MEMORY_QUEUE", settings["AIRFLOW__GTL__MEMORY_QUEUE"].rpartition("-")[2][:-1])
    queues = {policy(weight).get("queue", "default") for weight in Weight}
    commands = [service["command"] for name, service in compose["services"].items() if name.startswith("worker")]
    served = {command[command.index("--queues") + 1] for command in commands}
    assert queues == {"default", "memory"}
    assert queues <= served
    # A task that Redis takes for lost is given to a second worker.
    longest = max(policy(weight)["execution_timeout"].total_seconds() for weight in Weight)
    assert int(settings["AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__VISIBILITY_TIMEOUT"]) > longest


def test_pools_that_settings_name_are_made(compose):
    settings, (*_, script) = compose["services"]["worker"]["environment"], compose["services"]["init"]["command"]
    for name in (settings["AIRFLOW__GTL__CPU_POOL"], settings["AIRFLOW__GTL__MEMORY_POOL"]):
        assert f"airflow pools set {name} " in script


def test_every_setting_of_airflow_s_is_one_that_it_has(compose):
    check_settings_exist(compose["services"]["worker"]["environment"])


def check_settings_exist(names):
    """Airflow passes over a misspelt setting without a word."""
    from airflow.configuration import retrieve_configuration_description

    known = retrieve_configuration_description(include_providers=True)
    for name in names:
        section, _, option = name.removeprefix("AIRFLOW__").lower().partition("__")
        if name.startswith("AIRFLOW__") and section != "gtl":
            assert option in known[section]["options"], name


def test_every_setting_of_ours_is_one_that_is_read(compose):
    from operators import airflow_settings

    for name in compose["services"]["worker"]["environment"]:
        if name.startswith("AIRFLOW__GTL__"):
            assert f"``{name.removeprefix('AIRFLOW__GTL__').lower()}``" in airflow_settings.__doc__


@pytest.fixture(scope="module")
def helm():
    return yaml.safe_load((DEPLOY / "helm" / "values.yaml").read_text())


def test_helm_s_secrets_are_names(helm):
    named = {key: value for key, value in helm.items() if key.endswith("SecretName")} | helm["data"]
    assert set(named) == {"metadataSecretName", "fernetKeySecretName", "apiSecretKeySecretName", "jwtSecretName"}
    for path, value in leaves(helm):
        name = path[-1] if isinstance(path[-1], str) else ""
        assert not re.search("^(password|pass|.*Key|.*secret)$", name), path
        assert not re.search(r"://[^/\s]*:[^/\s]*@", str(value)), path
    (password,) = helm["apiServer"]["env"]
    assert password["valueFrom"] == {"secretKeyRef": {"name": "gtl-admin", "key": "password"}}


def leaves(node, path=()):
    """Path and value of everything in a tree that is no tree."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    if not items and not isinstance(node, dict | list):
        yield path, node
    for key, value in items:
        yield from leaves(value, (*path, key)) if key != "secretKeyRef" else ()


def test_helm_s_pods_have_an_identity_in_place_of_keys_and_no_rights_of_root(helm):
    for part in ("workers", "scheduler", "apiServer"):
        assert helm[part]["serviceAccount"]["annotations"]
    assert helm["securityContexts"]["pod"]["runAsUser"] == helm["uid"]
    assert f"--uid {helm['uid']} --gid {helm['gid']} " in (DEPLOY.parent / "docker" / "gtl" / "Dockerfile").read_text()
    assert helm["securityContexts"]["containers"]["capabilities"] == {"drop": ["ALL"]}


def test_helm_s_settings_are_ones_that_airflow_has(helm):
    from operators import airflow_settings

    check_settings_exist(
        f"AIRFLOW__{section}__{option}".upper() for section, options in helm["config"].items() for option in options
    )
    for setting in helm["env"]:
        if setting["name"].startswith("AIRFLOW__GTL__"):
            assert f"``{setting['name'].removeprefix('AIRFLOW__GTL__').lower()}``" in airflow_settings.__doc__


def test_helm_s_pods_ask_for_no_more_than_they_may_use(helm):
    from kubernetes.utils.quantity import parse_quantity

    for part in ("workers", "scheduler", "dagProcessor", "apiServer", "triggerer"):
        asked, most = (helm[part]["resources"][which] for which in ("requests", "limits"))
        assert asked.keys() == most.keys() == {"cpu", "memory"}
        assert all(parse_quantity(asked[name]) <= parse_quantity(most[name]) for name in asked), part


def test_a_task_s_pod_is_the_chart_s_with_what_its_weight_needs(helm, monkeypatch):
    """What Airflow's executor makes of the chart's pod and of what a task says."""
    from airflow.providers.cncf.kubernetes.pod_generator import PodGenerator
    from kubernetes.client import ApiClient
    from kubernetes.client import models as k8s

    from gtl.flow import Weight
    from operators.policies import policy

    monkeypatch.setenv("AIRFLOW__GTL__POD_LIMITS", "true")
    resources = k8s.V1ResourceRequirements(**helm["workers"]["resources"])
    image = "{repository}:{tag}".format(**helm["images"]["airflow"])
    mounts = [k8s.V1VolumeMount(name="data", mount_path="/home/gtl/data", read_only=True)]
    base = k8s.V1Container(name="base", image=image, resources=resources, volume_mounts=mounts)
    chart = k8s.V1Pod(spec=k8s.V1PodSpec(containers=[base], service_account_name="gtl-worker"))
    chart.metadata = k8s.V1ObjectMeta(name="task", namespace="gtl")
    made = PodGenerator.reconcile_pods(chart, PodGenerator.from_obj(policy(Weight.MEMORY)["executor_config"]))
    check_by_schema(ApiClient().sanitize_for_serialization(made) | {"apiVersion": "v1", "kind": "Pod"})
    (container,) = made.spec.containers
    assert (container.image, container.volume_mounts) == (image, mounts)
    assert made.spec.service_account_name == "gtl-worker"
    assert container.resources.limits == {"cpu": "1", "memory": "6Gi"}


def check_by_schema(resource):
    import kubernetes_validate

    from tests.local_kubernetes import SCHEMAS

    assert kubernetes_validate.validate(resource, SCHEMAS, strict=True) == SCHEMAS


def test_what_pods_of_tools_need_is_what_the_values_name(helm):
    from operators.pod_spec import TOOL_LABEL

    account, policy = yaml.safe_load_all((DEPLOY / "helm" / "tools.yaml").read_text())
    for resource in (account, policy):
        check_by_schema(resource)
    env = {setting["name"]: setting["value"] for setting in helm["env"]}
    assert env["AIRFLOW__GTL__TOOLS"] == "kubernetes"
    assert account["metadata"]["name"] == env["AIRFLOW__GTL__TOOLS_ACCOUNT"]
    assert policy["spec"]["podSelector"]["matchLabels"] == {TOOL_LABEL: "true"}
    assert "Ingress" in policy["spec"]["policyTypes"]
    assert "ingress" not in policy["spec"]
    registry, _, name = helm["images"]["airflow"]["repository"].partition("/")
    assert (registry, name) == (env["AIRFLOW__GTL__TOOLS_REGISTRY"], "gtl/gtl")
    assert helm["allowPodLaunching"] is True


def test_the_helm_pods_own_fields_are_kubernetes_own(helm):
    """Volumes, mounts, variables and security contexts of the values, in a pod as the chart makes it."""
    contexts, workers = helm["securityContexts"], helm["workers"]
    container = {
        "name": "base", "image": "{repository}:{tag}".format(**helm["images"]["airflow"]), "env": helm["env"],
        "volumeMounts": workers["extraVolumeMounts"], "resources": workers["resources"],
        "securityContext": contexts["containers"],
    }  # fmt: skip
    pod = {"containers": [container], "volumes": workers["extraVolumes"], "securityContext": contexts["pod"]}
    check_by_schema({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "task"}, "spec": pod})
