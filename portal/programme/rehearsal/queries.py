"""Reads of rehearsals: the list, one of them, its accounts; and the replay of accounts itself."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, func, or_, select
from sqlalchemy.orm import contains_eager, load_only

from portal.accounts.models import Account
from portal.database import db
from portal.jobs import queries as jobs
from portal.jobs.models import Job
from portal.programme import queries as programme
from portal.programme.drafts.models import DraftState, ProgrammeDraft
from portal.programme.ranks.rules import merged
from portal.programme.rehearsal import rules
from portal.programme.rehearsal.models import Rehearsal, RehearsedAccount
from portal.programme.rehearsal.rules import Findings
from portal.programme.replay import queries as replays
from portal.programme.replay.rules import Replayed, replay
from portal.programme.rules import Rules
from portal.programme.schemes import rules as schemes
from portal.programme.standing.models import AccountStanding
from portal.programme.tariffs.rules import Tariff, schedule_of
from portal.web.folding import query_forms
from portal.web.paging import Page, decode_instant_key, decode_key, encode_key

PAGE_SIZE = 30
EXTREMES = 5
DRAFTS_SHOWN = 50
ROWS_AT_ONCE = 1_000
JOB = "programme.rehearsal"
WORKBOOK_JOB = "programme.rehearsal_workbook"


def job_key(public_id: uuid.UUID) -> str:
    """Under which key the worker knows a rehearsal."""
    return f"rehearsal:{public_id}"


def last_played_day() -> date | None:
    """The day to which the programme has been played; none before the first import."""
    return db.session.scalar(select(func.max(AccountStanding.played_through)))


def rehearsal_for(public_id: uuid.UUID) -> Rehearsal | None:
    """One rehearsal."""
    return db.session.scalar(select(Rehearsal).where(Rehearsal.public_id == public_id))


def open_drafts(limit: int = DRAFTS_SHOWN) -> list[ProgrammeDraft]:
    """The drafts that are still on their way, the latest first."""
    on_their_way = ProgrammeDraft.state.in_((DraftState.OPEN.value, DraftState.SUBMITTED.value))
    statement = select(ProgrammeDraft).where(on_their_way).order_by(ProgrammeDraft.id.desc()).limit(limit)
    return list(db.session.scalars(statement))


def latest_of(draft_id: int, revision: int) -> Rehearsal | None:
    """The latest finished rehearsal of a draft as it was saved then; none that has grown old.

    It must end not long before the last day that was played, with the version that is in force on it.
    """
    last_day = last_played_day() or date.min
    statement = select(Rehearsal).where(
        Rehearsal.draft_id == draft_id,
        Rehearsal.draft_revision == revision,
        Rehearsal.finished_at.is_not(None),
    )
    latest = statement.order_by(Rehearsal.finished_at.desc(), Rehearsal.id.desc()).limit(1)
    found: Rehearsal | None = db.session.scalar(latest)
    if found is None or found.ends_on + timedelta(days=rules.FRESH_DAYS) < last_day:
        return None
    if found.versions[-1][0] != programme.rules_in_force(max(last_day, found.ends_on)).version:
        return None
    return found


def is_rehearsed(*, draft_id: int, revision: int) -> bool:
    """Whether a draft was rehearsed as it stands."""
    return latest_of(draft_id, revision) is not None


def outdated(*, at: datetime, limit: int) -> list[int]:
    """Rehearsals whose figures of single companies are still there and have been kept long enough."""
    ended = func.coalesce(Rehearsal.finished_at, Rehearsal.asked_at)
    left = select(RehearsedAccount.account_id).where(RehearsedAccount.rehearsal_id == Rehearsal.id)
    statement = select(Rehearsal.id).where(ended <= at - rules.KEPT, ~_published(), left.exists())
    return list(db.session.scalars(statement.order_by(Rehearsal.id).limit(limit)))


def kept_until(rehearsal: Rehearsal) -> datetime | None:
    """How long the figures of single companies are kept; for good where a version was published by them."""
    if db.session.scalar(select(Rehearsal.id).where(Rehearsal.id == rehearsal.id, _published())):
        return None
    return (rehearsal.finished_at or rehearsal.asked_at) + rules.KEPT


def job_of(rehearsal: Rehearsal) -> Job | None:
    """The work of a rehearsal; none once it is forgotten."""
    return jobs.job_by_key(dedupe_key=job_key(rehearsal.public_id))


def rehearsals(after: str | None = None, limit: int = PAGE_SIZE) -> Page[Rehearsal]:
    """Rehearsals, the latest first, without the rules that were rehearsed."""
    statement = select(Rehearsal).options(
        load_only(
            Rehearsal.public_id,
            Rehearsal.name,
            Rehearsal.months,
            Rehearsal.begins_on,
            Rehearsal.ends_on,
            Rehearsal.asked_at,
            Rehearsal.finished_at,
            Rehearsal.findings,
            raiseload=True,
        )
    )
    if (key := decode_instant_key(after)) is not None:
        earlier = or_(Rehearsal.asked_at < key[0], and_(Rehearsal.asked_at == key[0], Rehearsal.id < key[1]))
        statement = statement.where(earlier)
    rows = list(
        db.session.scalars(
            statement.order_by(Rehearsal.asked_at.desc(), Rehearsal.id.desc()).limit(limit + 1)
        )
    )
    more = encode_key(rows[limit - 1].asked_at.isoformat(), rows[limit - 1].id) if len(rows) > limit else None
    return Page(rows[:limit], more)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is replayed: the rules until now, the draft, the classic schemes, and the period.

    Up to its first day the versions that `ran` are played; from then on `base` alone, the one in force
    at its end, so that rules which do not change give no difference.
    """

    version: int
    begins: date
    ends: date
    ran: Sequence[Tariff]
    base: Tariff
    draft: Tariff
    schemes: tuple[tuple[str, Tariff], ...]

    @property
    def tiers(self) -> list[str]:
        """The tiers of both sides in one order."""
        return merged(self.base.codes, self.draft.codes)


