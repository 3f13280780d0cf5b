"""From a stranger to an account that waits for its codes; nobody learns which addresses are known."""

import time
from datetime import timedelta

import pytest

from chassis import clock, idempotency, ids
from chassis.errors import Conflict, Invalid, NotFound
from services.identity.domain.codes import mac
from services.identity.usecases import captchas
from tests.service.identity.conftest import PASSWORD, are_alike, together


def test_an_office_registers(portal):
    email = portal.register(commercial_registration="١٢٣٤٥", imported_office_code="OLD-7")
    account = portal.scalar("SELECT id FROM account WHERE email = :email", email=email)
    assert portal.scalar("SELECT verified_at IS NULL AND civil_id_proved_at IS NULL FROM account")
    assert portal.scalar("SELECT mobile FROM account") == "+96550001234"
    assert portal.scalar("SELECT kind FROM membership WHERE account_id = :id", id=account) == "general"
    assert (
        portal.scalar("SELECT commercial_registration || ' ' || imported_code FROM clearing_office")
        == "12345 OLD-7"
    )
    assert portal.scalar("SELECT version FROM terms_acceptance WHERE accepted_at IS NOT NULL") == "1"
    assert portal.scalar("SELECT count(*) FROM audit_entry WHERE action = 'account.registered'") == 1


def test_a_candidate_registers_without_an_office(portal):
    portal.register(kind="candidate", office_name_ar=None, office_name_en="")
    assert portal.scalar("SELECT count(*) FROM clearing_office") == 0


def test_one_email_and_one_sms_go_out_with_different_codes(portal):
    portal.register()
    told = portal.news()
    assert [each["name"] for each in told] == ["identity.code_issued"] * 2
    assert [each["data"]["channel"] for each in told] == ["email", "sms"]
    assert [each["seq"] for each in told] == [1, 2]
    assert all(each["recipients"] == [each["aggregate"]] and each["data"]["minutes"] == 10 for each in told)
    assert all(len(each["data"]["open"]) == 6 for each in told)


def test_nothing_at_rest_gives_a_secret_away(portal):
    email = portal.verified()
    token = portal.sign_in(email)
    codes = portal.codes().values()
    with portal.engine.connect() as connection:
        tables = connection.exec_driver_sql(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).scalars()
        rows = "\n".join(
            str(row) for table in tables for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"')
        )
    assert email in rows
    assert not any(secret in rows for secret in (PASSWORD, token))
    # Six digits may turn up by chance in a digest: as a value of their own they must not.
    assert not any(f"'{code}'" in rows or f'"{code}"' in rows for code in codes)


def test_a_wrong_form_is_refused_and_the_challenge_stays_good(portal):
    form = portal.form(mobile="22221111")
    assert portal.fault(lambda: portal.door().register(form)) == {"/mobile": "mobile.not_kuwaiti"}
    assert portal.door().register(form | {"mobile": "50001234"}) == {"status": "verification_sent"}


# ----------------------------------------------------------------------------------------------- challenges


def test_a_challenge_is_good_once(portal):
    form = portal.form()
    portal.door().register(form)
    again = form | {"email": "other@office.example"}
    assert portal.fault(lambda: portal.door().register(again)) == {"/captcha_text": "captcha.expired"}
    assert portal.scalar("SELECT count(*) FROM account") == 1


def test_a_wrong_answer_uses_it_up(portal):
    form = portal.form()
    wrong = form | {"captcha_text": form["captcha_text"].swapcase()}
    assert portal.fault(lambda: portal.door().register(wrong)) == {"/captcha_text": "captcha.wrong"}
    assert portal.fault(lambda: portal.door().register(form)) == {"/captcha_text": "captcha.expired"}
    assert portal.scalar("SELECT count(*) FROM account") == 0


def test_guesses_in_parallel_are_one(portal):
    form = portal.form()
    guesses = [form["captcha_text"]] + ["zzzzz"] * 15
    results = together(16, lambda number: portal.door().register(form | {"captcha_text": guesses[number]}))
    assert all(isinstance(result, Invalid) for result in results[1:])
    wrong = [each for each in results if isinstance(each, Invalid) and each.faults[0].code == "captcha.wrong"]
    assert len(wrong) == 1
    assert portal.scalar("SELECT count(*) FROM account") == (results[0] == {"status": "verification_sent"})


def test_it_lasts_ten_minutes(portal, hands):
    fresh, old = portal.form(), portal.form()
    hands.pass_by(minutes=9, seconds=50)
    assert portal.door().register(fresh)
    hands.pass_by(seconds=10)
    assert portal.fault(lambda: portal.door().register(old)) == {"/captcha_text": "captcha.expired"}
    portal.refused(lambda: portal.door().captcha_audio(old["captcha_id"]))


