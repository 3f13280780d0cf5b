"""The settings of licensing."""

from dataclasses import dataclass

from chassis.config import ServiceSettings


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """Nothing beyond what every service needs."""
