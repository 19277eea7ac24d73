"""What is deployed is held against the code: settings, commands, ports and names that are not there would only show on the machine.

There is no container engine here. The image is linted (hadolint), the compose file and the manifests are read by the schemas of
their makers (compose_spec, kubernetes_validate); ``wegwijzer cluster`` runs the same layout as processes.
"""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import compose_spec
import kubernetes_validate
import pytest
import yaml

from tests.unit.test_docs import commands, first_cells
from wegwijzer.paths import ROOT
from wegwijzer.product import probe
from wegwijzer.product.processes import CannotStart
from wegwijzer.product.serving import MODULES, SERVED, SHARED, check, keep_deleting, new_secrets
from wegwijzer.product.training import INGREDIENTS
from wegwijzer.settings import Settings
from wegwijzer.watching.door import port_of
from wegwijzer.watching.parts import ACTIONS, CONSOLE, HANDOVER, PARTS, RASA
from wegwijzer.web.outbox import OutboxUnavailable

DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("wegwijzer:")}
KUBERNETES = DEPLOY / "kubernetes"
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

WRITTEN = {"/tmp", "/app/var"}  # noqa: S108 - in a container
"""What may be written in a container of ours; all else is read-only."""

OLDEST, NEWEST = "1.30", "1.34"
"""Versions of Kubernetes that the manifests are for: the first and the last."""

TOKEN = "k9fQ2zLp7wXr4Tn8Vb3Y"
DEFAULTS = Settings.from_environment({"RASA_TOKEN": TOKEN})
PORTS = {RASA: DEFAULTS.rasa_port, ACTIONS: DEFAULTS.action_port, CONSOLE: DEFAULTS.console.port}
WHATSAPP_PORT = 5006
FIGURES = 9300

SETTINGS = {word for word in first_cells(ROOT / "docs" / "operators.md") if re.fullmatch(r"[A-Z][A-Z0-9_]+", word)}

OF_OTHERS = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "REDIS_PASSWORD"}
"""What the images of others read."""

SECRET = re.compile(r"TOKEN|SECRET|KEY|PASSWORD|DATABASE_URL|REDIS_URL")


def documents() -> dict[str, dict[str, Any]]:
    """Every manifest, by its file and its number in there."""
    return {
        f"{path.relative_to(KUBERNETES)}#{number}": document
        for path in sorted(KUBERNETES.rglob("*.yaml"))
        if path.name != "kustomization.yaml"
        for number, document in enumerate(yaml.safe_load_all(path.read_text(encoding="utf-8")))
    }


MANIFESTS = documents()


def of_kind(*kinds: str) -> list[dict[str, Any]]:
    return [one for one in MANIFESTS.values() if one["kind"] in kinds]


def pods() -> dict[str, dict[str, Any]]:
    """The pod of each workload, by its name."""
    found = {one["metadata"]["name"]: one["spec"]["template"] for one in of_kind("Deployment")}
    return found | {one["metadata"]["name"]: one["spec"]["jobTemplate"]["spec"]["template"] for one in of_kind("CronJob")}


def container(name: str) -> dict[str, Any]:
    (one,) = pods()[name]["spec"]["containers"]
    return dict(one)


# --------------------------------------------------------------------------- the image


