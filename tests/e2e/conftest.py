"""End-to-end tests run against all processes, over HTTP and in a real browser."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from deploy.local.stack import Stack
from tests.e2e.browser import chromium
from tests.e2e.portal import Portal


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole portal, private to this run."""
    stack = Stack(tmp_path_factory.mktemp("portal"), env="test")
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
