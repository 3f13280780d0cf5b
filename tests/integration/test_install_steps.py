"""The steps of an installation on real servers: each may run again, and brings what changed meanwhile."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from minio import Minio

from deploy.install.probe import answers_well
from deploy.local.keys import token
from deploy.local.ports import SERVICES
from deploy.local.postgres import SUPERUSER
from deploy.local.rabbitmq import REPOSITORY
from deploy.local.stack import Stack
from deploy.local.store import BUCKETS, REGION


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A database server and a store."""
    stack = Stack(tmp_path_factory.mktemp("install"), env="test")
    stack.start(["postgres", "s3"])
    yield stack
    stack.stop()


def _run(step: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", f"deploy.install.{step}"]
    return subprocess.run(
        command, env=environment, cwd=REPOSITORY, capture_output=True, text=True, check=False
    )


def _connect(servers: Stack, role: str, password: str, database: str) -> None:
    psycopg2.connect(
        host="127.0.0.1", port=servers.postgres.port, user=role, password=password, dbname=database
    ).close()


def test_each_service_has_a_database_of_its_own_with_the_password_of_now(
    servers: Stack, tmp_path: Path
) -> None:
    passwords = {name: token() for name in SERVICES}
    (tmp_path / "PASSWORDS").write_text(json.dumps(passwords))
    url = servers.postgres.url(SUPERUSER, "postgres")
    environment = {"ADMIN_URL": url, "PASSWORDS_FILE": str(tmp_path / "PASSWORDS")}
    for _ in range(2):
        done = _run("databases", environment)
        assert done.returncode == 0, done.stderr
    for name, password in passwords.items():
        _connect(servers, name, password, name)
        with pytest.raises(psycopg2.OperationalError):
            _connect(servers, name, servers.postgres.password(name), name)
    with pytest.raises(psycopg2.OperationalError):
        _connect(servers, "identity", passwords["identity"], "requests")


def test_missing_passwords_are_named() -> None:
    done = _run("databases", {"ADMIN_URL": "postgresql://nobody@nowhere"})
    assert (done.returncode, done.stderr) == (
        1,
        "settings of the databases: PASSWORDS is not set (nor PASSWORDS_FILE)\n",
    )


def test_buckets_let_in_the_portals_pages_and_no_others(servers: Stack) -> None:
    access, secret = servers.store.credentials("operator")
    environment = {
        "S3_URL": servers.s3_url,
        "S3_REGION": REGION,
        "S3_ACCESS_KEY": access,
        "S3_SECRET_KEY": secret,
        "PORTAL_URL": "https://portal.test/",
    }
    first, second = _run("buckets", environment), _run("buckets", environment)
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "incoming was made" in first.stdout
    assert "was made" not in second.stdout
    client = Minio(servers.ports.address("s3"), access, secret, secure=False, region=REGION)
    for bucket in BUCKETS:
        kept = client._execute("GET", bucket, query_params={"cors": ""}).data.decode()
        assert re.findall(r"<AllowedOrigin>(.*?)</AllowedOrigin>", kept) == ["https://portal.test"]


def test_a_probe_tells_well_from_ill_and_from_nobody(servers: Stack) -> None:
    assert answers_well(f"{servers.s3_url}/healthz")
    assert not answers_well(f"{servers.s3_url}/documents/none")
    assert not answers_well("http://127.0.0.1:9/")
