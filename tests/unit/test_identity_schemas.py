"""What may be sent to identity, and the words and sounds that it ships."""

import base64
import io
import wave
from typing import Any

import pytest
from PIL import Image

from chassis import schemas
from chassis.config import SettingsError
from chassis.errors import Invalid
from deploy.local.keys import key32, token
from services.identity import captcha_media, texts
from services.identity.schemas.forms import Changes, Codes, Login, Registration, email_key
from services.identity.settings import Settings

FORM: dict[str, Any] = {
    "kind": "office",
    "first_name": "سعود",
    "last_name": "Al-Otaibi",
    "gender": "male",
    "civil_id": "٢٨٨٠٢٠١٢٢٥٩٦",
    "mobile": "00965 5000 1234",
    "email": "Saud@Office.example",
    "password": "Sea-Wind-2468",
    "password_confirmation": "Sea-Wind-2468",
    "legal_entity": "clearing_agent",
    "office_name_ar": "مكتب السفينة",
    "office_name_en": "Al-Safina 2",
    "captcha_id": "0190f5f0-0000-7000-8000-000000000000",
    "captcha_text": "aB3",
    "accept_terms": True,
}


def faults(schema, form):
    """Pointer to the first code."""
    with pytest.raises(Invalid) as caught:
        schemas.load(schema, form)
    assert caught.value.code == "input.invalid"
    return {fault.pointer: fault.code for fault in reversed(caught.value.faults)}


def test_a_form_becomes_its_normal_form():
    person = schemas.load(Registration(), FORM)
    assert (person["civil_id"], person["mobile"]) == ("288020122596", "+96550001234")
    assert person["email"] == "Saud@office.example"
    assert person["language"] == "ar"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"first_name": "علي <b>"}, {"/first_name": "name.invalid"}),
        ({"last_name": ""}, {"/last_name": "field.required"}),
        ({"last_name": "x" * 41}, {"/last_name": "field.too_long"}),
        ({"gender": "other"}, {"/gender": "field.not_a_choice"}),
        ({"civil_id": "288020122597"}, {"/civil_id": "civil_id.invalid"}),
        ({"mobile": "22221111"}, {"/mobile": "mobile.not_kuwaiti"}),
        ({"email": "saud@"}, {"/email": "email.invalid"}),
        ({"email": None}, {"/email": "field.required"}),
        ({"email": 5}, {"/email": "field.invalid"}),
        (
            {"password": "short"},
            {"/password": "password.too_short", "/password_confirmation": "password.not_repeated"},
        ),
        ({"password_confirmation": "Sea-Wind-2469"}, {"/password_confirmation": "password.not_repeated"}),
        ({"email": "sea-wind@x.example"}, {"/password": "password.contains_email"}),
        ({"office_name_ar": ""}, {"/office_name_ar": "field.required"}),
        ({"office_name_ar": "Al-Safina"}, {"/office_name_ar": "office_name.not_arabic"}),
        ({"office_name_en": "السفينة"}, {"/office_name_en": "office_name.not_latin"}),
        ({"office_name_en": "x" * 121}, {"/office_name_en": "field.too_long"}),
        ({"legal_entity": "bank"}, {"/legal_entity": "field.not_a_choice"}),
        ({"kind": "admin"}, {"/kind": "field.not_a_choice"}),
        ({"captcha_id": "x"}, {"/captcha_id": "field.invalid"}),
        ({"captcha_text": " "}, {"/captcha_text": "field.required"}),
        ({"accept_terms": False}, {"/accept_terms": "terms.not_accepted"}),
        ({"accept_terms": "maybe"}, {"/accept_terms": "field.invalid"}),
        ({"roles": ["administrator"]}, {"/roles": "field.unknown"}),
        ({"verified_at": "2026-01-01"}, {"/verified_at": "field.unknown"}),
    ],
)
def test_each_wrong_field_is_named(change, expected):
    assert faults(Registration(), FORM | change) == expected


