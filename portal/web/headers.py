"""What every answer says to the browser: nothing foreign, nothing inline, nothing framed."""

import secrets

import structlog
from flask import Flask, Response, g, request
from werkzeug.wrappers import Response as Answer

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-src 'self'",
        "frame-ancestors 'none'",
    )
)


def open_camera() -> str:
    """Say in a template that this page scans: on all others the browser keeps the camera shut."""
    g.has_camera = True
    return ""


def init_app(app: Flask) -> None:
    app.jinja_env.globals["open_camera"] = open_camera

    @app.before_request
    def _name_the_request() -> None:
        g.request_id = secrets.token_hex(8)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def _harden(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        camera = "self" if g.get("has_camera") else ""
        headers["Permissions-Policy"] = f"camera=({camera}), geolocation=(), microphone=()"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["X-Request-Id"] = getattr(g, "request_id", "-")
        if request.is_secure:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if request.endpoint != "static":
            headers.setdefault("Cache-Control", "no-store")
        return response


def forget_kept(answer: Answer) -> Answer:
    """Let the browser forget what pages keep on the device: whoever comes next may be another person."""
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer
