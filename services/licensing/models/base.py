"""Declarative base of the licensing database."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

from chassis import models as chassis_models

ID = String(36)
CODE = String(20)  # of an office
NUMBER = String(40)  # of a license
TRIGRAMS = {"search": "gin_trgm_ops"}


class Base(DeclarativeBase):
    """Declarative base of this service."""

    metadata = chassis_models.metadata()
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB(none_as_null=True),
        dict[str, str]: JSONB(none_as_null=True),
        list[str]: JSONB(none_as_null=True),
    }
