"""Asking for a rehearsal, keeping what it finds, and writing it into a workbook."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import delete, insert

from portal.audit import actions as audit
from portal.database import db
from portal.documents.tables import Cell
from portal.documents.workbooks import Sheet, money, workbook_bytes
from portal.jobs import actions as jobs
from portal.jobs.models import Job
from portal.programme import queries as programme
from portal.programme.rehearsal import queries, rules, words
from portal.programme.rehearsal.models import Rehearsal, RehearsedAccount
from portal.programme.rehearsal.rules import Findings
from portal.programme.rules import Rules


@dataclass(frozen=True, slots=True)
class Tried:
    """The rules that are rehearsed; of a draft its name, its id and which revision it was."""

    rules: Rules
    name: str = ""
    draft_id: int | None = None
    draft_revision: int | None = None


def ask(
    *,
    token: uuid.UUID,
    tried: Tried,
    months: int,
    by: int | None,
    at: datetime,
) -> tuple[Rehearsal, Job]:
    """Let the worker rehearse some rules over the last months. Asked for twice with a token it is one."""
    known = queries.rehearsal_for(token)
    if known is None:
        known = _open(token=token, tried=tried, months=months, by=by, at=at)
    elif not _is_same(known, tried, months=months, by=by):
        raise rules.AskedOtherwise
    job = jobs.enqueue(
        kind=queries.JOB,
        payload={"rehearsal": str(token)},
        owner_id=by,
        dedupe_key=queries.job_key(token),
        at=at,
    )
    return known, job


def _open(*, token: uuid.UUID, tried: Tried, months: int, by: int | None, at: datetime) -> Rehearsal:
    ends = queries.last_played_day()
    if ends is None:
        raise rules.NothingPlayedYet
    begins = rules.begins_on(ends, months)
    ran = rules.versions_of(programme.all_rules(), begins, ends)
    opened = Rehearsal(
        public_id=token,
        draft_id=tried.draft_id,
        draft_revision=tried.draft_revision,
        name=tried.name,
        rules=tried.rules.to_json(),
        versions=[[version.version, version.effective_from.isoformat()] for version in ran],
        months=months,
        begins_on=begins,
        ends_on=ends,
        asked_by_id=by,
        asked_at=at,
    )
    db.session.add(opened)
    db.session.flush()
    audit.record(
        action="programme.rehearsed",
        subject_kind="rehearsal",
        subject_id=token,
        details={
            "name": tried.name,
            "months": months,
            "begins": begins.isoformat(),
            "ends": ends.isoformat(),
        },
        by=by,
        at=at,
    )
    return opened


def _is_same(known: Rehearsal, tried: Tried, *, months: int, by: int | None) -> bool:
    asked = (known.draft_id, known.draft_revision, known.months, known.asked_by_id, known.rules)
    return asked == (tried.draft_id, tried.draft_revision, months, by, tried.rules.to_json())


def begin_anew(*, rehearsal_id: int) -> None:
    """Forget what an interrupted try has left."""
    db.session.execute(delete(RehearsedAccount).where(RehearsedAccount.rehearsal_id == rehearsal_id))


def throw_away(*, at: datetime, limit: int) -> int:
    """Delete what was kept long enough of single companies; says of how many rehearsals. Their sums stay."""
    outdated = queries.outdated(at=at, limit=limit)
    if outdated:
        db.session.execute(delete(RehearsedAccount).where(RehearsedAccount.rehearsal_id.in_(outdated)))
    return len(outdated)


def keep_accounts(*, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep what was found of some accounts."""
    if rows:
        db.session.execute(insert(RehearsedAccount), list(rows))


def finish(*, rehearsal_id: int, findings: Findings, at: datetime) -> None:
    """Keep the whole of it: now it can be read."""
    rehearsal = db.session.get_one(Rehearsal, rehearsal_id)
    rehearsal.findings, rehearsal.finished_at = findings.to_json(), at


def workbook(*, rehearsal: Rehearsal, accounts: Iterable[RehearsedAccount], locale: str) -> bytes:
    """The sums, the schemes, the segments and every account, as a workbook in a language."""
    found = Findings.from_json(rehearsal.findings or {})
    with force_locale(locale):
        title = _("Rehearsal: %(name)s", name=words.name_of(rehearsal))
        sheets = [_sums_sheet(rehearsal, found, title), _schemes_sheet(rehearsal, found)]
        sheets += [_segments_sheet(found), _moves_sheet(found)]
        sheets.append(Sheet(_("Accounts"), account_header(), [account_cells(row) for row in accounts]))
        return workbook_bytes(sheets, title=title, author=current_app.extensions["settings"].group_name)


