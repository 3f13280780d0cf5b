"""Proving email and mobile: two codes, few tries, few sends."""

import pytest

from chassis import ids
from chassis.errors import Invalid, NotFound, TooMany
from tests.service.identity.conftest import PASSWORD, together


@pytest.fixture
def waiting(portal):
    """An address that waits for its codes, with its verification id."""
    email = portal.register()
    return email, portal.first_login(email)


def wrong(code):
    """Another code."""
    return f"{(int(code) + 1) % 10**6:06d}"


def test_both_codes_verify(portal, waiting):
    email, verification_id = waiting
    codes = portal.codes()
    assert portal.door().verify(verification_id, codes["email"], codes["sms"]) == {}
    assert portal.news("account_verified")[0]["recipients"] == [portal.scalar("SELECT id FROM account")]
    assert portal.scalar("SELECT count(*) FROM audit_entry WHERE action = 'account.verified'") == 1
    assert portal.sign_in(email)


def test_codes_are_taken_as_people_type_them(portal, waiting):
    codes = portal.codes()
    arabic = codes["email"].translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    sms = f"رمز التحقق {codes['sms'][:3]} {codes['sms'][3:]}"
    assert portal.door().verify(waiting[1], f"رمزك هو {arabic}، صالح لمدة 10 دقائق", sms) == {}


def test_each_wrong_code_is_named(portal, waiting):
    codes = portal.codes()
    door = portal.door()
    assert portal.fault(lambda: door.verify(waiting[1], wrong(codes["email"]), codes["sms"])) == {
        "/email_code": "code.wrong"
    }
    assert portal.fault(lambda: door.verify(waiting[1], codes["email"], wrong(codes["sms"]))) == {
        "/mobile_code": "code.wrong"
    }
    assert portal.fault(lambda: door.verify(waiting[1], "", None)) == {
        "/email_code": "field.required",
        "/mobile_code": "field.required",
    }
    assert portal.scalar("SELECT sum(tries) FROM code") == 2


def test_five_tries_then_the_code_is_dead(portal, waiting):
    codes = portal.codes()
    door = portal.door()
    for left in (4, 3, 2, 1):
        refusal = portal.refused(lambda: door.verify(waiting[1], wrong(codes["email"]), codes["sms"]))
        assert [(fault.code, fault.facts) for fault in refusal.faults] == [("code.wrong", {"left": left})]
    for typed in (wrong(codes["email"]), codes["email"], codes["email"]):
        fault = portal.fault(lambda: door.verify(waiting[1], typed, codes["sms"]))  # noqa: B023
        assert fault == {"/email_code": "code.too_many_tries"}
    assert portal.scalar("SELECT max(tries) FROM code") == 5


def test_no_more_than_five_checks_however_many_ask_at_once(portal, waiting):
    codes = portal.codes()
    results = together(
        20, lambda _: portal.door().verify(waiting[1], wrong(codes["email"]), wrong(codes["sms"]))
    )
    assert all(isinstance(result, Invalid) for result in results)
    compared = [result for result in results if result.faults[0].code == "code.wrong"]
    assert len(compared) == 4  # the fifth answers that it was the last
    assert portal.scalar("SELECT string_agg(tries::text, ',') FROM code") == "5,5"
    late = portal.fault(lambda: portal.door().verify(waiting[1], codes["email"], codes["sms"]))
    assert set(late.values()) == {"code.too_many_tries"}


def test_codes_last_ten_minutes(portal, hands, waiting):
    codes = portal.codes()
    hands.pass_by(minutes=10)
    fault = portal.fault(lambda: portal.door().verify(waiting[1], codes["email"], codes["sms"]))
    assert fault == {"/email_code": "code.expired", "/mobile_code": "code.expired"}


def test_a_code_is_good_for_one_account_and_channel(portal, waiting):
    mine = portal.codes()
    other = portal.first_login(portal.register(mobile="60001234"), "60001234")
    fault = portal.fault(lambda: portal.door().verify(other, mine["email"], mine["sms"]))
    assert set(fault.values()) == {"code.wrong"}
    theirs = portal.codes()
    fault = portal.fault(lambda: portal.door().verify(other, theirs["sms"], theirs["email"]))
    assert set(fault.values()) == {"code.wrong"}


def test_used_codes_and_ids_are_worth_nothing(portal, waiting):
    codes = portal.codes()
    second = portal.first_login(waiting[0])
    portal.door().verify(waiting[1], codes["email"], codes["sms"])
    for verification_id in (waiting[1], second):
        refusal = portal.refused(lambda: portal.door().verify(verification_id, codes["email"], codes["sms"]))  # noqa: B023
        assert isinstance(refusal, NotFound)
        assert isinstance(portal.refused(lambda: portal.door().verification(verification_id)), NotFound)  # noqa: B023
    assert portal.scalar("SELECT count(*) FROM code WHERE NOT is_dead") == 0


