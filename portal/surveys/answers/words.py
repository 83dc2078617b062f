"""A submitted survey in words: each question as it was asked, and what was answered."""

from collections.abc import Mapping

from portal.surveys.answers.models import Answer
from portal.surveys.invitations.models import Invitation
from portal.surveys.questionnaires.rules import Kind, Question, asked_of
from portal.web.texts import in_language


def said(
    invitation: Invitation, kept: Mapping[str, Answer], *, locale: str
) -> list[tuple[str, str, int | None]]:
    """Question, answer, and the score's highest value where it is one; in the reader's language.

    Needs the invitation's version and who served.
    """
    questions = asked_of(invitation.version, has_served=bool(invitation.served))
    return [
        (
            in_language(question.text, locale),
            said_of(question, invitation, kept.get(question.code), locale=locale),
            question.most if question.kind is Kind.SCALE else None,
        )
        for question in questions
    ]


def choices(question: Question, invitation: Invitation, *, locale: str) -> dict[str, str]:
    """What can be chosen, by its code: services by name; people by first name and what they did."""
    services = {one.service.code: in_language(one.service.name, locale) for one in invitation.served}
    if question.kind is Kind.SERVICES:
        return services
    if question.kind is not Kind.THANKS:
        return {}
    did: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for one in invitation.served:
        key = str(one.person.public_id)
        names[key] = one.person.name.split()[0]
        did.setdefault(key, []).append(services[one.service.code])
    return {key: f"{names[key]} · {', '.join(dict.fromkeys(what))}" for key, what in did.items()}


def said_of(question: Question, invitation: Invitation, kept: Answer | None, *, locale: str) -> str:
    """One answer in words; empty where there is none."""
    if kept is None:
        return ""
    if question.kind is Kind.SCALE:
        return "" if kept.number is None else str(kept.number)
    if question.kind is Kind.TEXT:
        return kept.words
    labels = choices(question, invitation, locale=locale)
    chosen = "; ".join(labels[key] for key in kept.chosen or () if key in labels)
    return f"{chosen}\n{kept.words}" if kept.words else chosen
