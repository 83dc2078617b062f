"""The house's side of souvenirs: the catalogue, one item with its stock, and the terms."""

import uuid
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import clock
from portal.clock import local_date
from portal.corporate.souvenirs import access, actions, queries, words
from portal.corporate.souvenirs.forms import (
    CountForm,
    FilterForm,
    PictureForm,
    SouvenirForm,
    TermsForm,
    WarnForm,
)
from portal.corporate.souvenirs.models import Souvenir
from portal.corporate.souvenirs.queries import SouvenirFilter
from portal.database import transaction
from portal.documents import exports, pictures, tables
from portal.documents.exports import Export
from portal.hotel import queries as hotel
from portal.hotel.models import Property
from portal.programme import queries as programme
from portal.programme.rules import Refusal, Rules
from portal.programme.tabs import views as tabs
from portal.web.gate import Visitor, allow, signed_in, visitor
from portal.web.pages import locale_code
from portal.web.paging import address_of, every_row, first_url, next_url
from portal.web.registries import Found, NavigationLink, Waiting
from portal.web.texts import in_language

blueprint = Blueprint("souvenirs", __name__, url_prefix="/souvenirs")
Answer = str | WerkzeugResponse | tuple[str, int]
UNPROCESSABLE = 422
ROWS_AT_ONCE = 500
A_YEAR_S = 31_536_000


@blueprint.get("")
@allow(access.reads_souvenirs)
def catalogue() -> str:
    """What is offered and what is not, with what each hotel has."""
    houses = hotel.properties()
    form, only = _filter(houses)
    page = queries.souvenirs(only, after=request.args.get("after"))
    return render_template(
        "corporate/souvenirs/catalogue.html",
        form=form, only=only, souvenirs=page.rows, houses=houses, sets=words.SETS,
        tabs=_tabs(only), programme_tabs=tabs.bar(), may_keep=access.keeps_souvenirs(visitor()),
        exports=exports.urls("souvenirs.catalogue_file"), first_url=first_url(), next_url=next_url(page),
    )  # fmt: skip


@blueprint.get("/souvenirs.<any(csv, xlsx):form>")
@allow(access.reads_souvenirs)
def catalogue_file(form: str) -> Response:
    """The same souvenirs as a file: a line for each hotel that has ever had it."""
    _form, only = _filter(hotel.properties())
    found = every_row(lambda after: queries.souvenirs(only, after=after, limit=ROWS_AT_ONCE))
    header = [_("Souvenir"), _("Points"), _("Given for"), _("Offered"), _("Hotel"), _("On hand")]
    header += [_("Reserved"), _("Can be taken"), _("Warn at")]
    return exports.answer(
        Export("souvenirs", _("Souvenirs"), header, _rows(found), words.narrowed(only)), form
    )


@blueprint.route("/new", methods=["GET", "POST"])
@allow(access.keeps_souvenirs)
def add() -> Answer:
    """Put a souvenir into the catalogue."""
    form = SouvenirForm()
    if form.validate_on_submit():
        try:
            with transaction():
                found = actions.add_souvenir(
                    token=uuid.UUID(form.token.data), entered=form.entered(), in_force=_rules(),
                    by_id=visitor().person_id or 0, at=clock.now(),
                )  # fmt: skip
            flash(_("It is in the catalogue. Count in what the hotels have, then offer it."), "ok")
            return redirect(url_for("souvenirs.souvenir", souvenir_id=found.public_id))
        except Refusal as refusal:
            form.form_errors.append(words.refused(refusal))
    page = render_template("corporate/souvenirs/new.html", form=form)
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.get("/<uuid:souvenir_id>")
@allow(access.reads_souvenirs)
def souvenir(souvenir_id: uuid.UUID) -> Answer:
    """One souvenir: what is said of it, its picture, what the hotels have, and how it came to that."""
    return _page(souvenir_id)


