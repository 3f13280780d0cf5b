"""What identity tells of offices and of who works there."""

from chassis import inbox
from chassis.events import Message, event_handler
from services.licensing.service.doorway import Doorway
from services.licensing.usecases import projecting


class Projecting(Doorway):
    """May come twice and in any order: the newest news stays."""

    @event_handler
    def note_office(self, message: Message) -> None:
        """An office, by its id."""
        with self.db.begin() as session:
            if inbox.first_time(session, "note_office", message.id):
                projecting.note_office(session, message.aggregate, message.data, message.seq)

    @event_handler
    def note_member(self, message: Message) -> None:
        """A membership, by its id."""
        with self.db.begin() as session:
            if inbox.first_time(session, "note_member", message.id):
                projecting.note_member(session, message.aggregate, message.data, message.seq)