@dataclass(frozen=True, slots=True)
class Compared:
    """One account under the rules until now, under the draft, and under each classic scheme."""

    account_id: int
    country: str
    ran: Replayed
    draft: Replayed
    schemes: tuple[tuple[str, Replayed], ...]

    @property
    def has_a_past(self) -> bool:
        """Whether anything happened in the period, or a tier or points were left from before."""
        return _lived(self.ran) or _lived(self.draft)


def plan_of(rehearsal: Rehearsal) -> Plan:
    """The rules of a rehearsal, ready to be replayed."""
    tried, first = Rules.from_json(rehearsal.rules), rehearsal.begins_on.toordinal()
    versions = programme.all_rules()
    return Plan(
        version=tried.version,
        begins=rehearsal.begins_on,
        ends=rehearsal.ends_on,
        ran=schedule_of(versions),
        base=Tariff(_base(versions, rehearsal), begins=first),
        draft=Tariff(tried, begins=first),
        schemes=tuple((code, Tariff(schemes.apply(tried, code), begins=first)) for code in schemes.SCHEMES),
    )


def account_ids(*, after_id: int, limit: int) -> list[int]:
    """Accounts in the order of their ids."""
    return replays.account_ids(after_id=after_id, limit=limit)


def account_count() -> int:
    """How many accounts there are to replay."""
    return db.session.scalar(select(func.count(Account.id))) or 0


def compare(plan: Plan, some: Sequence[int]) -> Iterator[Compared]:
    """Replay these accounts, those that have a past, one after the other."""
    schedules = [[plan.base], [plan.draft], *([tariff] for _, tariff in plan.schemes)]
    countries = dict(
        db.session.execute(select(Account.id, Account.country).where(Account.id.in_(some))).all()
    )
    for account_id, past in replays.pasts(some, until=plan.ends):
        ran, draft, *tried = replay(
            past=past,
            start=plan.begins.toordinal(),
            until=plan.ends.toordinal(),
            ran=plan.ran,
            schedules=schedules,
        )
        codes = (code for code, _ in plan.schemes)
        found = Compared(account_id, countries[account_id], ran, draft, tuple(zip(codes, tried, strict=True)))
        if found.has_a_past:
            yield found


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """Which accounts of a rehearsal, in which order: `gain`, `loss`, `nights` or `name`."""

    text: str = ""
    who: str = ""
    sort: str = "gain"

    @property
    def is_narrowed(self) -> bool:
        """Whether some are left out."""
        return bool(self.text or self.who)


WHO: dict[str, ColumnElement[bool]] = {
    "winners": RehearsedAccount.gain_cents > 0,
    "losers": RehearsedAccount.gain_cents < 0,
    "up": RehearsedAccount.move > 0,
    "down": RehearsedAccount.move < 0,
    "same": RehearsedAccount.gain_cents == 0,
}
SORTS: dict[str, tuple[SQLColumnExpression[Any], type, bool]] = {
    "gain": (RehearsedAccount.gain_cents, int, True),
    "loss": (RehearsedAccount.gain_cents, int, False),
    "nights": (RehearsedAccount.nights, int, True),
    "name": (Account.search_key, str, False),
}


