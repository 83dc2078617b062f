"""Keep the catalogue, and count what each hotel has of it.

What runs out is taken by one conditional UPDATE: of two who ask for the last one, one finds it.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, select, update
from sqlalchemy.exc import IntegrityError

from portal.audit import actions as audit
from portal.corporate.souvenirs import queries, rules
from portal.corporate.souvenirs.models import (
    MoveKind,
    Souvenir,
    SouvenirPicture,
    SouvenirStock,
    StockMove,
)
from portal.database import db
from portal.documents import pictures
from portal.programme.rules import Rules
from portal.web.folding import search_key


@dataclass(frozen=True, slots=True)
class Entered:
    """What the manager says of a souvenir: a price in points, or the set for which it is given."""

    name: dict[str, str]
    description: dict[str, str]
    points: int | None
    arrival_set: str | None
    drawing: str


def add_souvenir(
    *, token: uuid.UUID, entered: Entered, in_force: Rules, by_id: int | None, at: datetime
) -> Souvenir:
    """Put a souvenir into the catalogue, not yet offered; the same token does it once."""
    known = queries.souvenir(token)
    if known is not None:
        return known
    found = Souvenir(public_id=token, created_at=at, created_by_id=by_id, on_sale_since=None)
    _enter(found, entered, in_force=in_force)
    try:
        with db.session.begin_nested():
            db.session.add(found)
    except IntegrityError as error:
        if (first := queries.souvenir(token)) is not None:
            return first
        raise rules.SetTaken(set=entered.arrival_set) from error
    _record("souvenir.add", found, by_id=by_id, at=at, points=found.points)
    return found


def change_souvenir(
    *,
    souvenir: Souvenir,
    entered: Entered,
    in_force: Rules,
    languages: tuple[str, ...],
    by_id: int,
    at: datetime,
) -> None:
    """Say something else of it. What is reserved keeps its price; what is offered stays complete."""
    before = souvenir.points
    _enter(souvenir, entered, in_force=in_force)
    if souvenir.on_sale_since is not None:
        rules.check_said((souvenir.name, souvenir.description), languages=languages)
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError as error:
        raise rules.SetTaken(set=entered.arrival_set) from error
    _record("souvenir.change", souvenir, by_id=by_id, at=at, points_before=before, points=souvenir.points)


def offer(*, souvenir: Souvenir, languages: tuple[str, ...], by_id: int | None, at: datetime) -> None:
    """Offer it from now on. Raises `NotSaidInEveryLanguage`."""
    if souvenir.on_sale_since is not None:
        return
    rules.check_said((souvenir.name, souvenir.description), languages=languages)
    souvenir.on_sale_since = at
    _record("souvenir.offer", souvenir, by_id=by_id, at=at)


def withdraw(*, souvenir: Souvenir, by_id: int, at: datetime) -> None:
    """Offer it no longer; what is reserved is still handed over."""
    if souvenir.on_sale_since is not None:
        souvenir.on_sale_since = None
        _record("souvenir.withdraw", souvenir, by_id=by_id, at=at)


def show_picture(*, souvenir: Souvenir, content: bytes | None, by_id: int | None, at: datetime) -> None:
    """Show this photograph, drawn anew, or none and the drawing again. Raises `PictureRefused`."""
    drawn = pictures.redraw(content) if content is not None else None
    db.session.execute(delete(SouvenirPicture).where(SouvenirPicture.souvenir_id == souvenir.id))
    if drawn is not None:
        digest = hashlib.sha256(drawn).hexdigest()[:16]
        db.session.add(SouvenirPicture(souvenir_id=souvenir.id, digest=digest, content=drawn))
    _record("souvenir.picture", souvenir, by_id=by_id, at=at, is_shown=drawn is not None)


def count_in(
    *,
    token: uuid.UUID,
    souvenir: Souvenir,
    property_id: int,
    quantity: int,
    reason: str,
    by_id: int | None,
    at: datetime,
) -> None:
    """So many came to the hotel."""
    stock = _stock(souvenir.id, property_id)
    if not _is_counted(token):
        _move(
            token, stock, kind=MoveKind.COUNTED_IN, on_hand=quantity, reason=reason, by_id=by_id, at=at
        )  # fmt: skip
        _record("souvenir.count_in", souvenir, by_id=by_id, at=at, hotel=property_id, quantity=quantity)


def correct(
    *,
    token: uuid.UUID,
    souvenir: Souvenir,
    property_id: int,
    counted: int,
    reason: str,
    by_id: int,
    at: datetime,
) -> None:
    """The hotel has so many, whatever was written. Raises `NothingCounted` or `CountedBelowPromised`."""
    stock = _stock(souvenir.id, property_id)
    if _is_counted(token):
        return
    change = rules.check_count(counted=counted, on_hand=stock.on_hand, reserved=stock.reserved)
    _move(token, stock, kind=MoveKind.CORRECTED, on_hand=change, reason=reason, by_id=by_id, at=at)
    _record("souvenir.correct", souvenir, by_id=by_id, at=at, hotel=property_id, quantity=change)


def warn_at(*, souvenir: Souvenir, property_id: int, low_at: int, by_id: int, at: datetime) -> None:
    """Ask for more once so few can be taken."""
    stock = _stock(souvenir.id, property_id)
    stock.low_at = low_at
    stock.low_since = (stock.low_since or at) if stock.available <= low_at else None
    _record("souvenir.warn_at", souvenir, by_id=by_id, at=at, hotel=property_id, low_at=low_at)


def change_terms(*, keep_days: int, again_days: int, most: int, by_id: int, at: datetime) -> None:
    """How long things wait, how often gifts are given, and how many one reservation takes."""
    found = queries.terms()
    found.keep_days, found.again_days, found.most = keep_days, again_days, most
    audit.record(
        action="souvenir.terms",
        subject_kind="souvenir_terms",
        subject_id=1,
        details={"keep_days": keep_days, "again_days": again_days, "most": most},
        by=by_id,
        at=at,
    )


def promise(*, souvenir_id: int, property_id: int, quantity: int, at: datetime) -> None:
    """Keep so many aside. Raises `SouvenirGone` where fewer are left."""
    if _shift(souvenir_id, property_id, reserved=quantity, at=at) is None:
        raise rules.SouvenirGone(left=queries.available(souvenir_id, property_id), wanted=quantity)


def free(*, souvenir_id: int, property_id: int, quantity: int, at: datetime) -> None:
    """Keep so many aside no longer."""
    if _shift(souvenir_id, property_id, reserved=-quantity, at=at) is None:
        raise LookupError(souvenir_id)


def move_out(
    *,
    token: uuid.UUID,
    souvenir_id: int,
    property_id: int,
    quantity: int,
    kind: MoveKind,
    promised: bool,
    by_id: int,
    at: datetime,
) -> None:
    """So many leave the cupboard, out of what was promised or of the rest; a negative number comes back."""
    after = _shift(souvenir_id, property_id, on_hand=-quantity, reserved=-quantity if promised else 0, at=at)
    if after is None:
        raise rules.SouvenirGone(left=queries.available(souvenir_id, property_id), wanted=quantity)
    stock_id, on_hand = after
    db.session.add(
        StockMove(
            token=token, stock_id=stock_id, kind=kind.value, quantity=-quantity, on_hand_after=on_hand,
            reason="", by_id=by_id, at=at,
        )
    )  # fmt: skip


def _shift(
    souvenir_id: int, property_id: int, *, on_hand: int = 0, reserved: int = 0, at: datetime
) -> tuple[int, int] | None:
    """Change both numbers in one statement, where what is promised stays there; none where it would not."""
    after, promised = SouvenirStock.on_hand + on_hand, SouvenirStock.reserved + reserved
    low = case((after - promised <= SouvenirStock.low_at, db.func.coalesce(SouvenirStock.low_since, at)))
    statement = (
        update(SouvenirStock)
        .where(
            SouvenirStock.souvenir_id == souvenir_id,
            SouvenirStock.property_id == property_id,
            promised >= 0,
            after >= promised,
        )
        .values(on_hand=after, reserved=promised, low_since=low)
        .returning(SouvenirStock.id, SouvenirStock.on_hand)
        .execution_options(synchronize_session=False)
    )
    row = db.session.execute(statement).one_or_none()
    return (row.id, row.on_hand) if row is not None else None


def _move(
    token: uuid.UUID,
    stock: SouvenirStock,
    *,
    kind: MoveKind,
    on_hand: int,
    reason: str,
    by_id: int | None,
    at: datetime,
) -> None:
    stock.on_hand += on_hand
    stock.low_since = (stock.low_since or at) if stock.available <= stock.low_at else None
    db.session.add(
        StockMove(
            token=token, stock_id=stock.id, kind=kind.value, quantity=on_hand, on_hand_after=stock.on_hand,
            reason=reason, by_id=by_id, at=at,
        )
    )  # fmt: skip


def _stock(souvenir_id: int, property_id: int) -> SouvenirStock:
    """The row of a hotel, locked; laid at the first count."""
    found = queries.locked_stock(souvenir_id, property_id)
    if found is not None:
        return found
    first = SouvenirStock(
        souvenir_id=souvenir_id, property_id=property_id, on_hand=0, reserved=0, low_at=0, low_since=None
    )
    try:
        with db.session.begin_nested():
            db.session.add(first)
    except IntegrityError:
        # Somebody else counted the first one in the same moment.
        found = queries.locked_stock(souvenir_id, property_id)
        if found is None:
            raise
        return found
    return first


def _is_counted(token: uuid.UUID) -> bool:
    return db.session.scalar(select(StockMove.id).where(StockMove.token == token)) is not None


def _enter(souvenir: Souvenir, entered: Entered, *, in_force: Rules) -> None:
    if entered.points is not None:
        rules.check_price(entered.points, rules=in_force)
    souvenir.name, souvenir.description = dict(entered.name), dict(entered.description)
    souvenir.search_key = search_key(" ".join(entered.name.values()))
    souvenir.points, souvenir.arrival_set = entered.points, entered.arrival_set
    souvenir.drawing = entered.drawing


def _record(action: str, souvenir: Souvenir, *, by_id: int | None, at: datetime, **details: Any) -> None:
    audit.record(
        action=action,
        subject_kind="souvenir",
        subject_id=souvenir.public_id,
        details=details,
        by=by_id,
        at=at,
    )
