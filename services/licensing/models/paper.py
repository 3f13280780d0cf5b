"""Papers that were issued: what stands on each is frozen."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.licensing.models.base import NUMBER, Base


class IssuedPaper(Base):
    """A certificate, card or letter. `code` is what its QR holds, `check` the four characters beside the number."""

    __tablename__ = "issued_paper"

    serial: Mapped[str] = mapped_column(NUMBER, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))  # certificate | card | letter
    license_id: Mapped[str] = mapped_column(ForeignKey("license.id"))
    code: Mapped[str] = mapped_column(String(40), unique=True)
    check: Mapped[str] = mapped_column(String(4))
    content: Mapped[dict[str, Any]]
    issued_on: Mapped[date]
    replaced_at: Mapped[datetime | None]
    kid: Mapped[str] = mapped_column(String(40))  # of the key that signed it

    __table_args__ = (Index(None, "license_id", "kind", "issued_on"),)
