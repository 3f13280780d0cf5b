"""Logs: one JSON line each on standard output, with the trace id, without personal data."""

import logging
import sys
from contextvars import ContextVar
from typing import Any

from pythonjsonlogger.json import JsonFormatter

_QUOTING = ("DETAIL:", "CONTEXT:", "HINT:")

trace_id: ContextVar[str] = ContextVar("trace_id", default="")


class _Formatter(JsonFormatter):
    def add_fields(self, log_data: dict, record: logging.LogRecord, message_dict: dict) -> None:
        super().add_fields(log_data, record, message_dict)
        log_data["trace_id"] = trace_id.get()

    def formatException(self, ei: Any) -> str:
        """PostgreSQL quotes the failing row in DETAIL and CONTEXT lines: personal data."""
        lines = str(super().formatException(ei)).split("\n")
        return "\n".join(line for line in lines if not line.startswith(_QUOTING))


def get(name: str) -> logging.Logger:
    """The logger of a module."""
    return logging.getLogger(name)


def set_up(service: str, level: str = "INFO") -> None:
    """Make the process log JSON lines; libraries that log bodies or addresses are kept quiet."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        _Formatter(
            "{asctime}{levelname}{name}{message}",
            style="{",
            rename_fields={"asctime": "at", "levelname": "level"},
            static_fields={"service": service},
            json_ensure_ascii=False,
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("kombu", "amqp", "nameko", "urllib3", "weasyprint", "fontTools", "PIL", "mail.log"):
        logging.getLogger(name).setLevel(logging.ERROR)
    logging.getLogger("nameko.containers").setLevel(logging.CRITICAL)  # the chassis logs what methods raise
