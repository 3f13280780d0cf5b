"""The relay: publishes committed outbox rows, one relay per database at a time. Perhaps twice, never zero times."""

import json
import select
import threading
import time
from typing import Any

import psycopg2
from nameko.extensions import DependencyProvider

from chassis import logs
from chassis.errors import Unavailable
from chassis.events import PURPOSE
from chassis.failpoints import failpoint
from chassis.locks import RELAY
from chassis.outbox import CHANNEL
from chassis.publisher import Outgoing, Publisher
from chassis.signing import Signer
from contracts.subscriptions import LIVE_ONLY

log = logs.get(__name__)

BATCH = 200
IDLE_SECONDS = 1.0
STANDBY_SECONDS = 1.0
BACK_OFF_SECONDS = (1, 5, 30, 120)

_TAKE = """SELECT id, name, body, attempts FROM outbox WHERE due_at <= now() ORDER BY id LIMIT %s"""
_DELETE = "DELETE FROM outbox WHERE id = ANY(%s)"
_POSTPONE = """UPDATE outbox SET attempts = attempts + 1, due_at = now() + %s * interval '1 second'
               WHERE id = %s"""


class Relay(DependencyProvider):
    """Runs in every replica; the holder of the database's lock publishes, the others stand by."""

    def setup(self) -> None:
        config = self.container.config["settings"]
        service = self.container.service_name
        self._dsn = config.DATABASE_URL.replace("postgresql+psycopg2:", "postgresql:")
        self._publisher = Publisher(config.AMQP_URL, f"{service} relay")
        self._signer = Signer(service, config.BUS_KEY)
        self._is_over = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, daemon=True, name="relay")
        self._thread.start()

    def stop(self) -> None:
        self._is_over = True
        if self._thread is not None:
            self._thread.join(5)
        self._publisher.close()

    def _run(self) -> None:
        while not self._is_over:
            connection = None
            try:
                connection = psycopg2.connect(
                    self._dsn, connect_timeout=3, tcp_user_timeout=5000, options="-c statement_timeout=5000"
                )
                connection.autocommit = True
                self._work(connection)
            except (psycopg2.Error, Unavailable) as error:
                log.warning("relay stopped", extra={"error": type(error).__name__})
            except Exception:
                log.exception("relay failed")
            finally:
                if connection is not None:
                    connection.close()
            if not self._is_over:
                time.sleep(STANDBY_SECONDS)

    def _work(self, connection: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(f"LISTEN {CHANNEL}")
        while not self._is_over:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", (RELAY,))
            if cursor.fetchone()[0]:
                break
            time.sleep(STANDBY_SECONDS)
        while not self._is_over:
            if self._publish_batch(cursor) < BATCH:
                _wait(connection)

    def _publish_batch(self, cursor: Any) -> int:
        cursor.execute(_TAKE, (BATCH,))
        rows = cursor.fetchall()
        if not rows:
            return 0
        news = [self._news(body) for _id, name, body, _attempts in rows if name not in LIVE_ONLY]
        live = [self._live(body) for _id, _name, body, _attempts in rows]
        confirmed = iter(self._publisher.publish(*news))
        taken = [name in LIVE_ONLY or next(confirmed) for _id, name, _body, _attempts in rows]
        self._publisher.publish(*live)
        failpoint("before_mark")
        cursor.execute(_DELETE, ([row[0] for row, ok in zip(rows, taken, strict=True) if ok],))
        for (row_id, name, _body, attempts), ok in zip(rows, taken, strict=True):
            if not ok:
                log.error("event not routed", extra={"event": name})
                pause = BACK_OFF_SECONDS[min(attempts, len(BACK_OFF_SECONDS) - 1)]
                cursor.execute(_POSTPONE, (pause, row_id))
        return len(rows)

    def _news(self, body: str) -> Outgoing:
        event = json.loads(body)
        raw = body.encode()
        headers = {"signature": self._signer.sign(PURPOSE, raw)}
        return Outgoing("events", event["name"], raw, event["id"], headers)

    def _live(self, body: str) -> Outgoing:
        """What a page that is open somewhere needs to know; nothing is lost when nobody listens."""
        event = json.loads(body)
        news = {key: event[key] for key in ("name", "aggregate", "seq", "recipients")}
        return Outgoing(
            "live", "", json.dumps(news).encode(), event["id"], mandatory=False, is_persistent=False
        )


def _wait(connection: Any) -> None:
    """Until the next NOTIFY or one idle period."""
    select.select([connection], [], [], IDLE_SECONDS)
    connection.poll()
    connection.notifies.clear()
