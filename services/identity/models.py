"""The records of identity: people, offices, who works where, and all that leads to a session."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, Sequence, String, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from chassis import models

ID = String(36)
DIGEST = String(64)
MOMENT = DateTime(timezone=True)


class Base(DeclarativeBase):
    """Metadata with the chassis' naming."""

    metadata = models.metadata()
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: MOMENT}


def _key() -> Mapped[str]:
    return mapped_column(ID, primary_key=True)


def _account_key(**options: Any) -> Mapped[str]:
    return mapped_column(ForeignKey("account.id", ondelete="CASCADE"), **options)


OFFICE_NUMBER = Sequence("office_number", start=10001, metadata=Base.metadata)


class Account(Base):
    """A person. Verified ones are one per address; beside one, a stranger's unverified one may wait for naught.

    That shadow answers exactly as any other, so that registration tells nobody which addresses are known.
    """

    __tablename__ = "account"
    __table_args__ = (
        Index(
            "uq_account_verified_email",
            "email_key",
            unique=True,
            postgresql_where=text("verified_at IS NOT NULL"),
        ),
        Index(
            "uq_account_unverified_email",
            "email_key",
            unique=True,
            postgresql_where=text("verified_at IS NULL"),
        ),
        Index(
            "uq_account_proved_civil_id",
            "civil_id",
            unique=True,
            postgresql_where=text("civil_id_proved_at IS NOT NULL"),
        ),
        Index("ix_account_unverified", "created_at", postgresql_where=text("verified_at IS NULL")),
    )

    id: Mapped[str] = _key()
    kind: Mapped[str] = mapped_column(String(10))  # person | staff
    first_name: Mapped[str] = mapped_column(String(40))
    last_name: Mapped[str] = mapped_column(String(40))
    gender: Mapped[str] = mapped_column(String(10))
    civil_id: Mapped[str] = mapped_column(String(12))
    civil_id_proved_at: Mapped[datetime | None]
    mobile: Mapped[str] = mapped_column(String(16))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254))
    password_hash: Mapped[str] = mapped_column(String(200))
    legal_entity: Mapped[str | None] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(2))
    created_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    version: Mapped[int]  # of what its owner can change
    news: Mapped[int]  # how many events were told of it: their `seq`

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


class StaffRole(Base):
    """What somebody of the Bureau may be."""

    __tablename__ = "staff_role"

    account_id: Mapped[str] = _account_key(primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class ClearingOffice(Base):
    """A firm. `imported_code` is what the registrant says it had in the old register, to be confirmed."""

    __tablename__ = "clearing_office"

    id: Mapped[str] = _key()
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name_ar: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    commercial_registration: Mapped[str | None] = mapped_column(String(20))
    imported_code: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime]
    news: Mapped[int] = mapped_column(server_default="0")  # how many events were told of it: their `seq`


class Membership(Base):
    """A person in an office, as general or additional user."""

    __tablename__ = "membership"
    __table_args__ = (
        Index(None, "account_id", "office_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index(None, "office_id"),
    )

    id: Mapped[str] = _key()
    account_id: Mapped[str] = _account_key()
    office_id: Mapped[str] = mapped_column(ForeignKey("clearing_office.id"))
    kind: Mapped[str] = mapped_column(String(10))  # general | additional
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    news: Mapped[int] = mapped_column(server_default="0")
    office: Mapped[ClearingOffice] = relationship(lazy="joined")


class TermsAcceptance(Base):
    """Who accepted which version of the terms, and when."""

    __tablename__ = "terms_acceptance"

    account_id: Mapped[str] = _account_key(primary_key=True)
    version: Mapped[str] = mapped_column(String(20), primary_key=True)
    accepted_at: Mapped[datetime]


class Captcha(Base):
    """A challenge that was given out. Its answers are computed from its id, not kept."""

    __tablename__ = "captcha"

    id: Mapped[str] = _key()
    purpose: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class Code(Base):
    """A six-digit code that was sent. It outlives its account: sends are counted by address as well."""

    __tablename__ = "code"
    __table_args__ = (
        Index(None, "account_id", "channel", "sent_at"),
        Index(None, "address_digest", "sent_at"),
        Index(None, "sent_at"),
    )

    id: Mapped[str] = _key()
    account_id: Mapped[str] = mapped_column(ID)
    channel: Mapped[str] = mapped_column(String(10))
    address_digest: Mapped[str] = mapped_column(DIGEST)
    mac: Mapped[str] = mapped_column(DIGEST)
    sent_at: Mapped[datetime]
    tries: Mapped[int]
    is_dead: Mapped[bool]


class Verification(Base):
    """The right to try the codes, given to whoever knew password and mobile. Kept is the digest of its id."""

    __tablename__ = "verification"

    id_digest: Mapped[str] = mapped_column(DIGEST, primary_key=True)
    account_id: Mapped[str] = _account_key(index=True)
    created_at: Mapped[datetime] = mapped_column(index=True)


class LoginAttempt(Base):
    """A guess at a password, known address or not. `key` is the digest of the address."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index(None, "key", "at"), Index(None, "at"))

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(DIGEST)
    at: Mapped[datetime]
    is_settled: Mapped[bool]


class PortalSession(Base):
    """Somebody signed in. Kept is the digest of the token."""

    __tablename__ = "portal_session"

    id: Mapped[str] = _key()
    token_digest: Mapped[str] = mapped_column(DIGEST, unique=True)
    account_id: Mapped[str] = _account_key(index=True)
    office_id: Mapped[str | None] = mapped_column(ForeignKey("clearing_office.id"))
    kind: Mapped[str] = mapped_column(String(10))  # web | api
    address: Mapped[str] = mapped_column(String(45))
    agent: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ResetRequest(Base):
    """Somebody asked for a new password. Answered alike and at once; whether a link goes out is decided after."""

    __tablename__ = "reset_request"
    __table_args__ = (Index(None, "created_at"),)

    id: Mapped[str] = _key()
    email_key: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime]


class PasswordReset(Base):
    """A one-time link. Kept is the digest of its token."""

    __tablename__ = "password_reset"
    __table_args__ = (Index(None, "account_id", "sent_at"), Index(None, "sent_at"))

    token_digest: Mapped[str] = mapped_column(DIGEST, primary_key=True)
    account_id: Mapped[str] = _account_key()
    sent_at: Mapped[datetime]
    is_dead: Mapped[bool]
