"""Where a session is open, in a name that its owner knows: browser and system, not what the browser sends."""

# First match wins: a browser names those it descends from as well.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def describe(agent: str | None) -> str | None:
    """`Chrome · Android` for a User-Agent, its first word for a program's, None for none."""
    if not agent:
        return None
    browser, system = _first(_BROWSERS, agent), _first(_SYSTEMS, agent)
    return " · ".join(filter(None, (browser, system))) or agent.partition("/")[0][:40]


def _first(names: tuple[tuple[str, str], ...], agent: str) -> str | None:
    return next((name for mark, name in names if mark in agent), None)
