"""`make lint`: compose itself reads our files. It needs no engine: Debian's own program, unpacked, not installed.

Where apt knows no Debian the files are still held to the code by tests/architecture; this says so and passes.
"""

import os
import subprocess
import sys
from pathlib import Path

from deploy.images_test.packages import Packages
from deploy.local.rabbitmq import REPOSITORY

FOLDER = REPOSITORY / ".local/compose"
PROGRAM = FOLDER / "root/usr/libexec/docker/cli-plugins/docker-compose"
FILE_SETS = ((), ("compose.s3.yml",), ("compose.local.yml",))
# What an operator has to write; compose refuses files without it.
WRITTEN = {
    "PORTAL_URL": "https://portal.test",
    "PORTAL_HOST": "portal.test",
    "S3_PUBLIC_URL": "https://files.portal.test",
    "STORAGE_HOST": "files.portal.test",
    "MAIL_FROM": "no-reply@portal.test",
    "SMS_URL": "https://sms.test/send",
}


def main() -> int:
    """0 when compose takes every set of files, or cannot be had here."""
    try:
        program = _find_program()
    except (OSError, SystemExit) as reason:
        print(f"compose could not be had to read deploy/compose*.yml: {reason}")
        return 0
    written = FOLDER / "env"
    written.write_text("".join(f"{name}={value}\n" for name, value in WRITTEN.items()), encoding="utf-8")
    return max(_read(program, written, files) for files in FILE_SETS)


def _find_program() -> Path:
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not PROGRAM.exists():
        Packages(FOLDER / "packages", "trixie").unpack(["docker-compose"], FOLDER / "root")
    return PROGRAM


def _read(program: Path, written: Path, overrides: tuple[str, ...]) -> int:
    files = [part for name in ("compose.yml", *overrides) for part in ("--file", f"deploy/{name}")]
    environment = {**os.environ, "ENV_FILE": str(written), "SECRETS": str(FOLDER)}
    command = [str(program), "--env-file", str(written), *files, "config", "--quiet"]
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, check=False)
    print(
        f"compose config {' '.join(('compose.yml', *overrides))}: {'read' if done.returncode == 0 else 'REFUSED'}"
    )
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
