"""Pages over the real gateway: right direction, nothing inline, nothing that breaks out of its place."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from chassis.errors import Fault, Invalid
from tests.unit.gateway_stage import Answers, application, knowing, signed_in

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "gateway" / "templates"
HOSTILE = "\"'><img src=x onerror=alert(1)>{{7*7}}"
CAPTCHA = {"id": "c1", "image": "data:image/png;base64,iVBORw0KGgo="}
PUBLIC = (
    "/",
    "/login",
    "/register",
    "/register/office",
    "/register/candidate",
    "/guide",
    "/support",
    "/nowhere",
)


class Page(HTMLParser):
    """The tags of a page."""

    def __init__(self, html: str):
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember it."""
        self.tags.append((tag, dict(attrs)))

    def all(self, name: str) -> list[dict[str, str | None]]:
        """The attributes of every tag of that name."""
        return [attributes for tag, attributes in self.tags if tag == name]


def _public() -> Answers:
    answers = Answers()
    name = {"ar": "طلب امتحان", "en": "Exam request"}
    answers.given["requests.list_service_types"] = {"items": [{"code": "broker_exam", "name": name}]}
    answers.given["identity.new_captcha"] = CAPTCHA
    return answers


VISITED = application(_public())


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("en", "ltr")])
@pytest.mark.parametrize("path", PUBLIC)
def test_every_page_says_its_language_and_has_nothing_inline(
    path: str, language: str, direction: str
) -> None:
    html = VISITED.test_client().get(f"{path}?lang={language}").get_data(as_text=True)
    page = Page(html)
    root = page.all("html")[0]
    assert (root["lang"], root["dir"]) == (language, direction)
    assert not [tag for tag, attributes in page.tags if "style" in attributes]
    assert not [a for _, attributes in page.tags for a in attributes if a.startswith("on")]
    assert all(script.get("src", "").startswith("/static/") for script in page.all("script"))  # type: ignore[union-attr]
    identities = [attributes["id"] for _, attributes in page.tags if attributes.get("id")]
    assert len(identities) == len(set(identities))
    assert page.all("h1")
    assert re.search(r'<a href="#main" class="govuk-skip-link"', html)


def test_every_form_that_changes_something_carries_both_keys() -> None:
    answers = knowing("candidate")
    answers.given |= _public().given
    for path in ("/login", "/register/office", "/account/password"):
        page = signed_in(application(answers)).get(path) if "account" in path else _get(path)
        html = page.get_data(as_text=True)
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", html, re.S):
            assert 'name="csrf_token"' in form
            assert "data-plain" in form or 'name="idempotency_key"' in form


def _get(path: str) -> Any:
    return VISITED.test_client().get(path)


def test_a_form_in_error_says_so_in_the_title_and_leads_to_each_field() -> None:
    answers = _public()
    faults = [Fault("/first_name", "field.required"), Fault("/mobile", "mobile.not_kuwaiti")]
    answers.given["identity.register"] = Invalid("input.invalid", faults=faults)
    browser = application(answers).test_client()
    token = (
        browser.get("/register/candidate")
        .get_data(as_text=True)
        .split('csrf-token" content="')[1]
        .split('"')[0]
    )
    answer = browser.post(
        "/register/candidate", data={"csrf_token": token, "mobile": "12", "password": "Secret1!"}
    )
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert re.search(r"<title>خطأ: ", html)
    assert 'href="#first_name"' in html
    assert 'href="#mobile"' in html
    assert 'value="12"' in html
    assert "Secret1!" not in html


def test_another_language_keeps_what_was_typed() -> None:
    browser = application(_public()).test_client()
    token = (
        browser.get("/register/candidate")
        .get_data(as_text=True)
        .split('csrf-token" content="')[1]
        .split('"')[0]
    )
    typed = {"csrf_token": token, "first_name": "أحمد", "switch_language": "en"}
    html = browser.post("/register/candidate", data=typed).get_data(as_text=True)
    assert Page(html).all("html")[0]["lang"] == "en"
    assert 'value="أحمد"' in html
    assert "govuk-error-summary" not in html


def test_what_others_wrote_stays_text() -> None:
    answers = _public()
    answers.given["identity.register"] = Invalid(
        "input.invalid", faults=[Fault("/first_name", "name.invalid")]
    )
    browser = application(answers).test_client()
    token = (
        browser.get("/register/office").get_data(as_text=True).split('csrf-token" content="')[1].split('"')[0]
    )
    names = (
        "first_name",
        "last_name",
        "civil_id",
        "mobile",
        "email",
        "office_name_ar",
        "imported_office_code",
    )
    html = browser.post(
        "/register/office", data={"csrf_token": token, **dict.fromkeys(names, HOSTILE)}
    ).get_data(as_text=True)
    assert "<img src=x" not in html
    assert "alert(1)&gt;{{7*7}}" in html
    assert len([i for i in Page(html).all("input") if i.get("value") == HOSTILE]) == len(names)


def _sources() -> dict[str, str]:
    return {
        str(path.relative_to(TEMPLATES)): path.read_text(encoding="utf-8")
        for path in TEMPLATES.rglob("*.html")
    }


def test_every_address_that_a_template_asks_for_exists() -> None:
    known = {rule.endpoint for rule in application().url_map.iter_rules()}
    named = {
        endpoint
        for source in _sources().values()
        for endpoint in re.findall(r"""url_for\(\s*["']([a-z_.]+)["']""", source)
    }
    assert len(named) > 30
    assert named - known == set()


def test_every_page_says_what_it_needs() -> None:
    pages = {name: source for name, source in _sources().items() if name.startswith("pages/")}
    assert len(pages) > 30
    assert {name for name, source in pages.items() if not source.startswith("{#-")} == set()


def test_every_class_of_the_vendored_sheet_that_is_used_is_there() -> None:
    sheet = (ROOT / "gateway/static/vendor/govuk.css").read_text(encoding="utf-8")
    used = {
        name
        for source in _sources().values()
        for value in re.findall(r'class="([^"{]*)', source)
        for name in value.split()
        if name.startswith("govuk-") and not name.startswith("govuk-js-")
    }
    assert len(used) > 40
    assert {name for name in used if f".{name}" not in sheet} == set()
