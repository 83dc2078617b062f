"""Set a term of a hotel from a day on."""

import uuid
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from portal.audit import actions as audit
from portal.clock import local_date
from portal.corporate.terms import queries, rules
from portal.corporate.terms.models import HouseTerm, TermKind
from portal.database import db
from portal.hotel.models import Property


def set_term(
    *,
    token: uuid.UUID,
    house: Property,
    property_ids: Collection[int],
    kind: TermKind,
    service: str | None,
    value: int,
    valid_from: date,
    by_id: int,
    at: datetime,
) -> HouseTerm:
    """Set a term; what was booked or asked before keeps the terms of its day."""
    if house.id not in property_ids:
        raise rules.TermOfOthers
    if (known := queries.term_by_token(token)) is not None:
        return _own(known, house)
    rules.check(kind, value, valid_from, today=local_date(at, house.zone))
    service_id = _service_id(kind, service)
    term = HouseTerm(
        public_id=token,
        property_id=house.id,
        service_id=service_id,
        kind=kind,
        value=value,
        valid_from=valid_from,
        by_id=by_id,
        at=at,
    )
    if (first := _insert(term)) is not term:
        return _own(first, house)
    told = {"hotel": house.code, "kind": kind.value, "service": service, "value": value}
    audit.record(
        action="term.set",
        subject_kind="house_term",
        subject_id=token,
        details={**told, "valid_from": valid_from.isoformat()},
        by=by_id,
        at=at,
    )
    return term


def _own(term: HouseTerm, house: Property) -> HouseTerm:
    if term.property_id != house.id:
        raise rules.TermOfOthers
    return term


def _insert(term: HouseTerm) -> HouseTerm:
    """The term in the database, or the one that the same form set before it in the same second."""
    token = term.public_id
    try:
        with db.session.begin_nested():
            db.session.add(term)
    except IntegrityError:
        known = queries.term_by_token(token)
        if known is None:
            raise
        return known
    return term


def _service_id(kind: TermKind, code: str | None) -> int | None:
    """The service that such a term is of; none for quotes, which are of all."""
    if kind is TermKind.QUOTE_DAYS:
        return None
    for known, service in queries.services_with_terms():
        if known is kind and service.code == code:
            return service.id
    raise rules.TermOfOthers