def test_one_of_another_form_is_worth_nothing(portal):
    form = portal.form()
    portal.run("UPDATE captcha SET purpose = 'another'")
    assert portal.fault(lambda: portal.door().register(form)) == {"/captcha_text": "captcha.expired"}


@pytest.mark.parametrize("captcha_id", ["0190f5f0-0000-7000-8000-000000000000", "' OR 1=1 --", ""])
def test_one_that_was_never_given_is_worth_nothing(portal, captcha_id):
    form = portal.form(captcha_id=captcha_id)
    assert set(portal.fault(lambda: portal.door().register(form))) & {"/captcha_id", "/captcha_text"}
    assert isinstance(portal.refused(lambda: portal.door().captcha_audio(captcha_id)), NotFound)


def test_the_sound_has_its_own_answer(portal):
    form = portal.form()
    assert len(portal.door().captcha_audio(form["captcha_id"])["wav"]) > 10_000
    with portal.door().db.begin() as session:
        digits = captchas.get_sound(session, form["captcha_id"], portal.settings.PEPPER, clock.real_now())
    assert portal.door().register(form | {"captcha_text": digits})


# --------------------------------------------------------------------------------- known and unknown addresses


def test_a_known_address_gets_the_same_answer_and_only_its_owner_is_told(portal):
    email = portal.verified()
    owner = portal.news("account_verified")[0]["aggregate"]
    before = len(portal.news())
    portal.register(email=email.upper(), mobile="60001234", password="Other-Sky-1357",
                    password_confirmation="Other-Sky-1357")  # fmt: skip
    told = portal.news()[before:]
    assert [each["name"] for each in told] == ["identity.code_issued", "identity.registration_repeated"]
    assert told[0]["data"]["channel"] == "sms"  # to the stranger's own mobile: as for any new address
    assert told[0]["aggregate"] != owner
    assert told[1]["aggregate"] == owner
    assert told[1]["recipients"] == [owner]
    assert portal.sign_in(email)


def test_the_stranger_cannot_tell_it_from_a_new_address_afterwards(portal):
    known = portal.verified()
    strangers = {
        "mobile": "60001234",
        "password": "Other-Sky-1357",
        "password_confirmation": "Other-Sky-1357",
    }
    stories = []
    for email in (known, "new@office.example"):
        portal.register(email=email, **strangers)
        door = portal.door()
        first = portal.refused(lambda: door.open_session(email=email, password="Other-Sky-1357"))  # noqa: B023
        wrong = portal.refused(lambda: door.open_session(email=email, password="Other-Sky-1358"))  # noqa: B023
        verification_id = portal.first_login(email, "60001234", "Other-Sky-1357")
        shown = door.verification(verification_id)
        guess = portal.refused(lambda: door.verify(verification_id, "000000", portal.codes()["sms"]))  # noqa: B023
        stories.append(
            (
                first.to_wire(),
                wrong.to_wire(),
                shown["mobile_masked"],
                [shown[f"{channel}_resend_in"] in range(55, 61) for channel in ("email", "mobile")],
                guess.to_wire(),
            )
        )
    assert stories[0] == stories[1]


def test_not_even_the_right_code_makes_a_second_account_of_one_address(portal):
    email = portal.verified()
    portal.register(email=email, password="Other-Sky-1357", password_confirmation="Other-Sky-1357")
    verification_id = portal.first_login(email, password="Other-Sky-1357")
    pepper = portal.settings.PEPPER
    account = portal.scalar("SELECT id FROM account WHERE verified_at IS NULL")
    portal.run("UPDATE code SET mac = :mac WHERE account_id = :id AND channel = 'email'", id=account,
               mac=mac(pepper, account, "email", "123456"))  # fmt: skip
    fault = portal.fault(lambda: portal.door().verify(verification_id, "123456", portal.codes()["sms"]))
    assert fault == {"/email_code": "code.wrong"}
    assert portal.scalar("SELECT count(*) FROM account WHERE verified_at IS NOT NULL") == 1


def test_time_does_not_tell_either(portal):
    known = portal.verified()

    def seconds(email):
        form = portal.form(email=email)
        begun = time.perf_counter()
        portal.door().register(form)
        return time.perf_counter() - begun

    seconds("warm@office.example")
    seconds(known)
    fresh = iter(range(1000))
    assert are_alike(
        lambda: [(seconds(known), seconds(f"new{next(fresh)}@office.example")) for _ in range(12)]
    )


