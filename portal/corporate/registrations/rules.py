"""Who may take seats, until when names change, and what a guest's code is."""

import base64
import hashlib
import hmac
import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from stdnum import damm

from portal.corporate.events.models import Event
from portal.corporate.events.rules import EventCancelled, EventOver
from portal.corporate.registrations.models import EventGuest, Registration
from portal.programme.rules import Refusal
from portal.surveys.invitations.rules import Touchpoint
from portal.web.folding import fold

ADMISSION_DIGITS = 14
SEAL_BYTES = 14
"""With the sixteen of the guest's id thirty bytes: a token without padding."""
LETTER_JOB = "registrations.write_letter"
REGISTERED, WAITLISTED, SEATED, CHANGED, NAMES, CANCELLED, EVENT_CANCELLED, DECLINED, RETURNED, IN_VAIN = (
    "registered", "waitlisted", "seated", "changed", "names", "cancelled", "event_cancelled", "declined",
    "returned", "in_vain",
)  # fmt: skip
"""What a letter about a party tells."""
BY_CLIENT, BY_GUESTS, FULL = "client", "guests", "full"
TOUCHPOINT = "event"


class RegistrationRefused(Refusal):
    """The party cannot be registered or changed that way."""


class RegistrationOfOthers(RegistrationRefused):
    """It belongs to another company: nothing is found under it."""


class NoAllowanceLeft(RegistrationRefused):
    """The company has had its closed events of the year, or all its seats at this one."""


class PartyTooLarge(RegistrationRefused):
    """More seats than the company may still take: `left`, `wanted`."""


class TooManyPlusOnes(RegistrationRefused):
    """More come with one guest than the event allows: `most`."""


class GuestTwice(RegistrationRefused):
    """The same guest is named twice, or is in another party of the event: `name`."""


class NobodyNamed(RegistrationRefused):
    """A party has at least one guest."""


class NamesFixed(RegistrationRefused):
    """Names could be changed until the deadline: `names_until`, `phone`."""


class GuestsCannotGrow(RegistrationRefused):
    """Another name takes a guest's place; a larger party is a party of its own."""


class AlreadyCancelled(RegistrationRefused):
    """The party was taken back: `cancelled_at`."""


class AlreadyAtTheDoor(RegistrationRefused):
    """A guest of it was let in."""


class SeatGivenAway(RegistrationRefused):
    """The guest had declined, and somebody else has the seat now."""


class NoSeatToReturnTo(RegistrationRefused):
    """The guest had declined, and their company has no seat left here, or gave theirs to another party."""


class LeftOut(RegistrationRefused):
    """The company has taken the guest's invitation back."""


class NeitherYesNorNo(RegistrationRefused):
    """A guest says yes or no, and nothing else."""


class NotAnAdmission(RegistrationRefused):
    """What was scanned is no admission."""


class MistypedAdmission(NotAnAdmission):
    """As long as an admission, but the check digit does not fit."""


@dataclass(frozen=True, slots=True)
class Named:
    """A guest as named on the form."""

    name: str
    diet: str
    needs: str = ""
    email: str | None = None
    person_id: int | None = None
    locale: str = "en"
    row: uuid.UUID | None = None
    """In the row of which guest they were entered, where names are changed."""

    @property
    def identity(self) -> str:
        """What makes two guests the same: the person, else the name."""
        return identity_of(self.person_id, self.name)


@dataclass(frozen=True, slots=True)
class Party:
    """Who is to come: the guest it is for, and who comes along."""

    guests: tuple[Named, ...]

    @property
    def seats(self) -> int:
        return len(self.guests)


def identity_of(person_id: int | None, name: str) -> str:
    return f"#{person_id}" if person_id is not None else fold(name)


def check_party(event: Event, party: Party, *, known: Iterable[str]) -> None:
    """Somebody comes, nobody twice, and no more than the event allows; `known` are in other parties."""
    if not party.guests:
        raise NobodyNamed
    if party.seats > 1 + event.plus_ones:
        raise TooManyPlusOnes(most=event.plus_ones)
    seen = set(known)
    for guest in party.guests:
        if guest.identity in seen:
            raise GuestTwice(name=guest.name)
        seen.add(guest.identity)


def check_allowance(*, left: int, wanted: int) -> None:
    if left == 0:
        raise NoAllowanceLeft
    if wanted > left:
        raise PartyTooLarge(left=left, wanted=wanted)


def check_standing(registration: Registration, event: Event, *, at: datetime) -> None:
    """The party can still be taken back: it stands, and the event has not begun."""
    if registration.cancelled_at is not None:
        raise AlreadyCancelled(cancelled_at=registration.cancelled_at.isoformat())
    check_answerable(event, at=at)
    if any(guest.checked_in_at is not None for guest in registration.guests):
        raise AlreadyAtTheDoor


def check_yes(guest: EventGuest, registration: Registration, event: Event, *, at: datetime) -> None:
    """A guest can say that they are coming: the company wants them, and the party stands, or ended by its
    guests' own no.
    """
    if guest.left_out_at is not None:
        raise LeftOut
    may_rise = registration.cancelled_by == BY_GUESTS and guest.declined_at is not None
    if registration.cancelled_at is not None and not may_rise:
        raise AlreadyCancelled(cancelled_at=registration.cancelled_at.isoformat())
    check_answerable(event, at=at)


