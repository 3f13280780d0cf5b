"""One installation by deploy/compose.yml: secrets, certificate, settings, containers, and the way to them."""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.images_test import certificate, images
from deploy.images_test.engine import Engine
from deploy.local.ports import HOST
from deploy.local.rabbitmq import REPOSITORY
from deploy.local.rights import OPERATOR

PORTAL_HOST = "portal.test"
STORAGE_HOST = "files.portal.test"
# Everybody comes from one address here: fairness between addresses would only slow the run down.
RATES = {name: "100000 per minute" for name in ("RATE_ALL", "RATE_SIGN_IN", "RATE_FORMS")}


@dataclass(frozen=True)
class Broker:
    """Where the broker's management answers, and to whom."""

    http_url: str
    operator: tuple[str, str]


class Installation:
    """`files` beside compose.yml are overrides; `broker` is RabbitMQ's version."""

    def __init__(self, engine: Engine, folder: Path, *, broker: str, files: Sequence[str] = ()):
        self.engine = engine
        self.name = folder.name
        self.folder = folder
        self.secrets = folder / "secrets"
        self.files = ("compose.yml", *files)
        self.ports = dict(zip(("https", "http", "catcher"), _free_ports(3), strict=True))
        self._broker = broker

    @property
    def url(self) -> str:
        """The portal, through the proxy."""
        return f"https://{PORTAL_HOST}:{self.ports['https']}"

    @property
    def store_url(self) -> str:
        """The store, through the proxy."""
        return f"https://{STORAGE_HOST}:{self.ports['https']}"

    @property
    def catcher_url(self) -> str:
        """The catcher of mail and text messages."""
        return f"http://{HOST}:{self.ports['catcher']}"

    def prepare(self) -> None:
        """From nothing: what an operator does by docs/operations.md."""
        shutil.rmtree(self.folder, ignore_errors=True)
        keys = self.secrets / "keys"
        keys.mkdir(mode=0o700, parents=True)
        self.secrets.chmod(0o700)
        (keys / "smtp_url").write_text("smtp+starttls://relay.test:587\n")
        (keys / "sms_token").write_text("token-of-the-provider\n")
        authority = certificate.make(keys / "portal.pem", (PORTAL_HOST, STORAGE_HOST))
        (self.folder / "ca.pem").write_bytes(authority)
        subprocess.run(
            ["sh", REPOSITORY / "deploy/secrets.sh", self.secrets], check=True, stdout=subprocess.DEVNULL
        )
        text = "".join(f"{name}={value}\n" for name, value in self._settings().items())
        (self.folder / "env").write_text(text, encoding="utf-8")

    def _settings(self) -> dict[str, str]:
        return {
            "PORTAL_URL": self.url,
            "PORTAL_HOST": PORTAL_HOST,
            "S3_PUBLIC_URL": self.store_url,
            "STORAGE_HOST": STORAGE_HOST,
            "MAIL_FROM": "Kuwait Customs <no-reply@portal.test>",
            "SMS_URL": "https://sms.test/send",
            "HTTPS_ADDRESS": f"{HOST}:{self.ports['https']}",
            "HTTP_ADDRESS": f"{HOST}:{self.ports['http']}",
            "CATCHER_ADDRESS": f"{HOST}:{self.ports['catcher']}",
            "COMPOSE_PROJECT_NAME": self.name,
            **RATES,
            **images.environment(self._broker),
        }

    def compose(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """`docker compose` on this installation."""
        files = [part for name in self.files for part in ("--file", str(REPOSITORY / "deploy" / name))]
        places = {"ENV_FILE": str(self.folder / "env"), "SECRETS": str(self.secrets)}
        command = ["compose", "--env-file", str(self.folder / "env"), *files, *arguments]
        return self.engine.docker(*command, more=places, **options)

    def up(self, *options: str) -> None:
        """Start what is not started; return when all are healthy. Shows what ails those that are not."""
        command = [
            "up",
            "--detach",
            "--no-build",
            "--pull",
            "never",
            "--wait",
            "--wait-timeout",
            "240",
            *options,
        ]
        done = self.compose(*command, check=False)
        if done.returncode:
            self.keep_logs()
            told = self.compose("ps", "--all", check=False).stdout
            raise SystemExit(f"{done.stdout[-3000:]}\n{told}\nlogs are in {self.folder / 'log'}")

    def down(self) -> None:
        """End it and forget its data."""
        self.compose("down", "--volumes", "--remove-orphans", "--timeout", "30", check=False)

    def containers(self, *services: str) -> list[str]:
        """Names of the running containers of these services."""
        found = self.compose("ps", "--format", "{{.Name}}", *services, stderr=subprocess.DEVNULL)
        return sorted(found.stdout.split())

    def inspect(self, container: str) -> Mapping[str, Any]:
        """What the engine knows of a container."""
        return json.loads(self.engine.docker("inspect", container).stdout)[0]

    def logs_of(self, container: str) -> str:
        """All that it wrote."""
        return self.engine.docker("logs", container).stdout

    def keep_logs(self) -> Path:
        """Everybody's log as a file, named as services are; the folder."""
        folder = self.folder / "log"
        folder.mkdir(exist_ok=True)
        names = self.compose("ps", "--all", "--format", "{{.Name}}", stderr=subprocess.DEVNULL).stdout.split()
        for name in names:
            (folder / f"{name.removeprefix(f'{self.name}-')}.log").write_text(self.logs_of(name))
        return folder

    # ------------------------------------------------------------------------- to look into databases and broker

    def environment(self, component: str) -> Mapping[str, str]:
        """The address of a service's database, as this machine reaches its container."""
        address = (self.secrets / component / "DATABASE_URL").read_text().strip()
        return {"DATABASE_URL": address.replace("postgres:5432", f"{self._address('postgres', 'data')}:5432")}

    @property
    def rabbitmq(self) -> Broker:
        """The broker's management."""
        password = (self.secrets / "keys" / f"amqp_{OPERATOR}").read_text().strip()
        return Broker(f"http://{self._address('rabbitmq', 'bus')}:15672", (OPERATOR, password))

    def _address(self, service: str, network: str) -> str:
        networks = self.inspect(self.containers(service)[0])["NetworkSettings"]["Networks"]
        return networks[f"{self.name}_{network}"]["IPAddress"]


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind((HOST, 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def reach(installation: Installation) -> None:
    """This process alone finds the portal's names on this machine, and trusts the installation's own authority."""
    found = socket.getaddrinfo

    def resolve(host: Any, *arguments: Any, **options: Any) -> Any:
        ours = host in (PORTAL_HOST, STORAGE_HOST)
        return found(HOST if ours else host, *arguments, **options)

    socket.getaddrinfo = resolve
    os.environ["REQUESTS_CA_BUNDLE"] = str(installation.folder / "ca.pem")
