"""The job page in a real browser: it follows the work by itself."""

import threading

import pytest

from portal.jobs import work
from portal.jobs.cli import Worker

pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]


@pytest.fixture
def half_way(handle, app):
    """A worker in a thread that waits half-way until `go_on` is set."""
    reached, go_on = threading.Event(), threading.Event()

    @work.handles(in_chunks=True)
    def count(context):
        context.progress(1200, 6797)
        reached.set()
        go_on.wait(20)

    handle(count)
    worker = threading.Thread(target=Worker(app, "a worker").round)

    def start():
        worker.start()
        assert reached.wait(10)
        return go_on

    yield start
    go_on.set()
    worker.join()


def test_the_page_follows_the_work_to_its_end(cast, put_down, half_way, page_as):
    job = put_down(owner_id=cast.bruno.id)
    window = page_as(cast.bruno)
    window.goto(f"/jobs/{job.public_id}")
    window.get_by_text("Waits for its turn.").wait_for()

    go_on = half_way()
    window.get_by_text("1,200 / 6,797").wait_for()
    go_on.set()

    window.get_by_text("Done.").wait_for()
    assert window.get_by_role("button", name="Cancel the work").count() == 0


def test_without_script_the_page_is_followed_by_hand(cast, put_down, half_way, page_as):
    job = put_down(owner_id=cast.bruno.id)
    window = page_as(cast.bruno, java_script_enabled=False)
    window.goto(f"/jobs/{job.public_id}")

    half_way()
    window.get_by_role("link", name="Refresh").click()

    assert window.get_by_text("1,200 / 6,797").count() == 1
