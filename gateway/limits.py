"""Fairness between addresses: approximate, per process. What protects accounts is counted by identity, exactly."""

import ipaddress
from collections.abc import Callable
from time import time

from flask import Flask, Response, current_app, request
from flask_limiter import Limiter, RequestLimit
from flask_limiter.errors import RateLimitExceeded

from chassis.errors import TooMany
from gateway import errors

MAX_BODY = 1024 * 1024
MAX_UPLOAD = 11 * 1024 * 1024  # a file of 10 MB and the form around it
MAX_DISCARDED = 64 * 1024 * 1024  # read to its end all the same, so that the sender hears why it is too large
MAX_PARTS = 4000  # of a form with a file: a thousand candidates, three boxes each
_PREFIX_V6 = 64  # one subscriber's network: counting single addresses of it counts nothing
_UNLIMITED = frozenset({"static", "probes.healthz", "probes.readyz"})


def client_address() -> str:
    """The sender's address: the nearest one in X-Forwarded-For that is no proxy of ours, else the peer's."""
    trusted = current_app.config["PORTAL"].trusted_proxies
    hops = [*request.headers.get("X-Forwarded-For", "").split(","), request.remote_addr or ""]
    address = request.remote_addr or ""
    for hop in reversed(hops):
        try:
            found = ipaddress.ip_address(hop.strip())
        except ValueError:
            break
        address = str(found)
        if not any(found.version == network.version and found in network for network in trusted):
            break
    return address


def client_network() -> str:
    """What is counted as one sender: an IPv4 address, or an IPv6 network of 64 bits."""
    try:
        found = ipaddress.ip_address(client_address())
    except ValueError:
        return "unknown"
    mapped = getattr(found, "ipv4_mapped", None)
    if mapped:
        return str(mapped)
    if found.version == 6:
        return str(ipaddress.ip_network((found, _PREFIX_V6), strict=False))
    return str(found)


def _rate(name: str) -> Callable[[], str]:
    return lambda: getattr(current_app.config["PORTAL"], name)


limiter = Limiter(
    client_network,
    application_limits=[_rate("RATE_ALL")],
    strategy="moving-window",
    storage_uri="memory://",
    headers_enabled=False,  # written below: the extension puts Retry-After on every answer
)
sign_ins = limiter.shared_limit(_rate("RATE_SIGN_IN"), scope="sign-in", methods=["POST"])
public_forms = limiter.shared_limit(_rate("RATE_FORMS"), scope="public-forms", methods=["POST", "PUT"])
captchas = limiter.shared_limit(_rate("RATE_FORMS"), scope="captchas")


@limiter.request_filter
def _is_unlimited() -> bool:
    return request.endpoint in _UNLIMITED


def init_app(app: Flask) -> None:
    """Limit rates and bodies, and say on each answer what is left."""
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY, MAX_FORM_MEMORY_SIZE=MAX_BODY, MAX_FORM_PARTS=MAX_PARTS)
    limiter.init_app(app)
    app.register_error_handler(RateLimitExceeded, lambda _error: errors.answer(_reached()))
    app.after_request(_tell)


def _reached() -> TooMany:
    return TooMany("limit.reached", {"retry_after": _seconds(limiter.current_limit)})


def _tell(response: Response) -> Response:
    current = limiter.current_limit
    if current is not None:
        response.headers["RateLimit-Limit"] = str(current.limit.amount)
        response.headers["RateLimit-Remaining"] = str(current.remaining)
        response.headers["RateLimit-Reset"] = str(_seconds(current))
    return response


def _seconds(current: RequestLimit | None) -> int:
    return max(1, int(current.reset_at - time()) + 1) if current else 60
