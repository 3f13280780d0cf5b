"""Every event has its words, in both languages, whatever is put into them."""

import re
import shutil
from html.parser import HTMLParser

import pytest
from jinja2.exceptions import SecurityError

from contracts.subscriptions import SUBSCRIPTIONS
from services.notifications import renderer
from services.notifications.domain import LANGUAGES, RULES, kind_of
from services.notifications.renderer import Templates, TemplatesIncomplete, notice_facts
from tests.unit.notification_cases import CASES, HEARD, LINK, NUMBER, SHOWN, Case

EACH = pytest.mark.parametrize("case", CASES, ids=str)
IN_BOTH = pytest.mark.parametrize("language", LANGUAGES)

AWKWARD = 'أحمد <script>alert(1)</script> & "O\'Brien"\u202e {{ 7*7 }} {% raw %}\r\nBcc: x@y.z\x00 %(n)s ${n}'
ARABIC = re.compile("[\u0621-\u064a]")
LATIN_WORD = re.compile("[A-Za-z]{2,}")


@pytest.fixture(scope="module")
def templates() -> Templates:
    return Templates()


def test_every_event_that_is_heard_has_a_rule_and_no_other() -> None:
    assert set(RULES) == {event.NAME for event in HEARD}
    assert {event.NAME for event in SUBSCRIPTIONS["notifications"]["tell_code"]} == {
        name for name, rule in RULES.items() if rule.is_code
    }


def test_there_is_no_folder_without_an_event() -> None:
    folders = {path.name for path in (renderer.HERE / "templates").iterdir()}
    assert folders == {kind_of(name) for name in RULES} | {"layout"}
    files = {path.name for path in (renderer.HERE / "templates").glob("*/*/*")}
    assert files == {*renderer.FILES, *renderer.LAYOUTS}


@EACH
@IN_BOTH
def test_nothing_is_left_unfilled(templates: Templates, case: Case, language: str) -> None:
    for where, text in case.texts(templates, language, "فاطمة Al-Ali").items():
        assert text.strip(), where
        assert not re.search(r"\{\{|\}\}|\{%|None|undefined|\{n\}", text), where


@EACH
def test_each_language_speaks_itself(templates: Templates, case: Case) -> None:
    english = case.texts(templates, "en", "X")
    assert not ARABIC.search(english["text"] + english["subject"] + english["sms"])
    arabic = case.texts(templates, "ar", "س")
    for where in ("subject", "text", "sms"):
        words = LATIN_WORD.findall(arabic[where].replace(LINK, "").replace(NUMBER, ""))
        assert not words, where
        assert ARABIC.search(arabic[where]), where


@EACH
@IN_BOTH
def test_awkward_values_stay_values(templates: Templates, case: Case, language: str) -> None:
    texts = case.texts(templates, language, AWKWARD)
    assert "<script" not in texts["html"]
    assert "\u202e" not in "".join(texts.values())
    assert "\x00" not in "".join(texts.values())
    assert "{{ 7*7 }}" in texts["text"]  # shown as it was written, not worked out
    assert not set(texts["subject"]) & set("\r\n")


@EACH
@IN_BOTH
def test_the_page_is_well_formed_and_says_its_direction(
    templates: Templates, case: Case, language: str
) -> None:
    page = _Page(case.texts(templates, language, AWKWARD)["html"])
    assert page.unclosed == []
    assert page.attributes["html"] == {"lang": language, "dir": "rtl" if language == "ar" else "ltr"}


@EACH
@IN_BOTH
def test_numbers_dates_and_names_are_isolated(templates: Templates, case: Case, language: str) -> None:
    texts = case.texts(templates, language, "Al-Ali")
    for where in ("subject", "text", "sms"):
        for value in (NUMBER, *SHOWN, "Al-Ali"):
            bare = texts[where].replace(f"\u2068{value}\u2069", "")
            assert value not in _without_paragraph(bare, value), (where, value)
    for value in (NUMBER, *SHOWN, "Al-Ali"):
        bare = re.sub('<title>.*?</title>|<p dir="auto".*?</p>', "", texts["html"], flags=re.S)
        assert value not in bare.replace(f"<bdi>{value}</bdi>", ""), value


def _without_paragraph(text: str, value: str) -> str:
    """A value that is a line of its own has nothing beside it to reorder."""
    return "\n".join(line for line in text.splitlines() if line != value)


@EACH
@IN_BOTH
def test_a_message_about_a_request_names_it_and_leads_to_it(
    templates: Templates, case: Case, language: str
) -> None:
    texts = case.texts(templates, language, "x")
    if case.number:
        assert all(NUMBER in text for text in texts.values())
        assert all(LINK in texts[where] for where in ("text", "html", "sms"))


