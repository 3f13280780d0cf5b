"""What the package of a service holds: its class and its settings, for whatever starts it or uses its database."""

import importlib
import os
from typing import Any

from chassis.config import SettingsError, load
from chassis.service import Service


def load_settings(package: str) -> Any:
    """The service's settings; a wrong one ends the process with a sentence."""
    try:
        return load(importlib.import_module(f"{package}.settings").Settings, os.environ)
    except SettingsError as error:
        raise SystemExit(f"settings of {package}: {error}") from None


def find_service(package: str) -> type[Service]:
    """The service class of `services.<name>`: the one in its service.py whose name is the package's."""
    module = importlib.import_module(f"{package}.service")
    wanted = package.rpartition(".")[2]
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, Service) and getattr(value, "name", "") == wanted:
            return value
    raise SystemExit(f"{package}.service has no service class named {wanted}")
