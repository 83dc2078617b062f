"""The settings of the group: its properties, and what the environment says."""

import uuid

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.database import transaction
from portal.hotel import access, actions, queries, rules, words
from portal.hotel.forms import PropertyForm
from portal.hotel.models import Property
from portal.web.gate import Visitor, allow, visitor
from portal.web.registries import NavigationLink

blueprint = Blueprint("hotel", __name__, url_prefix="/settings")

UNPROCESSABLE = 422


@blueprint.get("")
@allow(access.keeps_settings)
def settings() -> str:
    return render_template(
        "hotel/settings.html",
        group=queries.group(),
        properties=queries.properties(),
        departments=queries.departments(),
        facts=words.environment_facts(current_app.extensions["settings"]),
    )


@blueprint.route("/properties/<uuid:public_id>", methods=["GET", "POST"])
@allow(access.keeps_settings)
def change_property(public_id: uuid.UUID) -> Response | tuple[str, int]:
    house = queries.property_by_public_id(public_id) or abort(404)
    form = PropertyForm(data=_as_entered(house))
    if form.validate_on_submit():
        try:
            _change(public_id, form)
            flash(_("Saved."), "ok")
            return redirect(url_for("hotel.settings"))
        except rules.UnknownZone:
            form.zone.errors = [words.UNKNOWN_ZONE]
    page = render_template("hotel/property.html", form=form, house=house)
    return page, UNPROCESSABLE if form.is_submitted() else 200


def navigation(person: Visitor) -> list[NavigationLink]:
    """The administrator's way to the settings."""
    if not access.keeps_settings(person):
        return []
    return [NavigationLink("hotel.settings", _("Settings"), 80, ("hotel.",))]


def _change(public_id: uuid.UUID, form: PropertyForm) -> None:
    with transaction():
        actions.change_property(
            house=queries.property_by_public_id(public_id) or abort(404),
            name={"en": form.name_en.data or "", "ru": form.name_ru.data or ""},
            city={"en": form.city_en.data or "", "ru": form.city_ru.data or ""},
            zone=form.zone.data or "",
            phone=form.phone.data or "",
            by=visitor().person_id or abort(403),
            at=clock.now(),
        )


def _as_entered(house: Property) -> dict[str, str]:
    return {
        "name_en": house.name.get("en", ""),
        "name_ru": house.name.get("ru", ""),
        "city_en": house.city.get("en", ""),
        "city_ru": house.city.get("ru", ""),
        "zone": house.zone,
        "phone": house.phone,
    }
