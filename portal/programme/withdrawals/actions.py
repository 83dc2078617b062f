"""Asking for a version to be withdrawn, and another's word on it."""

import uuid
from datetime import datetime

from portal.audit import actions as audit
from portal.database import db
from portal.programme import queries as programme
from portal.programme.impact import actions as impact
from portal.programme.models import ProgrammeVersion, VersionWithdrawal, WithdrawalOutcome
from portal.programme.withdrawals import queries, rules


def ask(*, token: uuid.UUID, number: int, reason: str, by_id: int, at: datetime) -> VersionWithdrawal:
    """Ask another to agree that a version never begins. The same token asks once."""
    version = _locked(number, at)
    if (known := queries.by_token(token)) is not None:
        if (known.version_id, known.reason, known.by_id) != (version.id, reason, by_id):
            raise rules.WithdrawalFormTaken
        return known
    if queries.waiting_for(version.id) is not None:
        raise rules.WithdrawalWaits
    wish = VersionWithdrawal(public_id=token, version_id=version.id, reason=reason, by_id=by_id, asked_at=at)
    db.session.add(wish)
    db.session.flush()
    _record("programme.ask_withdrawal", number, by_id, at)
    return wish


def decide(*, number: int, agrees: bool, words: str, by_id: int, at: datetime) -> VersionWithdrawal:
    """Agree to a withdrawal that another asked for, keep the version, or take back one's own wish.

    Companies that were told of the version are told again; letters that were not sent never are.
    """
    version = _locked(number, at)
    wish = rules.check_decides(queries.waiting_for(version.id), agrees=agrees, by_id=by_id)
    is_own = wish.by_id == by_id
    declined = WithdrawalOutcome.TAKEN_BACK if is_own else WithdrawalOutcome.DECLINED
    wish.outcome = WithdrawalOutcome.AGREED if agrees else declined
    wish.settled_at, wish.settled_by_id, wish.settled_words = at, by_id, words
    db.session.flush()
    if agrees:
        impact.strike_all_out(version=version, by=by_id, at=at)
    _record(_ACTIONS[WithdrawalOutcome(wish.outcome)], number, by_id, at)
    return wish


def _locked(number: int, at: datetime) -> ProgrammeVersion:
    """The version, if it may be withdrawn now, with all others waiting for this transaction."""
    versions = programme.lock_versions()
    rules.check_withdrawable(versions=versions, number=number, today=queries.latest_day(at))
    version = queries.version_by_number(number)
    if version is None:
        raise rules.VersionGone
    return version


_ACTIONS = {
    WithdrawalOutcome.AGREED: "programme.withdraw",
    WithdrawalOutcome.DECLINED: "programme.keep",
    WithdrawalOutcome.TAKEN_BACK: "programme.take_back_withdrawal",
}


def _record(action: str, number: int, by_id: int, at: datetime) -> None:
    audit.record(action=action, subject_kind="programme_version", subject_id=number, by=by_id, at=at)
