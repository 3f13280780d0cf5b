"""What operators do at the keyboard."""

import json
import subprocess
import sys

import pytest

from services.identity.commands import demo

PERSON = [
    "add-administrator", "--first-name", "عبدالعزيز", "--last-name", "الصالح", "--civil-id", "288020122596",
    "--mobile", "50001234", "--email", "admin@bureau.example",
]  # fmt: skip


@pytest.fixture
def command(portal, postgres):
    """Runs a command in a process of its own: `(arguments, typed, **environment) -> finished process`."""

    def run(*arguments, typed="", **environment):
        return subprocess.run(
            [sys.executable, "-m", "services.identity.commands", *arguments],
            env={**postgres.environment("identity"), **environment},
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_the_demo_loads_once_however_often(portal, command, tmp_path):
    file = tmp_path / "accounts.json"
    first, second = command("load-demo", "--file", str(file)), command("load-demo")
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    accounts = json.loads(first.stdout)
    assert accounts == json.loads(second.stdout) == json.loads(file.read_text())
    assert portal.scalar("SELECT count(*) FROM account") == len(demo.PEOPLE) == 10
    assert portal.scalar("SELECT count(*) FROM clearing_office") == 2
    assert set(accounts) == {
        "administrator", "supervisor", "reviewer", "reviewer_2", "examiner", "examiner_2",
        "general_user", "additional_user", "candidate", "other_office_general_user",
    }  # fmt: skip
    for person in accounts.values():
        assert set(person) == {"email", "password"}
        assert portal.sign_in(person["email"], person["password"])


def test_the_demo_has_different_people(portal, command):
    command("load-demo")
    for column in ("civil_id", "mobile", "email", "first_name"):
        assert portal.scalar(f"SELECT count(DISTINCT {column}) FROM account") == 10


def test_production_has_no_demo(portal, command):
    refused = command("load-demo", PORTAL_ENV="production")
    assert refused.returncode == 1
    assert "refused in production" in refused.stderr
    assert portal.scalar("SELECT count(*) FROM account") == 0


def test_the_first_administrator(portal, command):
    portal.register(email="admin@bureau.example")  # somebody was faster, and proved nothing
    added = command(*PERSON, typed="Sea-Wind-2468\n", PORTAL_ENV="production")
    assert added.returncode == 0, added.stderr
    token = portal.sign_in("admin@bureau.example", "Sea-Wind-2468")
    assert portal.claim(token)["actor"]["roles"] == ["administrator"]
    assert portal.scalar("SELECT count(*) FROM audit_entry WHERE action = 'account.added'") == 1
    again = command(*PERSON, typed="Sea-Wind-2468\n")
    assert (again.returncode, again.stderr) == (1, "refused: there is an account with this email\n")


def test_an_administrator_keeps_the_rules_too(portal, command):
    refused = command(*PERSON, "--mobile", "123", typed="weak\n")
    assert refused.returncode == 1
    assert refused.stderr.startswith(
        "refused: mobile: mobile.not_kuwaiti, password: password.too_short, password:"
    )
    assert portal.scalar("SELECT count(*) FROM account") == 0
