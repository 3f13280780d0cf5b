"""The portal as an office system uses it: plain HTTP, nothing of our own code."""

import hashlib
import re
import time
import uuid
from typing import Any

import requests

from tests.factories.people import Person, pdf, photo


class Refused(Exception):
    """An answer that was not the one wanted."""

    def __init__(self, response: requests.Response):
        super().__init__(
            f"{response.request.method} {response.url}: {response.status_code} {response.text[:500]}"
        )
        self.response = response
        self.status = response.status_code
        try:
            self.problem = response.json()
        except ValueError:
            self.problem = {}

    @property
    def code(self) -> str:
        """The problem's code."""
        return self.problem.get("code", "")


class Catcher:
    """The mail and SMS that the portal sent."""

    def __init__(self, url: str):
        self.url = url

    def messages(self, to: str) -> list[dict[str, Any]]:
        """Newest first."""
        return requests.get(f"{self.url}/api/messages", params={"to": to}, timeout=10).json()

    def wait(self, to: str, *, channel: str, matching: str, seconds: float = 30) -> dict[str, Any]:
        """The newest message to somebody whose subject or text matches."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for message in self.messages(to):
                text = f"{message.get('subject') or ''}\n{message['text']}"
                if message["channel"] == channel and re.search(matching, text):
                    return message
            time.sleep(0.2)
        raise AssertionError(f"no {channel} to {to} matching {matching}: {self.messages(to)}")

    def code(self, to: str, channel: str) -> str:
        """The six digits of the newest code."""
        message = self.wait(to, channel=channel, matching=r"\b\d{6}\b")
        found = re.search(r"(?<!\d)(\d{6})(?!\d)", message["text"])
        assert found, message
        return found.group(1)


class Portal:
    """The API of one running portal."""

    def __init__(self, gateway_url: str, catcher_url: str, language: str = "en"):
        self.url = gateway_url
        self.catcher = Catcher(catcher_url)
        self.http = requests.Session()
        self.http.headers["Accept-Language"] = language

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str = "",
        key: str = "",
        wanted: int = 200,
        **params: Any,
    ) -> Any:
        """The JSON answer. Raises Refused unless the status is the wanted one."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if key:
            headers["Idempotency-Key"] = key
        response = self.http.request(
            method, f"{self.url}/api/v1{path}", json=body, params=params or None, headers=headers, timeout=15
        )
        if response.status_code != wanted:
            raise Refused(response)
        return response.json() if response.content else None

    def register(self, person: Person, kind: str = "candidate") -> None:
        """Register with a solved captcha."""
        captcha = self.call("GET", "/captchas/new")
        form = {
            **person.registration(kind),
            "captcha_id": captcha["id"],
            "captcha_text": captcha["demo_answer"],
        }
        assert self.call("POST", "/registrations", form, wanted=201) == {"status": "verification_sent"}

    def verify(self, person: Person) -> None:
        """First login with the mobile, then both codes from the catcher."""
        body = {"email": person.email, "password": person.password, "mobile": person.mobile}
        refused = self.call("POST", "/sessions", body, wanted=403)
        assert refused["code"] == "account.not_verified", refused
        verification = refused["verification_id"]
        codes = {
            "email_code": self.catcher.code(person.email, "email"),
            "mobile_code": self.catcher.code(f"+965{person.mobile}", "sms"),
        }
        self.call("POST", f"/verifications/{verification}", codes, wanted=204)

    def login(self, person: Person, **more: str) -> str:
        """A token."""
        body = {"email": person.email, "password": person.password, **more}
        person.token = self.call("POST", "/sessions", body, wanted=201)["access_token"]
        return person.token

    def sign_in(self, account: dict[str, str]) -> str:
        """A token of a demo account."""
        body = {"email": account["email"], "password": account["password"]}
        return self.call("POST", "/sessions", body, wanted=201)["access_token"]

    def newcomer(self, kind: str = "candidate") -> Person:
        """Somebody registered, verified and signed in."""
        person = Person()
        self.register(person, kind)
        self.verify(person)
        self.login(person)
        return person

    def open_exam(self, person: Person, key: str = "") -> dict[str, Any]:
        """A draft with its fields filled."""
        body = {"service_type": "broker_exam", "broker_type": "general_broker"}
        request = self.call("POST", "/requests", body, token=person.token, key=key, wanted=201)
        return self.fill(person, request)

    def fill(self, person: Person, request: dict[str, Any]) -> dict[str, Any]:
        """All fields saved."""
        body = {"fields": person.exam_fields(), "version": request["version"]}
        return self.call("PATCH", path(request), body, token=person.token)

    def upload(
        self,
        token: str,
        request: dict[str, Any],
        slot: str,
        content: bytes,
        *,
        filename: str,
        content_type: str,
    ) -> str:
        """The id of a document that was uploaded and completed."""
        announced = {
            "slot": slot,
            "name": slot,
            "filename": filename,
            "content_type": content_type,
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        started = self.call(
            "POST", f"{path(request)}/documents", announced, token=token, wanted=201, key=new_key()
        )
        send_to_store(started["upload"], content, filename, content_type)
        self.call("POST", f"/documents/{started['id']}/complete", {}, token=token, wanted=202)
        return started["id"]

    def upload_required(self, person: Person, request: dict[str, Any]) -> None:
        """The civil ID copy and the photo, both clean."""
        ids = [
            self.upload(
                person.token, request, "civil_id_copy", pdf(person.email), filename="civil-id.pdf",
                content_type="application/pdf",
            ),
            self.upload(
                person.token, request, "photo", photo(), filename="photo.jpg", content_type="image/jpeg"
            ),
        ]  # fmt: skip
        for document_id in ids:
            self.wait_clean(person.token, document_id)

    def wait_clean(self, token: str, document_id: str, seconds: float = 30) -> dict[str, Any]:
        """The document once it was looked at and found clean."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            document = self.call("GET", f"/documents/{document_id}", token=token)
            if document["state"] not in ("uploaded", "scanning"):
                break
            time.sleep(0.2)
        assert document["state"] == "clean", document
        return document

    def submit(self, person: Person, request: dict[str, Any], key: str = "") -> dict[str, Any]:
        """Press Send."""
        return self.call("POST", f"{path(request)}/submit", {}, token=person.token, key=key or new_key())

    def submitted_exam(self, person: Person) -> dict[str, Any]:
        """An exam request that was sent."""
        request = self.open_exam(person)
        self.upload_required(person, request)
        return self.submit(person, request)

    def notices(self, token: str) -> list[dict[str, Any]]:
        """The portal notices of somebody."""
        return self.call("GET", "/notices", token=token)["items"]


def path(request: dict[str, Any]) -> str:
    """The path of a request."""
    return f"/requests/{request['number'].replace('/', '-')}"


def new_key() -> str:
    """An idempotency key."""
    return str(uuid.uuid4())


def send_to_store(upload: dict[str, Any], content: bytes, filename: str, content_type: str) -> None:
    """Post a file straight to the store, as a browser does."""
    files = {"file": (filename, content, content_type)}
    response = requests.post(upload["url"], data=upload["fields"], files=files, timeout=15)
    assert response.status_code in (200, 201, 204), response.text
