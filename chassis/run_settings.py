"""The settings of a service from the environment, for everything that starts one or works on its database."""

import importlib
import os
from typing import Any

from chassis.config import SettingsError, load


def load_settings(package: str) -> Any:
    """The service's settings; a wrong one ends the process with a sentence."""
    try:
        return load(importlib.import_module(f"{package}.settings").Settings, os.environ)
    except SettingsError as error:
        raise SystemExit(f"settings of {package}: {error}") from None
