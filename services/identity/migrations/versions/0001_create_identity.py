"""Create the tables of the identity service."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from chassis.migrate import create_chassis_tables

revision = "0001"
down_revision = None

_ID = sa.String(36)
_DIGEST = sa.String(64)
_VERIFIED = sa.text("verified_at IS NOT NULL")
_UNVERIFIED = sa.text("verified_at IS NULL")


def upgrade() -> None:
    """Chassis tables; people and offices; what leads to a session; sessions."""
    create_chassis_tables(op)
    op.execute(sa.schema.CreateSequence(sa.Sequence("office_number", start=10001)))
    _create_account()
    _create_staff_role()
    _create_offices()
    _create_terms_acceptance()
    _create_captcha()
    _create_codes()
    _create_login_attempt()
    _create_portal_session()
    _create_resets()


def _moment(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _account_id(table: str) -> tuple[sa.Column[Any], sa.ForeignKeyConstraint]:
    key = sa.ForeignKeyConstraint(
        ["account_id"], ["account.id"], name=f"fk_{table}_account_id", ondelete="CASCADE"
    )
    return sa.Column("account_id", _ID, nullable=False), key


def _text(name: str, length: int, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length), nullable=nullable)


def _create_account() -> None:
    op.create_table(
        "account",
        sa.Column("id", _ID, nullable=False),
        _text("kind", 10),
        _text("first_name", 40),
        _text("last_name", 40),
        _text("gender", 10),
        _text("civil_id", 12),
        _moment("civil_id_proved_at", nullable=True),
        _text("mobile", 16),
        _text("email", 254),
        _text("email_key", 254),
        _text("password_hash", 200),
        _text("legal_entity", 40, nullable=True),
        _text("language", 2),
        _moment("created_at"),
        _moment("verified_at", nullable=True),
        _moment("suspended_at", nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("news", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
    )
    proved = sa.text("civil_id_proved_at IS NOT NULL")
    _one_of_them("uq_account_verified_email", "email_key", _VERIFIED)
    _one_of_them("uq_account_unverified_email", "email_key", _UNVERIFIED)
    _one_of_them("uq_account_proved_civil_id", "civil_id", proved)
    op.create_index("ix_account_unverified", "account", ["created_at"], postgresql_where=_UNVERIFIED)


def _one_of_them(name: str, column: str, where: sa.TextClause) -> None:
    op.create_index(name, "account", [column], unique=True, postgresql_where=where)


def _create_staff_role() -> None:
    op.create_table(
        "staff_role",
        *_account_id("staff_role"),
        _text("role", 20),
        sa.PrimaryKeyConstraint("account_id", "role", name="pk_staff_role"),
    )


def _create_offices() -> None:
    op.create_table(
        "clearing_office",
        sa.Column("id", _ID, nullable=False),
        _text("code", 20),
        _text("name_ar", 120),
        _text("name_en", 120),
        _text("commercial_registration", 20, nullable=True),
        _text("imported_code", 20, nullable=True),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_clearing_office"),
        sa.UniqueConstraint("code", name="uq_clearing_office_code"),
    )
    op.create_table(
        "membership",
        sa.Column("id", _ID, nullable=False),
        *_account_id("membership"),
        sa.Column("office_id", _ID, nullable=False),
        _text("kind", 10),
        _moment("created_at"),
        _moment("ended_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
        sa.ForeignKeyConstraint(["office_id"], ["clearing_office.id"], name="fk_membership_office_id"),
    )
    op.create_index(
        "ix_membership_account_id_office_id",
        "membership",
        ["account_id", "office_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_membership_office_id", "membership", ["office_id"])


def _create_terms_acceptance() -> None:
    op.create_table(
        "terms_acceptance",
        *_account_id("terms_acceptance"),
        _text("version", 20),
        _moment("accepted_at"),
        sa.PrimaryKeyConstraint("account_id", "version", name="pk_terms_acceptance"),
    )


def _create_captcha() -> None:
    op.create_table(
        "captcha",
        sa.Column("id", _ID, nullable=False),
        _text("purpose", 20),
        _moment("created_at"),
        _moment("used_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_captcha"),
    )
    op.create_index("ix_captcha_created_at", "captcha", ["created_at"])


def _create_codes() -> None:
    op.create_table(
        "code",
        sa.Column("id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        _text("channel", 10),
        sa.Column("address_digest", _DIGEST, nullable=False),
        sa.Column("mac", _DIGEST, nullable=False),
        _moment("sent_at"),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("is_dead", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_code"),
    )
    op.create_index("ix_code_account_id_channel_sent_at", "code", ["account_id", "channel", "sent_at"])
    op.create_index("ix_code_address_digest_sent_at", "code", ["address_digest", "sent_at"])
    op.create_index("ix_code_sent_at", "code", ["sent_at"])
    op.create_table(
        "verification",
        sa.Column("id_digest", _DIGEST, nullable=False),
        *_account_id("verification"),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("id_digest", name="pk_verification"),
    )
    op.create_index("ix_verification_account_id", "verification", ["account_id"])
    op.create_index("ix_verification_created_at", "verification", ["created_at"])


def _create_login_attempt() -> None:
    op.create_table(
        "login_attempt",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("key", _DIGEST, nullable=False),
        _moment("at"),
        sa.Column("is_settled", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_login_attempt"),
    )
    op.create_index("ix_login_attempt_key_at", "login_attempt", ["key", "at"])
    op.create_index("ix_login_attempt_at", "login_attempt", ["at"])


def _create_portal_session() -> None:
    office = sa.ForeignKeyConstraint(
        ["office_id"], ["clearing_office.id"], name="fk_portal_session_office_id"
    )
    op.create_table(
        "portal_session",
        sa.Column("id", _ID, nullable=False),
        sa.Column("token_digest", _DIGEST, nullable=False),
        *_account_id("portal_session"),
        sa.Column("office_id", _ID, nullable=True),
        _text("kind", 10),
        _text("address", 45),
        _text("agent", 200),
        _moment("created_at"),
        _moment("last_seen_at"),
        _moment("expires_at"),
        sa.PrimaryKeyConstraint("id", name="pk_portal_session"),
        sa.UniqueConstraint("token_digest", name="uq_portal_session_token_digest"),
        office,
    )
    op.create_index("ix_portal_session_account_id", "portal_session", ["account_id"])
    op.create_index("ix_portal_session_expires_at", "portal_session", ["expires_at"])


def _create_resets() -> None:
    op.create_table(
        "reset_request",
        sa.Column("id", _ID, nullable=False),
        _text("email_key", 254),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_reset_request"),
    )
    op.create_index("ix_reset_request_created_at", "reset_request", ["created_at"])
    op.create_table(
        "password_reset",
        sa.Column("token_digest", _DIGEST, nullable=False),
        *_account_id("password_reset"),
        _moment("sent_at"),
        sa.Column("is_dead", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("token_digest", name="pk_password_reset"),
    )
    op.create_index("ix_password_reset_account_id_sent_at", "password_reset", ["account_id", "sent_at"])
    op.create_index("ix_password_reset_sent_at", "password_reset", ["sent_at"])
