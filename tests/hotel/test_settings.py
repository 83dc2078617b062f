"""The settings of the group: what a property says of itself, and what the environment says."""

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.database import db
from portal.hotel import actions, rules
from portal.hotel.models import Property
from portal.hotel.words import environment_facts
from tests.cast import NOW


def path(house):
    return f"/settings/properties/{house.public_id}"


def change(client, house, **values):
    return client.submit(client.get(path(house)).page, path(house), **values)


class TestSettings:
    def test_list_the_hotels_in_the_readers_language(self, cast, client_as):
        ada = client_as(cast.ada)

        assert "Seaside" in ada.get("/settings").page.text
        cast.ada.locale = "ru"
        assert "Море" in ada.get("/settings").page.text

    def test_show_no_secret(self, app):
        settings = app.extensions["settings"].model_copy(
            update={
                "database_url": "postgresql+psycopg://rapport:hush-hush@db.example/rapport",
                "smtp_host": "mail.example",
                "smtp_user": "postman",
                "smtp_password": "letter-box",
                "secret_key": "seal-of-the-house",
            }
        )

        with app.test_request_context():
            text = str(environment_facts(settings))

        assert "db.example" in text
        assert "mail.example:587" in text
        assert not [
            secret for secret in ("hush-hush", "postman", "letter-box", "seal-of-the-house") if secret in text
        ]

    @pytest.mark.parametrize("who", ["oskar", "lidia", "gleb", "anna"])
    def test_are_the_administrators_alone(self, cast, client_as, who):
        client = client_as(getattr(cast, who))

        assert client.get("/settings").status_code == 403
        assert client.get(path(cast.seaside)).status_code == 403


class TestChangeProperty:
    def test_takes_names_city_zone_and_phone(self, cast, client_as):
        answer = change(
            client_as(cast.ada),
            cast.seaside,
            name_en="Seaside Palace",
            name_ru="Морской дворец",
            zone="Atlantic/Azores",
            phone="+351 (210) 555-000",
        )

        assert answer.status_code == 302
        house = db.session.get(Property, cast.seaside.id)
        assert house.name == {"en": "Seaside Palace", "ru": "Морской дворец"}
        assert (house.zone, house.phone) == ("Atlantic/Azores", "+351 (210) 555-000")

    def test_writes_down_what_changed(self, cast, client_as):
        change(client_as(cast.ada), cast.seaside, zone="Atlantic/Azores")

        entry = db.session.scalars(select(AuditEntry)).one()
        assert (entry.action, entry.subject_id) == ("property.change", str(cast.seaside.public_id))
        assert entry.details == {"changed": ["zone"], "zone": "Atlantic/Azores"}

    def test_writes_down_nothing_when_nothing_did(self, cast, client_as):
        change(client_as(cast.ada), cast.seaside)

        assert db.session.scalars(select(AuditEntry)).all() == []

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"zone": "Europe/Atlantis"}, "There is no such time zone."),
            ({"zone": "../../etc/passwd"}, "There is no such time zone."),
            ({"name_ru": " "}, "Enter the hotel’s name."),
            ({"name_en": "x" * 81}, "Field cannot be longer than 80 characters."),
            ({"phone": "call me"}, "Digits, spaces and + ( ) - only."),
        ],
    )
    def test_says_what_is_wrong_and_keeps_what_was(self, cast, client_as, values, said):
        answer = change(client_as(cast.ada), cast.seaside, **values)

        assert answer.status_code == 422
        assert said in answer.page.text
        assert db.session.get(Property, cast.seaside.id).name["en"] == "Seaside"

    def test_knows_no_other_hotel(self, cast, client_as):
        answer = client_as(cast.ada).get("/settings/properties/00000000-0000-0000-0000-000000000007")

        assert answer.status_code == 404


class TestOpeningAHotel:
    @pytest.mark.usefixtures("cast")
    def test_refuses_a_second_currency_by_name(self):
        said = {"name": {"en": "Alpine"}, "city": {"en": "Davos"}, "zone": "Europe/Zurich", "by": None}

        with pytest.raises(rules.SecondCurrency, match="CHF"):
            actions.open_property(code="ALP", currency="CHF", at=NOW, **said)
        assert actions.open_property(code="ALP", currency="EUR", at=NOW, **said).currency == "EUR"
