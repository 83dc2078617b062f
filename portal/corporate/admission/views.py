"""The rules of admission: what is in force, and the next version."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.corporate.admission import access, actions, queries, words
from portal.corporate.admission.forms import AdmissionForm
from portal.database import transaction
from portal.hotel import queries as hotel
from portal.programme.rules import Refusal
from portal.web.gate import allow, visitor

blueprint = Blueprint("admission", __name__, url_prefix="/applications/rules")

UNPROCESSABLE = 422


@blueprint.route("", methods=["GET", "POST"])
@allow(access.publishes_rules)
def rules() -> str | Response | tuple[str, int]:
    """Read the rules in force, and publish others."""
    form = AdmissionForm()
    form.fit()
    if request.method == "GET":
        form.show(queries.in_force())
    elif form.validate() and _published(form):
        flash(_("Published. Whoever applies from now on is asked by these rules."), "ok")
        return redirect(url_for("admission.rules"))
    page = render_template(
        "corporate/admission/rules.html", form=form, versions=queries.versions(), zone=hotel.house_zone()
    )
    return (page, UNPROCESSABLE) if form.errors else page


def _published(form: AdmissionForm) -> bool:
    try:
        wanted = form.wanted()
        with transaction():
            actions.publish(
                wanted=wanted, after_version=int(form.version.data or 0), by=visitor().person_id or 0,
                at=clock.now(),
            )  # fmt: skip
    except Refusal as refusal:
        form.form_errors.append(words.refused(refusal))
        return False
    return True
