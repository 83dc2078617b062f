"""Submit a draft, hand it back, publish it: two people, never the same."""

from datetime import datetime

from portal.audit import actions as audit
from portal.clock import local_date
from portal.database import db
from portal.hotel import queries as hotel
from portal.jobs import actions as jobs
from portal.outbox import actions as outbox
from portal.programme import queries as programme
from portal.programme.drafts import actions as drafts
from portal.programme.drafts import queries as draft_queries
from portal.programme.drafts.models import Act, DraftState, ProgrammeDraft
from portal.programme.impact import actions as impact
from portal.programme.models import ProgrammeVersion
from portal.programme.publication import rules
from portal.programme.publication.models import Publication
from portal.programme.publication.rules import Notice
from portal.programme.rehearsal import queries as rehearsals
from portal.programme.rules import Rules, in_force


def submit(*, draft: ProgrammeDraft, seen_revision: int, by_id: int, at: datetime) -> None:
    """Ask a second person to publish a draft; from now on it is not edited."""
    _check(draft, programme.all_rules(), at)
    drafts.move(draft=draft, seen_revision=seen_revision, before=DraftState.OPEN, after=DraftState.SUBMITTED)
    drafts.keep_act(draft=draft, act=Act.SUBMIT, note="", by_id=by_id, at=at)


def hand_back(*, draft: ProgrammeDraft, seen_revision: int, note: str, by_id: int, at: datetime) -> None:
    """Give a submitted draft back to be edited."""
    drafts.move(draft=draft, seen_revision=seen_revision, before=DraftState.SUBMITTED, after=DraftState.OPEN)
    drafts.keep_act(draft=draft, act=Act.HAND_BACK, note=note, by_id=by_id, at=at)


def publish(*, draft: ProgrammeDraft, seen_revision: int, by_id: int, at: datetime) -> ProgrammeVersion:
    """Approve a submitted draft and make it the next version. The notice counts from this day."""
    versions = programme.lock_versions()
    submitted_by = submitter_of(draft=draft)
    if by_id in {submitted_by, *draft_queries.authors_of(draft.id)}:
        raise rules.OwnDraft
    drafts.move(
        draft=draft, seen_revision=seen_revision, before=DraftState.SUBMITTED, after=DraftState.PUBLISHED
    )
    found = _check(draft, versions, at)
    made = rules.numbered(draft_queries.rules_of(draft), programme.next_number())
    version = ProgrammeVersion(number=made.version, effective_from=made.effective_from, published_at=at)
    version.rules, version.published_by_id = made.to_json(), submitted_by
    db.session.add(version)
    db.session.flush()
    row = Publication(version_id=version.id, draft_id=draft.id, revision=draft.revision, at=at)
    row.submitted_by_id, row.approved_by_id, row.without_notice = submitted_by, by_id, not found.worse
    db.session.add(row)
    drafts.keep_act(draft=draft, act=Act.PUBLISH, note="", by_id=by_id, at=at)
    _plan_contact_budget(version, at)
    rehearsed = rehearsals.latest_of(draft.id, draft.revision)
    if rehearsed is not None:
        impact.draft_impact_letters(version=version, rehearsal=rehearsed, by=by_id, at=at)
    return version


def submitter_of(*, draft: ProgrammeDraft) -> int:
    """Who submitted a draft last; whoever began it, before anybody has."""
    return draft_queries.submitter_of(draft.id) or draft.created_by_id


def adopt_contact_budget(*, at: datetime) -> bool:
    """Let every sender obey the contact budget of the version in force; whether it was another."""
    current = in_force(programme.all_rules(), local_date(at, hotel.house_zone()))
    adopted = outbox.adopt_policy(policy=rules.contact_policy(current.contact_budget))
    if adopted:
        audit.record(
            action="programme.contact_budget",
            subject_kind="programme_version",
            subject_id=current.version,
            by=None,
            at=at,
        )
    return adopted


def _plan_contact_budget(version: ProgrammeVersion, at: datetime) -> None:
    """Let the senders obey the version's contact budget from the minute in which it begins."""
    jobs.enqueue(
        kind=rules.CONTACT_BUDGET_JOB,
        payload={},
        dedupe_key=f"{rules.CONTACT_BUDGET_JOB}:{version.number}",
        run_at=rules.begins_at(version.effective_from, hotel.house_zone()),
        at=at,
    )


def _check(draft: ProgrammeDraft, versions: list[Rules], at: datetime) -> Notice:
    return rules.check(
        versions=versions,
        draft=draft_queries.rules_of(draft),
        today=local_date(at, hotel.house_zone()),
        is_rehearsed=rehearsals.is_rehearsed(draft_id=draft.id, revision=draft.revision),
    )