def test_all_wrong_fields_are_named_at_once():
    found = faults(Registration(), {})
    required = set(FORM) - {"kind", "legal_entity", "office_name_ar", "office_name_en"}
    assert found == {f"/{name}": "field.required" for name in required} | {
        "/office_name_ar": "field.required",
        "/office_name_en": "field.required",
    }


def test_a_candidate_has_no_office():
    form = {name: value for name, value in FORM.items() if not name.startswith("office_name")}
    assert schemas.load(Registration(), form | {"kind": "candidate"})["kind"] == "candidate"
    blank = form | {"kind": "candidate", "office_name_ar": None, "office_name_en": ""}
    assert schemas.load(Registration(), blank)["office_name_en"] == ""


def test_a_password_is_taken_as_typed():
    loaded = schemas.load(Login(), {"email": "a@b.kw", "password": "  a\u200f b  "})
    assert loaded["password"] == "  a\u200f b  "


def test_a_login_takes_any_address():
    assert schemas.load(Login(), {"email": " A@B.KW ", "password": "x"})["email_key"] == "a@b.kw"
    assert schemas.load(Login(), {"email": "nobody", "password": "x", "mobile": "5"})["mobile"] == "5"
    assert email_key("NOBODY") == "nobody"


def test_only_the_language_is_ones_own_to_change():
    assert schemas.load(Changes(), {"language": "en"}) == {"language": "en"}
    assert faults(Changes(), {"roles": [], "civil_id": "1", "language": "fr"}) == {
        "/roles": "field.unknown",
        "/civil_id": "field.unknown",
        "/language": "field.not_a_choice",
    }


def test_codes_may_be_missing():
    assert schemas.load(Codes(), {"email_code": None}) == {"email_code": None, "mobile_code": ""}


def test_the_terms_are_there_in_both_languages():
    terms = texts.terms()
    assert terms.version == "1"
    assert terms.text["ar"].startswith("# الشروط والأحكام\n")
    assert terms.text["en"].startswith("# Terms and conditions\n")
    headings = {language: text.count("\n## ") for language, text in terms.text.items()}
    assert headings["ar"] == headings["en"] > 3
    assert not any(digit in terms.text["ar"] for digit in "٠١٢٣٤٥٦٧٨٩")


def test_the_image_is_a_png_of_its_size():
    head, _, body = captcha_media.image("AbD23").partition(",")
    assert head == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(body))) as image:
        assert image.format == "PNG"
        assert image.size == (220, 80)
        assert len(set(image.convert("L").get_flattened_data())) > 20


def test_the_sound_is_a_wav_that_says_each_digit():
    with wave.open(io.BytesIO(base64.b64decode(captcha_media.sound("093")))) as sound:
        assert (sound.getnchannels(), sound.getframerate(), sound.getsampwidth()) == (1, 8000, 1)
        said = sound.readframes(sound.getnframes())
    spoken = sum(len(captcha_media._digit(digit)) for digit in "093")
    assert spoken + 4 * 0.25 * 8000 <= len(said) <= spoken + 4 * 0.55 * 8000
    assert len(base64.b64encode(said)) < 100_000


def test_no_two_sounds_of_the_same_digits_are_alike():
    assert captcha_media.sound("123456") != captcha_media.sound("123456")


SETTINGS: dict[str, Any] = {
    "PORTAL_ENV": "production",
    "AMQP_URL": f"amqp://identity:{token()}@b",
    "BUS_KEY": f"k:{key32()}",
    "BUS_KEYS_TRUSTED": {},
    "DATABASE_URL": f"postgresql://identity:{token()}@d",
    "HEALTH_ADDRESS": "",
    "CODE_SEALING_KEY": key32(),
    "PEPPER": key32(),
}


def test_a_short_pepper_stops_the_process():
    with pytest.raises(SettingsError, match="PEPPER"):
        Settings(**SETTINGS | {"PEPPER": "short"})


def test_a_demo_has_no_cap_by_address():
    assert Settings(**SETTINGS).codes_per_address == 20
    assert Settings(**SETTINGS, CODES_PER_ADDRESS_PER_DAY=0).codes_per_address is None
    assert Settings(**SETTINGS | {"PORTAL_ENV": "demo"}).codes_per_address is None
