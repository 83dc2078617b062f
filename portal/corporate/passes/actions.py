"""Issuing, using and revoking guest passes."""

import secrets
import uuid
from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import select, update

from portal.accounts.models import Account
from portal.audit import actions as audit
from portal.corporate.passes import queries, rules
from portal.corporate.passes.models import GuestPass, PassKind, PassUse
from portal.corporate.passes.rules import Offer
from portal.database import db
from portal.hotel.models import Property
from portal.jobs import actions as jobs
from portal.outbox import actions as outbox
from portal.outbox import queries as outbox_queries
from portal.programme import queries as programme
from portal.programme.nights.queries import promised_to_invitee
from portal.programme.standing import queries as standing
from portal.web.folding import search_key
from portal.web.registries import Erased

LETTER = "passes.letter"


def issue_pass(
    *, token: uuid.UUID, account_id: int, offer: Offer, by_id: int, today: date, at: datetime
) -> GuestPass:
    """Give an invitee a pass of this quarter's allowance; the same token gives one.

    What the tier gives today is what the pass gives, whatever the tier and the rules become. Raises
    `AllowanceUsedUp`, `DaysNotPossible`, `DaysTooFar`, or `PassOfOthers` for a token of another company.
    """
    # The company's row first: of two bookers who give the last pass, one does.
    db.session.execute(select(Account.id).where(Account.id == account_id).with_for_update())
    if (again := queries.pass_by_id(token)) is not None:
        if again.account_id != account_id:
            raise rules.PassOfOthers
        return again
    rules.check_days(first_on=offer.first_on, last_on=offer.last_on, today=today)
    given = _laid_out(token, account_id, offer, by_id=by_id, today=today, at=at)
    db.session.add(given)
    db.session.flush()
    details = {"uses": offer.uses, "version": given.rules_version}
    _record("pass.issue", given, by_id=by_id, at=at, details=details)
    if offer.email is not None:
        _announce(given, at=at)
    return given


def send_letter(*, guest_pass: GuestPass, by_id: int, today: date, at: datetime) -> None:
    """Send the invitee the letter once more. Raises `NoLetter`, or why the pass no longer holds."""
    rules.check_letter(guest_pass)
    rules.check_promises(guest_pass, today=today, last_use_at=queries.last_use_at(guest_pass.id))
    _announce(guest_pass, at=at)
    _record("pass.send_again", guest_pass, by_id=by_id, at=at)


def revoke_pass(*, guest_pass: GuestPass, by_id: int, at: datetime) -> None:
    """Take a pass back; of a pass that was never used the allowance comes back. Twice is once."""
    locked = queries.lock_pass(guest_pass.id)
    if locked.revoked_at is not None:
        return
    locked.revoked_at, locked.revoked_by_id = at, by_id
    if not locked.used:
        locked.slot = None
    _record("pass.revoke", locked, by_id=by_id, at=at)


def take_revocation_back(*, guest_pass: GuestPass, by_id: int, at: datetime) -> None:
    """Let a pass hold again, within ten minutes of its revocation.

    Raises `TooLateToUndo`, or `AllowanceUsedUp` where its place was given to another meanwhile.
    """
    db.session.execute(select(Account.id).where(Account.id == guest_pass.account_id).with_for_update())
    locked = queries.lock_pass(guest_pass.id)
    if locked.revoked_at is None:
        return
    if not rules.may_take_back(locked, at=at):
        raise rules.TooLateToUndo
    if locked.slot is None:
        level = standing.tier_rules_of(locked.account_id)
        taken = queries.taken_slots(locked.account_id, locked.quarter_on)
        locked.slot = rules.free_slot(
            taken, allowance=level.guest_passes_a_quarter, quarter_on=locked.quarter_on
        )
    locked.revoked_at = locked.revoked_by_id = None
    _make_up_for_the_letter(locked, at=at)
    _record("pass.revoke_undone", locked, by_id=by_id, at=at)


