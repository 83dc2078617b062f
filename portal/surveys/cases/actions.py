"""Open a case, note what is done, tell the guest, hear the second word."""

import secrets
import uuid
from datetime import datetime, timedelta

from sqlalchemy import select, update

from portal.audit import actions as audit
from portal.clock import local_date
from portal.database import db
from portal.people import rules as people
from portal.programme import queries as programme
from portal.programme.ranks.rules import ranked
from portal.surveys.cases import emails, queries, rules
from portal.surveys.cases.models import Case, CaseStep, SecondWord, StepKind
from portal.surveys.cases.rules import Reach
from portal.surveys.invitations.models import Invitation
from portal.web.registries import Erased

TOKEN_BYTES = 24


def open_case(*, invitation: Invitation, at: datetime) -> Case:
    """Somebody must answer this survey: the account's manager, by the deadline of the company's tier."""
    case = Case(
        public_id=uuid.uuid4(),
        invitation_id=invitation.id,
        account_id=invitation.account_id,
        property_id=invitation.property_id,
        opened_at=at,
        due_at=_due_at(invitation, invitation.property.zone, at),
    )
    db.session.add(case)
    db.session.flush()
    audit.record(action="case.open", subject_kind="survey_case", subject_id=case.public_id, by=None, at=at)
    return case


def note_step(
    *, public_id: uuid.UUID, reach: Reach, token: uuid.UUID, words: str, by_id: int, at: datetime
) -> CaseStep:
    """Note what was done so far; the same form notes it once."""
    case = _locked(public_id, reach)
    key = rules.step_key(case, token, "note")
    if (known := queries.step_by_key(key)) is not None:
        return known
    rules.check_open(case, at=at)
    _record(case, "case.note", by_id=by_id, at=at)
    return _add_step(case, StepKind.NOTE, key=key, words=words, by_id=by_id, at=at)


def resolve_case(
    *, public_id: uuid.UUID, reach: Reach, token: uuid.UUID, words: str, by_id: int, at: datetime
) -> CaseStep:
    """Tell the guest what was done and ask whether it is put right; the same form tells once.

    Where there is nobody to be told any more, what was done closes the case: the step says so.
    """
    case = _locked(public_id, reach)
    key = rules.step_key(case, token, "resolution")
    if (known := queries.step_by_key(key)) is not None:
        return known
    rules.check_open(case, at=at)
    case.second_word = case.replied_at = None
    if not rules.can_be_told(case.invitation.person):
        case.resolved_at = case.reply_until = at
        _record(case, "case.close_untold", by_id=by_id, at=at)
        return _add_step(case, StepKind.UNTOLD, key=key, words=words, by_id=by_id, at=at)
    link = secrets.token_urlsafe(TOKEN_BYTES)
    case.resolved_at, case.reply_until = at, at + timedelta(days=rules.REPLY_DAYS)
    step = _add_step(case, StepKind.RESOLUTION, key=key, words=words, by_id=by_id, at=at, link=link)
    _record(case, "case.resolve", by_id=by_id, at=at)
    emails.tell_what_was_done(case=case, step=step, link_token=link, at=at)
    return step


def hear_second_word(*, link: str, word: SecondWord, words: str, at: datetime) -> Case:
    """Note whether the guest finds it put right, once; "no" opens the case again with a new deadline."""
    found = queries.case_by_token(link, lock=True)
    if found is None:
        raise rules.LinkClosed
    case, resolution = found
    rules.check_takes_word(case, resolution, at=at)
    step = CaseStep(public_id=uuid.uuid4(), case_id=case.id, kind=StepKind.SECOND_WORD, at=at, words=words)
    step.second_word = case.second_word = word
    case.replied_at = at
    db.session.add(step)
    _record(case, "case.second_word", by_id=None, at=at)
    if rules.opens_again(word):
        case.resolved_at = case.reply_until = None
        case.due_at = _due_at(case.invitation, case.property.zone, at)
    db.session.flush()
    return case


def erase_person(*, erased: Erased, at: datetime) -> None:  # noqa: ARG001 -- what every room is asked by
    """Drop what was written in the cases of a guest: their second word, and our notes about them."""
    asked = select(Invitation.id).where(Invitation.person_id == erased.person_id)
    cases = select(Case.id).where(Case.invitation_id.in_(asked))
    told = update(CaseStep).where(CaseStep.case_id.in_(cases)).values(words="")
    db.session.execute(told.execution_options(synchronize_session=False))


def _due_at(invitation: Invitation, zone: str, at: datetime) -> datetime:
    days, tier = invitation.version.case_working_days, invitation.tier
    tiers = ranked(programme.all_rules(), tier, local_date(at, zone))
    return rules.due_at(days, tier=tier, tiers=tiers, zone=zone, at=at)


def _locked(public_id: uuid.UUID, reach: Reach) -> Case:
    case = queries.case_for(reach, public_id, lock=True)
    if case is None:
        raise rules.CaseOfOthers
    return case


def _add_step(
    case: Case,
    kind: StepKind,
    *,
    key: uuid.UUID,
    words: str,
    by_id: int,
    at: datetime,
    link: str | None = None,
) -> CaseStep:
    step = CaseStep(public_id=key, case_id=case.id, kind=kind, by_id=by_id, at=at, words=words)
    step.token_digest = people.digest(link) if link is not None else None
    db.session.add(step)
    db.session.flush()
    return step


def _record(case: Case, action: str, *, by_id: int | None, at: datetime) -> None:
    audit.record(action=action, subject_kind="survey_case", subject_id=case.public_id, by=by_id, at=at)
