"""The service's own tables, beside those of the chassis."""

from sqlalchemy.orm import DeclarativeBase

from chassis import models


class Base(DeclarativeBase):
    metadata = models.metadata()
