"""Settings: read once from the environment, typed, frozen. A wrong one stops the process with a sentence."""

import dataclasses
import json
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from nameko.extensions import DependencyProvider

from chassis import production
from chassis.production import SettingsError

T = TypeVar("T")

ENVIRONMENTS = ("demo", "test", "production")


@dataclass(frozen=True, kw_only=True)
class BusSettings:
    """What a process needs to speak on the bus."""

    PORTAL_ENV: str
    AMQP_URL: str
    BUS_KEY: str  # "kid:base64": signs what this process sends
    BUS_KEYS_TRUSTED: dict  # {sender: {kid: base64}}: whom this process believes
    PORTAL_FAILPOINTS: str = ""
    LOG_LEVEL: str = "INFO"

    def __post_init__(self) -> None:
        if self.PORTAL_ENV not in ENVIRONMENTS:
            raise SettingsError(f"PORTAL_ENV is {self.PORTAL_ENV!r}: write one of {', '.join(ENVIRONMENTS)}")
        if self.is_production:
            self.check_production()

    def check_production(self) -> None:
        """Refuse what only a demo or a test may have; each settings class adds its own. Raises SettingsError."""
        if self.PORTAL_FAILPOINTS:
            raise SettingsError(
                "PORTAL_FAILPOINTS makes a process fail on purpose: take it out in production"
            )
        production.check_server("AMQP_URL", self.AMQP_URL, forbidden=("guest",))
        production.check_bus(self.BUS_KEY, self.BUS_KEYS_TRUSTED)

    @property
    def is_production(self) -> bool:
        """Whether real people depend on it."""
        return self.PORTAL_ENV == "production"

    @property
    def is_demo(self) -> bool:
        """Whether answers may carry what only a demo shows."""
        return self.PORTAL_ENV in ("demo", "test")


@dataclass(frozen=True, kw_only=True)
class ServiceSettings(BusSettings):
    """What each of the five services needs."""

    DATABASE_URL: str
    HEALTH_ADDRESS: str  # host:port of the probes
    MAX_WORKERS: int = 24
    RPC_PREFETCH: int = 16
    EVENT_PREFETCH: int = 4  # per handler
    DRAIN_SECONDS: float = 20.0
    STATEMENT_TIMEOUT_MS: int = 5000
    LOCK_TIMEOUT_MS: int = 3000

    def check_production(self) -> None:
        super().check_production()
        production.check_server("DATABASE_URL", self.DATABASE_URL, forbidden=("postgres",))


def load(cls: type[T], environ: Mapping[str, str]) -> T:
    """The settings class filled from the environment. Raises SettingsError naming every fault at once."""
    values: dict[str, Any] = {}
    faults: list[str] = []
    hints = typing.get_type_hints(cls)
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]
        try:
            text = _read(field.name, environ)
            if text is not None:
                values[field.name] = _convert(field.name, text, hints[field.name])
            elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
                faults.append(f"{field.name} is not set (nor {field.name}_FILE)")
        except SettingsError as error:
            faults.append(str(error))
    if faults:
        raise SettingsError("; ".join(faults))
    return cls(**values)


def _read(name: str, environ: Mapping[str, str]) -> str | None:
    if name in environ:
        return environ[name]
    path = environ.get(f"{name}_FILE")
    if path is None:
        return None
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{name}_FILE names {path}, which cannot be read ({error.strerror})") from None


def _convert(name: str, text: str, kind: Any) -> Any:
    if isinstance(kind, types.UnionType):
        kind = next(part for part in typing.get_args(kind) if part is not type(None))
    try:
        return _CONVERTERS[kind](text)
    except (ValueError, KeyError):
        raise SettingsError(f"{name} is not {_EXPECTED.get(kind, 'readable')}") from None


def _boolean(text: str) -> bool:
    return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}[text.lower()]


def _mapping(text: str) -> dict:
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ValueError(text)
    return value


_CONVERTERS: dict[Any, Any] = {str: str, int: int, float: float, bool: _boolean, dict: _mapping}
_EXPECTED = {int: "a whole number", float: "a number", bool: "true or false", dict: "a JSON object"}


class Config(DependencyProvider):
    """Gives the service's settings as `self.config`."""

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.container.config["settings"]
