"""Doorways of the documents service. Who may see a file is the owner's: nothing is done without its grant."""

import time
from datetime import timedelta
from typing import Any

from chassis import clock, grants, ids, inbox
from chassis.errors import Fault, Forbidden, Invalid, Unavailable
from chassis.events import Message, event_handler
from chassis.jobs import Job
from chassis.leases import Worker
from chassis.rpc import rpc
from chassis.service import Service
from services.documents import domain, scanner, schemas
from services.documents.checking import Desk
from services.documents.dependencies import ChildProcesses, Storage
from services.documents.domain import PaperState
from services.documents.pages.easel import Easel
from services.documents.papers.press import Press
from services.documents.usecases import papers, removal, showing, uploads

GIGABYTE = 1024**3
LANES = 3  # files looked at at the same time
_POLL_SECONDS = 0.1


class WithStore(Service):
    """What all journeys share."""

    objects = Storage()


class Uploading(WithStore):
    """From the wish to attach a file to the file's state."""

    checker = Worker("check_uploads", every=1.0, batch=1, lanes=LANES)

    @rpc
    def start_upload(self, **arguments: Any) -> dict[str, Any]:
        """`{id, upload: {method, url, fields, expires_at}}`: a form that the store takes for ten minutes."""
        self.actor.require("document.attach")
        order = schemas.load_start(arguments)
        document_id, key, now = ids.new_id(), ids.new_token(), clock.real_now()
        content_type = domain.announced_type(order["filename"], order["content_types"])
        form = self.objects.upload_form(key, content_type, order["max_bytes"], now + domain.POLICY_TIME)
        with self.db.once() as work:
            upload = uploads.start_upload(
                work.session, order, document_id=document_id, key=key, now=now, actor=self.actor
            )
            return work.done({"id": upload.id, "upload": form})

    @rpc
    def complete_upload(self, grant: str, sha256: str | None = None) -> dict[str, Any]:
        """`{id, state}`. Said again it answers the present state."""
        self.actor.require("document.attach")
        claims = self.check_grant(grant, "complete")
        sha256 = schemas.load(schemas.CompletionSchema(), {"sha256": sha256})["sha256"]
        document_id = claims["document_id"]
        with self.db.once(about={"document_id": document_id, "sha256": sha256}) as work:
            upload = uploads.complete_upload(
                work.session,
                document_id,
                sha256,
                now=clock.real_now(),
                business_now=clock.now(),
                actor=self.actor,
            )
            answer = work.done({"id": upload.id, "state": upload.state})
        self.checker.wake()
        return answer

    @rpc
    def list_states(self, document_ids: list[str]) -> dict[str, Any]:
        """`{items: [{id, state, code, content_type, size, sha256, uploaded_at, pages_shown, page_count}]}`.

        Of those that are there. `pages_shown` pictures of its `page_count` pages can be asked for; None: not made
        yet, 0: it has none.
        """
        wanted = schemas.load_ids(document_ids)
        with self.db.begin() as session:
            return {"items": [schemas.dump_state(each) for each in uploads.list_states(session, wanted)]}

    @rpc
    def get_document(self, grant: str) -> dict[str, Any]:
        """One state, as in list_states."""
        claims = self.check_grant(grant, "read", "complete", "download")
        with self.db.begin() as session:
            return schemas.dump_state(uploads.get_document(session, claims["document_id"]))

    @rpc
    def get_address(
        self, grant: str, disposition: str = "attachment", shown: bool = False, page: int = 1
    ) -> dict[str, Any]:
        """`{url, expires_in}`: one object, for a minute. The original comes as an attachment.

        `shown` asks for the JPEG that we drew of an image or of one `page` of a PDF: a browser may show that.
        """
        self.actor.require("document.read")
        claims = self.check_grant(grant, *(("read", "download") if shown else ("download",)))
        if disposition != "attachment":
            raise Invalid("input.invalid", faults=[Fault("/disposition", "field.not_a_choice")])
        name, wanted = claims.get("filename"), schemas.load_page(page) if shown else None
        with self.db.begin() as session:
            found = uploads.get_handout(session, claims["document_id"], filename=name, page=wanted)
        url = self.objects.address(
            domain.DOCUMENTS, found.key, found.filename, found.content_type, is_shown=bool(shown)
        )
        return {"url": url, "expires_in": int(domain.ADDRESS_TIME.total_seconds())}

    def check_grant(self, grant: str, *verbs: str) -> dict[str, Any]:
        """The claims of a grant for one of these verbs. Raises Forbidden `grant.invalid`."""
        claims = grants.check(self.config.GRANT_KEY, grant, clock.real_now())
        if claims.get("verb") not in verbs or claims.get("actor") != self.actor.id:
            raise Forbidden("grant.invalid")
        return claims