@blueprint.post("/<uuid:souvenir_id>/description")
@allow(access.keeps_souvenirs)
def change(souvenir_id: uuid.UUID) -> Answer:
    """Say something else of it."""
    form = SouvenirForm()
    if form.validate_on_submit():
        try:
            with transaction():
                actions.change_souvenir(
                    souvenir=queries.souvenir(souvenir_id) or abort(404), entered=form.entered(),
                    in_force=_rules(), languages=_languages(), by_id=visitor().person_id or 0, at=clock.now(),
                )  # fmt: skip
            flash(_("Saved."), "ok")
            return redirect(url_for("souvenirs.souvenir", souvenir_id=souvenir_id))
        except Refusal as refusal:
            form.form_errors.append(words.refused(refusal))
    return _page(souvenir_id, item_form=form)


@blueprint.post("/<uuid:souvenir_id>/offer")
@allow(access.keeps_souvenirs)
def offer(souvenir_id: uuid.UUID) -> WerkzeugResponse:
    """Offer it, or offer it no longer."""
    wanted = request.form.get("offered") == "yes"
    try:
        with transaction():
            found = queries.souvenir(souvenir_id) or abort(404)
            by_id, at = visitor().person_id or 0, clock.now()
            if wanted:
                actions.offer(souvenir=found, languages=_languages(), by_id=by_id, at=at)
            else:
                actions.withdraw(souvenir=found, by_id=by_id, at=at)
        said = (
            _("It is offered now.")
            if wanted
            else _("Nobody can reserve it any more; what is reserved stays.")
        )
        flash(said, "ok")
    except Refusal as refusal:
        flash(words.refused(refusal), "bad")
    return redirect(url_for("souvenirs.souvenir", souvenir_id=souvenir_id))


@blueprint.post("/<uuid:souvenir_id>/picture")
@allow(access.keeps_souvenirs)
def show_picture(souvenir_id: uuid.UUID) -> Answer:
    """Show another photograph, or the drawing again."""
    form, is_removed = PictureForm(), request.form.get("remove") == "yes"
    if is_removed or form.validate_on_submit():
        try:
            content = None if is_removed else form.file.data.read()
            with transaction():
                actions.show_picture(
                    souvenir=queries.souvenir(souvenir_id) or abort(404), content=content,
                    by_id=visitor().person_id or 0, at=clock.now(),
                )  # fmt: skip
            flash(_("Saved."), "ok")
            return redirect(url_for("souvenirs.souvenir", souvenir_id=souvenir_id))
        except pictures.PictureRefused as refused:
            form.file.errors = [str(words.PICTURES[type(refused)])]
    return _page(souvenir_id, picture_form=form)


@blueprint.get("/<uuid:souvenir_id>/picture/<digest>.jpg")
@allow(signed_in)
def picture(souvenir_id: uuid.UUID, digest: str) -> Response:
    """The photograph; its address changes with it, so that a browser may keep it."""
    content = queries.picture(souvenir_id, digest) or abort(404)
    answer = Response(content, mimetype=pictures.MEDIA_TYPE)
    answer.headers["Cache-Control"] = f"private, max-age={A_YEAR_S}, immutable"
    return answer


@blueprint.post("/<uuid:souvenir_id>/count")
@allow(access.counts_souvenirs)
def count(souvenir_id: uuid.UUID) -> Answer:
    """Write down what came in, or what was counted."""
    form, houses = CountForm(), _counted()
    form.fit(houses, locale=locale_code())
    if form.validate_on_submit():
        try:
            with transaction():
                _count(queries.souvenir(souvenir_id) or abort(404), form, houses)
            flash(_("Counted."), "ok")
            return redirect(url_for("souvenirs.souvenir", souvenir_id=souvenir_id))
        except Refusal as refusal:
            form.form_errors.append(words.refused(refusal))
    return _page(souvenir_id, count_form=form)


@blueprint.post("/<uuid:souvenir_id>/warning")
@allow(access.counts_souvenirs)
def warn(souvenir_id: uuid.UUID) -> Answer:
    """Say from how few on somebody is asked to order more."""
    form = WarnForm()
    house = next((each for each in _counted() if each.code == form.hotel.data), None) or abort(404)
    if not form.validate_on_submit():
        flash(" ".join(str(message) for errors in form.errors.values() for message in errors), "bad")
        return redirect(url_for("souvenirs.souvenir", souvenir_id=souvenir_id))
    with transaction():
        actions.warn_at(
            souvenir=queries.souvenir(souvenir_id) or abort(404), property_id=house.id,
            low_at=form.low_at.data or 0, by_id=visitor().person_id or 0, at=clock.now(),
        )  # fmt: skip
    flash(_("Saved."), "ok")
    return redirect(url_for("souvenirs.souvenir", souvenir_id=souvenir_id))