def test_the_image_has_no_fault_that_the_linter_knows() -> None:
    linter = Path(sys.executable).parent / "hadolint"
    done = subprocess.run([linter, DEPLOY / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_linter_would_see_a_fault(tmp_path: Path) -> None:
    bad = tmp_path / "Dockerfile"
    bad.write_text("FROM debian:latest\nRUN apt-get install -y curl\n", encoding="utf-8")
    done = subprocess.run([Path(sys.executable).parent / "hadolint", bad], capture_output=True, text=True, check=False)
    assert done.returncode and "DL3007" in done.stdout


def lines(keyword: str) -> list[str]:
    return re.findall(rf"^{keyword} (.+)$", DOCKERFILE.replace("\\\n", " "), re.MULTILINE)


def test_it_runs_as_nobody_in_particular_and_says_how_it_is() -> None:
    assert lines("USER")[-1] == "10001:10001"
    (health,) = lines("HEALTHCHECK")
    assert '"wegwijzer.product.probe", "rasa"' in health
    assert lines("ENTRYPOINT") == ['["wegwijzer"]'] and lines("CMD") == ['["serve", "rasa"]']


def test_its_ports_are_those_of_the_settings() -> None:
    (exposed,) = lines("EXPOSE")
    wanted = {*PORTS.values(), WHATSAPP_PORT, *(port_of(FIGURES, part) for part in PARTS)}
    assert {int(port) for port in exposed.split()} == wanted


def test_no_secret_gets_in_when_it_is_built() -> None:
    assert not lines("ARG") and not lines("ADD")
    names = {name for line in lines("ENV") for name in re.findall(r"([A-Z_]+)=", line)}
    assert not {name for name in names if SECRET.search(name)}


def test_what_it_is_made_on_has_a_version() -> None:
    stages = set(re.findall(r"^FROM \S+ AS (\w+)$", DOCKERFILE, re.MULTILINE))
    bases = [line.split()[0] for line in lines("FROM") if line.split()[0] not in stages]
    assert bases and all(":" in base and "latest" not in base for base in bases)
    assert all("==" in word for line in lines("RUN") for word in re.findall(r"pip install --no-cache-dir (\S+)", line))


def kept(path: str) -> bool:
    """Whether ``.dockerignore`` lets a file in, for the patterns that stand in it: the last one that fits decides."""
    inside = True
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        pattern = line.lstrip("!")
        regex = re.escape(pattern).replace(r"\*\*/", "(?:.*/)?").replace(r"\*\*", ".*").replace(r"\*", "[^/]*")
        if re.fullmatch(f"{regex}(?:/.*)?", path):
            inside = line.startswith("!")
    return inside


def test_an_image_holds_what_the_product_needs_and_nothing_else() -> None:
    needed = [*INGREDIENTS[:2], "data/rules.yml", "nlu/name_finder.py", *INGREDIENTS[4:], "catalogue/helplines.yml", "channels/server.py", "console/templates/base.html", "credentials.yml",
              "endpoints.yml", "pyproject.toml", "uv.lock", "web/package-lock.json", "web/src/teksten.ts"]  # fmt: skip
    assert [path for path in needed if not kept(path)] == []
    never = [".git/config", "var/rasa_token", "var/tracker.db", "models/x.tar.gz", "tests/unit/test_deploy.py", "deploy/secrets.env",
             "web/secrets.env", ".env", ".venv/bin/python", "web/node_modules/x/index.js", "wegwijzer/__pycache__/cli.pyc"]  # fmt: skip
    assert [path for path in never if kept(path)] == []


# --------------------------------------------------------------------------- the compose file


class Plain(yaml.SafeDumper):
    """Without shorthands, as an engine sees it."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def test_the_compose_file_is_one() -> None:
    read = compose_spec.PyCompose.from_yaml(yaml.dump(COMPOSE, Dumper=Plain))
    assert set(read.service_names()) == set(SERVICES)


@pytest.mark.parametrize("wrong", ["services: {x: {imag: a}}", "services: {x: {image: a, ports: ['a:b:c:d']}}"])
def test_a_compose_file_with_a_mistake_is_seen(wrong: str) -> None:
    with pytest.raises(ValueError):
        compose_spec.PyCompose.from_yaml(wrong)


def test_there_are_two_of_what_residents_and_colleagues_need() -> None:
    parts = [str(service["command"][1]) for service in OURS.values()]
    assert {part: parts.count(part) for part in SERVED} == {RASA: 2, ACTIONS: 2, CONSOLE: 2, HANDOVER: 1, "purge": 1}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_bounds_and_is_watched(name: str) -> None:
    service = SERVICES[name]
    image = service["image"]
    assert ":" in image.rpartition("/")[2] and not image.endswith(":latest")
    limits = service["deploy"]["resources"]["limits"]
    assert limits["cpus"] and limits["memory"]
    assert service["logging"]["options"]["max-size"] and service["restart"] == "unless-stopped"
    assert service["healthcheck"].get("test") or name == "purge"


@pytest.mark.parametrize("name", OURS)
def test_ours_may_do_as_little_as_possible(name: str) -> None:
    service = OURS[name]
    assert service["image"] == f"wegwijzer:{VERSION}"
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"] and service["user"] == "10001:10001"
    assert "no-new-privileges:true" in service["security_opt"]
    assert {path.split(":")[0] for path in service["tmpfs"]} == WRITTEN
    assert "ports" not in service, "only the proxy is reached from outside"


def test_a_health_check_asks_the_part_that_runs() -> None:
    for name, service in OURS.items():
        command, part = service["command"]
        assert command in commands() and part in SERVED
        if part != "purge":
            assert service["healthcheck"]["test"] == ["CMD", "python", "-m", "wegwijzer.product.probe", part], name


def given(service: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in (service.get("environment") or {}).items()}


def unknown(names: Iterator[str] | set[str]) -> set[str]:
    return set(names) - SETTINGS


def test_every_setting_that_is_given_exists() -> None:
    assert unknown({name for service in OURS.values() for name in given(service)}) == set()
    (settings,) = of_kind("ConfigMap")
    (secret,) = of_kind("Secret")
    assert unknown(set(settings["data"]) | set(secret["stringData"])) == set()
    assert unknown(set(example()) - OF_OTHERS) == set()


def example() -> dict[str, str]:
    text = (DEPLOY / "secrets.env.example").read_text(encoding="utf-8")
    return dict(line.partition("=")[::2] for line in text.splitlines() if line and not line.startswith("#"))


def test_no_file_holds_a_secret() -> None:
    assert set(example().values()) == {""}
    (secret,) = of_kind("Secret")
    assert set(secret["stringData"].values()) == {""}
    for service in SERVICES.values():
        for name, value in given(service).items():
            assert not SECRET.search(name) or value.startswith("${"), name
    assert all("env" not in container(name) for name in pods()), "settings and secrets come from where they are kept"


def test_what_is_filled_in_from_outside_stands_in_the_example() -> None:
    text = (DEPLOY / "compose.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"\$\{([A-Z_]+)", text)) <= set(example())
    assert set(SHARED) | {"DATABASE_URL", "REDIS_URL", "METRICS_TOKEN"} <= set(example())
    assert set(new_secrets()) <= set(example())


def test_the_secrets_of_an_operator_are_never_committed() -> None:
    asked = ["git", "check-ignore", "-q", "deploy/secrets.env"]
    assert subprocess.run(asked, cwd=ROOT, check=False).returncode == 0
    assert subprocess.run([*asked[:3], "deploy/secrets.env.example"], cwd=ROOT, check=False).returncode == 1


def test_the_proxy_knows_each_process_by_its_port() -> None:
    filled = given(SERVICES["nginx"])
    for variable, part, port in (
        ("RASA_SERVERS", RASA, PORTS[RASA]), ("ACTION_SERVERS", ACTIONS, PORTS[ACTIONS]),
        ("CONSOLE_SERVERS", CONSOLE, PORTS[CONSOLE]), ("DOOR_SERVERS", RASA, WHATSAPP_PORT),
    ):  # fmt: skip
        wanted = {f"{name}:{port}" for name, service in OURS.items() if service["command"][1] == part}
        assert set(re.findall(r"server ([\w-]+:\d+)", filled[variable])) == wanted
    settings = given(OURS["rasa-1"])
    assert settings["ACTION_URL"] == f"http://nginx:{filled['ACTIONS_LISTEN']}"
    assert settings["RASA_URL"] == f"http://rasa:{PORTS[RASA]}"
    assert all("rasa" in OURS[name]["networks"]["app"]["aliases"] for name in ("rasa-1", "rasa-2"))
    published = {port.rpartition(":")[2] for port in SERVICES["nginx"]["ports"]}
    assert published == {filled["CHAT_LISTEN"], filled["CONSOLE_LISTEN"]}
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["nginx"]["ports"]), "TLS comes first"


def test_the_proxy_is_given_every_name_that_its_file_asks_for() -> None:
    template = (DEPLOY / "nginx" / "wegwijzer.conf.template").read_text(encoding="utf-8")
    assert set(re.findall(r"\$\{([A-Z_]+)\}", template)) == set(given(SERVICES["nginx"]))


def test_the_networks_keep_residents_away_from_the_databases() -> None:
    assert COMPOSE["networks"]["data"]["internal"] is True
    assert [name for name in ("postgres", "redis") if list(SERVICES[name]["networks"]) != ["data"]] == []
    assert list(SERVICES["nginx"]["networks"]) == ["app"]


def test_prometheus_finds_the_services_by_their_names() -> None:
    scraping = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))["scrape_configs"][0]
    targets = {target for one in scraping["static_configs"] for target in one["targets"]}
    assert targets == {
        f"{name}:{port_of(FIGURES, part)}" for name, service in OURS.items() if (part := service["command"][1]) in PARTS
    }


# --------------------------------------------------------------------------- Kubernetes


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
@pytest.mark.parametrize("name", MANIFESTS)
def test_a_manifest_is_one_for_every_version_it_is_for(name: str, version: str) -> None:
    kubernetes_validate.validate(MANIFESTS[name], version, strict=True)


def test_a_manifest_with_a_mistake_is_seen() -> None:
    wrong = {**of_kind("Deployment")[0], "spec": {**of_kind("Deployment")[0]["spec"], "replica": 2}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, NEWEST, strict=True)


@pytest.mark.parametrize("folder", ["base", "overlays/example"])
def test_kustomize_is_given_every_file_and_no_other(folder: str) -> None:
    here = KUBERNETES / folder
    listed = yaml.safe_load((here / "kustomization.yaml").read_text(encoding="utf-8"))
    assert (listed["apiVersion"], listed["kind"]) == ("kustomize.config.k8s.io/v1beta1", "Kustomization")
    files = {name for name in listed["resources"] if name.endswith(".yaml")}
    assert files == {path.name for path in here.glob("*.yaml")} - {"kustomization.yaml"}
    assert all((here / name / "kustomization.yaml").is_file() for name in set(listed["resources"]) - files)
    assert [image["newTag"] for image in listed["images"]] == [VERSION]
    assert all(image["name"] == "wegwijzer" for image in listed["images"])


def test_each_process_runs_what_there_is() -> None:
    assert {name: container(name)["args"] for name in pods()} == {
        **{part: ["serve", part] for part in MODULES}, "purge": ["purge"],
    }  # fmt: skip
    assert {"serve", "purge"} <= commands()


@pytest.mark.parametrize("name", pods())
def test_a_pod_may_do_as_little_as_possible(name: str) -> None:
    pod, one = pods()[name]["spec"], container(name)
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert one["securityContext"] == {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
    }  # fmt: skip
    assert {mount["mountPath"] for mount in one["volumeMounts"]} == WRITTEN
    assert set(one["resources"]) == {"requests", "limits"}
    assert one["image"] == "wegwijzer", "kustomize fills in where it is and which version"


@pytest.mark.parametrize("part", MODULES)
def test_its_ports_and_probes_are_those_of_the_process(part: str) -> None:
    one = container(part)
    ports = {port["name"]: port["containerPort"] for port in one["ports"]}
    wanted = {"figures": port_of(FIGURES, part)} | ({"http": PORTS[part]} if part in PORTS else {})
    assert ports == wanted | ({"whatsapp": WHATSAPP_PORT} if part == RASA else {})
    door = "http" if part in PORTS else "figures"
    for kind, path in (("startupProbe", "/health"), ("livenessProbe", "/health"), ("readinessProbe", "/ready")):
        asked = one[kind]["httpGet"]
        assert asked["port"] == door and asked["path"].partition("?")[0] == path
    assert pods()[part]["metadata"]["annotations"]["prometheus.io/port"] == str(ports["figures"])


def test_who_shows_the_helplines_gets_messages_also_without_action_servers() -> None:
    path = container(RASA)["readinessProbe"]["httpGet"]["path"]
    assert re.findall(r"part=(\w+)", path) == ["model", "database"]


def test_every_name_that_a_manifest_uses_is_there() -> None:
    for service in of_kind("Service"):
        name = service["spec"]["selector"]["app.kubernetes.io/name"]
        ports = {port["name"]: port["containerPort"] for port in container(name)["ports"]}
        assert pods()[name]["metadata"]["labels"]["app.kubernetes.io/name"] == name
        assert all(ports[port["targetPort"]] == port["port"] for port in service["spec"]["ports"])
    workloads = {one["metadata"]["name"] for one in of_kind("Deployment")}
    for one in of_kind("PodDisruptionBudget"):
        assert one["spec"]["selector"]["matchLabels"]["app.kubernetes.io/name"] in workloads
    for one in of_kind("HorizontalPodAutoscaler"):
        assert one["spec"]["scaleTargetRef"]["name"] in workloads
        assert one["spec"]["minReplicas"] >= 2
    named = {one["metadata"]["name"] for one in of_kind("ConfigMap", "Secret")}
    used = {next(iter(source.values()))["name"] for name in pods() for source in container(name)["envFrom"]}
    assert used == named
    services = {one["metadata"]["name"]: {port["name"] for port in one["spec"]["ports"]} for one in of_kind("Service")}
    for path in ingress_paths():
        backend = path["backend"]["service"]
        assert backend["port"]["name"] in services[backend["name"]]


def ingress_paths() -> list[dict[str, Any]]:
    return [path for one in of_kind("Ingress") for rule in one["spec"]["rules"] for path in rule["http"]["paths"]]


def test_residents_reach_the_chat_and_nothing_of_the_api() -> None:
    to_rasa = {(path["path"], path["pathType"]) for path in ingress_paths() if path["backend"]["service"]["name"] == RASA}
    assert ("/", "Exact") in to_rasa and ("/", "Prefix") not in to_rasa
    assert not {path for path, _ in to_rasa} & {"/conversations", "/model", "/webhooks/rest", "/ready", "/metrics"}


def test_the_settings_are_those_of_the_compose_file() -> None:
    (settings,) = of_kind("ConfigMap")
    assert {**settings["data"], "ACTION_URL": ""} == {**given(OURS["rasa-1"]), "ACTION_URL": ""}
    assert settings["data"]["ACTION_URL"] == f"http://{ACTIONS}:{PORTS[ACTIONS]}"


def test_nobody_speaks_with_anybody_but_for_what_is_said() -> None:
    (nobody,) = (one for one in of_kind("NetworkPolicy") if one["metadata"]["name"] == "nobody")
    assert nobody["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    ports = {port["name"] for name in pods() if name != "purge" for port in container(name)["ports"]}
    for policy in of_kind("NetworkPolicy"):
        for rule in policy["spec"].get("ingress", []):
            assert rule["from"], "never from everywhere"
            assert {port["port"] for port in rule["ports"]} <= ports


# --------------------------------------------------------------------------- one process by itself


def complete(**more: str) -> dict[str, str]:
    return {**new_secrets(), "WEGWIJZER_HOST": "127.0.0.1", **more}


def test_a_process_without_the_common_secrets_does_not_start(tmp_path: Path) -> None:
    for name in SHARED:
        with pytest.raises(CannotStart, match=name):
            check(ACTIONS, {**complete(), name: " "})


def test_a_process_without_a_model_says_what_to_do(tmp_path: Path) -> None:
    missing = tmp_path / "nergens.tar.gz"
    with pytest.raises(CannotStart, match="mount it"):
        check(RASA, complete(WEGWIJZER_MODEL=str(missing)))
    missing.touch()
    assert check(RASA, complete(WEGWIJZER_MODEL=str(missing))).model == missing
    assert check(CONSOLE, complete(WEGWIJZER_MODEL=str(tmp_path / "weg"))), "only Rasa's server needs one"


def test_secrets_are_strong_enough_and_never_the_same() -> None:
    assert check(HANDOVER, complete())
    assert not set(new_secrets().values()) & set(new_secrets().values()), "made anew each time"


def test_old_conversations_are_deleted_again_and_again_until_it_is_stopped(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stopping, rounds = threading.Event(), []

    def purge(settings: object) -> tuple[int, int]:
        rounds.append(settings)
        if len(rounds) == 2:
            raise OutboxUnavailable("the database web gave an error: OperationalError")
        if len(rounds) == 3:
            stopping.set()
        return 2, 3

    monkeypatch.setattr("wegwijzer.product.serving.retention.purge", purge)
    with caplog.at_level("INFO"):
        keep_deleting(DEFAULTS, stopping, every=0.001)
    assert len(rounds) == 3
    assert [record.levelname for record in caplog.records] == ["INFO", "ERROR", "INFO"]
    assert "5 conversations deleted" in caplog.text


def test_the_health_check_knows_the_ports_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(probe.ADDRESSES) == set(MODULES)
    for part, port in PORTS.items():
        assert probe.ADDRESSES[part][1:] == (port, 0)
    setting, default, more = probe.ADDRESSES[HANDOVER]
    assert (setting, FIGURES + more) == ("METRICS_PORT", port_of(FIGURES, HANDOVER)) and not default
    monkeypatch.setenv("RASA_PORT", "1")
    assert not probe.well(RASA), "nobody is there"