class Checking(WithStore):
    """Looking into what was uploaded, and clearing away what is not needed."""

    inspectors = ChildProcesses(
        "services.documents.inspection.child", count=LANES, seconds=5, memory_bytes=GIGABYTE
    )
    painter = Worker("draw_pages", every=1.0, batch=1)
    remover = Worker("remove_objects", every=5.0, batch=20)
    expiry = Job("expire_uploads", every=timedelta(minutes=10))

    @Uploading.checker.lease
    def lease_checks(self, session: Any, limit: int) -> list[uploads.Check]:
        """Takes uploads to look at."""
        return uploads.lease_checks(session, limit, clock.real_now())

    @Uploading.checker.act
    def look_at_upload(self, check: uploads.Check) -> None:
        """Judges one file, keeps it if it is clean, says so."""
        desk = Desk(self.objects, self.inspectors, scanner.make(self.config.SCANNER), self.config.MAX_PIXELS)
        try:
            verdict = desk.look(check)
            with self.db.begin() as session:
                uploads.record_check(session, check, verdict, now=clock.real_now(), actor=self.actor)
        except Exception as error:  # somebody waits for it: its lease is not waited out
            with self.db.begin() as session:
                uploads.postpone_check(session, check, now=clock.real_now())
            if isinstance(error, Unavailable):
                return
            raise
        self.painter.wake()
        self.remover.wake()

    @event_handler
    def remove_detached(self, message: Message) -> None:
        """Uploads that belong to nothing any more."""
        with self.db.begin() as session:
            if not inbox.first_time(session, "remove_detached", message.id):
                return
            wanted, now = message.data["document_ids"], clock.real_now()
            uploads.remove_detached(session, message.aggregate, wanted, now=now, actor=self.actor)
        self.remover.wake()

    @remover.lease
    def lease_doomed(self, session: Any, limit: int) -> list[removal.Doomed]:
        """Takes objects to remove."""
        return removal.lease_doomed(session, limit, clock.real_now())

    @remover.act
    def remove_object(self, doomed: removal.Doomed) -> None:
        """Removes one from the store; left to its lease when the store is away."""
        self.objects.remove(doomed.bucket, doomed.key)
        with self.db.begin() as session:
            removal.forget_doomed(session, doomed)

    @expiry.due
    def due_expiries(self, session: Any, limit: int) -> list[str]:
        """Uploads that were never completed."""
        return uploads.list_due_expiries(session, limit, clock.real_now())

    @expiry.apply
    def expire_upload(self, session: Any, key: str) -> None:
        """Ends one as missing."""
        uploads.expire_upload(session, key, now=clock.real_now(), actor=self.actor)