@blueprint.get("/<uuid:souvenir_id>/moves.<any(csv, xlsx):form>")
@allow(access.reads_souvenirs)
def moves_file(souvenir_id: uuid.UUID, form: str) -> Response:
    """How the numbers on hand came about, as a file."""
    found = queries.souvenir(souvenir_id) or abort(404)
    ids, zone = _read_ids(), hotel.house_zone()
    moved = every_row(
        lambda after: queries.moves(found.id, property_ids=ids, after=after, limit=ROWS_AT_ONCE)
    )
    header = [_("When"), _("Hotel"), _("What happened"), _("Change"), _("On hand"), _("Why"), _("By")]
    rows: Iterator[list[tables.Cell]] = (
        [
            exports.local(move.at, zone), house.code, str(words.MOVES[move.kind]), move.quantity,
            move.on_hand_after, move.reason, move.by.name if move.by else "",
        ]
        for move, house in moved
    )  # fmt: skip
    return exports.answer(Export("stock", in_language(found.name, locale_code()), header, rows), form)


@blueprint.route("/terms", methods=["GET", "POST"])
@allow(access.keeps_souvenirs)
def terms() -> Answer:
    """How long things wait, how often gifts are given, how many one reservation takes."""
    form = TermsForm(obj=queries.terms())
    if form.validate_on_submit():
        with transaction():
            actions.change_terms(
                keep_days=form.keep_days.data or 0, again_days=form.again_days.data or 1,
                most=form.most.data or 1, by_id=visitor().person_id or 0, at=clock.now(),
            )  # fmt: skip
        flash(_("Saved. What is reserved already waits as long as it was promised."), "ok")
        return redirect(url_for("souvenirs.catalogue"))
    page = render_template("corporate/souvenirs/terms.html", form=form)
    return (page, UNPROCESSABLE) if form.errors else page


def tab(asking: Visitor) -> NavigationLink | None:
    """Among the pages of the programme."""
    if not access.reads_souvenirs(asking):
        return None
    return NavigationLink("souvenirs.catalogue", _("Souvenirs"), 60, ("souvenirs.",))


def find(asking: Visitor, text: str, limit: int) -> list[Found]:
    """Souvenirs by name, for the search of the top bar."""
    if not access.reads_souvenirs(asking) or not text.strip():
        return []
    return [
        Found(
            _("Souvenir"),
            in_language(each.name, locale_code()),
            _("%(count)s points", count=each.points)
            if each.points
            else str(words.SETS[each.arrival_set or ""]),
            url_for("souvenirs.souvenir", souvenir_id=each.public_id),
        )
        for each in queries.souvenirs(SouvenirFilter(text=text), limit=limit).rows
    ]


def waiting(asking: Visitor, limit: int) -> list[Waiting]:
    """What is nearly gone, for those who count."""
    if not access.counts_souvenirs(asking):
        return []
    return [
        Waiting(
            title=_("Running low: %(souvenir)s", souvenir=in_language(each.souvenir.name, locale_code())),
            detail=_(
                "%(left)s left at %(hotel)s",
                left=each.available,
                hotel=in_language(each.house.name, locale_code()),
            ),
            url=url_for("souvenirs.souvenir", souvenir_id=each.souvenir.public_id),
            since=each.low_since or clock.now(),
        )
        for each in queries.running_low(access.counted_hotels(asking), limit=limit)
    ]


