"""The way of a file from a browser's form to an officer's screen; what the store and the service refuse."""

import io
from datetime import timedelta
from hashlib import sha256

import pytest
from PIL import Image

from chassis import clock, grants, ids
from chassis.errors import Invalid
from tests.factories import files
from tests.integration.conftest import eventually
from tests.integration.documents.conftest import APPLICANT, MEGABYTES


def test_a_file_goes_straight_to_the_store_and_comes_back_as_it_was(portal):
    content = files.pdf(attachment=bytes(range(256)) * 4000)
    document_id = portal.send(content, size=len(content), sha256=sha256(content).hexdigest())
    state = portal.judged(document_id)
    assert (state["state"], state["content_type"]) == ("clean", "application/pdf")
    assert (state["size"], state["sha256"]) == (len(content), sha256(content).hexdigest())
    answer = portal.get(portal.address(document_id))
    assert answer.data == content
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert "%D8%B5%D9%88%D8%B1%D8%A9.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Type"] == "application/pdf"


def test_a_phones_photo_is_kept_and_shown_as_jpeg(portal):
    content = files.image("HEIF", size=(800, 600), noise=True)
    document_id = portal.send(content, name="IMG_0042.HEIC")
    assert portal.judged(document_id)["content_type"] == "image/heic"
    assert portal.get(portal.address(document_id)).data == content
    shown = portal.get(portal.address(document_id, "read", shown=True))
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert Image.open(io.BytesIO(shown.data)).size == (800, 600)


def test_a_ten_megabyte_photo_passes(portal):
    content = files.image("PNG", size=(2200, 1600), mode="RGB")
    content += bytes(10 * MEGABYTES - len(content))
    assert portal.sent(content, name="photo.png")["state"] == "clean"


def test_what_was_sent_leaves_the_way_in(portal):
    before = portal.keys("incoming")
    portal.sent(files.pdf())
    eventually(lambda: portal.keys("incoming") <= before)


def test_the_store_refuses_what_the_form_does_not_allow(portal):
    form = portal.start(max_bytes=1000)["upload"]
    assert portal.post(form, b"x" * 1001) >= 400
    assert portal.post(form, b"") >= 400
    assert portal.post(form, b"x", **{"Content-Type": "text/html"}) == 403
    assert portal.post(form, b"x", key="elsewhere") == 403
    assert portal.post(form, b"x", **{"x-amz-signature": "0" * 64}) == 403
    assert portal.post(form, b"x" * 1000) in (200, 201, 204)


def test_the_store_refuses_a_form_whose_time_is_over(portal):
    over = clock.real_now() - timedelta(seconds=1)
    form = portal.objects.upload_form("some-key", "application/pdf", 1000, over)
    assert portal.post(form, b"x") == 403


def test_nothing_is_read_without_a_signature_or_after_its_minute(portal):
    document_id = portal.send(files.pdf())
    portal.judged(document_id)
    url = portal.address(document_id)
    assert portal.get(url.partition("?")[0]).status == 403
    assert portal.get(url.replace("X-Amz-Expires=60", "X-Amz-Expires=6000")).status == 403
    assert portal.get(url.replace("attachment", "inline")).status == 403
    other = portal.send(files.pdf())
    portal.judged(other)
    assert portal.get(_with_path_of(url, portal.address(other))).status == 403


def _with_path_of(url: str, other: str) -> str:
    return other.partition("?")[0] + "?" + url.partition("?")[2]


def test_other_bytes_sent_after_the_look_change_nothing(portal):
    first, second = files.pdf(), files.pdf(pages=7)
    started = portal.start()
    portal.post(started["upload"], first)
    portal.complete(started["id"])
    state = portal.judged(started["id"])
    assert portal.post(started["upload"], second) in (200, 201, 204)
    assert portal.get(portal.address(started["id"])).data == first
    assert portal.state(started["id"]) == state


def test_bytes_changed_while_they_are_looked_at_are_kept_as_looked_at(portal):
    started = portal.start()
    for pages in range(1, 4):
        portal.post(started["upload"], files.pdf(pages=pages))
    portal.complete(started["id"])
    for pages in range(4, 12):
        portal.post(started["upload"], files.pdf(pages=pages))
    state = portal.judged(started["id"])
    kept = portal.get(portal.address(started["id"])).data
    assert sha256(kept).hexdigest() == state["sha256"]
    assert len(kept) == state["size"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<html><script>alert(1)</script></html>", "document.wrong_type"),
        (b"%PDF-1.7\n<script>alert(1)</script>\n%%EOF", "document.wrong_type"),
        (files.image("GIF"), "document.wrong_type"),
        (files.pdf(password="secret"), "document.encrypted"),
        (files.pdf()[:-100], "document.damaged"),
        (files.flat_png(20_000, 20_000), "document.too_large"),
    ],
    ids=["html", "html as pdf", "gif", "encrypted", "cut", "pixels"],
)
def test_bad_files_are_refused_and_not_kept(portal, content, code):
    kept = portal.kept()
    state = portal.sent(content)
    assert (state["state"], state["code"]) == ("refused", code)
    assert portal.keys("documents") <= kept


def test_another_file_than_the_announced_one_is_refused(portal):
    announced = sha256(b"another file").hexdigest()
    assert portal.sent(files.pdf(), sha256=announced)["code"] == "document.hash_differs"
    assert portal.sent(files.pdf(), size=17)["code"] == "document.hash_differs"


def test_a_completion_without_a_file_is_refused(portal):
    started = portal.start()
    portal.complete(started["id"])
    assert portal.judged(started["id"])["code"] == "document.missing"


def test_a_completion_repeated_with_its_key_is_the_same_although_its_grant_is_another(portal):
    """Each try brings a fresh grant: what it is about is the same, until when it holds is not."""
    first, second = portal.start(), portal.start()
    key, later = ids.new_id(), clock.real_now() + timedelta(seconds=90)
    answer = portal.call("gateway", "complete_upload", key, grant=portal.grant(first["id"], "complete"))
    claims = {"document_id": first["id"], "verb": "complete", "actor": APPLICANT.id, "filename": "صورة.pdf"}
    again = grants.issue(portal.settings.GRANT_KEY, claims, later)
    assert portal.call("gateway", "complete_upload", key, grant=again) == answer
    with pytest.raises(Invalid, match=r"idempotency\.key_reused"):
        portal.call("gateway", "complete_upload", key, grant=portal.grant(second["id"], "complete"))
