"""What must hold of production: it starts with proper secrets, has nothing of a demo, and refuses what is wrong."""

import json

import requests

from deploy.images_test.installation import Installation
from tests.e2e.portal import Portal

# Service, setting, a value that production must not take, and what it says.
REFUSED = (
    ("gateway", "PORTAL_URL", "http://portal.test", "production needs https"),
    ("gateway", "SECRET_KEY", "change-me", "SECRET_KEY is too short"),
    ("gateway", "TRUSTED_PROXIES", "", "TRUSTED_PROXIES is empty"),
    ("identity", "AMQP_URL", "amqp://guest:guest@rabbitmq:5672/portal", "signs in as guest"),
    ("identity", "PEPPER", "p" * 40, "everybody knows"),
    ("documents", "S3_SECRET_KEY", "minioadmin", "everybody knows"),
    ("documents", "S3_PUBLIC_URL", "http://files.portal.test", "production needs https"),
    ("notifications", "SMS_URL", "http://catcher:8025/sms", "production needs https"),
    ("notifications", "MAIL_FROM", "no-reply@portal.example", "which is a demo's"),
    ("requests", "PORTAL_FAILPOINTS", "before_commit=kill:0.1", "take it out in production"),
    (
        "licensing",
        "DATABASE_URL",
        "postgresql://postgres:postgres@postgres/licensing",
        "signs in as postgres",
    ),
)
ADMINISTRATOR = {
    "first-name": "عبدالله",
    "last-name": "الرشيد",
    "civil-id": "275031201019",
    "mobile": "50100001",
    "email": "administrator@portal.test",
}
PASSWORD = "Sea-Wind-2468"


def check_production(installation: Installation) -> None:
    """A started production."""
    ready = requests.get(f"{installation.url}/readyz", timeout=15)
    assert ready.status_code == 200, ready.text
    assert requests.get(f"{installation.url}/demo/clock", timeout=15).status_code == 404
    portal = Portal(installation.url, catcher_url="")
    captcha = portal.call("GET", "/captchas/new")
    assert "id" in captcha and "demo_answer" not in captcha
    demo = installation.compose("exec", "-T", "identity", *_command("load-demo"), check=False)
    assert demo.returncode and "refused in production" in demo.stdout, demo.stdout
    options = [part for name, value in ADMINISTRATOR.items() for part in (f"--{name}", value)]
    added = installation.compose(
        "exec", "-T", "identity", *_command("add-administrator", *options), input=f"{PASSWORD}\n"
    )
    assert "was added" in added.stdout, added.stdout
    token = portal.sign_in({"email": ADMINISTRATOR["email"], "password": PASSWORD})
    assert portal.call("GET", "/me", token=token)["email"] == ADMINISTRATOR["email"]
    for name in installation.containers():
        _is_contained(installation, name)


def _command(*arguments: str) -> list[str]:
    return ["python", "-m", "services.identity.commands", *arguments]


def _is_contained(installation: Installation, name: str) -> None:
    host = installation.inspect(name)["HostConfig"]
    held = (host["ReadonlyRootfs"], host["CapDrop"], host["Privileged"], host["CapAdd"])
    assert held == (True, ["ALL"], False, None), f"{name}: {json.dumps(held)}"
    assert host["Memory"] > 0, f"{name} has no limit of memory"
    user = installation.engine.docker("exec", name, "id", "-u").stdout.strip()
    assert user != "0", f"{name} runs as root"


def check_refusals(installation: Installation) -> None:
    """Each wrong setting ends the process, and it says why."""
    for service, setting, value, sentence in REFUSED:
        one_off = ["run", "--rm", "--no-deps", "-T", "--env", f"{setting}={value}", service]
        done = installation.compose(*one_off, check=False, timeout=90)
        assert done.returncode, f"{service} took {setting}"
        assert setting in done.stdout and sentence in done.stdout, done.stdout[-2000:]