def accounts(
    rehearsal_id: int, only: AccountFilter, *, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[RehearsedAccount]:
    """The accounts of a rehearsal that fit, with their names, in the order asked for."""
    column, kind, descends = SORTS[only.sort]
    statement = _with_account(rehearsal_id).add_columns(column.label("key")).where(*_conditions(only))
    if (key := decode_key(after, kind, int)) is not None:
        behind = column < key[0] if descends else column > key[0]
        statement = statement.where(or_(behind, and_(column == key[0], RehearsedAccount.account_id > key[1])))
    order = column.desc() if descends else column.asc()
    rows = db.session.execute(statement.order_by(order, RehearsedAccount.account_id).limit(limit + 1)).all()
    more = encode_key(rows[limit - 1].key, rows[limit - 1][0].account_id) if len(rows) > limit else None
    return Page([row[0] for row in rows[:limit]], more)


def extremes(rehearsal_id: int, who: str, limit: int = EXTREMES) -> Sequence[RehearsedAccount]:
    """Those who gain most (`winners`), or lose most (`losers`)."""
    only = AccountFilter(who=who, sort="gain" if who == "winners" else "loss")
    return accounts(rehearsal_id, only, limit=limit).rows


def counts(rehearsal_id: int, only: AccountFilter) -> dict[str, int]:
    """How many accounts each choice of `WHO` shows of those that are searched for, and `""` all."""
    columns = [func.count().filter(condition).label(name) for name, condition in WHO.items()]
    statement = (
        select(func.count().label("all"), *columns)
        .join(RehearsedAccount.account)
        .where(RehearsedAccount.rehearsal_id == rehearsal_id, *_conditions(replace(only, who="")))
    )
    row = db.session.execute(statement).one()
    return {"": row.all, **{name: getattr(row, name) for name in WHO}}


def account_for(rehearsal_id: int, public_id: uuid.UUID) -> RehearsedAccount | None:
    """One account of a rehearsal, with its name."""
    found: RehearsedAccount | None = db.session.scalar(
        _with_account(rehearsal_id).where(Account.public_id == public_id)
    )
    return found


def every_account(rehearsal_id: int) -> Iterator[RehearsedAccount]:
    """All accounts of a rehearsal by name, as a stream."""
    statement = _with_account(rehearsal_id).order_by(Account.search_key, Account.id)
    return iter(db.session.scalars(statement, execution_options={"yield_per": ROWS_AT_ONCE}))


def personal_data(person_id: int) -> list[dict[str, str]]:
    """The rehearsals that a person asked for, for their own export."""
    statement = (
        select(Rehearsal.asked_at, Rehearsal.name, Rehearsal.months)
        .where(Rehearsal.asked_by_id == person_id)
        .order_by(Rehearsal.id)
    )
    return [
        {"asked_at": row.asked_at.isoformat(), "rules": row.name, "months": str(row.months)}
        for row in db.session.execute(statement)
    ]


def findings_of(rehearsal: Rehearsal) -> Findings | None:
    """What was found; none while it is at work."""
    return Findings.from_json(rehearsal.findings) if rehearsal.findings is not None else None


def row_of(rehearsal_id: int, plan: Plan, found: Compared) -> dict[str, Any]:
    """The row that is kept of one account."""
    ran, draft = found.ran, found.draft
    span = rules.total(ran.spans.values())
    derived = rules.difference(
        before=ran, after=draft, version=plan.version, begins=plan.begins, ends=plan.ends
    )
    return {
        "rehearsal_id": rehearsal_id,
        "account_id": found.account_id,
        "tier_before": ran.tier,
        "tier_after": draft.tier,
        "move": rules.higher_by(plan.tiers, ran.tier, draft.tier),
        "stays": span.stays,
        "nights": span.nights,
        "paid_cents": span.paid_cents,
        "discount_before_cents": ran.discount_cents,
        "discount_after_cents": draft.discount_cents,
        "points_before": ran.points,
        "points_after": draft.points,
        "outstanding_before": ran.outstanding_points,
        "outstanding_after": draft.outstanding_points,
        "gain_cents": derived.value,
        "derivation": derived.to_json(),
    }


def _published() -> ColumnElement[bool]:
    """Whether a rehearsal is one of a draft as it was published: letters and auditors go by its figures."""
    return (
        select(ProgrammeDraft.id)
        .where(
            ProgrammeDraft.id == Rehearsal.draft_id,
            ProgrammeDraft.revision == Rehearsal.draft_revision,
            ProgrammeDraft.state == DraftState.PUBLISHED,
        )
        .exists()
    )


def _base(versions: Sequence[Rules], rehearsal: Rehearsal) -> Rules:
    return next(found for found in versions if found.version == rehearsal.versions[-1][0])


def _lived(one: Replayed) -> bool:
    points = one.outstanding_points or one.expired_points or one.spent_points
    return bool(one.spans or points or one.rank or one.falls)


def _with_account(rehearsal_id: int) -> Select[Any]:
    return (
        select(RehearsedAccount)
        .join(RehearsedAccount.account)
        .options(contains_eager(RehearsedAccount.account))
        .where(RehearsedAccount.rehearsal_id == rehearsal_id)
    )


def _conditions(only: AccountFilter) -> list[ColumnElement[bool]]:
    found = [WHO[only.who]] if only.who else []
    if only.text:
        found.append(
            or_(*(Account.search_key.contains(form, autoescape=True) for form in query_forms(only.text)))
        )
    return found