class Showing(WithStore):
    """Pictures of a PDF's pages, after it was found clean."""

    painters = ChildProcesses("services.documents.pages.child", count=1, seconds=10, memory_bytes=GIGABYTE)

    @Checking.painter.lease
    def lease_sittings(self, session: Any, limit: int) -> list[showing.Sitting]:
        """Takes PDFs to draw."""
        return showing.lease_sittings(session, limit, clock.real_now())

    @Checking.painter.act
    def draw_pages(self, sitting: showing.Sitting) -> None:
        """Draws the pages of one and says how many there are."""
        try:
            pages = Easel(self.objects, self.painters).draw(sitting)
        except Unavailable:
            with self.db.begin() as session:
                showing.postpone_sitting(session, sitting, now=clock.real_now())
            return
        with self.db.begin() as session:
            now = clock.real_now()
            showing.record_pages(session, sitting, shown=pages.shown, count=pages.count, now=now)


class Papers(WithStore):
    """PDFs made to a signed order of the service that knows what stands on them."""

    # A list of a thousand seats, the longest there can be, takes eight seconds of a processor.
    drawers = ChildProcesses("services.documents.papers.child", count=1, seconds=20, memory_bytes=GIGABYTE)
    printer = Worker("make_papers", every=1.0, batch=1)
    paper_removal = Job("remove_old_papers", every=timedelta(hours=1))

    @rpc
    def get_paper(self, order: str) -> dict[str, Any]:
        """`{url, expires_in}`. Raises Unavailable `paper.being_made` {retry_after} or `paper.failed`.

        Which permission is asked for, the kind of the paper says.
        """
        wanted = schemas.load_order(grants.check(self.config.GRANT_KEY, order, clock.real_now()))
        self.actor.require(wanted["permission"])
        with self.db.begin() as session:
            paper: papers.Paper | None = papers.order_paper(session, wanted, now=clock.real_now())
        if paper and paper.state == PaperState.ORDERED:
            self.printer.wake()
            paper = self._wait_for(wanted["paper"], wanted["key"])
        if paper is None or paper.stored_key is None or paper.state != PaperState.MADE:
            is_failed = paper is not None and paper.state == PaperState.FAILED
            raise Unavailable("paper.failed" if is_failed else "paper.being_made", {"retry_after": 1})
        url = self.objects.address(domain.PAPERS, paper.stored_key, paper.filename, domain.PDF)
        return {"url": url, "expires_in": int(domain.ADDRESS_TIME.total_seconds())}

    def _wait_for(self, kind: str, key: str) -> papers.Paper | None:
        end = time.monotonic() + domain.PAPER_WAIT.total_seconds()
        while True:
            time.sleep(_POLL_SECONDS)
            with self.db.begin() as session:
                paper = papers.find_paper(session, kind, key)
            if paper is None or paper.state != PaperState.ORDERED or time.monotonic() > end:
                return paper

    @printer.lease
    def lease_papers(self, session: Any, limit: int) -> list[papers.Rendering]:
        """Takes ordered papers."""
        return papers.lease_papers(session, limit, clock.real_now())

    @printer.act
    def make_paper(self, rendering: papers.Rendering) -> None:
        """Draws and stores one."""
        try:
            Press(self.objects, self.drawers, self.config.PORTAL_URL).make(rendering)
        except Unavailable as error:
            is_final = error.code == "child.failed"
            with self.db.begin() as session:
                papers.record_failure(session, rendering, is_final=is_final, now=clock.real_now())
            return
        kept_for = timedelta(days=self.config.PAPER_DAYS)
        with self.db.begin() as session:
            papers.record_made(session, rendering, now=clock.real_now(), kept_for=kept_for)

    @paper_removal.due
    def due_papers(self, session: Any, limit: int) -> list[list[str]]:
        """Papers that were kept long enough."""
        return papers.list_old_papers(session, limit, clock.real_now())

    @paper_removal.apply
    def remove_paper(self, session: Any, key: list[str]) -> None:
        """Forgets one and dooms its object."""
        papers.remove_paper(session, *key, now=clock.real_now())


class DocumentsService(Uploading, Checking, Showing, Papers):
    """Uploads, what is shown of them, and papers."""

    name = "documents"
