"""What every page is given, and the small things pages do alike."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from flask import current_app, g, request, session, url_for

from gateway import auth, context, i18n, navigation
from gateway.clients.bus import Bus, Later

View = TypeVar("View", bound=Callable[..., Any])


def bare(view: View) -> View:
    """A view that answers without the frame of a page: a fragment, a redirect."""
    view.is_bare = True  # type: ignore[attr-defined]
    return view


def script(view: View) -> View:
    """A view that answers scripts: its errors are JSON."""
    view.answers_scripts = True  # type: ignore[attr-defined]
    return bare(view)


def ask_for_unread() -> None:
    """Start counting the unread notices while the page is being made."""
    if request.method == "GET" and auth.session() and not getattr(view_of_request(), "is_bare", False):
        g.unread = bus().ask_beside("notifications", "count_unread", seconds=context.DECORATION_SECONDS)


def view_of_request() -> Callable[..., Any] | None:
    """The view that answers this request; None for an unknown path."""
    return current_app.view_functions.get(request.endpoint or "")


def bus() -> Bus:
    """For questions that are asked beside others."""
    return current_app.extensions["portal.clients"].bus


def variables() -> dict[str, Any]:
    """The variables of every template, as templates/README.md names them."""
    signed_in = auth.session()
    language = i18n.language()
    return {
        "lang": language,
        "dir": i18n.DIRECTIONS[language],
        "user": _user(),
        "menu": navigation.menu(),
        "language_url": _in_other_language(language),
        "support": current_app.config["PORTAL"].support,
        "unread": _unread(),
        "session_seconds": signed_in.seconds_left if signed_in else None,
        "trace_id": context.trace_id(),
        "is_demo": current_app.config["PORTAL"].shows_demo,
    }


def tell(key: str) -> None:
    """Say this on the next page; `key` is one of the catalogs'."""
    session["told"] = key


def told() -> str | None:
    """What was to be said, in words."""
    key = session.pop("told", None)
    return i18n.say(key) if key else None


def local_path(path: str | None) -> str | None:
    """The path if it leads to a page of ours, else None."""
    if not path or not path.startswith("/") or path.startswith("//") or "\\" in path:
        return None
    if any(ord(letter) < 0x20 for letter in path) or len(path) > 2000:
        return None
    parts = urlsplit(path)
    return path if not parts.scheme and not parts.netloc else None


def pages(endpoint: str, page: dict[str, Any], **filters: Any) -> dict[str, str | None]:
    """Addresses of the next and the first page of a list read by cursor."""
    kept = {name: value for name, value in filters.items() if value}
    first = url_for(endpoint, **kept) if request.args.get("cursor") else None
    following = url_for(endpoint, **kept, cursor=page["next"]) if page.get("next") else None
    return {"next_url": following, "first_url": first}


def _user() -> dict[str, Any] | None:
    actor = context.actor()
    if actor.is_anonymous:
        return None
    return {"name": actor.name, "roles": sorted(actor.roles), "language": actor.language}


def _unread() -> int | None:
    counting: Later | None = g.get("unread")
    found = counting.find() if counting else None
    return found["unread"] if found else None


def _in_other_language(language: str) -> str:
    other = "en" if language == "ar" else "ar"
    # A page that answers a form has no address of its own to come back to but the one it was sent to.
    asked = {**request.args.to_dict(), "lang": other}
    return f"{request.path}?{urlencode(asked)}"
