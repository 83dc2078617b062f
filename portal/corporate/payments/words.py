"""Words of bills that are paid with points."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_babel.speaklater import LazyString

from portal.corporate.payments import rules
from portal.corporate.payments.models import BillPayment
from portal.corporate.payments.queries import PaymentFilter, Tab
from portal.corporate.payments.rules import State
from portal.corporate.presence import words as presence
from portal.programme import words as programme
from portal.programme.rules import Refusal
from portal.web import formats, why
from portal.web.formats import day, when

STATES: Mapping[State, LazyString] = {
    State.HELD: lazy_pgettext("points for a bill", "Held"),
    State.PAID: lazy_pgettext("points for a bill", "Taken"),
    State.LET_GO: lazy_pgettext("points for a bill", "Let go"),
    State.LAPSED: lazy_pgettext("points for a bill", "Lapsed"),
    State.UNDONE: lazy_pgettext("points for a bill", "Undone"),
}
STATE_TAGS: Mapping[State, str] = {
    State.HELD: "brass",
    State.PAID: "ok",
    State.LET_GO: "",
    State.LAPSED: "warn",
    State.UNDONE: "warn",
}
TABS: Mapping[Tab, LazyString] = {
    Tab.ALL: _l("All"),
    Tab.HELD: lazy_pgettext("points for a bill", "Held"),
    Tab.PAID: lazy_pgettext("points for a bill", "Taken"),
    Tab.ENDED: _l("Without payment"),
}
REFUSALS: Mapping[type[Refusal], LazyString] = {
    rules.CardUnusable: _l("This card can no longer pay. Ask for the name and find the new one."),
    rules.TooLittleToPay: _l(
        "Points pay from %(min_points)s on, and this bill or this balance allows fewer. Take it as usual."
    ),
    rules.PaymentOfOthers: _l("This form was sent before from elsewhere. Open the guest anew."),
    rules.PaidAlready: _l("The points for this bill were taken on %(paid_at)s."),
    rules.HoldEnded: _l("The points are held no more since %(ended_at)s. Open the guest and hold them anew."),
    rules.NotPaid: _l("Nothing was taken yet: let the points go instead."),
    rules.NotYourPayment: _l("A colleague took these points; only they can undo it here."),
    rules.UndoTooLate: _l(
        "It can be undone for %(minutes)s minutes. Let the loyalty manager give the points back."
    ),
}
AUDIT_SUBJECTS: Mapping[str, LazyString] = {"bill_payment": _l("Bill paid with points")}
AUDIT_ACTIONS: Mapping[str, LazyString] = {
    "payment.hold": _l("Points held for a bill"),
    "payment.take": _l("Points taken for a bill"),
    "payment.let_go": _l("Points for a bill let go"),
    "payment.undo": _l("Points taken for a bill given back"),
}
SIGHT_PAGES: Mapping[str, LazyString] = {"payments": _l("a bill that you paid with points")}


def refused(refusal: Refusal, *, zone: str) -> str:
    """A refusal in words; times by the hotel's clock."""
    sentences = (REFUSALS, presence.REFUSALS, programme.REFUSALS)
    said = next(known[type(refusal)] for known in sentences if type(refusal) in known)
    return why.fill(said, dict(refusal.values), zone=zone)


def taken(payment: BillPayment) -> str:
    """What was paid."""
    return _(
        "%(points)s pay %(money)s of bill %(number)s",
        points=formats.points(payment.points), money=formats.cents(payment.pays_cents, payment.currency),
        number=payment.bill_no,
    )  # fmt: skip


def finding(payment: BillPayment, now: State) -> str:
    """What the page says in one line."""
    money = formats.cents(payment.pays_cents, payment.currency)
    if now is State.HELD:
        return _("%(money)s of the bill can be paid with points", money=money)
    if now is State.PAID:
        return _("%(money)s of the bill is paid with points", money=money)
    return _("Nothing of the bill is paid with points")


def timeline(payment: BillPayment, now: State) -> list[tuple[str, str, str, str]]:
    """How it stands: title, note, when, and whether it is done, now, next or where it stopped."""
    zone, by = payment.house.zone, payment.held_by.name
    steps = [(_("Points held"), by, when(payment.held_at, zone), "done")]
    if now is State.HELD:
        return [
            *steps,
            (_("The guest pays"), "", _("until %(when)s", when=when(payment.held_until, zone)), "now"),
        ]
    if now is State.LAPSED:
        note = _("Nobody took them in time; the company has them back")
        return [*steps, (_("Lapsed"), note, when(payment.held_until, zone), "stopped")]
    if payment.let_go_at is not None and payment.let_go_by is not None:
        note = _("%(name)s; the company has them back", name=payment.let_go_by.name)
        return [*steps, (_("Let go"), note, when(payment.let_go_at, zone), "stopped")]
    if payment.paid_at is not None and payment.paid_by is not None:
        steps.append((_("Points taken"), payment.paid_by.name, when(payment.paid_at, zone), "done"))
    if payment.undone_at is not None:
        note = _("The company has them back, in the lots they came from")
        steps.append((_("Undone"), note, when(payment.undone_at, zone), "stopped"))
    return steps


def narrowed(only: PaymentFilter) -> list[str]:
    """What the list is narrowed to, for the head of its file."""
    said = [f"{_('State')}: {TABS[only.tab]}"]
    if only.day_from is not None:
        said.append(_("From %(start)s on.", start=day(only.day_from)))
    if only.day_to is not None:
        said.append(_("Up to %(end)s, that day included.", end=day(only.day_to)))
    if only.text:
        said.append(f"{_('Search')}: {only.text}")
    return said
