"""Writing letters, and saying how their sending went.

How a letter is written
-----------------------
One template gives the subject, the plain text and the HTML: templates/letters/<room>/<name>.html

    {% extends layout %}
    {% block subject %}{{ _("Your booking %(code)s is confirmed", code=code) }}{% endblock %}
    {% block body %}
    {{ letter.greeting(to.name) }}
    {{ letter.paragraph(_("We expect your guests at %(hotel)s.", hotel=hotel)) }}
    {{ letter.facts([(_("Date"), starts_on|day), (_("To pay"), total_cents|cents(currency))]) }}
    {{ letter.button(_("Open the booking"), link("bookings.show", public_id=public_id)) }}
    {{ letter.note(_("You can change it until %(when)s.", when=cut_off_at|when(zone))) }}
    {% endblock %}

`layout` and `letter` are given; the pieces are in templates/letters/_parts.html and _parts.txt:
`greeting(name)`, `heading(text)`, `paragraph(text)`, `facts(pairs)` of (label, value),
`lines(rows)` of (label, amount), the last one a sum when `lines(rows, sum=(label, amount))`,
`items(texts)`, `button(label, url)`, `code(text)` for digits to copy, `note(text)` in small type.
Text is passed as text, never as HTML: the pieces escape it. `link(endpoint, **values)` is an address
under BASE_URL, whatever the Host header of the request said. `to` is the recipient, `group_name` the
hotel group. The room's `emails.py` has one function for each letter, which calls `write_letter`:

    def confirm_booking(*, booking: Booking, to: Person, at: datetime) -> None:
        outbox.write_letter(
            dedupe_key=f"booking-confirmed:{booking.public_id}:{booking.revision}",
            kind=LetterKind.SERVICE,
            template="corporate/booking_confirmed",
            to=Recipient(to.email, to.name, to.locale, zone=booking.property.zone, person_id=to.id),
            values={"code": booking.code, …},
            attachments=(Attachment("booking.ics", "text/calendar; method=PUBLISH", content),),
            at=at,
        )

Letters are rendered when they are written, so a later change of the facts does not change what was
said, and lie in the same transaction as their cause: no booking without its letter, no letter
without its booking.
"""

import base64
import secrets
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from portal.database import db
from portal.outbox import emails, queries, rules
from portal.outbox.emails import Recipient
from portal.outbox.models import ContactBudget, ContactPolicy, Letter, LetterKind
from portal.web.registries import Erased

