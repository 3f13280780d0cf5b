"""Leased looks: one at a time per file, fenced, recorded with their news, nothing left behind in the store."""

import threading
from datetime import timedelta

import pytest

from chassis import clock
from chassis.db import transaction
from services.documents import domain
from services.documents.domain import Refusal, Verdict
from services.documents.usecases import removal, uploads
from tests.service.documents.conftest import SYSTEM

CLEAN = Verdict(None, "application/pdf", 500, "ab" * 32)
REFUSED = Verdict(Refusal.WRONG_TYPE, "application/zip", 500, "cd" * 32)


def test_a_clean_file_is_recorded_with_its_news(desk):
    document_id = desk.uploaded()
    (check,) = desk.lease()
    assert desk.row(document_id).state == "scanning"
    desk.record(check, CLEAN)
    row = desk.row(document_id)
    assert (row.state, row.code, row.stored_key, row.seq) == ("clean", None, check.stored_key, 2)
    (news,) = desk.news()
    assert (news["name"], news["aggregate"], news["seq"]) == ("documents.document_checked", document_id, 2)
    assert news["data"] == {
        "owner": "CE/8/26",
        "state": "clean",
        "code": None,
        "content_type": "application/pdf",
        "size": 500,
        "sha256": "ab" * 32,
    }
    assert news["recipients"] == []


def test_a_refused_file_keeps_nothing_in_the_store(desk):
    document_id = desk.uploaded()
    (check,) = desk.lease()
    desk.record(check, REFUSED)
    row = desk.row(document_id)
    assert (row.state, row.code, row.stored_key) == ("refused", "document.wrong_type", None)
    assert desk.news()[0]["data"]["code"] == "document.wrong_type"
    assert {check.stored_key, check.rendition_key, check.incoming_key} == set(desk.doomed())


def test_what_was_sent_is_removed_now_and_again_when_nobody_can_send_any_more(desk):
    document_id = desk.uploaded()
    (check,) = desk.lease()
    now = clock.real_now()
    desk.record(check, CLEAN, now)
    moments = desk.doomed()[check.incoming_key]
    last_post = desk.row(document_id).policy_expires_at
    assert moments == [now, last_post + domain.POLICY_GRACE]


def test_a_look_long_after_the_form_ended_removes_once(desk):
    desk.uploaded()
    (check,) = desk.lease()
    later = clock.real_now() + timedelta(hours=1)
    desk.record(check, CLEAN, later)
    assert desk.doomed()[check.incoming_key] == [later]


def test_a_leased_file_is_left_alone_until_its_lease_ends(desk):
    desk.uploaded()
    now = clock.real_now()
    (first,) = desk.lease(now)
    assert desk.lease(now + timedelta(seconds=19)) == []
    (second,) = desk.lease(now + timedelta(seconds=21))
    assert (first.attempt, second.attempt) == (1, 2)
    assert {first.stored_key, first.rendition_key}.isdisjoint({second.stored_key, second.rendition_key})
    assert set(desk.doomed()) == {first.stored_key, first.rendition_key}


def test_two_workers_take_different_files(desk):
    ids = {desk.uploaded() for _ in range(4)}
    with transaction(desk.engine) as one:
        first = uploads.lease_checks(one, 2, clock.real_now())
        second = []
        thread = threading.Thread(target=lambda: second.extend(desk.lease(limit=10)))
        thread.start()
        thread.join(5)
    assert len(first) == len(second) == 2
    assert {check.document_id for check in [*first, *second]} == ids


def test_the_word_of_a_try_that_lost_its_lease_does_not_count(desk):
    document_id = desk.uploaded()
    now = clock.real_now()
    (slow,) = desk.lease(now)
    (quick,) = desk.lease(now + timedelta(seconds=30))
    desk.record(quick, CLEAN)
    desk.record(slow, REFUSED)
    row = desk.row(document_id)
    assert (row.state, row.stored_key) == ("clean", quick.stored_key)
    assert len(desk.news()) == 1
    assert slow.stored_key in desk.doomed()
    assert quick.stored_key not in desk.doomed()


