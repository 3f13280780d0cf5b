"""What each process of a stack finds in its environment: its own settings and secrets, nobody else's."""

import os
from collections.abc import Mapping
from pathlib import Path

from contracts.subscriptions import SUBSCRIPTIONS
from deploy.local.keys import Keys, key32
from deploy.local.portal import GATEWAY_THREADS
from deploy.local.ports import Ports
from deploy.local.postgres import Postgres
from deploy.local.processes import MARK
from deploy.local.rabbitmq import UNPACKED, RabbitMQ
from deploy.local.rights import TOPOLOGY
from deploy.local.store import REGION, Store
from deploy.local.trust import bus_settings

MAIL_FROM = "no-reply@portal.example"


class Environments:
    """Environments by component name. `extra` are settings a test adds: {component or "*": {name: text}}."""

    def __init__(
        self,
        root: Path,
        env: str,
        ports: Ports,
        keys: Keys,
        *,
        postgres: Postgres,
        rabbitmq: RabbitMQ,
        store: Store,
        extra: Mapping[str, Mapping[str, str]],
    ):
        self._root = root
        self._env = env
        self._ports = ports
        self._keys = keys
        self._postgres = postgres
        self._rabbitmq = rabbitmq
        self._store = store
        self._extra = extra

    def of(self, component: str) -> dict[str, str]:
        """The whole environment of a component (`identity`, `identity-2`, `gateway`, `topology`, `postgres` …)."""
        name = component.partition("-")[0]
        return {
            **self._common(),
            **self._of_server(name, component),
            **self._own(name),
            **self._extra.get("*", {}),
            **self._extra.get(name, {}),
            **self._extra.get(component, {}),
        }

    def _common(self) -> dict[str, str]:
        # Not the whole environment of whoever starts us: a setting of theirs must not leak into the portal.
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        common = {**kept, "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1", MARK: str(self._root)}
        libraries = sorted((UNPACKED / "usr/lib").glob("*-linux-gnu*"))
        if libraries:  # Pango where it could not be installed
            common["LD_LIBRARY_PATH"] = os.pathsep.join(map(str, libraries))
            common["FONTCONFIG_FILE"] = str(UNPACKED / "fonts.conf")
        return common

    def _of_server(self, name: str, component: str) -> dict[str, str]:
        if name == TOPOLOGY:
            return {"PORTAL_ENV": self._env, "AMQP_URL": self._rabbitmq.url(TOPOLOGY)}
        if name == "gateway":
            return self._on_the_bus(name)
        if name not in SUBSCRIPTIONS:
            return {}
        return {
            **self._on_the_bus(name),
            "DATABASE_URL": self._postgres.url(name),
            "HEALTH_ADDRESS": self._ports.address(component),
        }

    def _on_the_bus(self, name: str) -> dict[str, str]:
        bus = bus_settings(name, self._keys)
        return {"PORTAL_ENV": self._env, "AMQP_URL": self._rabbitmq.url(name), **bus}

    def _own(self, name: str) -> dict[str, str]:
        own = {
            "identity": self._identity,
            "requests": self._requests,
            "documents": self._documents,
            "notifications": self._notifications,
            "gateway": self._gateway,
            "catcher": self._catcher,
        }.get(name)
        return own() if own else {}

    def _identity(self) -> dict[str, str]:
        return {
            "CODE_SEALING_KEY": self._keys.get("code_sealing_key", key32),
            "PEPPER": self._keys.get("pepper", key32),
        }

    def _requests(self) -> dict[str, str]:
        return {"GRANT_KEY": self._keys.get("grant_key", key32)}

    def _documents(self) -> dict[str, str]:
        access, secret = self._store.credentials()
        return {
            "GRANT_KEY": self._keys.get("grant_key", key32),
            "S3_URL": self._store.url,
            "S3_PUBLIC_URL": self._store.url,
            "S3_REGION": REGION,
            "S3_ACCESS_KEY": access,
            "S3_SECRET_KEY": secret,
            "PORTAL_URL": self._ports.url("gateway"),
        }

    def _notifications(self) -> dict[str, str]:
        return {
            "SMTP_URL": f"smtp://{self._ports.address('smtp')}",
            "MAIL_FROM": MAIL_FROM,
            "SMS_URL": f"{self._ports.url('catcher')}/sms",
            "SMS_TOKEN": self._keys.get("sms_token"),
            "PORTAL_URL": self._ports.url("gateway"),
            "CODE_SEALING_KEY": self._keys.get("code_sealing_key", key32),
        }

    def _gateway(self) -> dict[str, str]:
        return {
            "SECRET_KEY": self._keys.get("gateway_secret_key", key32),
            "PORTAL_URL": self._ports.url("gateway"),
            "S3_PUBLIC_URL": self._store.url,
            "S3_URL": self._store.url,
            "THREADS": str(GATEWAY_THREADS),
        }

    def _catcher(self) -> dict[str, str]:
        return {"SMS_TOKEN": self._keys.get("sms_token")}
