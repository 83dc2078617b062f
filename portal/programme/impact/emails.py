"""The impact letter: the last year under the new rules, company by company."""

import uuid
from datetime import datetime
from typing import Any

from portal.outbox import actions as outbox
from portal.outbox import emails as letters
from portal.outbox.actions import LetterKind, Recipient
from portal.people.models import Person
from portal.programme.comparison import words
from portal.programme.impact import queries, rules
from portal.programme.impact.models import ImpactLetter
from portal.programme.ranks.rules import nearest
from portal.programme.rehearsal import words as rehearsed
from portal.programme.rehearsal.models import Rehearsal
from portal.programme.rules import Rules
from portal.programme.words import lazily


def new_rules(*, letter: ImpactLetter, rehearsal: Rehearsal, to: Person, zone: str, at: datetime) -> None:
    """Tell somebody who runs an account; raises `ContactBudgetSpent` when they were written to enough."""
    outbox.write_letter(
        dedupe_key=key_of(letter, to.id),
        kind=LetterKind.MARKETING,
        template=queries.TEMPLATE,
        to=Recipient(to.email or "", to.name, to.locale, zone=zone, person_id=to.id),
        values=_values(letter, rehearsal),
        at=at,
    )


def rules_withdrawn(*, letter: ImpactLetter, to: Person, zone: str, at: datetime) -> None:
    """Tell somebody who was told of new rules that they will not come: what they know is wrong."""
    outbox.write_letter(
        dedupe_key=f"{key_of(letter, to.id)}:withdrawn",
        kind=LetterKind.SERVICE,
        template="programme/rules_withdrawn",
        to=Recipient(to.email or "", to.name, to.locale, zone=zone, person_id=to.id),
        values={
            "company": letter.account.name,
            "effective_from": letter.version.effective_from,
            "number": letter.version.number,
        },
        at=at,
    )


def key_of(letter: ImpactLetter, person_id: int) -> str:
    """By which key the outbox knows what one person was written."""
    return f"impact:{letter.public_id}:{person_id}"


def written_for(key: str) -> uuid.UUID:
    """Of which letter it is that the outbox knows by a key."""
    return uuid.UUID(key.split(":")[1])


def preview(*, letter: ImpactLetter, rehearsal: Rehearsal, locale: str) -> dict[str, str]:
    """The letter as it will be in a language, to the company itself: nobody's name is needed to read it."""
    to = Recipient("", letter.account.name, locale, zone="UTC")
    return letters.render(template=queries.TEMPLATE, to=to, values=_values(letter, rehearsal))


def _gone(letter: ImpactLetter, rehearsal: Rehearsal) -> dict[str, Any] | None:
    """The tier of the company, where the new rules are without it, and the one that follows it."""
    version, code = Rules.from_json(letter.version.rules), letter.rehearsed.tier_before
    if code in version.codes:
        return None
    order = (rehearsal.findings or {}).get("tiers", [])
    heir = version.tier(nearest(order, version.codes, code))
    return {"tier": rehearsed.named_before(letter.rehearsed), "heir": lazily(heir.called)}


def _values(letter: ImpactLetter, rehearsal: Rehearsal) -> dict[str, Any]:
    left_out = (rehearsal.findings or {}).get("left_out", [])
    return {
        "company": letter.account.name,
        "account_id": letter.account.public_id,
        "row": letter.rehearsed,
        "gone": _gone(letter, rehearsal),
        "tier_before": rehearsed.named_before(letter.rehearsed),
        "tier_after": rehearsed.named_after(letter.rehearsed),
        "begins_on": rehearsal.begins_on,
        "ends_on": rehearsal.ends_on,
        "effective_from": letter.version.effective_from,
        "number": letter.version.number,
        "left_out": [words.FIELDS[name] for name in rules.told(left_out)],
    }
