"""A worker in a process of its own that stops in the middle of its work until it is told to go on.

`python -m tests.jobs.worker_process DATABASE_URL`: says "half-way" and waits for a line.
"""

import sys

from flask.cli import ScriptInfo

from portal.factory import create_app
from portal.jobs import work
from tests.cast import NOW
from tests.databases import settings_for
from tests.jobs.conftest import leave_trace


def wait_half_way():
    sys.stdout.write("half-way\n")
    sys.stdout.flush()
    sys.stdin.readline()


@work.handles(in_chunks=True)
def in_chunks(context):
    for n in range(context.done + 1, 4):
        with context.chunk(done=n, total=3):
            leave_trace(str(n))
        if n == 2:
            wait_half_way()
    with context.last_chunk():
        leave_trace("end")


def in_one_transaction(_context):
    leave_trace("effect")
    wait_half_way()


HANDLERS = {"in_chunks": in_chunks, "in_one_transaction": in_one_transaction}

if __name__ == "__main__":
    app = create_app(settings_for(sys.argv[1]), clock=lambda: NOW)
    work.register(app, handlers=HANDLERS)
    app.cli.main(["worker", "--lease-seconds", "60"], obj=ScriptInfo(create_app=lambda: app))
