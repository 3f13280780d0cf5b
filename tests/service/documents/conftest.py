"""The documents service on its own database. Signing needs no store, so the real client of the store is used."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from chassis import clock, grants
from chassis.actor import Actor, system
from chassis.db import transaction
from chassis.models import audit_entry
from chassis.testing import doorway
from contracts.permissions import Role
from services.documents import domain
from services.documents.domain import Verdict
from services.documents.models import DoomedObject, Paper, Upload
from services.documents.objects import Objects
from services.documents.service import DocumentsService
from services.documents.usecases import uploads

APPLICANT = Actor(kind="person", id="account-1", roles=frozenset({Role.CANDIDATE}), session="s")
OTHER = Actor(kind="person", id="account-2", roles=frozenset({Role.CANDIDATE}), session="s")
SYSTEM = system("documents")
NOW = clock.real_now()
START = {
    "owner": "CE/8/26",
    "slot": "civil_id_copy",
    "filename": "C:\\fakepath\\البطاقة.pdf",
    "content_types": ["application/pdf", "image/jpeg"],
    "max_bytes": 1000,
}


class Desk:
    """The service's doorways for one actor or another, and a look into its tables."""

    def __init__(self, engine: Engine, settings: Any):
        self.engine, self.settings = engine, settings
        self.objects = Objects(settings)

    def service(self, actor: Actor = APPLICANT, **given: Any) -> Any:
        """A service object."""
        return doorway(DocumentsService, self.engine, self.settings, actor, objects=self.objects, **given)

    def start(self, **changes: Any) -> str:
        """A started upload's id."""
        return self.service().start_upload(**{**START, **changes})["id"]

    def grant(self, document_id: str, verb: str, actor: Actor = APPLICANT, **changes: Any) -> str:
        """A grant as requests gives it."""
        expires_at = changes.pop("expires_at", clock.real_now() + timedelta(seconds=60))
        key = changes.pop("key", self.settings.GRANT_KEY)
        claims = {"document_id": document_id, "verb": verb, "actor": actor.id, "filename": "جواز.pdf"}
        return grants.issue(key, {**claims, **changes}, expires_at)

    def uploaded(self, **changes: Any) -> str:
        """A completed upload's id."""
        document_id = self.start(**changes)
        self.service().complete_upload(grant=self.grant(document_id, "complete"))
        return document_id

    def lease(self, now: datetime | None = None, limit: int = 10) -> list[uploads.Check]:
        """Lease uploads to look at."""
        with transaction(self.engine) as session:
            return uploads.lease_checks(session, limit, now or clock.real_now())

    def record(self, check: uploads.Check, verdict: Verdict, now: datetime | None = None) -> None:
        """Record what a look found."""
        with transaction(self.engine) as session:
            uploads.record_check(session, check, verdict, now=now or clock.real_now(), actor=SYSTEM)

    def clean(self, content_type: str = "application/pdf", *, has_rendition: bool = False) -> str:
        """A clean upload's id."""
        document_id = self.uploaded()
        (check,) = self.lease()
        self.record(check, Verdict(None, content_type, 500, "ab" * 32, has_rendition))
        return document_id

    def row(self, document_id: str) -> Upload:
        """The record."""
        with transaction(self.engine) as session:
            return session.get_one(Upload, document_id)

    def paper(self, key: str) -> Paper | None:
        """The record of a printed request."""
        with transaction(self.engine) as session:
            return session.get(Paper, ("request", key))

    def doomed(self) -> dict[str, list[datetime]]:
        """Keys that are to be removed, and when."""
        found: dict[str, list[datetime]] = {}
        with transaction(self.engine) as session:
            for row in session.scalars(select(DoomedObject).order_by(DoomedObject.due_at)):
                found.setdefault(row.key, []).append(row.due_at)
        return found

    def news(self) -> list[dict[str, Any]]:
        """What waits in the outbox."""
        with transaction(self.engine) as session:
            return [json.loads(body) for body in session.scalars(text("SELECT body FROM outbox ORDER BY id"))]

    def audit(self) -> list[tuple[str, str]]:
        """Actions and who did them."""
        with transaction(self.engine) as session:
            query = select(audit_entry.c.action, audit_entry.c.actor_id).order_by(audit_entry.c.id)
            return [(row.action, row.actor_id) for row in session.execute(query)]


@pytest.fixture
def desk(engine_of: Callable[[str], Engine], settings_of: Callable[[str], Any]) -> Desk:
    """An empty database behind the service's doorways."""
    return Desk(engine_of("documents"), settings_of("documents"))


__all__ = ["APPLICANT", "NOW", "OTHER", "START", "SYSTEM", "Desk", "domain"]