def test_an_unverified_one_gives_way_and_its_codes_die(portal):
    email = portal.register()
    first_login, first_codes = portal.first_login(email), portal.codes()
    portal.register(email=email.title(), office_name_en="Another Office")
    assert portal.scalar("SELECT count(*) FROM account") == 1
    assert portal.scalar("SELECT string_agg(name_en, ',') FROM clearing_office") == "Another Office"
    refusal = portal.refused(
        lambda: portal.door().verify(first_login, first_codes["email"], first_codes["sms"])
    )
    assert (refusal.kind, refusal.code) == ("not_found", "verification.unknown")
    second = portal.first_login(email)
    old = portal.fault(lambda: portal.door().verify(second, first_codes["email"], first_codes["sms"]))
    assert set(old.values()) == {"code.wrong"}
    codes = portal.codes()
    assert portal.door().verify(second, codes["email"], codes["sms"]) == {}


def test_the_same_civil_id_may_register_twice(portal):
    portal.verified()
    portal.verified(mobile="60001234")
    assert portal.scalar("SELECT count(*) FROM account WHERE verified_at IS NOT NULL") == 2
    portal.run("UPDATE account SET civil_id_proved_at = now() WHERE mobile = '+96560001234'")
    refusal = portal.refused(lambda: portal.run("UPDATE account SET civil_id_proved_at = now()"))
    assert "uq_account_proved_civil_id" in str(refusal)


def test_twins_registering_at_once_are_one(portal):
    forms = [portal.form(email="twin@office.example") for _ in range(8)]
    results = together(8, lambda number: portal.door().register(forms[number]))
    assert results == [{"status": "verification_sent"}] * 8
    assert portal.scalar("SELECT count(*) FROM account") == 1
    assert portal.scalar("SELECT count(*) FROM clearing_office") == 1


def test_the_same_key_is_the_same_registration(portal):
    form = portal.form()
    call = idempotency.Call(
        "anonymous", "identity.register", ids.new_id(), idempotency.body_hash({"form": form})
    )
    assert portal.door(call=call).register(form) == {"status": "verification_sent"}
    with pytest.raises(idempotency.Replayed) as again:
        portal.door(call=call).register(form)
    assert again.value.outcome == {"result": {"status": "verification_sent"}}
    assert len(portal.news("code_issued")) == 2


def test_an_address_gets_only_so_many_codes_a_day(portal):
    """Over all its accounts, and with every tag; not in a demo, where test accounts share a mobile."""
    production = type(portal.settings)(**{**vars(portal.settings), "PORTAL_ENV": "production"})
    forms = [portal.form(email=f"bombed+{number}@office.example", mobile="51111111") for number in range(24)]
    portal.settings = production
    for form in forms:
        assert portal.door().register(form) == {"status": "verification_sent"}
    assert len(portal.news("code_issued")) == 40
    assert portal.scalar("SELECT count(*) FROM account") == 24


# ---------------------------------------------------------------------------------------------- cleaning up


def test_unverified_accounts_go_after_seven_days(portal, hands):
    stays = portal.verified()
    portal.register()
    hands.pass_by(days=6, hours=23)
    assert portal.work_off("unverified") == 0
    hands.pass_by(hours=2)
    assert portal.work_off("unverified") == 1
    assert portal.scalar("SELECT string_agg(email, ',') FROM account") == stays
    assert portal.scalar("SELECT count(*) FROM clearing_office") == 1
    assert portal.scalar("SELECT count(*) FROM terms_acceptance") == 1


def test_what_is_past_its_time_goes(portal, hands):
    email = portal.verified()
    portal.form()
    portal.sign_in(email)
    portal.refused(lambda: portal.door().open_session(email=email, password="wrong"))
    tables = ("captcha", "code", "login_attempt", "portal_session")
    assert all(portal.scalar(f"SELECT count(*) FROM {table}") for table in tables)
    hands.pass_by(minutes=5)
    portal.work_off("expired")
    assert all(portal.scalar(f"SELECT count(*) FROM {table}") for table in tables)
    hands.pass_by(hours=26)
    portal.work_off("expired")
    assert not any(portal.scalar(f"SELECT count(*) FROM {table}") for table in tables)
    assert timedelta(hours=26) < hands.by


def test_conflicts_are_not_hidden(portal):
    """The indexes hold what the code promises."""
    portal.verified(email="one@office.example")
    portal.register(email="two@office.example")
    refusal = portal.refused(
        lambda: portal.run("UPDATE account SET email_key = 'one@office.example', verified_at = now()")
    )
    assert "uq_account_verified_email" in str(refusal)
    assert not isinstance(refusal, Conflict)


def test_production_does_not_tell_the_answer_of_a_captcha(portal):
    assert "demo_answer" in portal.door().new_captcha()
    portal.settings = type(portal.settings)(**{**vars(portal.settings), "PORTAL_ENV": "production"})
    assert set(portal.door().new_captcha()) == {"id", "image"}
