"""`load-demo` fills a demo; `add-administrator` makes the first account of a new portal."""

import argparse
import getpass
import json
import sys
from pathlib import Path
from typing import Any

from chassis import clock
from chassis.config import ServiceSettings
from chassis.db import open_session
from chassis.errors import PortalError
from chassis.packages import load_settings
from services.identity.commands import demo
from services.identity.commands.administrators import add_administrator


def main(arguments: list[str]) -> None:
    """Run one command; a refusal is a sentence on standard error and exit code 1."""
    options = _parser().parse_args(arguments)
    settings = load_settings("services.identity")
    try:
        options.run(options, settings)
    except PortalError as error:
        faults = [f"{fault.pointer.lstrip('/')}: {fault.code}" for fault in error.faults]
        raise SystemExit("refused: " + (", ".join(faults) or error.code)) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.identity.commands", description=__doc__)
    commands = parser.add_subparsers(required=True)
    load_demo = commands.add_parser(
        "load-demo", help="make the demo accounts and print them; again is the same"
    )
    load_demo.add_argument("--file", type=Path, help="write the JSON here as well")
    load_demo.set_defaults(run=_load_demo)
    add = commands.add_parser("add-administrator", help="make a verified administrator")
    for name in ("first-name", "last-name", "civil-id", "mobile", "email"):
        add.add_argument(f"--{name}", required=True)
    add.add_argument("--gender", choices=("male", "female"), default="male")
    add.add_argument("--language", choices=("ar", "en"), default="ar")
    add.set_defaults(run=_add_administrator)
    return parser


def _load_demo(options: Any, settings: ServiceSettings) -> None:
    if settings.PORTAL_ENV == "production":
        raise SystemExit("load-demo is refused in production: its passwords are public")
    with open_session(settings) as session:
        accounts = demo.load(session, clock.real_now())
    text = json.dumps(accounts, ensure_ascii=False, indent=2)
    if options.file:
        options.file.write_text(text + "\n", encoding="utf-8")
    print(text)


def _add_administrator(options: Any, settings: ServiceSettings) -> None:
    password, again = _ask_password()
    names = ("first_name", "last_name", "gender", "civil_id", "mobile", "email", "language")
    form = {name: getattr(options, name) for name in names}
    form |= {"password": password, "password_confirmation": again}
    with open_session(settings) as session:
        account_id = add_administrator(session, form, clock.real_now())
    print(f"administrator {account_id} was added and may log in")


def _ask_password() -> tuple[str, str]:
    """Asked twice at a terminal, else read from standard input once."""
    if sys.stdin.isatty():
        return getpass.getpass("Password: "), getpass.getpass("Repeat the password: ")
    password = sys.stdin.readline().rstrip("\n")
    return password, password


if __name__ == "__main__":
    main(sys.argv[1:])
