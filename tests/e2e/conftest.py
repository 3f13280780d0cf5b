"""End-to-end tests run against all processes, over HTTP and in a real browser."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from deploy.local.stack import Stack
from tests.e2e.browser import chromium
from tests.e2e.portal import Portal
from tests.e2e.visitors import Program, connection
from tests.factories.people import Person


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole portal, private to this run."""
    stack = Stack(tmp_path_factory.mktemp("portal"), env="test")
    stack.start()
    yield stack
    stack.stop()


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A whole portal whose clock may be moved: what others test stays on the day it was written for."""
    stack = Stack(tmp_path_factory.mktemp("moved"), env="test")
    stack.start()
    yield stack
    stack.stop()


@pytest.fixture
def portal(stack: Stack) -> Portal:
    """The API, in English."""
    return Portal(stack.gateway_url, stack.catcher_url)


@pytest.fixture(scope="session")
def accounts(stack: Stack) -> dict[str, Any]:
    """The demo accounts by role."""
    return stack.accounts


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the run; each visitor has a context of his own."""
    with chromium() as browser:
        yield browser


def portal_of_its_own(stack: Stack) -> Portal:
    """The API, in English, from an address that nobody else uses: no rate is reached together with others."""
    portal = Portal(stack.gateway_url, stack.catcher_url)
    portal.http = connection()
    return portal


@pytest.fixture(scope="module")
def own(stack: Stack) -> Portal:
    """The API for one module."""
    return portal_of_its_own(stack)


@pytest.fixture(scope="module")
def candidate(own: Portal) -> Person:
    """Somebody signed in."""
    return own.newcomer()


@pytest.fixture(scope="module")
def draft(own: Portal, candidate: Person) -> dict[str, Any]:
    """His draft."""
    return own.open_exam(candidate)


@pytest.fixture
def program(stack: Stack, candidate: Person) -> Program:
    """The API as he calls it."""
    return Program(stack.gateway_url, candidate.token)


@pytest.fixture(scope="module")
def officer(own: Portal, accounts: dict[str, Any]) -> str:
    """A reviewer's token."""
    return own.sign_in(accounts["reviewer"])
