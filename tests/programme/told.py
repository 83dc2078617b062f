"""Stays as an accepted import leaves them: rows of the room below, without its files."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from portal.accounts.models import Account
from portal.database import db, transaction
from portal.programme.timeline import actions as timeline
from portal.programme.timeline.actions import Run
from portal.stays.models import FolioLine, Import, Stay, StayStatus
from tests.cast import NOW, Cast

Lines = Sequence[tuple[str, str, int]]


class Told:
    """Tells of stays, one import after the other."""

    def __init__(self, house: Cast) -> None:
        self.house = house
        self.new_import()

    def new_import(self) -> Import:
        self.latest = Import(
            public_id=uuid.uuid4(),
            source="canonical",
            filename="stays.csv",
            digest=uuid.uuid4().hex,
            companies_only=False,
            shift_weeks=0,
            uploaded_at=NOW,
            as_of=NOW.date(),
            counts={},
            accepted_at=NOW,
        )
        db.session.add(self.latest)
        db.session.commit()
        return self.latest

    def stay(
        self,
        account: Account,
        name: str,
        *,
        arrival: date,
        nights: int,
        cents: int,
        lines: Lines = (),
        status: StayStatus = StayStatus.CHECKED_OUT,
        settled_on: date | None = None,
        version: int = 1,
    ) -> Stay:
        """One stay; `lines` are (folio, category, net cents) beside the rooms of folio 1."""
        departure = arrival + timedelta(days=nights)
        checked_out = departure if status == StayStatus.CHECKED_OUT else None
        stay = Stay(
            natural_key=hashlib.sha256(name.encode()).hexdigest(),
            version=version,
            import_id=self.latest.id,
            reservation=name,
            property_id=self.house.seaside.id,
            account_id=account.id,
            status=status.value,
            arrival=arrival,
            departure=departure,
            nights=nights,
            room_revenue_cents=cents,
            checked_out_on=checked_out,
            settled_on=settled_on or checked_out,
            **_WHAT_DOES_NOT_MATTER,
        )
        db.session.add(stay)
        db.session.flush()
        _write_lines(stay, [("1", "rooms", cents), *lines])
        db.session.commit()
        return stay

    def change(
        self,
        stay: Stay,
        account: Account,
        *,
        cents: int,
        status: StayStatus | None = None,
        settled_on: date | None = None,
    ) -> Stay:
        """The same stay told anew, at another price, of another company or cancelled after all."""
        self.new_import()
        stay.superseded_at = NOW
        db.session.flush()
        return self.stay(
            account,
            stay.reservation,
            arrival=stay.arrival,
            nights=stay.nights,
            cents=cents,
            version=stay.version + 1,
            settled_on=settled_on,
            status=status or StayStatus.CHECKED_OUT,
        )

    def play(self, *accounts: Account, as_of: date, at: datetime = NOW) -> Run:
        """Accept the latest import."""
        self.latest.as_of = as_of
        db.session.commit()
        account_ids = [account.id for account in accounts]
        with transaction():
            return timeline.play_import(import_id=self.latest.id, account_ids=account_ids, at=at)


_WHAT_DOES_NOT_MATTER = {
    "content_digest": "",
    "row_no": 2,
    "source": "canonical",
    "adults": 1,
    "children": 0,
    "room_type": "A",
    "segment": "Corporate",
    "currency": "EUR",
    "is_late": False,
}


def _write_lines(stay: Stay, lines: Lines) -> None:
    for number, (folio, category, net_cents) in enumerate(lines, start=1):
        db.session.add(
            FolioLine(
                stay_id=stay.id,
                line_id=str(number),
                folio_no=folio,
                category=category,
                service_date=stay.departure,
                text=category,
                quantity=1,
                net_cents=net_cents,
                vat_cents=0,
                is_third_party=False,
            )
        )
