"""What every answer says to the browser about itself: no third party, no frames, no guessing of types."""

from flask import Flask, Response, request

from gateway import context
from gateway.settings import Settings

PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer",
        "microphone", "midi", "payment", "usb",
    )
)  # fmt: skip
HSTS = "max-age=63072000; includeSubDomains"


def policy(settings: Settings) -> str:
    """The content security policy. The store is named where files go to and come from."""
    store = settings.storage_origin
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "font-src": "'self'",
        "img-src": f"'self' data: {store}",
        "media-src": "'self'",
        "connect-src": f"'self' {store}",
        "form-action": f"'self' {store}",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "object-src": "'none'",
        "manifest-src": "'self'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in rules.items())


def init_app(app: Flask, settings: Settings) -> None:
    """Add the headers to every response, errors included."""
    fixed = {
        "Content-Security-Policy": policy(settings),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": PERMISSIONS,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if settings.is_https:
        fixed["Strict-Transport-Security"] = HSTS

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in fixed.items():
            response.headers.setdefault(name, value)
        response.headers["X-Trace-Id"] = context.trace_id()
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
            response.vary.add("Accept-Language")
            response.vary.add("Authorization" if context.is_api() else "Cookie")
        return response
