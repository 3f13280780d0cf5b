"""Debian packages without installing them: fetched by the machine's own apt, unpacked into a folder of ours."""

import os
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def mirror() -> str:
    """Where this machine takes Debian from. Raises SystemExit."""
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Label: Debian"]
    found = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
    if not found:
        raise SystemExit("apt knows no Debian: run this on Debian, after apt-get update")
    return found[0]


class Packages:
    """A folder with packages of one release."""

    def __init__(self, folder: Path, suite: str):
        self.folder = folder / suite
        self.suite = suite

    def unpack(self, names: Sequence[str], into: Path) -> None:
        """Fetch these, without what they depend on, and unpack them."""
        for package in self.fetch(names):
            subprocess.run(["dpkg", "-x", package, into], check=True)

    def fetch(self, names: Sequence[str]) -> Iterable[Path]:
        """The files of these packages; those that are there already are kept."""
        missing = [name for name in names if not self._find(name)]
        if missing:
            self._apt("update")
            self._apt("download", *missing)
        return [path for name in names if (path := self._find(name))]

    def _find(self, name: str) -> Path | None:
        return next(iter(sorted(self.folder.glob(f"{name}_*.deb"))), None)

    def _apt(self, *arguments: str) -> None:
        for part in ("lists/partial", "archives/partial"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        sources, status = self.folder / "sources.list", self.folder / "status"
        sources.write_text(f"deb [signed-by={KEYRING}] {mirror()} {self.suite} main\n")
        status.touch()
        options = {
            "Dir::Etc::sourcelist": sources,
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::State::lists": self.folder / "lists",
            "Dir::State::status": status,
            "Dir::Cache": self.folder,
            "APT::Sandbox::User": "root",
            "Debug::NoLocking": "1",
        }
        settings = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
        with (self.folder / "apt.log").open("ab") as log:
            done = subprocess.run(
                ["apt-get", "-q", "-y", *settings, *arguments],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                check=False,
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            )
        if done.returncode:
            raise SystemExit(f"apt-get {arguments[0]} failed: see {self.folder}/apt.log")
