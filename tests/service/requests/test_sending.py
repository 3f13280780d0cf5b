"""Send: once, complete, one per civil ID; the clock; withdrawing; printing."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from chassis import clock, grants
from chassis.actor import Actor
from chassis.errors import Conflict, Unavailable
from chassis.idempotency import Call, Replayed
from tests.service.requests.conftest import Bureau, Hands, applicant, faults, officer, refusal, together


def _send(bureau: Bureau, drafts: Sequence[tuple[Actor, str]], n: int) -> Any:
    who, number = drafts[n]
    return bureau.door(who).submit(number)


def _step(steps: Sequence[Callable[[], object]], n: int) -> object:
    return steps[n]()


def test_send_dates_it_counts_the_days_and_tells(bureau: Bureau, hands: Hands) -> None:
    hands.set(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    someone = applicant()
    number = bureau.ready(someone)
    sent = bureau.door(someone).submit(number)
    assert (sent["status"], sent["due_on"]) == ("submitted", "2026-12-07")
    assert sent["submitted_at"] == "2026-11-23T09:00:00.000Z"
    assert (sent["waiting_for"]["who"], sent["lines"]) == ("bureau", ["submitted"])
    assert sent["allowed_actions"] == ["withdraw", "print"]
    assert [each["status"] for each in sent["status_history"]] == ["draft", "submitted"]
    (told,) = bureau.news(number)
    assert told["name"] == "requests.request_submitted"
    assert (told["seq"], told["recipients"]) == (sent["version"], [someone.id])
    assert told["data"] == {
        "service_type": "broker_exam",
        "service_name": {"ar": "طلب امتحان وكلاء التخليص", "en": "Clearing Agent Exam Request"},
        "status": "submitted",
        "due_on": "2026-12-07",
    }
    assert bureau.audited(number)[-1] == "request.submit"


def test_holidays_are_not_counted(bureau: Bureau, hands: Hands) -> None:
    bureau.run(
        "INSERT INTO holiday VALUES ('2026-11-24', 'عطلة', 'Holiday'), ('2026-11-25', 'عطلة', 'Holiday')"
    )
    hands.set(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    someone = applicant()
    assert bureau.door(someone).submit(bureau.ready(someone))["due_on"] == "2026-12-09"


def test_fifty_sends_at_once_are_one(bureau: Bureau) -> None:
    someone = applicant()
    number = bureau.ready(someone)
    results = together(50, lambda _n: bureau.door(someone).submit(number))
    codes = [getattr(each, "code", "sent") for each in results]
    assert codes.count("sent") == 1
    assert codes.count("request.already_submitted") == 49
    assert len(bureau.news(number)) == 1
    assert bureau.scalar("SELECT count(*) FROM history_entry WHERE status = 'submitted'") == 1


def test_two_drafts_of_one_civil_id_sent_at_once_are_one(bureau: Bureau) -> None:
    someone = applicant()
    twin = applicant(civil_id=someone.person["civil_id"])
    for _round in range(5):
        drafts = [(someone, bureau.ready(someone)), (twin, bureau.ready(twin))] * 5
        drafts = [(who, bureau.ready(who) if n > 1 else number) for n, (who, number) in enumerate(drafts)]
        results = together(10, partial(_send, bureau, drafts))
        codes = sorted(getattr(each, "code", "sent") for each in results)
        assert codes == ["exam.already_requested"] * 9 + ["sent"]
        (won,) = (each["number"] for each in results if isinstance(each, dict))
        owner = next(who for who, number in drafts if number == won)
        bureau.door(owner).withdraw(won)


def test_the_index_has_the_last_word_when_the_question_came_too_early(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    someone = applicant()
    first, second = bureau.ready(someone), bureau.ready(someone)
    bureau.door(someone).submit(first)
    monkeypatch.setattr("services.requests.store.requests.is_key_taken", lambda *_args, **_more: False)
    assert refusal(lambda: bureau.door(someone).submit(second)).code == "exam.already_requested"
    assert bureau.door(someone).get_request(second)["status"] == "draft"


def test_drafts_do_not_block_but_what_was_sent_does(bureau: Bureau) -> None:
    someone, clerk = applicant(), officer()
    door = bureau.door(someone)
    second = bureau.ready(someone)
    first = bureau.sent(someone)
    for _status in ("submitted", "under_review", "preliminarily_approved"):
        assert refusal(lambda: door.open_request(service_type="broker_exam")).code == "exam.already_requested"
        assert refusal(lambda: door.submit(second)).code == "exam.already_requested"
        if _status == "submitted":
            bureau.door(clerk).claim(first)
        elif _status == "under_review":
            bureau.door(clerk).approve(first)
    door.withdraw(first)
    assert door.submit(second)["status"] == "submitted"
    bureau.door(clerk).claim(second)
    bureau.door(clerk).reject(second, reason_code="conditions_not_met")
    assert bureau.sent(someone)


@pytest.mark.parametrize(
    ("days", "passed", "exam_on", "blocked"),
    [
        (90, 89, "2026-11-23", True),
        (90, 90, "2026-11-23", False),
        (90, 95, "2026-11-29", True),  # the days count from the exam, whenever the request ended
        (90, 0, None, False),  # no exam, no waiting
        (-1, 4000, None, True),
        (0, 0, "2026-11-23", False),
    ],
)
def test_how_long_an_ended_one_blocks_is_a_setting(
    bureau: Bureau, hands: Hands, *, days: int, passed: int, exam_on: str | None, blocked: bool
) -> None:
    bureau.settings.EXAM_RETAKE_DAYS["withdrawn"] = days
    hands.set(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    someone = applicant()
    bureau.door(someone).withdraw(bureau.sent(someone))
    bureau.run("UPDATE service_request SET exam_on = CAST(:d AS date)", d=exam_on)
    hands.pass_by(days=passed)
    if blocked:
        error = refusal(lambda: bureau.door(someone).open_request(service_type="broker_exam"))
        assert error.code == "exam.already_requested"
    else:
        assert bureau.door(someone).open_request(service_type="broker_exam")["status"] == "draft"


def test_what_is_missing_is_named(bureau: Bureau) -> None:
    someone = applicant()
    door = bureau.door(someone)
    number = door.open_request(service_type="broker_exam")["number"]
    bureau.attach(someone, number, "photo", "refused")
    error = refusal(lambda: door.submit(number))
    assert error.code == "request.incomplete"
    assert {fault.pointer: fault.code for fault in error.faults} == {
        "/fields/broker_type": "field.required",
        "/fields/name_en/first": "field.required",
        "/fields/name_en/fourth": "field.required",
        "/fields/nationality": "field.required",
        "/fields/civil_id_expiry": "field.required",
        "/fields/address": "field.required",
        "/documents/civil_id_copy": "document.required",
        "/documents/photo": "document.refused",
    }


def test_a_date_is_asked_again_at_send(bureau: Bureau, hands: Hands) -> None:
    hands.set(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    someone = applicant()
    number = bureau.ready(someone, civil_id_expiry="2026-11-24")
    hands.set(datetime(2026, 11, 23, 21, 0, tzinfo=UTC))  # midnight in Kuwait
    assert faults(lambda: bureau.door(someone).submit(number)) == {
        "/fields/civil_id_expiry": "field.not_after_today"
    }


def test_documents_has_the_word_about_states(bureau: Bureau) -> None:
    someone = applicant()
    door = bureau.door(someone)
    number = bureau.draft(someone)["number"]
    photo = bureau.attach(someone, number, "photo", "scanning")
    card = bureau.attach(someone, number, "civil_id_copy")
    assert refusal(lambda: door.submit(number)).code == "documents.being_checked"
    bureau.documents.states[card]["state"] = "scanning"
    bureau.documents.states[photo]["state"] = "clean"  # its event has not arrived yet
    assert refusal(lambda: door.submit(number)).code == "documents.being_checked"
    bureau.documents.states[card]["state"] = "clean"
    assert door.submit(number)["status"] == "submitted"
    assert bureau.documents.calls[-1] == ("list_states", {"document_ids": [photo, card]})


def test_documents_being_away_sends_nothing(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    someone = applicant()
    number = bureau.ready(someone)

    def away(**_arguments: object) -> None:
        raise Unavailable("service.unavailable")

    monkeypatch.setitem(bureau.documents._answers, "list_states", away)
    assert refusal(lambda: bureau.door(someone).submit(number)).code == "service.unavailable"
    assert bureau.door(someone).get_request(number)["status"] == "draft"


def test_what_came_to_nothing_is_not_sent_along(bureau: Bureau) -> None:
    someone = applicant()
    number = bureau.ready(someone)
    never = bureau.attach(someone, number, "good_conduct", "awaiting_upload")
    sent = bureau.door(someone).submit(number)
    assert [len(slot["files"]) for slot in sent["documents"]] == [1, 1, 0]
    assert bureau.news(number)[0]["data"]["document_ids"] == [never]


def test_stale_version(bureau: Bureau) -> None:
    someone = applicant()
    number = bureau.ready(someone)
    error = refusal(lambda: bureau.door(someone).submit(number, version=1))
    assert (error.code, error.facts["current_version"]) == ("conflict.stale", 2)
    assert bureau.door(someone).submit(number, version=2)["version"] == 3


def test_the_same_key_gets_the_same_answer(bureau: Bureau) -> None:
    someone = applicant()
    number = bureau.ready(someone)
    call = Call(someone.id, "requests.submit", "key-1", "hash")
    answer = bureau.door(someone, call=call).submit(number)
    with pytest.raises(Replayed) as replayed:
        bureau.door(someone, call=call).submit(number)
    assert replayed.value.outcome == {"result": answer}
    assert len(bureau.news(number)) == 1


def test_withdrawing(bureau: Bureau) -> None:
    someone = applicant()
    number = bureau.sent(someone)
    door = bureau.door(someone)
    assert refusal(lambda: door.withdraw(number, version=1)).code == "conflict.stale"
    gone = door.withdraw(number, reason="تغيرت الظروف")
    assert (gone["status"], gone["due_on"], gone["waiting_for"]["who"]) == ("withdrawn", None, "nobody")
    assert gone["status_history"][-1]["reason"] == {"ar": "تغيرت الظروف", "en": "تغيرت الظروف"}
    assert [step["status"] for step in gone["steps"]] == ["submitted", "withdrawn"]
    assert bureau.news(number)[-1]["name"] == "requests.request_withdrawn"
    assert refusal(lambda: door.withdraw(number)).code == "request.already_ended"
    draft = bureau.draft(someone)["number"]
    assert refusal(lambda: door.withdraw(draft)).code == "request.not_submitted"


def test_reject_against_withdraw(bureau: Bureau) -> None:
    for _round in range(10):
        someone, clerk = applicant(), officer()
        number = bureau.claimed(clerk, someone)

        def reject(number: str = number, clerk: Actor = clerk) -> object:
            return bureau.door(clerk).reject(number, reason="no")

        def withdraw(number: str = number, someone: Actor = someone) -> object:
            return bureau.door(someone).withdraw(number)

        results = together(2, partial(_step, (reject, withdraw)))
        assert sum(isinstance(each, Conflict) for each in results) == 1
        last = bureau.door(someone).get_request(number)
        assert last["status"] in ("rejected", "withdrawn")
        path = [each["status"] for each in last["status_history"]]
        assert path == ["draft", "submitted", "under_review", last["status"]]


def test_the_printed_request(bureau: Bureau, hands: Hands) -> None:
    hands.set(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    someone = applicant()
    number = bureau.sent(someone)
    key = bureau.settings.GRANT_KEY

    def order(actor: Actor) -> dict:
        return grants.check(key, bureau.door(actor).order_paper(number)["order"], clock.real_now())

    first = order(someone)
    assert (first["paper"], first["data"]["number"]) == ("request", number)
    assert first["data"]["verify_path"] == "/requests/CE-1-26"
    assert first["data"]["status"] == {"ar": "تم الإرسال", "en": "Sent"}
    values = {row["label"]["en"]: row["value"] for row in first["data"]["rows"]}
    assert values["Nationality"] == {"ar": "الكويت", "en": "Kuwait"}
    assert values["Civil ID expiry"] == "31/01/2035"
    assert values["Broker's name in Arabic"] == "أحمد العتيبي"
    assert "Notes" not in values
    assert first["data"]["documents"][1] == {
        "slot": {"ar": "صورة شخصية", "en": "Personal photo"},
        "name": "صورة شخصية",
    }
    clerk = officer()
    assert order(clerk)["key"] == first["key"]
    bureau.door(clerk).claim(number)
    assert order(someone)["key"] != first["key"]
    assert refusal(lambda: order(applicant())).code == "request.unknown"
    assert set(faults(lambda: bureau.door(someone).order_paper(number, kind="card"))) == {"/kind"}
