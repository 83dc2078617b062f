"""What is known of stays that are told of again."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select

from portal.database import db
from portal.stays.models import FolioLine, FolioPayment, Stay
from portal.stays.rules import Bill, LineTold, PaymentTold
from portal.stays.versions.rules import CurrentVersion


def is_any_stay_known() -> bool:
    return db.session.scalar(select(Stay.id).limit(1)) is not None


def current_versions(keys: Collection[str]) -> dict[str, CurrentVersion]:
    """The versions in force of these stays, by natural key."""
    statement = select(
        Stay.natural_key, Stay.id, Stay.version, Stay.content_digest, Stay.account_id, Stay.import_id
    ).where(Stay.natural_key.in_(keys), Stay.superseded_at.is_(None))
    return {
        row.natural_key: CurrentVersion(
            row.id, row.version, row.content_digest, row.account_id, row.import_id
        )
        for row in db.session.execute(statement)
    }


def bills_of(stay_ids: Collection[int]) -> dict[int, Bill]:
    """The bills of these stays, by id, as they were told."""
    lines: dict[int, list[LineTold]] = defaultdict(list)
    payments: dict[int, list[PaymentTold]] = defaultdict(list)
    of_lines = select(FolioLine).where(FolioLine.stay_id.in_(stay_ids)).order_by(FolioLine.id)
    for line in db.session.scalars(of_lines):
        told = LineTold(
            line_id=line.line_id,
            folio_no=line.folio_no,
            category=line.category,
            service_date=line.service_date.isoformat(),
            text=line.text,
            quantity=line.quantity,
            net_cents=line.net_cents,
            vat_cents=line.vat_cents,
            is_third_party=line.is_third_party,
            reverses_line_id=line.reverses_line_id,
        )
        lines[line.stay_id].append(told)
    of_payments = select(FolioPayment).where(FolioPayment.stay_id.in_(stay_ids)).order_by(FolioPayment.id)
    for paid in db.session.scalars(of_payments):
        payments[paid.stay_id].append(
            PaymentTold(paid.line_id, paid.folio_no, paid.paid_on.isoformat(), paid.amount_cents)
        )
    return {stay_id: Bill(tuple(lines[stay_id]), tuple(payments[stay_id])) for stay_id in stay_ids}
