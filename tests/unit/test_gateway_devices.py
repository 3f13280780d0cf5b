"""Where a session is open, told in names that people know."""

import pytest

from gateway.web.account.devices import describe

ANDROID = "Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (f"{ANDROID} Chrome/126.0.0.0 Mobile Safari/537.36", "Chrome · Android"),
        (
            f"{ANDROID} SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
            "Samsung Internet · Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari · iPhone",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0",
            "Firefox · Windows",
        ),
        ("python-requests/2.32.3", "python-requests"),
        ("", None),
        (None, None),
    ],
)
def test_browser_and_system_are_named(agent: str | None, told: str | None) -> None:
    assert describe(agent) == told
