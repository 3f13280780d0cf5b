"""A private Docker engine from unpacked packages: its own socket, data and networks; the system's is not touched."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from deploy.images_test.packages import Packages

OF_TRIXIE = ("docker.io", "docker-cli", "docker-compose", "docker-buildx", "containerd")
OF_BOOKWORM = (
    "runc",
    "iptables",
    "libip4tc2",
    "libip6tc2",
    "libxtables12",
    "libnftnl11",
    "libmnl0",
    "debootstrap",
)
START_SECONDS = 30.0
STOP_SECONDS = 60.0


class Engine:
    """The engine in `folder`. Sockets lie in a short path of their own, because theirs may not be long."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.root = folder / "root"
        self.log = folder / "dockerd.log"
        self._run = Path()
        self._process: subprocess.Popen[bytes] | None = None

    def unpack(self) -> None:
        """Have the programs."""
        if (self.root / ".complete").exists():
            return
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir(parents=True)
        Packages(self.folder / "packages", "trixie").unpack(OF_TRIXIE, self.root)
        Packages(self.folder / "packages", "bookworm").unpack(OF_BOOKWORM, self.root)
        programs = self.root / "programs"
        programs.mkdir()
        for name in ("iptables", "ip6tables"):
            (programs / name).symlink_to(self.root / "usr/sbin/xtables-nft-multi")
        plugins = self.root / "config/cli-plugins"
        plugins.mkdir(parents=True)
        for plugin in (self.root / "usr/libexec/docker/cli-plugins").iterdir():
            (plugins / plugin.name).symlink_to(plugin)
        (self.root / ".complete").touch()

    def environment(self) -> dict[str, str]:
        """For the engine and its clients."""
        folders = [self.root / "programs", self.root / "usr/bin", self.root / "usr/sbin"]
        libraries = next((self.root / "usr/lib").glob("*-linux-gnu*"))
        return {
            **os.environ,
            "PATH": os.pathsep.join([*map(str, folders), os.environ.get("PATH", os.defpath)]),
            "LD_LIBRARY_PATH": str(libraries),
            "XTABLES_LIBDIR": str(libraries / "xtables"),
            "DOCKER_HOST": f"unix://{self._run}/docker.sock",
            "DOCKER_CONFIG": str(self.root / "config"),
        }

    def start(self) -> None:
        """Start it and return when it answers."""
        self._run = Path(tempfile.mkdtemp(prefix="portal-images-"))
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                ["dockerd", *self._options()],
                env=self.environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while self.docker("version", check=False).returncode:
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise SystemExit(f"the engine did not start: see {self.log}")
            time.sleep(0.2)

    def _options(self) -> list[str]:
        return [
            f"--host=unix://{self._run}/docker.sock",
            f"--data-root={self.folder / 'data'}",
            f"--exec-root={self._run / 'exec'}",
            f"--pidfile={self._run / 'docker.pid'}",
            "--bridge=none",
            "--iptables=false",
            "--ip6tables=false",
            "--ip-forward=false",
            "--ip-masq=false",
            f"--userland-proxy-path={self.root / 'usr/sbin/docker-proxy'}",
            "--storage-driver=overlay2",
            "--exec-opt=native.cgroupdriver=cgroupfs",
            "--default-ulimit=nofile=4096:4096",
        ]

    def stop(self) -> None:
        """End it and all that it runs."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self._run, ignore_errors=True)

    def docker(self, *arguments: str, check: bool = True, **options: Any) -> subprocess.CompletedProcess[str]:
        """A client's command; its output. Raises SystemExit with the end of what it said."""
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.STDOUT)
        environment = {**self.environment(), **options.pop("more", {})}
        done = subprocess.run(["docker", *arguments], env=environment, text=True, check=False, **options)
        if check and done.returncode:
            told = "\n".join((done.stdout or "").splitlines()[-25:])
            raise SystemExit(f"docker {' '.join(arguments[:6])} … failed ({done.returncode}):\n{told}")
        return done
