"""Publishing other rules of admission."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from portal.audit import actions as audit
from portal.corporate.admission import queries, rules
from portal.corporate.admission.models import AdmissionRules
from portal.database import db


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a new version shall say."""

    min_nights: int
    needs_legal_entity: bool
    countries: Sequence[str]
    mail_services: Sequence[str]
    terms: Mapping[str, str]
    privacy: Mapping[str, str]


def publish(*, wanted: Wanted, after_version: int, by: int, at: datetime) -> AdmissionRules:
    """Put another version in force, now. Raises `RulesChangedMeanwhile` if it would pass over one unseen."""
    if queries.in_force().version != after_version:
        raise rules.RulesChangedMeanwhile
    version = AdmissionRules(
        version=after_version + 1,
        published_at=at,
        published_by_id=by,
        min_nights=wanted.min_nights,
        needs_legal_entity=wanted.needs_legal_entity,
        countries=list(wanted.countries),
        mail_services=list(wanted.mail_services),
        terms=dict(wanted.terms),
        privacy=dict(wanted.privacy),
    )
    try:
        with db.session.begin_nested():
            db.session.add(version)
    except IntegrityError:
        # Somebody published in the same second: the number is taken.
        raise rules.RulesChangedMeanwhile from None
    audit.record(
        action="admission.publish",
        subject_kind="admission_rules",
        subject_id=version.version,
        details={"min_nights": version.min_nights, "countries": version.countries},
        by=by,
        at=at,
    )
    return version