__all__ = ["Attachment", "Claim", "LetterKind", "Recipient", "write_letter"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a letter."""

    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """One worker's hold on one letter. `key` is new at each claim, so a stale one fits nothing."""

    letter_id: int
    key: str


def write_letter(
    *,
    dedupe_key: str,
    kind: LetterKind,
    template: str,
    to: Recipient,
    values: Mapping[str, Any],
    attachments: Sequence[Attachment] = (),
    unsubscribe_url: str | None = None,
    about: uuid.UUID | None = None,
    at: datetime,
) -> Letter:
    """Write one letter in the recipient's language; the worker sends it once the transaction is kept.

    A letter whose `dedupe_key` is known is not written again: the earlier one is returned. Service
    letters leave at once. Marketing and surveys wait for the end of the recipient's quiet hours, and
    raise `ContactBudgetSpent` when the person was written to often enough.
    """
    known = queries.letter_by_key(dedupe_key=dedupe_key)
    if known is not None:
        return known
    send_at = at if kind not in rules.RATIONED else _ration(kind=kind, to=to, at=at)
    letter = Letter(
        public_id=uuid.uuid4(),
        dedupe_key=dedupe_key,
        kind=kind,
        template=template,
        about=about,
        person_id=to.person_id,
        contact_key=rules.contact_key(to.address),
        to_address=to.address.strip(),
        to_name=to.name,
        locale=to.locale,
        zone=to.zone,
        attachments=_packed(attachments),
        unsubscribe_url=unsubscribe_url,
        created_at=at,
        send_at=send_at,
        tries=0,
        **emails.render(template=template, to=to, values=values),
    )
    return _added(letter)


def claim(*, worker: str, at: datetime, lease_s: float) -> tuple[Claim, Letter] | None:
    """Take up the letter that has been due longest, in one statement; none when nothing is due."""
    key = f"{worker}/{secrets.token_hex(4)}"
    due = (
        select(Letter.id)
        .where(queries.is_due(at))
        .order_by(Letter.send_at, Letter.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    statement = (
        update(Letter)
        .where(Letter.id == due)
        .values(leased_by=key, lease_until=at + timedelta(seconds=lease_s), tries=Letter.tries + 1)
        .returning(Letter)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    letter = db.session.scalars(statement).one_or_none()
    return None if letter is None else (Claim(letter.id, key), letter)


def allowed_at(*, letter: Letter, at: datetime) -> datetime:
    """When a letter that is taken up may leave, by the contact policy of the day.

    The policy may be stricter than when the letter was written: raises `ContactBudgetSpent`. What has left
    counts, and what another worker is sending; what merely waits does not.
    """
    kind, policy = LetterKind(letter.kind), queries.policy()
    leaves = rules.send_at(kind=kind, at=at, zone=letter.zone, policy=policy)
    if kind not in rules.RATIONED or leaves > at:
        return leaves
    _lock_budget(letter.contact_key)
    begins, ends = rules.budget_window(kind=kind, at=at, zone=letter.zone, policy=policy)
    left = queries.left_between(letter=letter, begins=begins, ends=ends)
    on_their_way = queries.leased_beside(letter=letter, at=at)
    try:
        rules.ensure_within_budget(kind=kind, at=at, zone=letter.zone, policy=policy, sent=left)
        sent = [*left, *(at for _lease_until in on_their_way)]
        rules.ensure_within_budget(kind=kind, at=at, zone=letter.zone, policy=policy, sent=sent)
    except rules.ContactBudgetSpent:
        if on_their_way:
            # They may yet come back: it is asked again when they have left, or were given up.
            return max(on_their_way)
        raise
    return at


def wait_for_budget(*, claim: Claim, letter: Letter, free_at: datetime, at: datetime) -> None:
    """Lay a letter back until its contact may be written to again, or give it up; why stays with it."""
    kind, created_at, zone = LetterKind(letter.kind), letter.created_at, letter.zone
    until = rules.waits_until(
        kind=kind, created_at=created_at, free_at=free_at, zone=zone, policy=queries.policy()
    )
    if until is None:
        note_failed(claim=claim, error=rules.BUDGET_SPENT, send_at=None, at=at)
    else:
        put_off(claim=claim, send_at=until, error=rules.BUDGET_SPENT)


def put_off(*, claim: Claim, send_at: datetime, error: str | None = None) -> None:
    """Lay a letter back that could not leave for no fault of its own, as if this try had not been."""
    _update(
        claim,
        leased_by=None,
        lease_until=None,
        send_at=send_at,
        tries=Letter.tries - 1,
        error=error,
    )


def note_sent(*, claim: Claim, is_kept: bool, at: datetime) -> None:
    """The mail server took the letter. What it said is forgotten unless it is kept to be read here:
    a letter may hold a link that opens a door, and elsewhere only digests of such links are stored.
    """
    said: dict[str, Any] = {"text": "", "html": "", "attachments": [], "unsubscribe_url": None}
    forgotten = {} if is_kept else said
    _update(claim, sent_at=at, error=None, leased_by=None, lease_until=None, **forgotten)


def note_failed(*, claim: Claim, error: str, send_at: datetime | None, at: datetime) -> None:
    """The letter was not taken: it is tried again at `send_at`, or given up when there is none."""
    ending = {"dead_at": at} if send_at is None else {"send_at": send_at}
    _update(claim, error=error, leased_by=None, lease_until=None, **ending)


def withdraw(*, public_id: uuid.UUID, at: datetime) -> bool:
    """Take back a letter that has not left; whether it could be. It is as if it had not been written.

    One that was given up is taken back too: it could be sent again by hand.
    """
    waits = and_(
        Letter.public_id == public_id,
        Letter.sent_at.is_(None),
        or_(Letter.lease_until.is_(None), Letter.lease_until <= at),
    )
    statement = delete(Letter).where(waits).execution_options(synchronize_session=False)
    return bool(db.session.execute(statement).rowcount)  # type: ignore[attr-defined]  # a DELETE counts


def forget_letters(*, dedupe_keys: Collection[str]) -> int:
    """Drop letters whose recipients are to be forgotten, with what they said and to whom; say how many."""
    statement = delete(Letter).where(Letter.dedupe_key.in_(dedupe_keys))
    told = db.session.execute(statement.execution_options(synchronize_session=False))
    return int(told.rowcount)  # type: ignore[attr-defined]  # a DELETE counts


def forget_about(*, about: uuid.UUID) -> None:
    """Drop every letter about something whose people are to be forgotten; what waits never leaves."""
    statement = delete(Letter).where(Letter.about == about)
    db.session.execute(statement.execution_options(synchronize_session=False))


def send_again(*, letter: Letter, at: datetime) -> None:
    """Give a letter that was given up all its tries anew."""
    statement = (
        update(Letter)
        .where(Letter.id == letter.id, Letter.dead_at.is_not(None))
        .values(dead_at=None, tries=0, send_at=at, error=None)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(statement)


def adopt_policy(*, policy: rules.Policy) -> bool:
    """Obey another contact policy from now on; whether it was another."""
    if policy == queries.policy():
        return False
    row = db.session.scalars(select(ContactPolicy)).one()
    row.marketing_per_month, row.survey_every_days = policy.marketing_per_month, policy.survey_every_days
    row.quiet_from_hour, row.quiet_to_hour = policy.quiet_from_hour, policy.quiet_to_hour
    db.session.flush()
    return True


def erase_person(*, erased: Erased, at: datetime) -> None:  # noqa: ARG001 -- what every room is asked by
    """Forget what was written to a person, and where to; what still waits never leaves."""
    theirs = Letter.person_id == erased.person_id
    if erased.email is not None:
        theirs = or_(theirs, Letter.contact_key == rules.contact_key(erased.email))
    gone: dict[str, Any] = {
        "to_address": "", "to_name": "", "contact_key": "", "subject": "", "text": "", "html": "",
        "attachments": [], "unsubscribe_url": None,
    }  # fmt: skip
    waiting, left = delete(Letter).where(theirs, Letter.sent_at.is_(None)), update(Letter).where(theirs)
    for statement in (waiting, left.values(gone)):
        db.session.execute(statement.execution_options(synchronize_session=False))
    if erased.email is not None:
        spent = delete(ContactBudget).where(ContactBudget.contact_key == rules.contact_key(erased.email))
        db.session.execute(spent.execution_options(synchronize_session=False))


def _added(letter: Letter) -> Letter:
    try:
        with db.session.begin_nested():
            db.session.add(letter)
    except IntegrityError:
        # Another transaction with the same key was kept between the look and the insert.
        known = queries.letter_by_key(dedupe_key=letter.dedupe_key)
        if known is None:
            raise
        return known
    return letter


def _ration(*, kind: LetterKind, to: Recipient, at: datetime) -> datetime:
    """When a rationed letter may be sent, with the contact's budget locked until the transaction ends."""
    key = rules.contact_key(to.address)
    _lock_budget(key)
    policy = queries.policy()
    send_at = rules.send_at(kind=kind, at=at, zone=to.zone, policy=policy)
    begins, ends = rules.budget_window(kind=kind, at=send_at, zone=to.zone, policy=policy)
    sent = queries.sent_between(contact_key=key, kind=kind, begins=begins, ends=ends)
    rules.ensure_within_budget(kind=kind, at=send_at, zone=to.zone, policy=policy, sent=sent)
    return send_at


def _lock_budget(contact_key: str) -> None:
    # Two senders may write to the same person in the same second: they take turns on this row.
    locked = select(ContactBudget).where(ContactBudget.contact_key == contact_key).with_for_update()
    if db.session.scalar(locked) is None:
        try:
            with db.session.begin_nested():
                db.session.add(ContactBudget(contact_key=contact_key))
        except IntegrityError:
            db.session.scalars(locked).one()


def _packed(attachments: Sequence[Attachment]) -> list[dict[str, str]]:
    if sum(len(each.content) for each in attachments) > rules.ATTACHMENT_BYTES:
        raise rules.AttachmentsTooLarge
    return [
        {
            "filename": each.filename,
            "media_type": each.media_type,
            "content": base64.b64encode(each.content).decode(),
        }
        for each in attachments
    ]


def _update(claim: Claim, **values: Any) -> None:
    held: ColumnElement[bool] = and_(
        Letter.id == claim.letter_id,
        Letter.leased_by == claim.key,
        Letter.sent_at.is_(None),
        Letter.dead_at.is_(None),
    )
    statement = update(Letter).where(held).values(**values).execution_options(synchronize_session=False)
    db.session.execute(statement)
