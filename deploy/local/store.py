"""A private S3 store (SeaweedFS): objects sealed at rest, no telemetry, nothing readable without credentials."""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from deploy.local import probes
from deploy.local.component import Program, StartFailed
from deploy.local.keys import Keys, hex16, hex32
from deploy.local.ports import HOST, Ports
from deploy.local.words import sentence

REGION = "us-east-1"
BUCKETS = ("incoming", "documents", "papers")
_OWN_ACTIONS = ("Admin", "Read", "Write", "List", "Tagging")
_JWT_KEYS = ("SIGNING", "SIGNING_READ", "FILER_SIGNING", "FILER_SIGNING_READ")


class Store:
    """The store's program, its address and the credentials of its two identities."""

    def __init__(self, folder: Path, ports: Ports, keys: Keys, origins: tuple[str, ...]):
        self.folder = folder
        self.ports = ports
        self.keys = keys
        self.origins = origins

    @property
    def url(self) -> str:
        """The S3 address, for the documents service and for browsers."""
        return self.ports.url("s3")

    def credentials(self, identity: str = "documents") -> tuple[str, str]:
        """Access key and secret key."""
        return credentials_in(self.keys, identity)

    def program(self, environment: dict[str, str]) -> Program:
        """What to start."""
        folder = self.folder
        return Program(
            name="s3",
            argv=[str(_find_weed()), "-logtostderr=true", "mini", *self._arguments()],
            environment={**environment, **inner_secrets(self.keys), "HOME": str(folder / "home")},
            folder=folder,
            prepare=self._prepare,
            ready=lambda: probes.answers(f"{self.url}/healthz"),
            clean=self._clean,
            stop_seconds=15,
            lasting=True,
        )

    def _arguments(self) -> list[str]:
        port = self.ports.of
        options = {
            "dir": self.folder / "data",
            "ip": HOST,
            "ip.bind": HOST,
            "master.port": port("s3_master"),
            "master.port.grpc": port("s3_master_grpc"),
            "master.telemetry": "false",
            "volume.port": port("s3_volume"),
            "volume.port.grpc": port("s3_volume_grpc"),
            "filer.port": port("s3_filer"),
            "filer.port.grpc": port("s3_filer_grpc"),
            "filer.localSocket": self.folder / "run" / "filer.sock",
            "filer.allowedOrigins": ",".join(self.origins),
            "s3.port": port("s3"),
            "s3.port.grpc": port("s3_grpc"),
            "s3.port.iceberg": 0,
            "s3.port.lance": 0,
            "s3.config": self.folder / "s3.json",
            "s3.localSocket": self.folder / "run" / "s3.sock",
            "s3.autoCreateBucket": "false",
            "s3.allowDeleteBucketNotEmpty": "false",
            "s3.allowedOrigins": ",".join(self.origins),
            "webdav": "false",
            "admin.ui": "false",
            "admin.port": port("s3_admin"),
            "admin.port.grpc": port("s3_admin_grpc"),
        }
        return [f"-{name}={value}" for name, value in options.items()]

    def _prepare(self) -> None:
        for name in ("data", "home", "run"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        file = self.folder / "s3.json"
        file.touch(mode=0o600)
        file.write_text(json.dumps(identities(self.credentials), indent=1), encoding="utf-8")

    @property
    def sockets(self) -> list[Path]:
        """Its inner sockets, which it leaves when killed and whose folder cannot be chosen."""
        ports = {part: f"s3_{part}_grpc" for part in ("master", "volume", "filer", "admin")}
        names = {"s3": "s3_grpc", **ports}
        start = "/tmp/seaweedfs-"  # noqa: S108
        return [Path(f"{start}{part}-grpc-{self.ports.of(name)}.sock") for part, name in names.items()]

    def _clean(self) -> None:
        for socket in self.sockets:
            socket.unlink(missing_ok=True)


def identities(credentials: Callable[[str], tuple[str, str]]) -> dict[str, object]:
    """Who may do what in the store, as it reads it: documents in its own buckets, the operator everywhere."""
    own = [f"{action}:{bucket}" for bucket in BUCKETS for action in _OWN_ACTIONS]
    rights = {"documents": own, "operator": list(_OWN_ACTIONS)}
    return {"identities": [_identity(name, *credentials(name), rights[name]) for name in rights]}


def _identity(name: str, access: str, secret: str, actions: list[str]) -> dict[str, object]:
    return {"name": name, "credentials": [{"accessKey": access, "secretKey": secret}], "actions": actions}


def credentials_in(keys: Keys, identity: str) -> tuple[str, str]:
    """Access key and secret key."""
    return keys.get(f"s3_access_{identity}", hex16), keys.get(f"s3_secret_{identity}")


def inner_secrets(keys: Keys) -> dict[str, str]:
    """What the server reads from its environment.

    Without the KEK a put into a sealed bucket fails; without the JWT keys the inner ports serve anybody.
    """
    jwt = {f"WEED_JWT_{name}_KEY": keys.get(f"s3_jwt_{name.lower()}", hex16) for name in _JWT_KEYS}
    return {"WEED_S3_SSE_KEK": keys.get("s3_sse_kek", hex32), **jwt}


def _find_weed() -> Path:
    beside = Path(sys.executable).with_name("weed")
    if beside.exists():
        return beside
    found = shutil.which("weed")
    if found is None:
        raise StartFailed(sentence("store_missing"))
    return Path(found)