def account_header() -> list[str]:
    """The columns of a table of accounts."""
    return [
        _("Company"), _("Country"), _("Tier by the rules until now"), _("Tier by the rehearsed rules"),
        _("Tiers higher"), _("Stays"), _("Nights"), _("Paid, EUR"),
        _("Discount by the rules until now, EUR"), _("Discount by the rehearsed rules, EUR"),
        _("Points by the rules until now"), _("Points by the rehearsed rules"),
        _("Outstanding by the rules until now"), _("Outstanding by the rehearsed rules"),
        _("Difference, EUR"),
    ]  # fmt: skip


def account_cells(row: RehearsedAccount) -> list[Cell]:
    """One account of that table."""
    return [
        row.account.name, row.account.country, words.tier_before(row), words.tier_after(row),
        row.move, row.stays, row.nights, money(row.paid_cents), money(row.discount_before_cents),
        money(row.discount_after_cents), row.points_before, row.points_after, row.outstanding_before,
        row.outstanding_after, money(row.gain_cents),
    ]  # fmt: skip


def _sums_sheet(rehearsal: Rehearsal, found: Findings, title: str) -> Sheet:
    before, after = found.before, found.draft.sums
    in_money = ("discount_cents", "worth_cents", "cost_cents", "liability_cents")
    labels = {
        "discount_cents": _("Discounts, EUR"),
        "worth_cents": _("Worth to the companies, EUR"),
        "cost_cents": _("Cost to the house, EUR"),
        "liability_cents": _("Liability for points at the end, EUR"),
        "points": _("Points issued"),
        "spent_points": _("Points redeemed"),
        "expired_points": _("Points expired"),
        "outstanding_points": _("Points outstanding at the end"),
    }
    rows: list[list[Cell]] = []
    for name, label in labels.items():
        figures = [getattr(before, name), getattr(after, name), getattr(after, name) - getattr(before, name)]
        rows.append([label, *(money(one) if name in in_money else one for one in figures)])
    rows.append([_("Accounts"), found.accounts, found.accounts, 0])
    header = [_("Figure"), _("By the rules until now"), _("By the rehearsed rules"), _("Difference")]
    others = words.left_out(found)
    notes = [words.period(rehearsal), words.base(rehearsal), str(words.ASSUMPTION), str(words.RECKONED)]
    notes += [others] if others else []
    return Sheet(_("Sums"), header, rows, title=title, notes=tuple(notes))


def _schemes_sheet(rehearsal: Rehearsal, found: Findings) -> Sheet:
    header = [_("Rules"), _("Discounts, EUR"), _("Points issued"), _("Cost to the house, EUR")]
    header += [_("Liability for points at the end, EUR"), _("Gain"), _("Lose"), _("As before")]
    rows: list[list[Cell]] = []
    for label, sums, tally in words.side_by_side(rehearsal, found):
        counts = (tally.winners, tally.losers, tally.same) if tally else (None, None, None)
        figures = (money(sums.discount_cents), sums.points, money(sums.cost_cents))
        rows.append([label, *figures, money(sums.liability_cents), *counts])
    return Sheet(_("Schemes"), header, rows)


def _segments_sheet(found: Findings) -> Sheet:
    header = [_("Segment"), _("Accounts of"), _("Gain"), _("Lose"), _("As before"), _("Difference, EUR")]
    rows: list[list[Cell]] = [
        [
            str(name),
            label,
            tally.winners,
            tally.losers,
            tally.same,
            money(tally.gain_cents),
        ]
        for kind, name in words.SEGMENTS.items()
        for label, tally in words.in_order(found, kind)
    ]
    return Sheet(_("Segments"), header, rows)


def _moves_sheet(found: Findings) -> Sheet:
    rows: list[list[Cell]] = [
        [words.side_tier(found, "before", before), words.side_tier(found, "after", after), count]
        for (before, after), count in sorted(found.moves.items())
    ]
    return Sheet(_("Tiers"), [_("By the rules until now"), _("By the rehearsed rules"), _("Accounts")], rows)
