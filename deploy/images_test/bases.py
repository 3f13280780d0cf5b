"""Local base images: a small Debian by debootstrap, which reaches packages the way this machine does."""

import os
import shutil
import subprocess
from pathlib import Path

from deploy.images_test.engine import Engine
from deploy.images_test.packages import KEYRING, mirror

INCLUDED = "ca-certificates,python3,python3-venv"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
PIP = Path("/etc/pip.conf")


def image(suite: str) -> str:
    """The name of the base image of a Debian release."""
    return f"local/debian:{suite}"


def provide(engine: Engine, suite: str, folder: Path) -> None:
    """Have the image; what debootstrap made is kept as an archive."""
    archive = folder / f"{suite}.tar"
    if engine.docker("image", "inspect", image(suite), check=False).returncode == 0:
        return
    if not archive.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _make(engine, suite, folder / suite, archive)
    engine.docker("import", str(archive), image(suite))


def _make(engine: Engine, suite: str, root: Path, archive: Path) -> None:
    shutil.rmtree(root, ignore_errors=True)
    script = engine.root / "usr/sbin/debootstrap"
    options = ["--variant=minbase", f"--include={INCLUDED}", f"--keyring={KEYRING}"]
    environment = {**os.environ, "DEBOOTSTRAP_DIR": str(engine.root / "usr/share/debootstrap")}
    with root.with_suffix(".log").open("wb") as log:
        command = [str(script), *options, suite, str(root), mirror()]
        done = subprocess.run(command, env=environment, stdout=log, stderr=log, check=False)
    if done.returncode:
        raise SystemExit(f"debootstrap of {suite} failed: see {root.with_suffix('.log')}")
    _fit_in(root)
    draft = archive.with_suffix(".new")
    subprocess.run(["tar", "-C", root, "-cf", draft, "."], check=True)
    draft.rename(archive)
    shutil.rmtree(root)


def _fit_in(root: Path) -> None:
    """The machine's certificates and pip settings; and no server is started when a package is installed."""
    for source in (CERTIFICATES, PIP):
        if source.exists():
            shutil.copyfile(source, root / source.relative_to("/"))
    policy = root / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
