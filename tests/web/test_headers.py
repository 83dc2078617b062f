"""What every answer tells the browser to refuse."""

import pytest

from portal.web.headers import CONTENT_SECURITY_POLICY

STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
PLACES = ("/sign-in", "/no-such-page", "/people", "/healthz", "/static/portal.css")


def directives(policy):
    return dict(part.split(" ", 1) for part in policy.split("; "))


class TestPolicy:
    def test_allows_nothing_foreign_and_nothing_inline(self):
        policy = directives(CONTENT_SECURITY_POLICY)

        assert {name: policy[name] for name in STRICT} == STRICT
        assert "unsafe" not in CONTENT_SECURITY_POLICY
        assert "http" not in CONTENT_SECURITY_POLICY


@pytest.mark.parametrize("place", PLACES)
class TestEveryAnswer:
    def test_is_hardened_whatever_it_is(self, client, place):
        headers = client.get(place).headers

        assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"

    def test_asks_for_tls_to_stay_where_there_is_tls(self, client, place):
        assert "Strict-Transport-Security" not in client.get(place).headers

        secure = client.get(place, base_url="https://rapport.example").headers

        assert secure["Strict-Transport-Security"].startswith("max-age=31536000")


def test_a_page_with_somebodys_data_is_not_kept(cast, client_as):
    assert client_as(cast.anna).get("/me").headers["Cache-Control"] == "no-store"