def test_a_word_said_twice_does_not_remove_what_is_kept(desk):
    document_id = desk.uploaded()
    (check,) = desk.lease()
    desk.record(check, CLEAN)
    desk.record(check, CLEAN)
    assert desk.row(document_id).stored_key == check.stored_key
    assert check.stored_key not in desk.doomed()
    assert len(desk.news()) == 1


def test_a_postponed_look_is_due_again_a_little_later(desk):
    document_id = desk.uploaded()
    (check,) = desk.lease()
    now = clock.real_now()
    with transaction(desk.engine) as session:
        uploads.postpone_check(session, check, now=now)
    assert desk.row(document_id).state == "uploaded"
    assert desk.lease(now) == []
    assert [again.attempt for again in desk.lease(now + timedelta(seconds=1))] == [2]


def test_postponing_after_the_verdict_changes_nothing(desk):
    document_id = desk.uploaded()
    (check,) = desk.lease()
    desk.record(check, CLEAN)
    with transaction(desk.engine) as session:
        uploads.postpone_check(session, check, now=clock.real_now())
    assert desk.row(document_id).state == "clean"


def expire(desk, document_id, now):
    with transaction(desk.engine) as session:
        uploads.expire_upload(session, document_id, now=now, actor=SYSTEM)


def test_an_upload_never_completed_ends_as_missing_after_a_day(desk):
    document_id = desk.start()
    early, late = clock.real_now() + timedelta(hours=23), clock.real_now() + timedelta(hours=25)
    with transaction(desk.engine) as session:
        assert uploads.list_due_expiries(session, 10, early) == []
        assert uploads.list_due_expiries(session, 10, late) == [document_id]
    expire(desk, document_id, early)
    assert desk.row(document_id).state == "awaiting_upload"
    expire(desk, document_id, late)
    expire(desk, document_id, late)
    assert (desk.row(document_id).state, desk.row(document_id).code) == ("refused", "document.missing")
    assert [news["data"]["code"] for news in desk.news()] == ["document.missing"]
    assert desk.row(document_id).incoming_key in desk.doomed()


def test_a_completed_upload_does_not_expire(desk):
    document_id = desk.uploaded()
    late = clock.real_now() + timedelta(days=3)
    with transaction(desk.engine) as session:
        assert uploads.list_due_expiries(session, 10, late) == []
    expire(desk, document_id, late)
    assert desk.row(document_id).state == "uploaded"


def test_doomed_objects_are_leased_when_due_and_forgotten_when_gone(desk):
    desk.uploaded()
    (check,) = desk.lease()
    now = clock.real_now()
    desk.record(check, CLEAN, now)
    with transaction(desk.engine) as session:
        (doomed,) = removal.lease_doomed(session, 10, now)
    assert (doomed.bucket, doomed.key) == ("incoming", check.incoming_key)
    with transaction(desk.engine) as session:
        assert removal.lease_doomed(session, 10, now + timedelta(seconds=29)) == []
        assert removal.lease_doomed(session, 10, now + timedelta(seconds=31)) == [doomed]
        removal.forget_doomed(session, doomed)
    assert len(desk.doomed()[check.incoming_key]) == 1  # the second sweep, after the form has ended


@pytest.mark.parametrize("verdict", [CLEAN, REFUSED])
def test_a_verdict_about_a_document_that_is_gone_is_dropped(desk, verdict):
    document_id = desk.uploaded()
    (check,) = desk.lease()
    with transaction(desk.engine) as session:
        now = clock.real_now()
        uploads.remove_detached(session, "CE/8/26", [document_id], now=now, actor=SYSTEM)
    desk.record(check, verdict)
    assert desk.row(document_id).state == "removed"
    assert desk.news() == []
    assert {check.stored_key, check.rendition_key} <= set(desk.doomed())


def test_a_look_that_fails_is_repeated_soon_and_not_after_its_lease(desk):
    document_id = desk.uploaded()
    now = clock.real_now()
    (check,) = desk.lease(now)
    service = desk.service()
    service.objects = None  # an error that nobody foresaw
    with pytest.raises(AttributeError):
        service.look_at_upload(check)
    assert desk.row(document_id).state == "uploaded"
    (again,) = desk.lease(now + timedelta(seconds=5))
    assert (again.document_id, again.attempt) == (document_id, 2)