@pytest.mark.parametrize("verification_id", ["", "x", "' OR ''='", "0" * 43, ids.new_token()])
def test_a_made_up_id_is_unknown(portal, waiting, verification_id):
    door = portal.door()
    for call in (
        lambda: door.verification(verification_id),
        lambda: door.verify(verification_id, "123456", "123456"),
        lambda: door.resend_code(verification_id, "email"),
    ):
        refusal = portal.refused(call)
        assert (refusal.kind, refusal.code, refusal.facts) == ("not_found", "verification.unknown", {})


def test_the_account_id_is_no_verification_id(portal, waiting):
    account = portal.scalar("SELECT id FROM account")
    assert isinstance(portal.refused(lambda: portal.door().verification(account)), NotFound)


def test_the_page_shows_masks_and_waits(portal, hands, waiting):
    shown = portal.door().verification(waiting[1])
    assert shown["email_masked"] == "s•••@office.example"
    assert shown["mobile_masked"] == "+965•••••234"
    assert shown["mobile_required"] is True
    assert 55 <= shown["email_resend_in"] <= 60
    assert 55 <= shown["mobile_resend_in"] <= 60
    hands.pass_by(seconds=61)
    assert portal.door().verification(waiting[1])["email_resend_in"] == 0


def test_a_new_code_kills_the_old_one(portal, hands, waiting):
    old = portal.codes()
    hands.pass_by(seconds=61)
    assert portal.door().resend_code(waiting[1], "email") == {"resend_in": 60}
    new = portal.codes()
    assert new["sms"] == old["sms"]
    if new["email"] != old["email"]:  # one in a million
        fault = portal.fault(lambda: portal.door().verify(waiting[1], old["email"], old["sms"]))
        assert fault == {"/email_code": "code.wrong"}
    assert portal.scalar("SELECT count(*) FROM code WHERE channel = 'email' AND NOT is_dead") == 1
    assert portal.door().verify(waiting[1], new["email"], new["sms"]) == {}


def test_sixty_seconds_between_sends(portal, hands, waiting):
    refusal = portal.refused(lambda: portal.door().resend_code(waiting[1], "sms"))
    assert (refusal.kind, refusal.code) == ("too_many", "code.too_soon")
    assert 55 <= refusal.facts["retry_after"] <= 60
    hands.pass_by(seconds=61)
    results = together(10, lambda _: portal.door().resend_code(waiting[1], "sms"))
    assert sorted(str(type(each).__name__) for each in results) == ["TooMany"] * 9 + ["dict"]
    assert isinstance(next(each for each in results if each != {"resend_in": 60}), TooMany)


def test_ten_codes_a_day(portal, hands, waiting):
    for _ in range(9):
        hands.pass_by(minutes=11)
        portal.door().resend_code(waiting[1], "sms")
    hands.pass_by(minutes=11)
    refusal = portal.refused(lambda: portal.door().resend_code(waiting[1], "sms"))
    assert refusal.code == "code.too_many_today"
    assert refusal.facts["retry_after"] > 20 * 3600
    assert portal.door().resend_code(waiting[1], "email") == {"resend_in": 60}  # each channel for itself
    portal.first_login(waiting[0])
    assert len([each for each in portal.news("code_issued") if each["data"]["channel"] == "sms"]) == 10


def test_an_unknown_channel_is_refused(portal, waiting):
    assert portal.fault(lambda: portal.door().resend_code(waiting[1], "pigeon")) == {
        "/channel": "field.not_a_choice"
    }


def test_a_first_login_sends_codes_only_when_none_is_alive(portal, hands, waiting):
    assert len(portal.news("code_issued")) == 2
    portal.first_login(waiting[0])
    assert len(portal.news("code_issued")) == 2
    hands.pass_by(minutes=10)
    portal.first_login(waiting[0])
    assert len(portal.news("code_issued")) == 4
    portal.run("UPDATE code SET tries = 5 WHERE channel = 'sms'")
    hands.pass_by(seconds=61)
    portal.first_login(waiting[0])
    assert [each["data"]["channel"] for each in portal.news("code_issued")][4:] == ["sms"]


def test_the_right_to_try_lasts_a_day(portal, hands, waiting):
    hands.pass_by(hours=24)
    assert isinstance(portal.refused(lambda: portal.door().verification(waiting[1])), NotFound)


def test_without_an_sms_channel_the_email_code_suffices(portal):
    settings = type(portal.settings)(**{**vars(portal.settings), "SMS_CODES": False})
    portal.settings = settings
    email = portal.register()
    verification_id = portal.first_login(email)
    shown = portal.door().verification(verification_id)
    assert (shown["mobile_required"], shown["mobile_resend_in"]) == (False, 0)
    assert set(portal.codes()) == {"email"}
    assert portal.door().verify(verification_id, portal.codes()["email"]) == {}
    assert portal.sign_in(email, PASSWORD)
