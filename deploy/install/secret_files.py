"""`python3 -m deploy.install.secret_files FOLDER`: every secret of an installation, as the files that it mounts.

`FOLDER/keys` is the source: a secret is made there once, or put there by hand. The other folders are written from it
anew each time, one per process, with files named as the settings are: `FOLDER/identity/DATABASE_URL`. The standard
library is enough, so that it runs before anything is installed.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from deploy.local.definitions import broker_definitions
from deploy.local.keys import Keys, key32
from deploy.local.ports import SERVICES
from deploy.local.rights import TOPOLOGY, VHOST
from deploy.local.store import credentials_in, identities, inner_secrets
from deploy.local.trust import bus_settings

SUPERUSER = "postgres"
BY_HAND = {
    "smtp_url": "the mail relay: smtp://host, smtp+starttls://user:password@host:587 or smtps://…",
    "sms_token": "the token that the SMS provider gave",
    "portal.pem": "certificate, chain and private key for the names of portal and store, one after another",
}


class Installation:
    """The secrets of one installation. `broker` and `database` are host:port as the services reach them."""

    def __init__(self, folder: Path, broker: str, database: str):
        self.folder = folder
        self.broker = broker
        self.database = database
        self.keys = Keys(folder / "keys")

    def write(self) -> None:
        """Write all files; what is still missing in `keys` is left out."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for process, files in self.files().items():
            for name, text in files.items():
                if text is not None:
                    _write(self.folder / process / name, text)

    def missing(self) -> list[str]:
        """The names in `keys` that a person still has to bring."""
        return [name for name in BY_HAND if self._brought(name) is None]

    def files(self) -> Mapping[str, Mapping[str, str | None]]:
        """What each process finds in its folder."""
        services = {name: self._of_service(name) for name in SERVICES}
        gateway = self._on_the_bus("gateway") | {"SECRET_KEY": self.keys.get("gateway_secret_key", key32)}
        return {
            **services,
            "gateway": gateway,
            TOPOLOGY: {"AMQP_URL": self._broker_url(TOPOLOGY)},
            "postgres": {"POSTGRES_PASSWORD": self._password(SUPERUSER)},
            "databases": {
                "ADMIN_URL": self._database_url(SUPERUSER, "postgres"),
                "PASSWORDS": json.dumps({name: self._password(name) for name in SERVICES}),
            },
            "migrate": {name: self._database_url(name, name) for name in SERVICES},
            "rabbitmq": {"definitions.json": json.dumps(broker_definitions(self._broker_password), indent=1)},
            "storage": self._of_the_store(),
            "buckets": self._store_keys("operator"),
            "proxy": {"portal.pem": self._brought("portal.pem")},
        }

    def _of_service(self, name: str) -> dict[str, str | None]:
        own = {
            "identity": {"PEPPER": self.keys.get("pepper", key32)} | self._shared("CODE_SEALING_KEY"),
            "requests": self._shared("GRANT_KEY"),
            "documents": self._shared("GRANT_KEY") | self._store_keys("documents"),
            "notifications": {
                **self._shared("CODE_SEALING_KEY"),
                "SMTP_URL": self._brought("smtp_url"),
                "SMS_TOKEN": self._brought("sms_token"),
            },
        }
        database = {"DATABASE_URL": self._database_url(name, name)}
        return {**self._on_the_bus(name), **database, **own.get(name, {})}

    def _on_the_bus(self, name: str) -> dict[str, str | None]:
        return {"AMQP_URL": self._broker_url(name), **bus_settings(name, self.keys)}

    def _shared(self, setting: str) -> dict[str, str | None]:
        return {setting: self.keys.get(setting.lower(), key32)}

    def _store_keys(self, identity: str) -> dict[str, str | None]:
        access, secret = credentials_in(self.keys, identity)
        return {"S3_ACCESS_KEY": access, "S3_SECRET_KEY": secret}

    def _of_the_store(self) -> dict[str, str | None]:
        inner = "".join(f"export {name}={value}\n" for name, value in inner_secrets(self.keys).items())
        rights = identities(lambda identity: credentials_in(self.keys, identity))
        return {"environment": inner, "s3.json": json.dumps(rights, indent=1)}

    def _broker_password(self, user: str) -> str:
        return self.keys.get(f"amqp_{user}")

    def _broker_url(self, user: str) -> str:
        return f"amqp://{user}:{quote(self._broker_password(user), safe='')}@{self.broker}/{VHOST}"

    def _password(self, role: str) -> str:
        return self.keys.get(f"postgres_{role}")

    def _database_url(self, role: str, database: str) -> str:
        password = quote(self._password(role), safe="")
        return f"postgresql+psycopg2://{role}:{password}@{self.database}/{database}"

    def _brought(self, name: str) -> str | None:
        path = self.folder / "keys" / name
        return path.read_text(encoding="utf-8").strip() if path.exists() else None


def _write(path: Path, text: str) -> None:
    """Readable for whatever user a container runs as; the folder above lets nobody of this machine in."""
    path.parent.mkdir(mode=0o755, exist_ok=True)
    path.parent.chmod(0o755)
    draft = path.with_name(f".{path.name}.new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o444), "w", encoding="utf-8") as file:
        file.write(text if text.endswith("\n") else f"{text}\n")
    draft.chmod(0o444)
    draft.replace(path)


def main() -> int:
    """0 when nothing is missing."""
    parser = argparse.ArgumentParser(prog="python3 -m deploy.install.secret_files", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--broker", default="rabbitmq:5672", help="host:port of RabbitMQ")
    parser.add_argument("--database", default="postgres:5432", help="host:port of PostgreSQL")
    options = parser.parse_args()
    installation = Installation(options.folder, options.broker, options.database)
    installation.write()
    missing = installation.missing()
    for name in missing:
        print(f"still missing: {options.folder}/keys/{name}: {BY_HAND[name]}", file=sys.stderr)
    print(f"the secrets are in {options.folder}; keep a copy of {options.folder}/keys where backups are kept")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
