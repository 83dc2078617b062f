"""Structured logs: one line a request, with its id and endpoint, and no personal data.

The address is not logged, since it may hold a search or a token; the endpoint is.
"""

import logging
import time

import structlog
from flask import Flask, Response, g, request


def configure(*, level: str, layout: str) -> None:
    """Set up structlog for the process: `json` for machines, `console` for people."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if layout == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(),
    )


def init_app(app: Flask) -> None:
    log = structlog.get_logger("portal.request")

    @app.before_request
    def _start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def _write(response: Response) -> Response:
        if request.endpoint not in {"static", "web.alive"}:
            log.info(
                "request",
                method=request.method,
                endpoint=request.endpoint or "-",
                status=response.status_code,
                ms=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000),
            )
        return response
