"""What is outstanding, the companies behind it, and the closed months."""

from datetime import date

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import clock
from portal.database import transaction
from portal.documents import workbooks
from portal.documents.charts.kit import ON_PAGE
from portal.hotel import queries as hotel
from portal.jobs import actions as jobs
from portal.programme import access as programme
from portal.programme.liability import access, actions, queries, rules, words
from portal.programme.liability.forms import CloseForm
from portal.programme.liability.queries import Narrowed, Outstanding
from portal.programme.months import queries as months
from portal.programme.months import rules as month_rules
from portal.programme.tabs import views as tabs
from portal.programme.tiers import words as names
from portal.web.gate import Visitor, allow, visitor
from portal.web.limits import PAPER, limiter
from portal.web.pages import locale_code
from portal.web.paging import first_url, next_url
from portal.web.registries import NavigationLink

blueprint = Blueprint("liability", __name__, url_prefix="/programme/liability")
PDF = "application/pdf"


@blueprint.get("")
@allow(access.reads_liability)
def liability() -> str:
    """Points by state, tier, age and month of expiry, what they would cost, and how many will expire."""
    told, tier = queries.outstanding(), request.args.get("tier", "")
    tier = tier if tier in (tiers := names.today()) else ""
    if told is None:
        return render_template("programme/liability/none.html", programme_tabs=tabs.bar())
    return render_template(
        "programme/liability/liability.html",
        **_frame(),
        **_cuts(told, tier, tiers),
        told=told,
        companies=queries.number_of_holders(),
        breakage=queries.breakage_of(told.close) if told.close is not None else None,
        tier_url=_tier_url,
        expiry_url=_expiry_url,
    )


@blueprint.get("/accounts")
@allow(access.reads_liability)
def accounts() -> str:
    """The companies whose points a figure is made of."""
    only = _narrowed()
    page = queries.holders(only, after=request.args.get("after"))
    return render_template(
        "programme/liability/accounts.html",
        **_frame(),
        only=only,
        holders=page.rows,
        first_url=first_url(),
        next_url=next_url(page),
    )


@blueprint.get("/closes")
@allow(access.reads_liability)
def closes() -> str:
    """The closed months, and the one that could be closed now."""
    page = queries.closes(request.args.get("after"))
    return render_template(
        "programme/liability/closes.html",
        **_frame(),
        closes=[(close, queries.figures_of(close)) for close in page.rows],
        due=_due() if access.closes_months(visitor()) else None,
        form=CloseForm(),
        first_url=first_url(),
        next_url=next_url(page),
    )


@blueprint.post("/closes")
@allow(access.closes_months)
def close_now() -> WerkzeugResponse:
    """Let the worker roll up and close a month that is over."""
    form = CloseForm()
    if not form.validate_on_submit():
        flash(_("The month could not be read. Open the page anew."), "warn")
        return redirect(url_for("liability.closes"))
    payload = {"close": f"{form.month.data}-01"}
    owner_id = visitor().person_id
    with transaction():
        job = jobs.enqueue(
            kind=month_rules.ROLL_JOB,
            payload=payload,
            owner_id=owner_id,
            dedupe_key=f"months.close:{owner_id}:{form.token.data}",
            at=clock.now(),
        )
    return redirect(url_for("jobs.job_page", public_id=job.public_id))


@blueprint.get("/closes/<month>")
@allow(access.reads_liability)
def close(month: str) -> str:
    """One closed month: the roll-forward, what to book, and what was outstanding."""
    values = actions.tables(_closed(month))
    picture = words.expiry_chart(values["by_expiry"], values["told"].found.month, ON_PAGE)
    return render_template("programme/liability/close.html", **_frame() | values, expiry_chart=picture)


@blueprint.get("/closes/<month>.pdf")
@allow(access.reads_liability)
@limiter.limit(PAPER)
def close_pdf(month: str) -> Response:
    """The same on paper."""
    told = _closed(month)
    content = actions.print_close(told, zone=hotel.house_zone(), locale=locale_code())
    return _file(content, PDF, f"liability-{month}-{locale_code()}.pdf")


@blueprint.get("/closes/<month>.xlsx")
@allow(access.reads_liability)
def close_workbook(month: str) -> Response:
    """The same as a workbook."""
    content = actions.close_workbook(
        _closed(month), group=current_app.config["GROUP_NAME"], locale=locale_code()
    )
    return _file(content, workbooks.MEDIA_TYPE, f"liability-{month}-{locale_code()}.xlsx")


def tab(asking: Visitor) -> NavigationLink | None:
    """The page among those of the programme."""
    if not access.reads_liability(asking):
        return None
    return NavigationLink("liability.liability", _("Liability"), 40, ("liability.",))


def _frame() -> dict[str, object]:
    return {
        "programme_tabs": tabs.bar(),
        "words": words,
        "tiers": names.today(),
        "states": words.STATES,
        "zone": hotel.house_zone(),
    }


def _cuts(told: Outstanding, tier: str, tiers: names.TierNames) -> dict[str, object]:
    """What is outstanding, of one tier or of all, from every side."""
    stock = rules.of_tier(told.found, tier)
    by_expiry, by_age = rules.by_expiry(stock), rules.by_age(stock, told.found.month)
    return {
        "tier": tier,
        "by_tier": rules.by_tier(stock, [tier] if tier else tiers),
        "by_expiry": by_expiry,
        "by_age": by_age,
        "soon": rules.soon(stock, told.found.month),
        "living": sum(lots.living for lots in stock),
        "expiry_chart": words.expiry_chart(by_expiry, told.found.month, ON_PAGE),
        "age_chart": words.age_chart(by_age, ON_PAGE),
    }


def _closed(text: str) -> queries.Closed:
    month = _month(text)
    return (queries.closed(month) if month is not None else None) or abort(404)


def _month(text: str | None) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def _due() -> date | None:
    """The open month, where it is over and waits to be closed."""
    roll, zone = months.roll(), hotel.house_zone()
    if roll is None or not month_rules.is_over(roll.open_month, zone=zone, at=months.now(clock.now())):
        return None
    return roll.open_month


def _tier_url(tier: str) -> str:
    return url_for("liability.accounts", tier=tier)


def _expiry_url(month: str) -> str:
    return url_for("liability.accounts", expires=month, tier=request.args.get("tier") or None)


def _narrowed() -> Narrowed:
    # What is not one of ours in the address is as good as absent.
    tier, state = request.args.get("tier", ""), request.args.get("state", "")
    return Narrowed(
        reach=programme.reach(visitor()),
        tier=tier if tier in names.today() else "",
        state=state if state in words.STATES else "",
        expires=_month(request.args.get("expires")),
    )


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=media_type, headers=headers)
