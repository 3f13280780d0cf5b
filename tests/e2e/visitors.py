"""Visitors without a browser: programs with a token, and pages by cookie; each from an address of its own."""

import html
import itertools
import re
from collections.abc import Mapping
from typing import Any

import requests
from requests.adapters import HTTPAdapter

_hosts = itertools.count(10)
COOKIE = "portal_session"


class From(HTTPAdapter):
    """Connections that come from one address of this machine: rates are counted by it."""

    def __init__(self, address: str):
        self._address = address
        super().__init__(pool_maxsize=64)

    def init_poolmanager(self, *args: Any, **options: Any) -> Any:
        """As the parent's, bound to the address."""
        return super().init_poolmanager(*args, **{**options, "source_address": (self._address, 0)})


def connection(address: str = "") -> requests.Session:
    """HTTP from this address, or from one that nobody else uses."""
    host = next(_hosts)
    http = requests.Session()
    http.mount("http://", From(address or f"127.0.{host // 250 + 1}.{host % 250 + 1}"))
    return http


class Program:
    """The API, as one caller."""

    def __init__(self, url: str, token: str = "", language: str = "en", http: requests.Session | None = None):
        self.url, self.token, self.http = url, token, http or connection()
        self.language = language

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        """The answer, whatever it is; `path` below /api/v1. `headers` are added."""
        headers = {"Accept-Language": self.language, **options.pop("headers", {})}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            options["json"] = body
        address = f"{self.url}/api/v1{path}"
        return self.http.request(
            method, address, headers=headers, timeout=20, allow_redirects=False, **options
        )


class PageVisitor:
    """Pages, as one browser without scripts."""

    def __init__(self, url: str, token: str = "", language: str = "en"):
        self.url, self.http = url, connection()
        self.http.cookies.set("lang", language)
        self._form_token = ""
        if token:
            self.http.cookies.set(COOKIE, token)

    def get(self, path: str, **options: Any) -> requests.Response:
        """A page, not followed when it leads on."""
        return self.http.get(f"{self.url}{path}", timeout=20, allow_redirects=False, **options)

    def form_token(self) -> str:
        """The token of this browser's forms; it lives as long as the browser stays signed in."""
        if not self._form_token:
            found = re.search(r'<meta name="csrf-token" content="([^"]+)"', self.get("/support").text)
            assert found
            self._form_token = html.unescape(found.group(1))
        return self._form_token

    def log_in(self, email: str, password: str) -> requests.Response:
        """Sign in through the page."""
        answer = self.post("/login", {"email": email, "password": password})
        self._form_token = ""
        return answer

    def post(self, path: str, fields: Mapping[str, str] | None = None, **options: Any) -> requests.Response:
        """Send a form with its token."""
        told = {"csrf_token": self.form_token(), **(fields or {})}
        return self.bare_post(path, told, **options)

    def bare_post(
        self, path: str, fields: Mapping[str, str] | None = None, **options: Any
    ) -> requests.Response:
        """Send exactly these fields."""
        return self.http.post(
            f"{self.url}{path}", data=dict(fields or {}), timeout=20, allow_redirects=False, **options
        )

    @property
    def token(self) -> str:
        """The session's token, "" for none."""
        return self.http.cookies.get(COOKIE) or ""
