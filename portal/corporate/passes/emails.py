"""The invitee's letter, the pass on paper, and its address on a phone."""

from collections.abc import Mapping
from typing import Any

from flask import current_app
from flask_babel import force_locale

from portal.corporate.passes import rules, words
from portal.corporate.passes.models import GuestPass, Payer
from portal.documents import qr, rendering
from portal.outbox import actions as outbox
from portal.outbox.actions import Attachment, LetterKind, Recipient
from portal.outbox.emails import link


def write_pass(*, guest_pass: GuestPass, number: int, paper: bytes, zone: str, at: Any) -> None:
    """Send the invitee their pass: a service letter, once for each time the host asks for it."""
    outbox.write_letter(
        dedupe_key=rules.letter_key(guest_pass.public_id, number),
        kind=LetterKind.SERVICE,
        template="corporate/guest_pass",
        to=Recipient(guest_pass.email or "", guest_pass.invitee, guest_pass.locale, zone=zone),
        values=values(guest_pass, locale=guest_pass.locale),
        attachments=(Attachment(f"pass-{guest_pass.number}.pdf", "application/pdf", paper),),
        at=at,
    )


def print_pass(guest_pass: GuestPass, *, locale: str) -> bytes:
    """The pass as PDF."""
    return rendering.pdf("documents/corporate/pass.html", values(guest_pass, locale=locale), locale)


def code_address(guest_pass: GuestPass) -> str:
    """What stands in the QR: an address whose last group of digits is the number."""
    return link("invitee.recognise", digits=guest_pass.number)


def phone_address(guest_pass: GuestPass) -> str:
    """Where the invitee opens it on a phone."""
    token = rules.link_token(guest_pass.public_id, key=current_app.config["SECRET_KEY"])
    return link("invitee.phone", token=token)


def values(guest_pass: GuestPass, *, locale: str) -> Mapping[str, Any]:
    """What letter, paper and phone say of a pass, in a language."""
    with force_locale(locale):
        return {
            "guest_pass": guest_pass,
            "name": words.name(guest_pass),
            "company": guest_pass.account.name,
            "host": guest_pass.issued_by.name,
            "where": words.where(guest_pass, locale),
            "days": words.days(guest_pass),
            "gives": words.gives(guest_pass),
            "payer": str(words.PAYERS[Payer(guest_pass.payer)]),
            "payer_is_company": guest_pass.payer == Payer.COMPANY,
            "address": phone_address(guest_pass),
            "code_image": qr.data_uri(code_address(guest_pass)),
            "forgotten_on": rules.remembered_until(guest_pass),
        }