def _page(souvenir_id: uuid.UUID, **forms: Any) -> Answer:
    found, ids = queries.souvenir(souvenir_id) or abort(404), _read_ids()
    houses, zone = _counted(), hotel.house_zone()
    moved = queries.moves(found.id, property_ids=ids, after=request.args.get("after"))
    count_form = forms.get("count_form") or CountForm(formdata=None)
    count_form.fit(houses, locale=locale_code())
    page = render_template(
        "corporate/souvenirs/souvenir.html",
        souvenir=found,
        # The title of the page says whether one of its forms was refused.
        form=next(iter(forms.values()), None),
        item_form=forms.get("item_form") or SouvenirForm(formdata=None, data=SouvenirForm.values_of(found)),
        count_form=count_form,
        picture_form=forms.get("picture_form") or PictureForm(formdata=None),
        stocks=[each for each in found.stocks if each.property_id in ids],
        counted={house.id for house in houses},
        moves=moved.rows, kinds=words.MOVES, zone=zone,
        may_keep=access.keeps_souvenirs(visitor()), may_count=access.counts_souvenirs(visitor()),
        exports=exports.urls("souvenirs.moves_file", souvenir_id=souvenir_id),
        first_url=first_url(), next_url=next_url(moved),
    )  # fmt: skip
    return (page, UNPROCESSABLE) if any(each.errors for each in forms.values()) else page


def _count(found: Souvenir, form: CountForm, houses: list[Property]) -> None:
    property_id = next(house.id for house in houses if house.code == form.hotel.data)
    reason, by_id, at = (form.reason.data or "").strip(), visitor().person_id or 0, clock.now()
    token, quantity = uuid.UUID(form.count_token.data), form.quantity.data or 0
    if form.happened.data == "counted":
        actions.correct(
            token=token, souvenir=found, property_id=property_id, counted=quantity, reason=reason,
            by_id=by_id, at=at,
        )  # fmt: skip
    else:
        actions.count_in(
            token=token, souvenir=found, property_id=property_id, quantity=quantity, reason=reason,
            by_id=by_id, at=at,
        )  # fmt: skip


def _counted() -> list[Property]:
    """The hotels at which the visitor counts."""
    return hotel.properties(access.counted_hotels(visitor())) if access.counts_souvenirs(visitor()) else []


def _read_ids() -> tuple[int, ...]:
    """The hotels whose stock the visitor reads: a GM their own, all others every one."""
    own = access.counted_hotels(visitor()) if access.counts_souvenirs(visitor()) else None
    return tuple(house.id for house in hotel.properties()) if own is None else own


def _filter(houses: list[Property]) -> tuple[FilterForm, SouvenirFilter]:
    form = FilterForm(request.args)
    names = [(house.code, in_language(house.name, locale_code())) for house in houses]
    form.hotel.choices = [("", _("Any hotel or none")), *names]
    form.validate()
    chosen = next((house.id for house in houses if house.code == form.hotel.data), None)
    offered = {"offered": True, "resting": False}.get(request.args.get("tab", ""))
    return form, SouvenirFilter((form.q.data or "").strip()[:100], chosen, None, offered)


def _tabs(only: SouvenirFilter) -> list[dict[str, Any]]:
    everything = SouvenirFilter(only.text, only.property_id)
    offered, resting = queries.counts(everything)
    kept = {name: value for name in ("q", "hotel") if (value := request.args.get(name))}
    shown = (
        ("", _("All"), offered + resting, None),
        ("offered", _("Offered"), offered, True),
        ("resting", _("Not offered"), resting, False),
    )
    return [
        {
            "url": address_of("souvenirs.catalogue", {"tab": tab, **kept}),
            "label": label,
            "count": number,
            "current": only.is_offered is state,
        }
        for tab, label, number, state in shown
    ]


def _rows(found: Iterator[Souvenir]) -> Iterator[list[tables.Cell]]:
    for each in found:
        given = str(words.SETS[each.arrival_set]) if each.arrival_set else ""
        offered = _("yes") if each.on_sale_since is not None else _("no")
        item: list[tables.Cell] = [in_language(each.name, locale_code()), each.points, given, offered]
        if not each.stocks:
            yield [*item, *[None] * 5]
        for stock in each.stocks:
            yield [*item, stock.house.code, stock.on_hand, stock.reserved, stock.available, stock.low_at]


def _rules() -> Rules:
    return programme.rules_in_force(local_date(clock.now(), hotel.house_zone()))


def _languages() -> tuple[str, ...]:
    languages: tuple[str, ...] = current_app.config["LANGUAGES"]
    return languages