def check_answerable(event: Event, *, at: datetime) -> None:
    """A guest may say yes or no until the event begins."""
    if event.cancelled_at is not None:
        raise EventCancelled(cancelled_at=event.cancelled_at.isoformat())
    if at >= event.starts_at:
        raise EventOver(starts_at=event.starts_at.isoformat())


def check_names(registration: Registration, event: Event, party: Party, *, at: datetime) -> None:
    """Names change until the deadline; the number of guests does not grow."""
    check_standing(registration, event, at=at)
    if at >= event.names_until:
        raise NamesFixed(names_until=event.names_until.isoformat(), phone=event.property.phone)
    if party.seats > len(registration.coming):
        raise GuestsCannotGrow


def matched(coming: Sequence[EventGuest], party: Party) -> list[EventGuest | None]:
    """Which guest of a party each of those named now is; none for who is new.

    Whoever stands in the row of a guest is looked for there first, then anywhere. What was sent to one
    address opens nothing for another: so another address makes another guest, also under the same name.
    """
    free = {guest.public_id: guest for guest in coming}
    found: list[EventGuest | None] = [None] * party.seats
    for in_own_row in (True, False):
        for place, named in enumerate(party.guests):
            if found[place] is not None:
                continue
            near = [guest for guest in free.values() if not in_own_row or guest.public_id == named.row]
            same = [guest for guest in near if is_same(guest, named)]
            if same:
                # An address of the office may stand for several: the name tells them apart.
                best = min(same, key=lambda guest: fold(guest.name) != fold(named.name))
                found[place] = free.pop(best.public_id)
    return found


def is_same(guest: EventGuest, named: Named) -> bool:
    """The same person, or whoever the address was written to; where there was none, the same name."""
    if guest.person_id is not None and named.person_id is not None:
        return guest.person_id == named.person_id
    if guest.email:
        return (named.email or "").casefold() == guest.email.casefold()
    return guest.person_id == named.person_id and fold(guest.name) == fold(named.name)


def admission_number(seed: bytes) -> str:
    """A guest's code, from bytes that nobody can guess: thirteen digits and a Damm digit.

    Digits only, as a scanner is a keyboard in whatever layout.
    """
    number = int.from_bytes(hashlib.sha256(seed).digest()[:8]) % 10 ** (ADMISSION_DIGITS - 1)
    digits = f"{number:0{ADMISSION_DIGITS - 1}d}"
    return digits + str(damm.calc_check_digit(digits))


def read_admission(text: str) -> str:
    """The code in what was scanned or typed: digits with or without spaces, or the address of a QR.

    Of an address the last group of digits counts. Raises `NotAnAdmission` or `MistypedAdmission`.
    """
    compact = re.sub(r"(?<=\d)[\s\-](?=\d)", "", text.strip())
    groups = re.findall(r"[0-9]+", compact)
    if not groups or len(groups[-1]) != ADMISSION_DIGITS:
        raise NotAnAdmission
    if not damm.is_valid(groups[-1]):
        raise MistypedAdmission
    return str(groups[-1])


def spoken_admission(digits: str) -> str:
    """In groups, as it is read and said."""
    return "\N{NO-BREAK SPACE}".join((digits[:5], digits[5:10], digits[10:]))


def next_in_line(waiting: Sequence[tuple[int, int]], *, seats_left: int) -> list[int]:
    """Who of those waiting, each an id and seats, gets the free seats: in order, past who does not fit."""
    served = []
    for registration_id, seats in waiting:
        if seats <= seats_left:
            served.append(registration_id)
            seats_left -= seats
    return served


def sequence(registration: Registration, event: Event) -> int:
    """The calendar file's number: it rises with each change of the party or of the event."""
    return registration.revision + event.revision - 2


def touchpoint_of(registration: Registration, event: Event, *, person_id: int) -> Touchpoint:
    """What one person of a party that came is asked about."""
    return Touchpoint(
        kind=TOUCHPOINT,
        public_id=registration.public_id,
        key="closed",
        person_id=person_id,
        account_id=registration.account_id,
        property_id=event.property_id,
        tier=registration.tier,
        served=(),
        happened_at=event.ends_at,
        undo_until=event.ends_at,
        needs_service=False,
    )


def guest_token(public_id: uuid.UUID, admission: str, *, secret: str) -> str:
    """What a guest's own link bears: who they are, sealed together with their code.

    Another name has another code, so the link of who was replaced opens nothing any more.
    """
    seal = hmac.new(secret.encode(), f"event-guest:{public_id}:{admission}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(public_id.bytes + seal.digest()[:SEAL_BYTES]).decode()


def read_token(token: str) -> uuid.UUID | None:
    """Whom a link names; whether it is sealed is seen once the guest is found."""
    try:
        found = base64.urlsafe_b64decode(token)
    except ValueError:
        return None
    return uuid.UUID(bytes=found[:16]) if len(found) == 16 + SEAL_BYTES else None


def is_sealed(token: str, *, public_id: uuid.UUID, admission: str, secret: str) -> bool:
    return hmac.compare_digest(token, guest_token(public_id, admission, secret=secret))
