"""What stands in deploy/ fits the code: every setting is told, nothing else, and the containers are contained."""

import dataclasses
import importlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from chassis import topology
from contracts.calls import SERVICES
from deploy.install.secret_files import Installation
from deploy.local.keys import Keys
from deploy.local.ports import SERVICES as PORTS_OF
from tests.architecture.source import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE_FILES = sorted(DEPLOY.glob("compose*.yml"))
LINE = re.compile(r"^(# )?([A-Z][A-Z0-9_]+)=(.*)$")
PACKAGES = (*(f"services.{name}" for name in SERVICES), "gateway")
STEPS = {"databases", "migrate", "topology", "buckets", "storage-folder"}
SCALED = {"gateway", *SERVICES}


def _told() -> dict[str, str | None]:
    """Every setting of env.example; None for those that must be filled in."""
    told: dict[str, str | None] = {}
    for line in (DEPLOY / "env.example").read_text(encoding="utf-8").splitlines():
        if found := LINE.match(line):
            default, name, value = found.groups()
            assert name not in told, f"{name} stands there twice"
            told[name] = value.strip("'") if default else None
    return told


def _settings() -> dict[str, dataclasses.Field[Any]]:
    classes = [importlib.import_module(f"{package}.settings").Settings for package in PACKAGES]
    return {field.name: field for cls in (*classes, topology.Settings) for field in dataclasses.fields(cls)}


def _variables() -> set[str]:
    return {
        name for path in COMPOSE_FILES for name in re.findall(r"(?<!\$)\$\{([A-Z0-9_]+)", path.read_text())
    }


def _services(name: str = "compose.yml") -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))["services"]


def test_every_setting_is_told_and_nothing_else() -> None:
    assert set(_told()) == set(_settings()) | _variables()


def test_defaults_are_those_of_the_code() -> None:
    told = _told()
    for name, field in _settings().items():
        default = field.default_factory() if callable(field.default_factory) else field.default
        if default is dataclasses.MISSING or not told[name]:
            continue
        if name in _variables() or name == "HEALTH_ADDRESS":
            continue  # compose.yml gives its own
        text = json.dumps(default) if isinstance(default, dict) else str(default)
        assert told[name] == (text.lower() if isinstance(default, bool) else text), name


def test_defaults_are_those_of_compose() -> None:
    told = _told()
    for path in COMPOSE_FILES:
        for name, default in re.findall(r"\$\{([A-Z0-9_]+):-([^}]*)\}", path.read_text(encoding="utf-8")):
            assert told[name] == default, f"{name} in {path.name}"


def test_every_container_is_contained() -> None:
    for name, service in {**_services(), **_services("compose.local.yml")}.items():
        if "image" not in service:
            continue  # an override
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["user"] not in ("root", "0", ""), name
        assert name == "storage-folder" or service["user"] != "0:0", name
        assert service.get("restart") == ("no" if name in STEPS else "unless-stopped"), name
        assert name in STEPS or "memory" in service["deploy"]["resources"]["limits"], name
        assert not service.get("privileged"), name


def test_whatever_may_be_scaled_has_neither_name_nor_port() -> None:
    for name, service in _services().items():
        assert "container_name" not in service, name
        assert ("ports" in service) == (name == "proxy"), name
    assert set(_services()) >= SCALED


def test_only_who_must_reaches_the_world() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))
    outside = {name for name, each in compose["services"].items() if "outside" in each.get("networks", ())}
    assert outside == {"proxy", "notifications"}
    closed = {name for name, network in compose["networks"].items() if (network or {}).get("internal")}
    assert set(compose["networks"]) - closed == {"outside"}
    assert compose["services"]["storage"]["network_mode"] == "none"


def test_services_wait_for_the_steps() -> None:
    for name in SCALED:
        waits = _services()[name]["depends_on"]
        for step in ("topology", "migrate"):
            assert waits[step]["condition"] == "service_completed_successfully", name


def test_each_process_finds_the_secrets_that_it_is_told_of(tmp_path: Path) -> None:
    installation = Installation(tmp_path / "secrets", "rabbitmq:5672", "postgres:5432")
    for name in ("smtp_url", "sms_token", "portal.pem"):
        Keys(tmp_path / "secrets" / "keys").get(name)
    installation.write()
    assert installation.missing() == []
    for name, service in _services().items():
        wanted = {
            Path(value).name
            for key, value in (service.get("environment") or {}).items()
            if str(value).startswith("/run/secrets/") and key.endswith("_FILE")
        }
        mounts = [each for each in service.get("volumes", ()) if isinstance(each, dict)]
        folders = [Path(each["source"]).name for each in mounts if each["target"] == "/run/secrets"]
        found = {path.name for folder in folders for path in (tmp_path / "secrets" / folder).iterdir()}
        assert wanted <= found, name
        if name in PORTS_OF:
            assert wanted == found, name


def test_secrets_are_closed_to_others_of_the_machine_and_stay_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    command = [sys.executable, "-S", "-m", "deploy.install.secret_files", str(folder)]
    first = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (first.returncode, first.stderr.count("still missing")) == (1, 3)
    assert oct(folder.stat().st_mode & 0o777) == "0o700"
    assert oct((folder / "keys").stat().st_mode & 0o777) == "0o700"
    before = {path: path.read_text() for path in folder.rglob("*") if path.is_file()}
    assert not [path for path in before if path.name in ("SMTP_URL", "SMS_TOKEN", "portal.pem")]
    for name, text in {"smtp_url": "smtp://relay", "sms_token": "t", "portal.pem": "p"}.items():
        (folder / "keys" / name).write_text(text)
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert second.returncode == 0, second.stderr
    assert {path: path.read_text() for path in before} == before
    assert (folder / "notifications" / "SMTP_URL").read_text() == "smtp://relay\n"
