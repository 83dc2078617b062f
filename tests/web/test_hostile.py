"""What no honest browser sends gets a page that says so, never a fault of ours."""

import pytest

from portal.web import paging
from tests.cast import person


class TestNul:
    @pytest.mark.parametrize(
        "path", ["/people?q=%00", "/search?q=a%00b", "/me%00", "/people?%00=1", "/audit?subject=%00"]
    )
    def test_in_an_address_is_turned_away(self, cast, client_as, path):
        assert client_as(cast.ada).get(path).status_code in {400, 404}

    def test_in_a_form_is_turned_away(self, cast, client):
        answer = client.post("/sign-in", data={"email": "a\x00@x.example", "password": "x"})

        assert answer.status_code == 400

    def test_in_the_name_of_a_field_is_turned_away(self, cast, client):
        assert client.post("/sign-in", data={"email\x00": "x"}).status_code == 400


class TestTooMuchText:
    def test_in_a_form_without_files_is_not_even_read(self, client):
        long = f"email={'x' * 1_100_000}"

        answer = client.post("/sign-in", data=long, content_type="application/x-www-form-urlencoded")

        assert answer.status_code == 413
        assert answer.page.h1 == "That form is too long"


class TestJson:
    def test_is_no_form_of_ours(self, client):
        assert client.post("/sign-in", json={"email": 7, "password": ["x"]}).status_code == 415


class TestNumbers:
    def test_larger_than_a_column_are_no_address_of_ours(self, cast, client_as):
        lidia, ada = client_as(cast.lidia), client_as(cast.ada)
        largest = 2**63 - 1

        for number in (largest, largest + 1, 10**40):
            path = f"/accounts/{cast.acme.public_id}/why/entry/{number}"
            assert lidia.get(path).status_code == 404
            path = f"/people/{cast.dario.public_id}/roles/{number}/end"
            assert ada.post(path).status_code == 404

    @pytest.mark.parametrize("number", ["9" * 101, "-" + "9" * 400, " ٣" + "٣" * 400])
    def test_of_hundreds_of_digits_are_turned_away_with_their_form(self, client, number):
        assert client.post("/sign-in", data={"email": number}).status_code == 400
        assert client.get(f"/sign-in?next={number}").status_code == 400

    def test_of_a_hundred_digits_are_the_forms_to_refuse(self, client):
        assert client.post("/sign-in", data={"email": "9" * 100}).status_code == 422


class TestKeysOfPages:
    @pytest.mark.parametrize("parts", [("a", 7), ("", -1), ("ё", 2**63 - 1)])
    def test_are_read_as_they_were_written(self, parts):
        assert paging.decode_key(paging.encode_key(*parts), str, int) == parts

    @pytest.mark.parametrize(
        "text",
        [
            "",
            None,
            "!!!",
            "ё",
            paging.encode_key(1),
            paging.encode_key("a", "b"),
            paging.encode_key("a", 2**63),
            paging.encode_key("a\x00", 1),
            paging.encode_key(None, 1),
            "WyJhIix0cnVlXQ",  # ["a",true]
            "Ww" * 3000,
        ],
    )
    def test_that_were_made_up_mean_the_first_page(self, text):
        assert paging.decode_key(text, str, int) is None


class TestNamesOfParameters:
    @pytest.mark.parametrize(
        "name", ["_external", "_scheme", "_anchor", "_method", "endpoint", "values", "self"]
    )
    def test_are_only_carried_along(self, cast, client_as, save, name):
        save(*[person(f"Guest {n:02}", None) for n in range(35)])
        client = client_as(cast.ada)

        page = client.get(f"/people?{name}=1").page

        following = next(link for link in page.links if "after=" in link)
        assert following.startswith("/people?")
        assert f"{name}=1" in following
