"""Names of people and files, and addresses of files: nothing hidden, no way out of their place, no other object."""

import re

import requests

from tests.e2e.portal import Portal, path
from tests.e2e.visitors import Program
from tests.factories.people import Person, pdf

INVISIBLE = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f\ufeff"
DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069\u200b\ufeff]")


def _newcomer_named(portal: Portal, **names: str) -> Person:
    person = Person(**names)
    portal.register(person)
    portal.verify(person)
    portal.login(person)
    return person


def test_marks_that_hide_or_turn_text_are_taken_out(own: Portal) -> None:
    person = _newcomer_named(own, first_name=f"{INVISIBLE}مُحَمَّد\u202e", last_name=f"آل{INVISIBLE}\u0640ياسين")
    me = own.call("GET", "/me", token=person.token)
    assert (me["first_name"], me["last_name"]) == ("مُحَمَّد", "آلياسين"), "lawful Arabic passes"
    request = own.open_exam(person)
    version = own.call("GET", path(request), token=person.token)["version"]
    lawful = "شَارِعُ لآلئ، قطعة ٣، مبنى ١٢ — «الواحة»"
    fields = {"address": f"{INVISIBLE}{lawful}\u202egpj.exe", "notes": f"a\u202eb\n{lawful}"}
    own.call("PATCH", path(request), {"fields": fields, "version": version}, token=person.token)
    document = own.upload(
        person.token,
        request,
        "good_conduct",
        pdf("x"),
        filename="\u202eexe.\u2066شهادة\u200b.pdf",
        content_type="application/pdf",
    )
    own.call("PATCH", f"/documents/{document}", {"name": "\u202eشهادة\u2069"}, token=person.token)
    whole = Program(own.url, person.token).call("GET", path(request)).text
    assert not DIRECTION.search(whole) and "شهادة" in whole and "لآلئ" in whole
    own.wait_clean(person.token, document)
    address = Program(own.url, person.token).call("GET", f"/documents/{document}/content").headers["Location"]
    told = requests.get(address, timeout=10).headers["Content-Disposition"]
    assert "%E2%80%AE" not in told and "\u202e" not in told


TRICKS = (
    "../../../etc/passwd.pdf",
    "..\\..\\boot.pdf",
    "/etc/cron.d/x.pdf",
    "C:\\x\\y.pdf",
    "a/../../b.pdf",
    "....//x.pdf",
    "%2e%2e%2fx.pdf",
    "x.pdf;.html",
    "CON",
    ".pdf",
    'a"; filename="b.html',
    "x\r\nSet-Cookie: a=b.pdf",
    "x" * 120 + ".pdf",
)


def test_a_name_is_never_a_path(own: Portal) -> None:
    person = own.newcomer()
    request, program = own.open_exam(person), Program(own.url, person.token)
    for name in TRICKS:
        document = own.upload(
            person.token, request, "good_conduct", pdf(name), filename=name, content_type="application/pdf"
        )
        own.wait_clean(person.token, document)
        address = program.call("GET", f"/documents/{document}/content").headers["Location"]
        key = address.split("?")[0].rsplit("/", 1)[-1]
        assert re.fullmatch(r"[0-9a-f-]{36}", key), address
        answer = requests.get(address, timeout=10)
        told = answer.headers["Content-Disposition"]
        assert told.startswith("attachment") and told.count("filename=") <= 1, told
        assert not re.search(r"(\.\.|[/\\\r\n]|%2F|%5C|%0D)", told, re.IGNORECASE), told
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Content-Type"] == "application/pdf"


def test_no_name_adds_a_head_to_a_mail(own: Portal) -> None:
    victim = "bystander@example.com"
    injected = f"x\r\nBcc: {victim}\r\nSubject: forged"
    for changed in (
        {"first_name": injected},
        {"email": f"a@example.com\r\nBcc: {victim}"},
        {"email": f"a@example.com,{victim}"},
        {"email": f'"a\r\nBcc: {victim}"@example.com'},
    ):
        captcha = own.call("GET", "/captchas/new")
        solved = {"captcha_id": captcha["id"], "captcha_text": captcha["demo_answer"]}
        form = {**Person().registration("candidate"), **changed, **solved}
        answer = Program(own.url).call("POST", "/registrations", form)
        assert answer.status_code == 422, changed
    person = _newcomer_named(own, first_name="Salem", last_name="Nasser")
    request = own.submitted_exam(person)
    own.call("POST", f"{path(request)}/withdraw", {"reason": injected}, token=person.token)
    own.catcher.wait(person.email, channel="email", matching="(?i)withdr|سحب")
    assert own.catcher.messages(victim) == []
    assert not [mail for mail in own.catcher.messages(person.email) if mail["subject"] == "forged"]


def test_an_address_is_short_lived_for_one_object_and_never_shown_inline(own: Portal) -> None:
    person = own.newcomer()
    request, program = own.open_exam(person), Program(own.url, person.token)
    own.upload_required(person, request)
    slots = own.call("GET", path(request), token=person.token)["documents"]
    one, two = (slot["files"][0]["id"] for slot in slots if slot["files"])
    addresses = [program.call("GET", f"/documents/{each}/content").headers["Location"] for each in (one, two)]
    assert all(int(re.findall(r"X-Amz-Expires=(\d+)", address)[0]) <= 60 for address in addresses)
    answer = requests.get(addresses[0], timeout=10)
    assert answer.status_code == 200 and answer.headers["Content-Disposition"].startswith("attachment")
    key_of = [address.split("?")[0] for address in addresses]
    swapped = addresses[0].replace(key_of[0], key_of[1])
    longer = re.sub(r"X-Amz-Expires=\d+", "X-Amz-Expires=6000", addresses[0])
    inline = addresses[0].replace("attachment", "inline")
    for forged in (swapped, longer, inline, key_of[0], key_of[0].rsplit("/", 1)[0]):
        assert requests.get(forged, timeout=10).status_code == 403, forged
    for method in ("PUT", "DELETE", "POST"):
        assert requests.request(method, addresses[0], data=b"x", timeout=10).status_code in (403, 405)
