"""`python -m deploy.install.migrations`: every service's database brought up to date, one after another.

The addresses are files in the folder SECRETS_FOLDER (/run/secrets), named after the services.
"""

import os
import sys
from pathlib import Path

from chassis import migrate
from deploy.local.ports import SERVICES


def main() -> int:
    """0 when all are current."""
    folder = Path(os.environ.get("SECRETS_FOLDER", "/run/secrets"))
    for service in SERVICES:
        address = (folder / service).read_text(encoding="utf-8").strip()
        migrate.upgrade(f"services.{service}", address)
        print(f"{service} is current", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
