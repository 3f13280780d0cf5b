"""How values look on a page."""

import pytest
from jinja2 import DictLoader, Environment

from gateway.locales import formats


def _page(source: str, language: str = "ar", **given: object) -> str:
    environment = Environment(autoescape=True, loader=DictLoader({"page": source}))
    formats.install(environment, lambda: language)
    return environment.get_template("page").render(**given)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2031-03-27", "27/03/2031"),
        ("2026-11-22T22:30:00.000Z", "23/11/2026"),  # it is tomorrow in Kuwait
        (None, ""),
        ("", ""),
    ],
)
def test_dates_are_day_month_year_in_kuwait(value: str | None, shown: str) -> None:
    assert formats.day(value).striptags() == shown


def test_moments_are_told_in_kuwaits_time() -> None:
    assert formats.moment("2026-11-22T07:12:00Z").striptags() == "22/11/2026 10:12"
    assert formats.moment(None) == ""


def test_codes_never_reorder_and_never_carry_markup() -> None:
    assert formats.code("CE/8/26") == '<bdi dir="ltr">CE/8/26</bdi>'
    assert "<script" not in formats.code("<script>")
    assert formats.code(None) == ""


def test_a_mobile_is_read_in_groups() -> None:
    assert formats.mobile("+96599887766").striptags() == "+965 9988 7766"
    assert formats.mobile("99").striptags() == "99"
    assert formats.mobile(None) == ""


def test_numbers_in_addresses_have_dashes() -> None:
    assert formats.dashed("CE/8/26") == "CE-8-26"


@pytest.mark.parametrize(
    ("pointer", "field"),
    [
        ("/fields/mobile", "mobile"),
        ("/fields/name_ar/first", "name_ar-first"),
        ("/fields/civil_id_expiry/month", "civil_id_expiry-month"),
        ("/documents/photo", "slot-photo"),
        ("/email_code", "email_code"),
        ("", ""),
    ],
)
def test_a_pointer_leads_to_an_input(pointer: str, field: str) -> None:
    assert formats.field_id(pointer) == field


def test_names_of_four_parts_are_one_line() -> None:
    assert formats.full_name({"first": "أحمد", "second": None, "fourth": "الصالح"}) == "أحمد الصالح"  # type: ignore[dict-item]
    assert formats.full_name("Ahmad") == "Ahmad"
    assert formats.full_name(None) == ""


def test_two_languages_are_picked_from_and_text_stays_text() -> None:
    both = {"ar": "نص", "en": "text"}
    assert _page("{{ x|pick }}", "en", x=both) == "text"
    assert _page("{{ x|pick }}", "ar", x=both) == "نص"
    assert _page("{{ x|pick }}", "en", x={"ar": "نص", "en": ""}) == "نص"
    assert _page("{{ x|pick }}", x="plain") == "plain"
    assert _page("{{ x|pick }}", x=None) == ""


def test_facts_in_running_text_are_isolated_and_escaped() -> None:
    shown = _page('{{ t("page.greeting", name=name) }}', "en", name="<b>Ahmad</b>")
    assert shown == "Welcome: <bdi>&lt;b&gt;Ahmad&lt;/b&gt;</bdi>"
    assert _page('{{ t("service.draft_number", number="CE/8/26"|code, day="2026-11-21"|day) }}', "en") == (
        'Request number <bdi dir="ltr">CE/8/26</bdi>, opened on '
        '<time datetime="2026-11-21" dir="ltr">21/11/2026</time>.'
    )


@pytest.mark.parametrize(
    ("size", "arabic", "english"),
    [
        (10, "1 كيلوبايت", "1 KB"),
        (820 * 1024, "820 كيلوبايت", "820 KB"),
        (1258291, "1.2 ميغابايت", "1.2 MB"),
        (10 * 1024 * 1024, "10 ميغابايت", "10 MB"),
    ],
)
def test_sizes_are_told_in_words(size: int, arabic: str, english: str) -> None:
    assert _page("{{ n|size }}", "ar", n=size) == arabic
    assert _page("{{ n|size }}", "en", n=size) == english


def test_every_form_gets_a_key_of_its_own() -> None:
    first, second = _page("{{ idempotency_key() }} {{ idempotency_key() }}").split()
    assert first != second
