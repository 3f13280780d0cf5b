"""Files of a request, and what documents tells about them."""

from datetime import timedelta
from typing import Any

from chassis import clock, grants, inbox
from chassis.events import Message, event_handler
from chassis.rpc import Client, rpc
from services.requests.schemas import forms, inputs
from services.requests.service.doorway import Doorway
from services.requests.usecases import attaching

GRANT_SECONDS = 60


class Attaching(Doorway):
    """Attach, change, detach, open."""

    documents = Client("documents")

    @rpc
    def attach_document(self, number: str, **arguments: Any) -> dict[str, Any]:
        """`{id, slot, upload {method, url, fields, expires_at}}`: where the file goes."""
        self.actor.require("document.attach")
        number, upload, occasion = inputs.key(number), inputs.upload(arguments), self.occasion()
        with self.db.begin() as session:
            owner, slot = attaching.plan_upload(session, number, upload, occasion)
        started = self.documents.start_upload(
            owner=owner,
            slot=slot.code,
            filename=upload.filename,
            # What the file is decides, not what it was announced as: the slot's other types will do as well.
            content_types=sorted(slot.types, key=lambda kind: kind != upload.content_type),
            max_bytes=slot.max_bytes,
            size=upload.size,
            sha256=upload.sha256,
        )
        with self.db.once() as work:
            attaching.attach(work.session, number, started["id"], upload, occasion)
            return work.done({"id": started["id"], "slot": slot.code, "upload": started["upload"]})

    @rpc
    def change_document(self, document_id: str, name: Any = None, slot: Any = None) -> dict[str, Any]:
        """`{id, name, slot, state}`."""
        self.actor.require("document.attach")
        changes = inputs.document_change(name, slot)
        with self.db.once() as work:
            document_id = inputs.key(document_id)
            file = attaching.change_document(work.session, document_id, **changes, occasion=self.occasion())
            return work.done({"id": file.id, "name": file.name, "slot": file.slot, "state": file.state})

    @rpc
    def detach_document(self, document_id: str) -> dict[str, Any]:
        """Out of the draft."""
        self.actor.require("document.attach")
        with self.db.once() as work:
            attaching.detach_document(work.session, inputs.key(document_id), self.occasion())
            return work.done({})

    @rpc
    def open_document(self, document_id: str, verb: str) -> dict[str, Any]:
        """`{grant, document {id, name, slot, number, state}}`: a minute to do one thing to one file."""
        self.actor.require("document.read")
        verb = inputs.verb(verb)
        with self.db.begin() as session:
            file, number = attaching.open_document(session, inputs.key(document_id), verb, self.occasion())
            claims = {
                "document_id": file.id,
                "verb": verb,
                "actor": self.actor.id,
                "filename": attaching.download_name(file),
            }
            document = {**forms.dump_file(file), "number": number}
        until = clock.real_now() + timedelta(seconds=GRANT_SECONDS)
        return {"grant": grants.issue(self.config.GRANT_KEY, claims, until), "document": document}

    @event_handler
    def note_document_state(self, message: Message) -> None:
        """May come twice: the second changes nothing."""
        with self.db.begin() as session:
            if inbox.first_time(session, "note_document_state", message.id):
                attaching.note_document_state(session, message.aggregate, message.data, self.occasion())