def use_pass(
    *,
    token: uuid.UUID,
    guest_pass: GuestPass,
    house: Property,
    kind: str,
    list_cents: int,
    by_id: int,
    today: date,
    at: datetime,
) -> PassUse:
    """Use a pass once, at the price that it promises; the same token uses it once.

    Raises the one reason why it does not hold here and now, `PassForOtherKind`, `UseOfOther` or
    `UndoneAlready`.
    """
    # The pass first: of two equal forms sent at once the second finds what the first made.
    guest_pass = queries.lock_pass(guest_pass.id)
    if (again := queries.use_by_token(token)) is not None:
        rules.check_again(again, by_id=by_id)
        return again
    chosen = rules.check_kind(guest_pass, kind)
    rules.check_valid(
        guest_pass, property_id=house.id, today=today, last_use_at=queries.last_use_at(guest_pass.id)
    )
    price = promised_to_invitee(
        version=guest_pass.rules_version, tier=guest_pass.tier, house=house, kind=chosen,
        price_cents=list_cents, day=today,
    )  # fmt: skip
    _take_use(guest_pass)
    use = PassUse(
        public_id=token, pass_id=guest_pass.id, property_id=house.id, by_id=by_id, kind=chosen,
        currency=house.currency, list_cents=list_cents, pays_cents=price.value, price=price.to_json(), at=at,
    )  # fmt: skip
    db.session.add(use)
    db.session.flush()
    details = {"use": str(token), "saved_cents": use.saved_cents}
    _record("pass.use", guest_pass, by_id=by_id, at=at, details=details)
    return use


def undo_use(*, use: PassUse, by_id: int, at: datetime) -> None:
    """Undo one's own use within ten minutes; the pass has it back. Undoing twice changes nothing.

    Raises `UseOfOther` or `TooLateToUndo`.
    """
    locked = queries.lock_pass(use.pass_id)
    db.session.refresh(use, ["undone_at"])
    if use.undone_at is not None:
        return
    rules.check_undo(use, by_id=by_id, at=at)
    use.undone_at, use.undone_by_id = at, by_id
    locked.used -= 1
    if locked.revoked_at is not None and not locked.used:
        # Revoked, and now never used: the allowance comes back, as for any such pass.
        locked.slot = None
    _record("pass.use_undone", locked, by_id=by_id, at=at, details={"use": str(use.public_id)})


def forget_invitees(*, today: date, limit: int, at: datetime) -> int:
    """Drop the names and addresses of invitees whose passes ended long ago, and the letters to them.

    Uses and sums stay.
    """
    found = queries.outlived(today - rules.REMEMBERED, limit=limit)
    _drop_letters(found)
    for each in found:
        _forget(each, at=at)
    db.session.flush()
    return len(found)


def forget_invitee(*, guest_pass: GuestPass, by_id: int, at: datetime) -> None:
    """Forget an invitee who asks for it: name, address, words and the letters. The pass and its uses stay.

    Twice is once.
    """
    locked = queries.lock_pass(guest_pass.id)
    if locked.forgotten_at is not None:
        return
    _drop_letters([locked])
    _forget(locked, at=at)
    _record("pass.forget", locked, by_id=by_id, at=at)
    db.session.flush()


def erase_person(*, erased: Erased, at: datetime) -> None:
    """Forget an invitee by their address: name, words and the letters to them. Uses and sums stay."""
    if erased.email is None:
        return
    for each in db.session.scalars(select(GuestPass).where(GuestPass.email == erased.email)):
        _drop_letters([each])
        _forget(each, at=at)
    db.session.flush()


def _drop_letters(passes: Collection[GuestPass]) -> None:
    letters = [rules.letter_key(each.public_id, n + 1) for each in passes for n in range(each.letters)]
    outbox.forget_letters(dedupe_keys=letters)


def _forget(guest_pass: GuestPass, *, at: datetime) -> None:
    guest_pass.invitee, guest_pass.email, guest_pass.message = "", None, ""
    guest_pass.search_key = search_key(guest_pass.number)
    guest_pass.forgotten_at = at