@IN_BOTH
def test_a_code_stands_alone_so_that_it_is_found_and_copied(templates: Templates, language: str) -> None:
    facts = {"secret": "482913", "minutes": 10, "link": "", "name": ""}
    email = templates.email("code_issued", language, facts)
    assert re.findall(r"\d{6,}", email.text) == ["482913"]
    assert "\n482913\n" in email.text
    assert re.findall(r"\d{6,}", email.html) == ["482913"]
    assert re.findall(r"\d{6,}", templates.sms("code_issued", language, facts)) == ["482913"]
    assert "482913" not in email.subject


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 دقيقة"),
        (1, "دقيقة واحدة"),
        (2, "دقيقتان"),
        (3, "3 دقائق"),
        (10, "10 دقائق"),
        (11, "11 دقيقة"),
        (30, "30 دقيقة"),
        (100, "100 دقيقة"),
        (103, "103 دقائق"),
    ],
)
def test_minutes_are_counted_in_arabic(templates: Templates, minutes: int, words: str) -> None:
    facts = {"secret": "1", "minutes": minutes, "link": "", "name": ""}
    assert f": {words}." in templates.email("code_issued", "ar", facts).text


@pytest.mark.parametrize(("minutes", "words"), [(1, "1 minute."), (10, "10 minutes.")])
def test_minutes_are_counted_in_english(templates: Templates, minutes: int, words: str) -> None:
    facts = {"secret": "1", "minutes": minutes, "link": "", "name": ""}
    assert f"valid for {words}" in templates.email("code_issued", "en", facts).text


def test_an_english_reader_gets_the_english_name_and_reason(templates: Templates) -> None:
    data = {"service_name": {"ar": "طلب", "en": "Exam"}, "reason": {"ar": "سبب", "en": "Blurred\nphoto"}}
    shown = templates.notice("request_rejected", "en", notice_facts(data, "CE/8/26", "en"))
    assert "Exam" in shown.text
    assert "Blurred\nphoto" in shown.text
    assert "سبب" not in shown.text


def test_sealed_text_is_no_fact() -> None:
    assert notice_facts({"sealed": "x", "channel": "sms", "minutes": 3}, None, "ar") == {"minutes": 3}


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda folder: (folder / "code_issued/en/sms.txt").unlink(), "code_issued/en/sms.txt is missing"),
        (lambda folder: shutil.rmtree(folder / "password_changed/ar"), "password_changed/ar/body.html is"),
        (lambda folder: (folder / "request_claimed/ar/body.txt").write_text(" \n"), "body.txt is empty"),
        (
            lambda folder: (folder / "request_claimed/ar/body.txt").write_text("{{ due_on }}"),
            "asks for due_on",
        ),
        (lambda folder: (folder / "request_claimed/ar/body.txt").write_text("{{ link }}"), "asks for link"),
        (lambda folder: (folder / "code_issued/ar/sms.txt").write_text("{{ name }}"), "asks for name"),
        (lambda folder: (folder / "layout/en/email.txt").write_text("{% if %}"), "is no template"),
    ],
)
def test_an_incomplete_set_is_refused(tmp_path, spoil, fault: str) -> None:
    folder = tmp_path / "templates"
    shutil.copytree(renderer.HERE / "templates", folder)
    spoil(folder)
    with pytest.raises(TemplatesIncomplete, match=re.escape(fault)):
        Templates(folder)


def test_a_plural_without_all_its_forms_is_refused(tmp_path) -> None:
    shutil.copytree(renderer.HERE / "locales", tmp_path / "locales")
    catalog = tmp_path / "locales/ar/LC_MESSAGES/messages.po"
    catalog.write_text(catalog.read_text().replace('"دقيقتان"', '""'))
    with pytest.raises(TemplatesIncomplete, match="minutes"):
        Templates(locales=tmp_path / "locales")


def test_a_template_cannot_reach_into_python(tmp_path) -> None:
    folder = tmp_path / "templates"
    shutil.copytree(renderer.HERE / "templates", folder)
    (folder / "account_verified/en/body.txt").write_text("{{ ''.__class__.__mro__ }}")
    with pytest.raises(SecurityError):
        Templates(folder).notice("account_verified", "en", {})


class _Page(HTMLParser):
    """Which elements are open, and the attributes of each first one."""

    _VOID = frozenset({"meta", "br"})

    def __init__(self, html: str):
        super().__init__()
        self.unclosed: list[str] = []
        self.attributes: dict[str, dict[str, str | None]] = {}
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes.setdefault(tag, dict(attrs))
        if tag not in self._VOID:
            self.unclosed.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.unclosed.pop() == tag
