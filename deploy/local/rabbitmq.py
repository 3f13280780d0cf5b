"""A private RabbitMQ with an epmd of its own: nothing of the system's broker is touched, there is no guest."""

import json
import os
from pathlib import Path

from deploy.local import probes
from deploy.local.component import Program, StartFailed
from deploy.local.definitions import broker_definitions
from deploy.local.keys import Keys, hex16
from deploy.local.ports import HOST, Ports
from deploy.local.rights import OPERATOR, VHOST
from deploy.local.words import sentence

REPOSITORY = Path(__file__).resolve().parents[2]
UNPACKED = REPOSITORY / ".local" / "debs" / "root"

# In Erlang's own terms: translating the friendlier format takes the broker three seconds of each start.
_CONFIGURATION = """\
[{{rabbit, [{{tcp_listeners, [{{"{host}", {amqp}}}]}},
           {{load_definitions, "{definitions}"}},
           {{loopback_users, []}},
           {{vm_memory_high_watermark, {{absolute, "1GiB"}}}},
           {{disk_free_limit, {{absolute, "200MB"}}}},
           {{log, [{{file, [{{file, false}}]}}, {{console, [{{enabled, true}}, {{level, notice}}]}}]}}]}},
 {{rabbitmq_management, [{{tcp_config, [{{ip, "{host}"}}, {{port, {http}}}]}}]}},
 {{rabbitmq_prometheus, [{{tcp_config, [{{ip, "{host}"}}, {{port, {metrics}}}]}}]}},
 {{ra, [{{wal_max_size_bytes, 67108864}}]}}].
"""


class RabbitMQ:
    """The broker's two programs and its addresses."""

    def __init__(self, folder: Path, ports: Ports, keys: Keys):
        self.folder = folder
        self.ports = ports
        self.keys = keys

    @property
    def http_url(self) -> str:
        """The management API, for `OPERATOR`."""
        return self.ports.url("rabbitmq_http")

    @property
    def operator(self) -> tuple[str, str]:
        """Name and password of the one who looks on."""
        return OPERATOR, self.password(OPERATOR)

    def url(self, user: str) -> str:
        """AMQP address as that user."""
        return f"amqp://{user}:{self.password(user)}@{self.ports.address('amqp')}/{VHOST}"

    def password(self, user: str) -> str:
        """The user's password."""
        return self.keys.get(f"amqp_{user}")

    def names_server(self, environment: dict[str, str]) -> Program:
        """epmd, as our own child: no clash with another one, nothing left behind."""
        port = self.ports.of("epmd")
        return Program(
            name="epmd",
            argv=[str(_find_epmd()), "-port", str(port), "-address", HOST],
            environment=environment,
            folder=self.folder,
            ready=lambda: probes.listens(port),
            lasting=True,
        )

    def program(self, environment: dict[str, str]) -> Program:
        """The broker itself."""
        # Not /usr/sbin/rabbitmq-server, which changes user and folders.
        starter = _find_root() / "usr/lib/rabbitmq/bin/rabbitmq-server"
        return Program(
            name="rabbitmq",
            argv=[str(starter)],
            environment={**environment, **self._environment()},
            folder=self.folder,
            prepare=self._prepare,
            ready=self._is_ready,
            stop_seconds=20,
            lasting=True,
        )

    def _environment(self) -> dict[str, str]:
        search = [str(_find_root() / "usr/lib/erlang/bin"), os.environ.get("PATH", os.defpath)]
        return {
            "PATH": os.pathsep.join(search),
            "HOME": str(self.folder / "home"),
            "RABBITMQ_NODENAME": "portal@localhost",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": str(self.folder / "etc" / "rabbitmq.config"),
            "RABBITMQ_CONFIG_FILES": str(self.folder / "etc" / "conf.d"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "etc" / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "etc" / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_FEATURE_FLAGS_FILE": str(self.folder / "mnesia" / "feature_flags"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "rabbit.pid"),
            "RABBITMQ_LOG": "notice,-color",
            "RABBITMQ_DIST_PORT": str(self.ports.of("rabbitmq_dist")),
            # The starter then becomes the broker instead of keeping a shell above it: signals arrive.
            "RABBITMQ_ALLOW_INPUT": "1",
            "RABBITMQ_SERVER_START_ARGS": "-noinput",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}"
            ),
            "ERL_EPMD_PORT": str(self.ports.of("epmd")),
            "ERL_EPMD_ADDRESS": HOST,
            "ERL_MAX_PORTS": "4096",
        }

    def _prepare(self) -> None:
        for name in ("etc", "home", "mnesia", "log"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        cookie = self.folder / "home" / ".erlang.cookie"
        if not cookie.exists():
            cookie.write_text(self.keys.get("erlang_cookie", hex16), encoding="ascii")
            cookie.chmod(0o400)
        definitions = self.folder / "etc" / "definitions.json"
        definitions.touch(mode=0o600)
        definitions.write_text(json.dumps(broker_definitions(self.password), indent=1), encoding="utf-8")
        (self.folder / "etc" / "enabled_plugins").write_text("[rabbitmq_management,rabbitmq_prometheus].\n")
        configuration = _CONFIGURATION.format(
            host=HOST,
            amqp=self.ports.of("amqp"),
            http=self.ports.of("rabbitmq_http"),
            metrics=self.ports.of("rabbitmq_metrics"),
            definitions=definitions,
        )
        (self.folder / "etc" / "rabbitmq.config").write_text(configuration, encoding="utf-8")

    def _is_ready(self) -> bool:
        healthy = f"{self.http_url}/api/health/checks/virtual-hosts"
        listeners = ("amqp", "rabbitmq_metrics")
        return all(probes.listens(self.ports.of(name)) for name in listeners) and probes.answers(
            healthy, self.operator
        )


def _find_root() -> Path:
    for root in (Path("/"), UNPACKED):
        if (root / "usr/lib/rabbitmq/bin/rabbitmq-server").exists():
            return root
    raise StartFailed(sentence("broker_missing"))


def _find_epmd() -> Path:
    found = sorted((_find_root() / "usr/lib/erlang").glob("erts-*/bin/epmd"))
    if not found:
        raise StartFailed(sentence("broker_missing"))
    return found[-1]
