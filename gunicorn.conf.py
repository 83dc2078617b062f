"""How gunicorn serves Rapport. Every setting can be overridden by GUNICORN_CMD_ARGS."""

import multiprocessing
import os

bind = os.environ.get("BIND", "127.0.0.1:8000")
# Sync workers: a request is short, and a database connection each is what PostgreSQL expects.
workers = int(os.environ.get("WEB_CONCURRENCY", str(multiprocessing.cpu_count() * 2 + 1)))
worker_class = "sync"
timeout = 30
graceful_timeout = 30
keepalive = 5
# The memory of a process that printed a few hundred documents goes back to the system.
max_requests = 2_000
max_requests_jitter = 200
# What a client may send before the application sees it.
limit_request_line = 4_094
limit_request_fields = 60
# Requests are logged by the portal itself, as structured lines with a request id and no addresses.
accesslog = None
errorlog = "-"
# Behind a reverse proxy on the same machine.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")


def on_starting(_server: object) -> None:
    """Refuse wrong settings before any worker is born.

    A worker that ends while others are still being started takes the master down with a traceback.
    """
    from portal.config import settings_or_exit  # noqa: PLC0415 -- gunicorn finds the portal only after reading this

    settings_or_exit()
