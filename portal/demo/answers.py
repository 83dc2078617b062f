"""What the demo's guests answered: booked, delivered, asked and answered by the same actions as live ones."""

import itertools
import re
import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from portal.accounts import actions as accounts
from portal.accounts import queries as account_queries
from portal.accounts.models import Account
from portal.database import db
from portal.demo import bookings, names, people
from portal.demo.bookings import Plan
from portal.hotel.models import Property
from portal.insight.relationship import actions as relationships
from portal.insight.relationship import queries as relationship_queries
from portal.outbox.models import Letter
from portal.people.models import Person
from portal.staff.contributions import actions as contributions
from portal.staff.motivation import actions as motivation
from portal.surveys.cases import actions as cases
from portal.surveys.cases.models import Case
from portal.surveys.cases.rules import Reach
from portal.surveys.invitations import actions as invitations
from portal.surveys.invitations.models import Invitation
from portal.surveys.questionnaires.rules import COME_AGAIN, RECOMMEND, SERVICES, THANKS, WORDS
from portal.surveys.submissions import actions as submissions

LINK = re.compile(r"/survey/([\w-]+)")
HIS_UNTIL = -43
ANSWERED_AFTER = timedelta(hours=3)
OF_OURS = {
    "arrival": (2, 5, "Такси пришлось ждать сорок минут, и никто об этом не предупредил.", ""),
    "board": (
        5,
        9,
        "Keep the coffee.",
        "The room was ready before we were. Thank you, Dario.",
    ),
}
"""By the key of a booking of our company: come again, recommend, words, and words of thanks to Dario."""


@dataclass(frozen=True, slots=True)
class Guest:
    """A traveller of another company, and what they said of their arrival."""

    company: str
    """As the hotel system calls it."""
    day: int
    house: str
    again: int
    recommend: int
    words: str = ""
    thanks: str = ""
    """To the clerk who served them."""
    is_silent: bool = False
    """Asked, and has not answered yet: the link in their letter is open."""


GUESTS = (
    Guest("40", -55, "city", 5, 10, thanks="Shirts back the same evening. Flawless."),
    Guest("67", -52, "city", 5, 9),
    Guest("45", -50, "city", 4, 9, thanks="O carro já esperava à porta."),
    Guest("153", -47, "city", 5, 10, thanks="You remembered my name. Thank you."),
    Guest("174", -45, "city", 4, 8),
    Guest("219", -43, "city", 5, 9, "A quiet, quick check-in."),
    Guest("281", -41, "resort", 4, 9, "The pool could open earlier.", thanks="Always a smile."),
    Guest("154", -39, "resort", 3, 7, "The taxi was late, the rest was fine."),
    Guest("405", -36, "resort", 5, 10),
    Guest("233", -33, "city", 2, 3, "Laundry lost a shirt, and I had to ask three times."),
    Guest("51", -30, "resort", 5, 9, "Alles wie versprochen."),
    Guest("94", -28, "resort", 5, 10),
    Guest("331", -25, "resort", 4, 8),
    Guest("47", -22, "resort", 5, 9, thanks="Merci pour le taxi trouvé en pleine nuit."),
    Guest("135", -19, "city", 4, 9, is_silent=True),
    Guest("110", -16, "resort", 3, 6, "Nobody could tell me when the car would come."),
)


def make(
    ours: Account,
    *,
    source: str,
    houses: dict[str, Property],
    staff: dict[str, Person],
    today: date,
    at: datetime,
) -> None:
    """Let guests of other companies come, be served and asked, and answer; then measure everybody."""
    colleagues = itertools.cycle(people.settle_colleagues([*houses.values()], at=at))
    for guest in GUESTS:
        # Dario has served the first, by whom his ratings have entered, and who thanked him; others the rest.
        is_his = guest.thanks or guest.day <= HIS_UNTIL
        clerk = staff["dario"] if is_his else next(colleagues)
        account = account_queries.account_by_code(source=source, code=guest.company)
        if account is not None and account.id != ours.id:
            account.manager_id = staff["nora"].id
            _come(account, guest, houses=houses, clerk=clerk, today=today, at=at)
    for key, (again, recommend, words, thanks) in OF_OURS.items():
        told = Guest("", 0, "", again, recommend, words, thanks)
        _answer(bookings.token_of(key), told, clerk=staff["dario"], at=at)
    _settle_one(nora=staff["nora"], at=at)
    while contributions.pull(at=at):
        pass
    motivation.let_ratings_enter(at=at)
    measured = relationship_queries.everybody(as_of=today)
    relationships.keep_profiles(measured=measured, as_of=today, at=at)


def _come(
    account: Account, guest: Guest, *, houses: dict[str, Property], clerk: Person, today: date, at: datetime
) -> None:
    card = accounts.add_traveller(
        account_id=account.id,
        token=uuid.uuid5(uuid.NAMESPACE_URL, f"rapport-demo:guest/{guest.company}"),
        name=names.traveller(guest.company, 90, account.country),
        locale="ru" if account.country == "RUS" else "en",
        by=clerk.id,
        at=at,
    )
    holder = db.session.get_one(Person, card.holder_id)
    holder.email = f"guest-{guest.company}@travellers.example"
    plan = Plan(
        f"guest-{guest.company}", "easy_arrival", guest.day, guest.house, time(9), time(18), 1,
        (("laundry", 2), ("taxi", 1)), for_guest=0,
    )  # fmt: skip
    bookings.make(
        account, houses=houses, cards=[card], booker=holder, desk_clerk=clerk, today=today, at=at,
        plans=(plan,),
    )  # fmt: skip
    _answer(bookings.token_of(plan.key), guest, clerk=clerk, at=at)


def _answer(touchpoint_id: uuid.UUID, guest: Guest, *, clerk: Person, at: datetime) -> None:
    """Ask when it was due, and answer some hours after the letter left; nothing where it has not yet."""
    asked = select(Invitation).where(Invitation.touchpoint_id == touchpoint_id)
    invitation = db.session.scalars(asked).one()
    invitations.send_invitation(public_id=invitation.public_id, at=invitation.due_at)
    db.session.flush()
    if invitation.letter_id is None or invitation.sent_at is None:
        return
    letter = db.session.scalars(select(Letter).where(Letter.public_id == invitation.letter_id)).one()
    answered_at = invitation.sent_at + ANSWERED_AFTER
    link = LINK.search(letter.text)
    if link is None or answered_at > at:
        return
    letter.sent_at = invitation.sent_at
    if guest.is_silent:
        return
    said = {COME_AGAIN: [str(guest.again)], RECOMMEND: [str(guest.recommend)], SERVICES: ["taxi"]}
    said |= {WORDS: [guest.words], THANKS: [str(clerk.public_id)] if guest.thanks else []}
    for code, values in said.items():
        words = guest.thanks if code == THANKS else ""
        submissions.keep(token=link.group(1), code=code, values=values, words=words, at=answered_at)
    submissions.submit(token=link.group(1), at=answered_at)


def _settle_one(*, nora: Person, at: datetime) -> None:
    """The oldest case has been answered, and waits for the guest's second word."""
    oldest = db.session.scalars(select(Case).order_by(Case.opened_at, Case.id).limit(1)).one_or_none()
    if oldest is not None:
        cases.resolve_case(
            public_id=oldest.public_id,
            reach=Reach(is_whole=True),
            token=uuid.uuid5(oldest.public_id, "resolution"),
            words="We have paid for the shirt and talked to the laundry; your next wash is on us.",
            by_id=nora.id,
            at=at - timedelta(days=1),
        )
