"""The test browser itself: what it must never let pass."""

from uuid import uuid4

import pytest
from flask import g, has_request_context

from portal.web.gate import allow, anyone
from tests.web import client as client_module
from tests.web.reader import Unreadable
from tests.web.reader import read as real_read


class TestClient:
    def test_is_not_used_within_a_request_of_the_whole_test(self, app, client):
        # pytest-flask would push one, and Flask reuses it.
        assert not has_request_context()

    def test_leaves_nothing_of_one_request_to_the_next(self, app, client):
        g.left_behind = "by the test"
        seen = []
        app.before_request_funcs.setdefault(None, []).append(lambda: seen.append("left_behind" in g))

        client.get("/sign-in")
        client.get("/sign-in")
        app.before_request_funcs[None].pop()

        assert seen == [False, False]

    def test_sends_the_token_of_a_form(self, client):
        refused = client.post("/sign-in", data={}, csrf=False)

        accepted = client.post("/sign-in", data={})

        assert refused.status_code == 400
        assert accepted.status_code == 422

    def test_knows_a_page_again_and_gives_each_its_own_token(self, app, client, monkeypatch):
        read = []
        monkeypatch.setattr(client_module, "_already_read", {})
        monkeypatch.setattr(
            client_module, "read", lambda *given, **named: read.append(given) or real_read(*given, **named)
        )
        pages = [app.test_client().get(f"/sign-in?next=/{key}").page for key in (uuid4(), uuid4())]

        shown = [dict(page.form("/sign-in").fields) for page in pages]

        assert len(read) == 1
        for page, fields in zip(pages, shown, strict=True):
            assert fields["csrf_token"] in page.html
            assert fields["next"] in page.html
        assert shown[0]["next"] != shown[1]["next"]

    def test_submits_a_form_as_it_stands_on_the_page(self, client):
        page = client.get("/sign-in").page

        answer = client.submit(page, "/sign-in", email="nobody@example.com", password="wrong")

        assert answer.status_code == 422

    def test_refuses_to_fill_in_what_the_form_does_not_have(self, client):
        page = client.get("/sign-in").page

        with pytest.raises(AssertionError, match="the form has no"):
            client.submit(page, "/sign-in", shoe_size="44")

    def test_is_signed_in_as_whoever_is_named(self, client_as, cast):
        page = client_as(cast.anna).get("/me").page

        assert cast.anna.name in page.text

    def test_does_not_take_one_visitor_for_another(self, client_as, cast):
        pages = [client_as(person).get("/me").page for person in (cast.anna, cast.dario)]

        assert [cast.anna.name in page.text for page in pages] == [True, False]

    def test_reads_every_page(self, app):
        with pytest.raises(Unreadable, match="no label"):
            _visit(app, "<!doctype html><html lang=en><title>A</title><h1>A</h1><input name=x></html>")


def _visit(app, html):
    """Serve a page of our own making under an existing address, once."""
    endpoint = "people.sign_in"
    real = app.view_functions[endpoint]
    app.view_functions[endpoint] = allow(anyone)(lambda **_: html)
    try:
        return app.test_client().get("/sign-in")
    finally:
        app.view_functions[endpoint] = real