def _laid_out(
    token: uuid.UUID, account_id: int, offer: Offer, *, by_id: int, today: date, at: datetime
) -> GuestPass:
    """The pass as it is promised today, in the first free place of the quarter."""
    in_force, tier = programme.rules_in_force(today), standing.tier_of(account_id)
    quarter_on = rules.quarter_of(today)
    level, number, taken = in_force.tier(tier), _free_number(), queries.taken_slots(account_id, quarter_on)
    return GuestPass(
        public_id=token,
        number=number,
        account_id=account_id,
        issued_by_id=by_id,
        invitee=offer.invitee,
        email=offer.email,
        search_key=search_key(f"{offer.invitee} {offer.email or ''} {number}"),
        locale=offer.locale,
        message=offer.message,
        property_id=offer.property_id,
        for_meals=PassKind.MEALS in offer.kinds,
        for_rooms=PassKind.ROOMS in offer.kinds,
        first_on=offer.first_on,
        last_on=offer.last_on,
        uses=offer.uses,
        used=0,
        payer=offer.payer,
        tier=tier,
        rules_version=in_force.version,
        meals_bp=level.invitee_meals_bp,
        rooms_bp=level.invitee_rooms_bp,
        quarter_on=quarter_on,
        slot=rules.free_slot(taken, allowance=level.guest_passes_a_quarter, quarter_on=quarter_on),
        issued_at=at,
        letters=0,
    )


def _take_use(guest_pass: GuestPass) -> None:
    # The last use: two desks may ask in the same second.
    taken = (
        update(GuestPass)
        .where(
            GuestPass.id == guest_pass.id,
            GuestPass.used < GuestPass.uses,
            GuestPass.revoked_at.is_(None),
        )
        .values(used=GuestPass.used + 1)
        .returning(GuestPass.used)
        .execution_options(synchronize_session=False)
    )
    if db.session.execute(taken).one_or_none() is None:
        db.session.refresh(guest_pass, ["used", "uses", "revoked_at"])
        if guest_pass.revoked_at is not None:
            raise rules.PassRevoked(revoked_at=guest_pass.revoked_at.isoformat())
        raise rules.used_up(guest_pass, queries.last_use_at(guest_pass.id))
    db.session.refresh(guest_pass, ["used"])


def _free_number() -> str:
    # Numbers are drawn, not counted: one pass must not tell the next one's number.
    while True:
        number = rules.pass_number(1 + secrets.randbelow(10**rules.SERIAL_DIGITS - 1))
        if not queries.is_number_taken(number):
            return number


def _announce(guest_pass: GuestPass, *, at: datetime) -> None:
    """Let the worker write to the invitee: printing the pass takes longer than a page may."""
    guest_pass.letters += 1
    jobs.enqueue(
        kind=LETTER,
        payload={"pass_id": str(guest_pass.public_id), "number": guest_pass.letters},
        dedupe_key=f"pass-letter:{guest_pass.public_id}:{guest_pass.letters}",
        at=at,
    )


def _make_up_for_the_letter(guest_pass: GuestPass, *, at: datetime) -> None:
    """Write what the worker left out while the pass was revoked."""
    key = rules.letter_key(guest_pass.public_id, guest_pass.letters)
    if (
        guest_pass.email is not None
        and guest_pass.letters
        and not outbox_queries.letter_by_key(dedupe_key=key)
    ):
        payload = {"pass_id": str(guest_pass.public_id), "number": guest_pass.letters}
        jobs.enqueue(kind=LETTER, payload=payload, at=at)


def _record(
    action: str,
    guest_pass: GuestPass,
    *,
    by_id: int,
    at: datetime,
    details: Mapping[str, object] | None = None,
) -> None:
    audit.record(
        action=action,
        subject_kind="guest_pass",
        subject_id=guest_pass.public_id,
        details=details,
        by=by_id,
        at=at,
    )
